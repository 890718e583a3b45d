#include "formats/timestamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* 10000-01-01 */
#define TIME_MAX_US INT64_C(253402300800000000)

static void expect(int64_t time_us, const char *text)
{
	struct buf out;
	int64_t back = -1;

	buf_init(&out, 100);
	timestamp_add(&out, time_us);
	if (!span_equal(buf_span(&out), span_of(text)))
		fail_msg("%lld: got %.*s, want %s", (long long)time_us, (int)out.len, out.bytes, text);
	/* And back, to the millisecond. */
	if (!timestamp_parse(buf_span(&out), &back) ||
	    (time_us >= 0 && time_us < TIME_MAX_US && back != time_us / 1000 * 1000))
		fail_msg("%s: got %lld, want %lld", text, (long long)back, (long long)time_us);
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

static void test_no_times(void **state)
{
	static const char *const texts[] = {
		"",
		"1970-01-01T00:00:00.000",
		"1970-01-01T00:00:00.000z",
		"1970-01-01 00:00:00.000Z",
		"1970-13-01T00:00:00.000Z",
		"1970-02-29T00:00:00.000Z",
		"1970-01-00T00:00:00.000Z",
		"1969-12-31T23:59:59.999Z",
		"2026-01-01T24:00:00.000Z",
		"2026-01-01T23:60:00.000Z",
		"2026-01-01T23:59:60.000Z",
		"2026-01-01T2x:59:00.000Z",
		"\x80\x80\x80\x80-01-01T23:59:00.000Z",
	};
	int64_t time_us;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (timestamp_parse(span_of(texts[i]), &time_us))
			fail_msg("\"%s\" is no time", texts[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_agrees_with_gmtime),
		cmocka_unit_test(test_no_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
