#include "formats/url_compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_parameters(void **state)
{
	static const struct {
		const char *parameter;
		bool wanted;
	} cases[] = {
		{ "utm_source=x", true }, { "UTM_Source=x", true },
		{ "utm_", true },         { "gclid", true },
		{ "gclid=", true },       { "_hsenc=1", true },
		{ "WT.mc_id=1", true },   { "mtm_kwd=1", true },
		{ "fbclid=a=b", true },   { "", false },
		{ "=", false },           { "utm=1", false },
		{ "gclidx=1", false },    { "id=utm_source", false },
		{ "pk=1", false },        { "q=gclid", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (url_is_tracking(span_of(cases[i].parameter)) != cases[i].wanted)
			fail_msg("\"%s\"", cases[i].parameter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
