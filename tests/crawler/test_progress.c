#include "crawler/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define S INT64_C(1000000)

/* Some moment of the monotonic clock. */
#define T0 (1000 * S)

struct printed {
	struct progress progress;
	FILE *out;
	char *text;
	size_t len;
	size_t seen; /* of `len`, by the last call of expect_printed */
};

static void printed_init(struct printed *printed, bool quiet, bool terminal)
{
	printed->seen = 0;
	printed->out = open_memstream(&printed->text, &printed->len);
	progress_init(&printed->progress, printed->out, quiet, T0);
	assert_false(printed->progress.terminal);
	printed->progress.terminal = terminal;
}

/* What was printed since the last call. */
static void expect_printed(struct printed *printed, const char *text)
{
	fflush(printed->out);
	assert_string_equal(printed->text + printed->seen, text);
	printed->seen = printed->len;
}

static void printed_release(struct printed *printed)
{
	fclose(printed->out);
	free(printed->text);
}

/* At T0 + after_s, and what is printed then. */
static const struct {
	const char *name;
	int64_t after_s;
	struct crawler_counters counters;
	const char *text;
} moments[] = {
	{ "too early", 29, { .lines = 1000, .lines_done = 10 }, "" },
	{ "nothing done",
	  30,
	  { .lines = 1000, .requests_live = 3 },
	  "0 of 1000 URLs (0 %), 0/s, 3 requests in flight, 0 failed" },
	{ "half",
	  30,
	  { .lines = 1000, .lines_done = 500, .requests_live = 12, .failures = 4 },
	  "500 of 1000 URLs (50 %), 16/s, 31 s left, 12 requests in flight, 4 failed" },
	{ "minutes",
	  100,
	  { .lines = 1000, .lines_done = 100 },
	  "100 of 1000 URLs (10 %), 1/s, 15 min 01 s left, 0 requests in flight, 0 failed" },
	{ "hours",
	  3600,
	  { .lines = 100, .lines_done = 20 },
	  "20 of 100 URLs (20 %), 0/s, 4 h 00 min left, 0 requests in flight, 0 failed" },
	{ "tens of millions",
	  36000,
	  { .lines = 50000000, .lines_done = 49999999 },
	  "49999999 of 50000000 URLs (99 %), 1388/s, 1 s left, 0 requests in flight, 0 failed" },
	{ "all", 60, { .lines = 60, .lines_done = 60 }, "60 of 60 URLs (100 %), 1/s, 0 requests in flight, 0 failed" },
	{ "an empty list", 60, { .lines = 0 }, "0 of 0 URLs (100 %), 0/s, 0 requests in flight, 0 failed" },
};

static void a_log_gets_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(moments); i++) {
		struct printed printed;
		char wanted[200] = "";

		printed_init(&printed, false, false);
		progress_begin(&printed.progress, T0);
		progress_walking(&printed.progress, &moments[i].counters, T0 + moments[i].after_s * S);
		if (*moments[i].text)
			snprintf(wanted, sizeof(wanted), "detour: %s\n", moments[i].text);
		expect_printed(&printed, wanted);
		printed_release(&printed);
	}
}

static void a_terminal_gets_one_line(void **state)
{
	struct crawler_counters counters = { .lines = 100, .lines_done = 10 };
	struct printed printed;

	(void)state;
	printed_init(&printed, false, true);
	progress_begin(&printed.progress, T0);
	progress_walking(&printed.progress, &counters, T0 + S - 1);
	expect_printed(&printed, "");
	progress_walking(&printed.progress, &counters, T0 + S);
	expect_printed(
		&printed,
		"\r\033[K\033[?7l10 of 100 URLs (10 %), 10/s, 10 s left, 0 requests in flight, 0 failed\033[?7h");
	/* The rate is that since the last line, the time left that of the whole run. */
	counters.lines_done = 60;
	progress_walking(&printed.progress, &counters, T0 + 3 * S);
	expect_printed(&printed,
		       "\r\033[K\033[?7l60 of 100 URLs (60 %), 25/s, 3 s left, 0 requests in flight, 0 failed\033[?7h");
	/* A line of its own clears it, and is not cleared itself. */
	progress_say(&printed.progress, "%s was set aside", "a.example");
	expect_printed(&printed, "\r\033[Kdetour: a.example was set aside\n");
	progress_end(&printed.progress);
	expect_printed(&printed, "");
	progress_walking(&printed.progress, &counters, T0 + 4 * S);
	expect_printed(&printed,
		       "\r\033[K\033[?7l60 of 100 URLs (60 %), 0/s, 3 s left, 0 requests in flight, 0 failed\033[?7h");
	progress_end(&printed.progress);
	expect_printed(&printed, "\r\033[K");
	printed_release(&printed);
}

static void reading_is_told(void **state)
{
	struct printed printed;

	(void)state;
	printed_init(&printed, false, false);
	progress_reading(&printed.progress, "reading the list", 1000, T0 + 30 * S - 1);
	expect_printed(&printed, "");
	progress_reading(&printed.progress, "reading the list", 2000, T0 + 30 * S);
	expect_printed(&printed, "detour: reading the list: 2000 URLs\n");
	progress_reading(&printed.progress, "reading the list", 3000, T0 + 59 * S);
	expect_printed(&printed, "");
	printed_release(&printed);
	printed_init(&printed, false, true);
	progress_reading(&printed.progress, "reading the list", 2000, T0 + S);
	expect_printed(&printed, "\r\033[K\033[?7lreading the list: 2000 URLs\033[?7h");
	printed_release(&printed);
}

/* A rate counts from when walking begins, however long reading took. */
static void walking_begins_anew(void **state)
{
	const struct crawler_counters counters = { .lines = 90, .lines_done = 30 };
	struct printed printed;

	(void)state;
	printed_init(&printed, false, false);
	progress_reading(&printed.progress, "reading the list", 90, T0 + 100 * S);
	expect_printed(&printed, "detour: reading the list: 90 URLs\n");
	progress_begin(&printed.progress, T0 + 110 * S);
	progress_walking(&printed.progress, &counters, T0 + 140 * S);
	expect_printed(&printed,
		       "detour: 30 of 90 URLs (33 %), 1/s, 1 min 01 s left, 0 requests in flight, 0 failed\n");
	printed_release(&printed);
}

static void quiet_is_quiet(void **state)
{
	const struct crawler_counters counters = { .lines = 90, .lines_done = 30 };
	struct printed printed;

	(void)state;
	for (int terminal = 0; terminal < 2; terminal++) {
		printed_init(&printed, true, terminal);
		progress_reading(&printed.progress, "reading the list", 90, T0 + 100 * S);
		progress_begin(&printed.progress, T0 + 100 * S);
		progress_walking(&printed.progress, &counters, T0 + 200 * S);
		progress_say(&printed.progress, "stopped");
		progress_end(&printed.progress);
		expect_printed(&printed, "");
		printed_release(&printed);
	}
}

static void the_wait_is_short_enough(void **state)
{
	struct printed printed;

	(void)state;
	for (int terminal = 0; terminal < 2; terminal++) {
		printed_init(&printed, false, terminal);
		assert_in_range(progress_wait_ms(&printed.progress), 1, 1000);
		printed_release(&printed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_log_gets_lines), cmocka_unit_test(a_terminal_gets_one_line),
		cmocka_unit_test(reading_is_told),  cmocka_unit_test(walking_begins_anew),
		cmocka_unit_test(quiet_is_quiet),   cmocka_unit_test(the_wait_is_short_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
