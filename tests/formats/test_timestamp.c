#include "formats/timestamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static void expect(int64_t time_us, const char *text)
{
	struct buf out;

	buf_init(&out, 100);
	timestamp_add(&out, time_us);
	if (!span_equal(buf_span(&out), span_of(text)))
		fail_msg("%lld: got %.*s, want %s", (long long)time_us, (int)out.len, out.bytes, text);
	buf_release(&out);
}

static void test_table(void **state)
{
	static const struct {
		int64_t time_us;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00.000Z" },
		{ 999, "1970-01-01T00:00:00.000Z" },
		{ 1000, "1970-01-01T00:00:00.001Z" },
		{ -1, "1970-01-01T00:00:00.000Z" },
		{ INT64_MIN, "1970-01-01T00:00:00.000Z" },
		{ 86399999999, "1970-01-01T23:59:59.999Z" },
		{ 951782400000000, "2000-02-29T00:00:00.000Z" },
		{ 1795222923456789, "2026-11-21T01:02:03.456Z" },
		{ 4107542400000000, "2100-03-01T00:00:00.000Z" },
		{ 253402300799999999, "9999-12-31T23:59:59.999Z" },
		{ 253402300800000000, "9999-12-31T23:59:59.999Z" },
		{ INT64_MAX, "9999-12-31T23:59:59.999Z" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect(cases[i].time_us, cases[i].text);
}

/* Every day of more than one turn of the calendar, against the C library. */
static void test_agrees_with_gmtime(void **state)
{
	(void)state;
	for (int64_t day = 0; day < 450 * 366; day++) {
		time_t seconds = (time_t)(day * 86400 + day % 86400);
		struct tm tm;
		char text[64];

		assert_non_null(gmtime_r(&seconds, &tm));
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S.000Z", &tm);
		expect((int64_t)seconds * 1000000, text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_agrees_with_gmtime),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
