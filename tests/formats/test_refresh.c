#include "formats/refresh.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *value;
	bool valid;
	uint32_t delay_s;
	const char *url;
} cases[] = {
	{ "0;url=x", true, 0, "x" },
	{ "5; URL = 'x'", true, 5, "x" },
	{ "0,url=x", true, 0, "x" },
	{ "0 url=x", true, 0, "x" },
	{ " \t0 ; url=\"x y\" z", true, 0, "x y" },
	{ "0;x", true, 0, "x" },
	{ "0; 'x'y", true, 0, "x" },
	{ "0;url='x", true, 0, "x" },
	{ "0;url=x'y", true, 0, "x'y" },
	{ "0;url x", true, 0, "url x" },
	{ "0;urn:x", true, 0, "urn:x" },
	{ "0;uri=x", true, 0, "uri=x" },
	{ "0;u", true, 0, "u" },
	{ "0;URL\n=\nx", true, 0, "x" },
	{ "0;url=url=x", true, 0, "url=x" },
	{ "0;;url=x", true, 0, ";url=x" },
	{ "5", true, 5, "" },
	{ "5;", true, 5, "" },
	{ "5 ", true, 5, "" },
	{ "0;url=", true, 0, "" },
	{ "0;url=''", true, 0, "" },
	{ "1.5;url=x", true, 1, "x" },
	{ ".5;url=x", true, 0, "x" },
	{ "0.;x", true, 0, "x" },
	{ "3..1.2;x", true, 3, "x" },
	{ "007;x", true, 7, "x" },
	{ "4294967294", true, 4294967294, "" },
	{ "4294967296;x", true, UINT32_MAX, "x" },
	{ "99999999999999999999999999;x", true, UINT32_MAX, "x" },
	{ "", false, 0, "" },
	{ " ", false, 0, "" },
	{ "url=x", false, 0, "" },
	{ ";url=x", false, 0, "" },
	{ "-1;url=x", false, 0, "" },
	{ "+1;url=x", false, 0, "" },
	{ "0x;url=x", false, 0, "" },
	{ "0:url=x", false, 0, "" },
	{ "0/x", false, 0, "" },
};

static void values(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct refresh refresh;
		bool valid = refresh_parse(span_of(cases[i].value), &refresh);

		if (valid != cases[i].valid)
			fail_msg("%s: %d", cases[i].value, valid);
		if (valid && (refresh.delay_s != cases[i].delay_s || !span_equal(refresh.url, span_of(cases[i].url))))
			fail_msg("%s: %u \"%.*s\"", cases[i].value, refresh.delay_s, (int)refresh.url.len,
				 refresh.url.bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
