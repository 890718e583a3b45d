#include "audit/summary.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "audit/example.h"
#include "audit/rule_settings.h"

static const struct {
	struct span text;
	size_t columns;
	const char *printed;
} texts[] = {
	{ SPAN(""), 8, "" },
	{ SPAN("http://a.example/"), 20, "http://a.example/" },
	{ SPAN("0123456789"), 10, "0123456789" },
	{ SPAN("0123456789a"), 10, "01234...9a" },
	{ SPAN("\x1B[2J\x1B]0;x\x07"), 20, "?[2J?]0;x?" },
	{ SPAN("a\r\n\tb\x7F"), 20, "a???b?" },
	{ SPAN("nul\0nul"), 20, "nul?nul" },
	{ SPAN("m\xC3\xBCnchen"), 20, "m\xC3\xBCnchen" },
	{ SPAN("\xC2\x9B"
	       "31m"),
	  20, "?31m" },
	{ SPAN("\x9B"
	       "31m"),
	  20, "?31m" },
	{ SPAN("\xE2\x80\xAEmoc.elgoog"), 20, "?moc.elgoog" },
	{ SPAN("a\xE2\x80\x8B"
	       "b"),
	  20, "a?b" },
	{ SPAN("\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC"), 8,
	  "\xC3\xBC\xC3\xBC\xC3\xBC\xC3\xBC...\xC3\xBC" },
};

static void hostile_text_never_reaches_the_terminal(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *printed = NULL;
		size_t len = 0;
		FILE *out = open_memstream(&printed, &len);

		summary_print_text(out, texts[i].text, texts[i].columns);
		fclose(out);
		if (strcmp(printed, texts[i].printed) != 0)
			fail_msg("case %zu: expected \"%s\", got \"%s\"", i, texts[i].printed, printed);
		free(printed);
	}
}

static void add(struct tally *tally, const char *text, uint64_t seq, uint64_t times)
{
	struct rule_settings settings;
	struct example example;
	uint32_t line;

	rule_settings_init(&settings);
	assert_true(example_parse(&example, text, &line));
	example.record->seq = seq;
	for (uint32_t i = 0; i < example.record->chain.hop_count; i++)
		example.record->chain.hop[i].first_byte_us = 1500 * (i + 1);
	audit_record(example.record, &settings);
	for (; times > 0; times--)
		tally_add(tally, example.record);
	example_release(&example);
}

static char *print_summary(const struct tally *tally, const struct summary_facts *facts)
{
	char *printed = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&printed, &len);

	summary_print(out, tally, facts);
	fclose(out);
	for (const char *line = printed; *line; line += strcspn(line, "\n") + 1) {
		if (strcspn(line, "\n") > 100)
			fail_msg("wider than 100 columns: %.*s", (int)strcspn(line, "\n"), line);
	}
	return printed;
}

static void assert_has(const char *printed, const char *piece)
{
	if (!strstr(printed, piece))
		fail_msg("\"%s\" is not in:\n%s", piece, printed);
}

