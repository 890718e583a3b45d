#include "formats/http_date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define NOW 1795219200 /* Sat, 21 Nov 2026 00:00:00 GMT */

static void test_dates(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t seconds;
	} cases[] = {
		/* RFC 9110 section 5.6.7: one moment, three forms. */
		{ "Sun, 06 Nov 1994 08:49:37 GMT", true, 784111777 },
		{ "Sunday, 06-Nov-94 08:49:37 GMT", true, 784111777 },
		{ "Sun Nov  6 08:49:37 1994", true, 784111777 },
		{ "Sat, 21 Nov 2026 00:00:00 GMT", true, NOW },
		{ "Thu, 01 Jan 1970 00:00:00 GMT", true, 0 },
		{ "Wed, 31 Dec 1969 23:59:59 GMT", true, -1 },
		{ "Thu, 29 Feb 2024 12:00:00 GMT", true, 1709208000 },
		{ "Tue, 29 Feb 2000 00:00:00 GMT", true, 951782400 },
		{ "Sat, 31 Dec 2016 23:59:60 GMT", true, 1483228800 },
		{ "Fri, 31 Dec 9999 23:59:59 GMT", true, 253402300799 },
		{ "Sat Nov 21 00:00:00 2026", true, NOW },
		/* What servers send and every client reads. */
		{ "  sun, 06 nov 1994 08:49:37 gmt\t", true, 784111777 },
		{ "Sun, 6 Nov 1994 08:49:37 GMT", true, 784111777 },
		{ "Mon, 06 Nov 1994 08:49:37 GMT", true, 784111777 },
		/* The 50-year rule, seen from 2026. */
		{ "Sunday, 01-Jan-76 00:00:00 GMT", true, 3345062400 },
		{ "Sunday, 01-Jan-77 00:00:00 GMT", true, 220924800 },
		/* No dates. */
		{ "", false, 0 },
		{ "0", false, 0 },
		{ "-1", false, 0 },
		{ "Sun", false, 0 },
		{ "Sun,", false, 0 },
		{ "Sun, 06 Nov 1994 08:49:37", false, 0 },
		{ "Sun, 06 Nov 1994 08:49:37 CET", false, 0 },
		{ "Sun, 06 Nov 1994 08:49:37 GMT, Mon, 07 Nov 1994 08:49:37 GMT", false, 0 },
		{ "Sun, 31 Nov 1994 08:49:37 GMT", false, 0 },
		{ "Wed, 29 Feb 2023 00:00:00 GMT", false, 0 },
		{ "Thu, 29 Feb 1900 00:00:00 GMT", false, 0 },
		{ "Sun, 00 Nov 1994 08:49:37 GMT", false, 0 },
		{ "Sun, 06 Nov 0000 08:49:37 GMT", false, 0 },
		{ "Sun, 06 Foo 1994 08:49:37 GMT", false, 0 },
		{ "Sun, 06 Nov 1994 24:00:00 GMT", false, 0 },
		{ "Sun, 06 Nov 1994 08:60:37 GMT", false, 0 },
		{ "Sun, 06 Nov 1994 08:49:61 GMT", false, 0 },
		{ "Sun, 06 Nov 94 08:49:37 GMT", false, 0 },
		{ "1994-11-06T08:49:37Z", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t seconds = 42;
		bool ok = http_date_parse(span_of(cases[i].text), NOW, &seconds);

		if (ok != cases[i].ok || seconds != (ok ? cases[i].seconds : 42))
			fail_msg("\"%s\": %d, %lld", cases[i].text, ok, (long long)seconds);
	}
}

static void test_retry_after(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		uint32_t seconds;
	} cases[] = {
		{ "120", true, 120 },
		{ " 0 ", true, 0 },
		{ "120, 60", true, 120 },
		{ "4294967295", true, UINT32_MAX },
		{ "99999999999999999999999", true, UINT32_MAX },
		{ "Sat, 21 Nov 2026 00:10:00 GMT", true, 600 },
		{ "Fri, 20 Nov 2026 23:59:59 GMT", true, 0 },
		{ "Fri, 31 Dec 9999 23:59:59 GMT", true, UINT32_MAX },
		{ "", false, 0 },
		{ "-5", false, 0 },
		{ "1.5", false, 0 },
		{ "10 minutes", false, 0 },
		{ "soon", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t seconds = 42;
		bool ok = retry_after_parse(span_of(cases[i].text), NOW, &seconds);

		if (ok != cases[i].ok || seconds != (ok ? cases[i].seconds : 42))
			fail_msg("\"%s\": %d, %u", cases[i].text, ok, seconds);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_retry_after),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
