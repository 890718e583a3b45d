#include "formats/cache_control.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define DATE "Sat, 21 Nov 2026 00:00:00 GMT"

static void test_directives(void **state)
{
	static const struct {
		const char *value;
		struct cache_control wanted;
	} cases[] = {
		{ "", { .has_max_age = false } },
		{ "no-store", { .no_store = true } },
		{ "NO-CACHE ,, private", { .no_cache = true, .is_private = true } },
		{ "public, max-age=60", { .is_public = true, .has_max_age = true, .max_age_s = 60 } },
		{ "max-age=\"60\"", { .has_max_age = true, .max_age_s = 60 } },
		{ "max-age = 60", { .has_max_age = true, .max_age_s = 60 } },
		{ "max-age=99999999999999999999", { .has_max_age = true, .max_age_s = 2147483648 } },
		/* The most restrictive of several. */
		{ "max-age=600, max-age=60", { .has_max_age = true, .max_age_s = 60 } },
		{ "max-age=60, max-age=600", { .has_max_age = true, .max_age_s = 60 } },
		/* What is no number is stale. */
		{ "max-age", { .has_max_age = true } },
		{ "max-age=", { .has_max_age = true } },
		{ "max-age=1h", { .has_max_age = true } },
		{ "max-age=-1", { .has_max_age = true } },
		{ "max-age=600, max-age=x", { .has_max_age = true } },
		/* Field names limit the directive to these fields. */
		{ "no-cache=\"set-cookie\"", { .no_cache = false } },
		{ "private=\"x-a, no-store\"", { .is_private = false } },
		{ "private=\"a\\\", no-store\", public", { .is_public = true } },
		/* Other names, and no names at all. */
		{ "s-maxage=60, immutable, stale-while-revalidate=30", { .has_max_age = false } },
		{ "xno-store, no-storex", { .no_store = false } },
		{ "=, =5, \"", { .no_store = false } },
		{ "no-cache=\"unclosed, no-store", { .no_store = false } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct cache_control *wanted = &cases[i].wanted;
		struct cache_control got = cache_control_parse(span_of(cases[i].value));

		if (got.no_store != wanted->no_store || got.no_cache != wanted->no_cache ||
		    got.is_private != wanted->is_private || got.is_public != wanted->is_public ||
		    got.has_max_age != wanted->has_max_age || got.max_age_s != wanted->max_age_s)
			fail_msg("\"%s\": store %d cache %d private %d public %d max-age %d %u", cases[i].value,
				 got.no_store, got.no_cache, got.is_private, got.is_public, got.has_max_age,
				 got.max_age_s);
	}
}

static void test_lifetimes(void **state)
{
	static const struct {
		uint16_t status;
		const char *cache_control, *expires, *date, *age;
		int64_t started_at_s;
		struct cache_lifetime wanted;
	} cases[] = {
		{ .status = 301, .wanted = { CACHE_HEURISTIC, 0 } },
		{ .status = 308, .wanted = { CACHE_HEURISTIC, 0 } },
		{ .status = 302, .wanted = { CACHE_UNSTATED, 0 } },
		{ .status = 303, .wanted = { CACHE_UNSTATED, 0 } },
		{ .status = 307, .wanted = { CACHE_UNSTATED, 0 } },
		{ .status = 307, .cache_control = "public", .wanted = { CACHE_HEURISTIC, 0 } },
		{ .status = 307, .cache_control = "private", .wanted = { CACHE_UNSTATED, 0 } },
		{ .status = 307, .cache_control = "max-age=600", .wanted = { CACHE_EXPLICIT, 600 } },
		{ .status = 307, .cache_control = "s-maxage=600", .wanted = { CACHE_UNSTATED, 0 } },
		{ .status = 301, .cache_control = "max-age=0", .wanted = { CACHE_FORBIDDEN, 0 } },
		{ .status = 301, .cache_control = "no-store, max-age=600", .wanted = { CACHE_FORBIDDEN, 0 } },
		{ .status = 301, .cache_control = "max-age=600, no-cache", .wanted = { CACHE_FORBIDDEN, 0 } },
		/* Age. */
		{ .status = 301, .cache_control = "max-age=600", .age = "100", .wanted = { CACHE_EXPLICIT, 500 } },
		{ .status = 301, .cache_control = "max-age=600", .age = "601", .wanted = { CACHE_EXPLICIT, 0 } },
		{ .status = 301, .cache_control = "max-age=600", .age = "100, 5", .wanted = { CACHE_EXPLICIT, 500 } },
		{ .status = 301, .cache_control = "max-age=600", .age = "old", .wanted = { CACHE_EXPLICIT, 600 } },
		/* Expires minus Date; max-age comes first. */
		{ .status = 302,
		  .expires = "Sun, 22 Nov 2026 00:00:00 GMT",
		  .date = DATE,
		  .wanted = { CACHE_EXPLICIT, 86400 } },
		{ .status = 302,
		  .expires = "Sun, 22 Nov 2026 00:00:00 GMT",
		  .date = DATE,
		  .age = "400",
		  .wanted = { CACHE_EXPLICIT, 86000 } },
		{ .status = 302,
		  .cache_control = "max-age=5",
		  .expires = "Sun, 22 Nov 2026 00:00:00 GMT",
		  .date = DATE,
		  .wanted = { CACHE_EXPLICIT, 5 } },
		{ .status = 302, .expires = DATE, .date = DATE, .wanted = { CACHE_FORBIDDEN, 0 } },
		{ .status = 302, .expires = "0", .date = DATE, .wanted = { CACHE_FORBIDDEN, 0 } },
		{ .status = 302, .expires = "-1", .wanted = { CACHE_FORBIDDEN, 0 } },
		/* Two Expires lines, joined. */
		{ .status = 302, .expires = DATE ", " DATE, .date = DATE, .wanted = { CACHE_FORBIDDEN, 0 } },
		/* No valid Date: the time of the request, if it is known. */
		{ .status = 302,
		  .expires = "Sun, 22 Nov 2026 00:00:00 GMT",
		  .started_at_s = 1795219200,
		  .wanted = { CACHE_EXPLICIT, 86400 } },
		{ .status = 302,
		  .expires = "Sun, 22 Nov 2026 00:00:00 GMT",
		  .date = "today",
		  .started_at_s = 1795219200,
		  .wanted = { CACHE_EXPLICIT, 86400 } },
		{ .status = 302, .expires = "Sun, 22 Nov 2026 00:00:00 GMT", .wanted = { CACHE_UNSTATED, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct hop hop = { .status = cases[i].status, .started_at_us = cases[i].started_at_s * 1000000 };
		struct cache_lifetime got;

		if (cases[i].cache_control)
			hop.header[HEADER_CACHE_CONTROL] = span_of(cases[i].cache_control);
		if (cases[i].expires)
			hop.header[HEADER_EXPIRES] = span_of(cases[i].expires);
		if (cases[i].date)
			hop.header[HEADER_DATE] = span_of(cases[i].date);
		if (cases[i].age)
			hop.header[HEADER_AGE] = span_of(cases[i].age);
		got = cache_lifetime_of(&hop);
		if (got.basis != cases[i].wanted.basis || got.seconds != cases[i].wanted.seconds)
			fail_msg("case %zu: basis %d, %u s; wanted %d, %u s", i, (int)got.basis, got.seconds,
				 (int)cases[i].wanted.basis, cases[i].wanted.seconds);
	}
}

static void test_heuristic_statuses(void **state)
{
	unsigned count = 0;

	(void)state;
	for (unsigned status = 0; status < 700; status++)
		count += cache_status_is_heuristic(status);
	assert_int_equal(count, 12);
	assert_true(cache_status_is_heuristic(308));
	assert_false(cache_status_is_heuristic(307));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_directives),
		cmocka_unit_test(test_lifetimes),
		cmocka_unit_test(test_heuristic_statuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