static void a_run_is_told_in_words(void **state)
{
	static const struct span set_aside[] = { SPAN("bad.example"), SPAN("e\x1Bvil.example") };
	const struct summary_facts facts = {
		.elapsed_us = 83000000,
		.requests = 1203,
		.robots_fetched = 2,
		.memory_peak_bytes = UINT64_C(123) << 20,
		.temporary_bytes = 1590000,
		.rows_at = "out/",
		.stopped_early = true,
		.lines_total = 2000,
		.set_aside = set_aside,
		.set_aside_count = 2,
	};
	struct tally tally;
	char *printed;

	(void)state;
	tally_init(&tally);
	add(&tally, "200 http://fast.example/\n", 1, 1200);
	add(&tally, "301 http://a.example/\n301 http://a.example/b\n301 http://a.example/\n= loop 0 2\n", 2, 1);
	tally.memo_hops = 1100;
	tally.again_rows = 30;
	tally.again_ok_rows = 20;
	tally.robots_rows = 1;
	printed = print_summary(&tally, &facts);
	assert_has(printed, "1,100 of 1,203 hops needed no request: their URLs had been asked for\n");
	assert_has(printed, "30 URLs failed and were walked again at the end; 20 did well then\n");
	assert_has(printed, "1,201 URLs in 1 min 23 s (14 a second), 1,203 requests, 1 URL redirected\n");
	assert_has(printed, "robots.txt: asked for at 2 origins; 1 URL led to what one disallows\n");
	assert_has(printed, "Memory: 123 MiB at most; temporary file: 1.5 MiB\n");
	assert_has(printed, "Stopped early: 1,201 of 2,000 lines were walked\n");
	assert_has(printed, "  ok                         1,200 >99.9%  The last answer is a 2xx.\n");
	assert_has(printed, "  loop                           1  <0.1%  The chain comes back");
	assert_has(printed, "  error   redirect-loop                          1  Redirect loop\n"
			    "          http://a.example/\n");
	assert_has(printed, "Slowest hosts");
	assert_has(printed, "  a.example                                          3.0 ms       4.5 ms          3");
	assert_has(printed, "Hosts that redirect most");
	assert_has(printed, "  a.example                                               3            3     100.0%\n");
	assert_has(printed, "Set aside after failing too often in a row: 2 hosts\n  bad.example\n  e?vil.example\n");
	assert_has(printed, "\nRows: out/\n");
	free(printed);
	tally_release(&tally);
}

static void an_empty_run_is_told_too(void **state)
{
	const struct summary_facts facts = { .elapsed_us = 0 };
	struct tally tally;
	char *printed;

	(void)state;
	tally_init(&tally);
	printed = print_summary(&tally, &facts);
	assert_string_equal(printed, "0 URLs in 0.0 ms, 0 requests, 0 URLs redirected\n"
				     "Memory: 0.0 MiB at most; temporary file: 0.0 MiB\n\nNo findings\n");
	free(printed);
	tally_release(&tally);
}

static void any_figures_stay_within_100_columns(void **state)
{
	const struct summary_facts facts = { .elapsed_us = UINT64_MAX / 2,
					     .requests = 1203,
					     .memory_peak_bytes = UINT64_MAX,
					     .temporary_bytes = UINT64_MAX,
					     .rows_at = "out/" };
	const uint64_t many = 999999999;

	(void)state;
	for (size_t i = 0; i < RULE_COUNT; i++) {
		struct tally tally;

		tally_init(&tally);
		for (size_t outcome = 0; outcome < OUTCOME_COUNT; outcome++)
			tally.outcome[outcome] = many;
		tally.rows = tally.requests = tally.redirected_rows = many;
		tally.rule[i].chains = tally.rule[i].findings[SEVERITY_WARNING] = many / 10;
		tally.rule[i].example[SEVERITY_WARNING].len = TALLY_EXAMPLE_BYTES_MAX;
		tally.rule[i].example[SEVERITY_WARNING].cut = true;
		memset(tally.rule[i].example[SEVERITY_WARNING].url, 'x', TALLY_EXAMPLE_BYTES_MAX);
		free(print_summary(&tally, &facts));
		tally_release(&tally);
	}
}

static void only_the_first_rules_are_shown(void **state)
{
	const struct summary_facts facts = { .elapsed_us = 1 };
	struct tally tally;
	char *printed;

	(void)state;
	tally_init(&tally);
	for (size_t i = 0; i < RULE_COUNT; i++)
		tally.rule[i].chains = tally.rule[i].findings[SEVERITY_WARNING] = 1 + i;
	tally.rule[0].findings[SEVERITY_ERROR] = 1;
	printed = print_summary(&tally, &facts);
	assert_true(strstr(printed, rules[0]->name) < strstr(printed, rules[RULE_COUNT - 1]->name));
	assert_null(strstr(printed, rules[1]->name));
	assert_has(printed, " more; the rows have all findings\n");
	free(printed);
	tally_release(&tally);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_text_never_reaches_the_terminal),
		cmocka_unit_test(a_run_is_told_in_words),
		cmocka_unit_test(an_empty_run_is_told_too),
		cmocka_unit_test(any_figures_stay_within_100_columns),
		cmocka_unit_test(only_the_first_rules_are_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
