#include "audit/pkix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void files_are_known_by_their_type(void **state)
{
	static const struct {
		uint16_t status;
		const char *type;
		bool wanted;
	} cases[] = {
		{ 200, "application/pkix-crl", true },
		{ 200, "Application/PKIX-Cert; charset=binary", true },
		{ 200, "application/ocsp-response", true },
		{ 404, "application/pkix-crl", false },
		{ 200, "application/pkix-crl-not", false },
		{ 200, "text/html", false },
		{ 200, "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct hop hop = { .status = cases[i].status };

		hop.header[HEADER_CONTENT_TYPE] = span_of(cases[i].type);
		if (pkix_is_file(&hop) != cases[i].wanted)
			fail_msg("%u %s", cases[i].status, cases[i].type);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_known_by_their_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
