#include "audit/inventory.h"

#include "audit/permanence.h"
#include "tests/audit/inventory_bed.h"

/* The value of a text in the row that begins at `row`; the texts that are asked for have no quotes in them. */
static struct span text_of(const char *row, const char *key)
{
	char wanted[64];
	const char *at;

	snprintf(wanted, sizeof(wanted), ",\"%s\":\"", key);
	at = strstr(row, wanted);
	assert_non_null(at);
	at += strlen(wanted);
	return (struct span){ .bytes = at, .len = strcspn(at, "\"") };
}

static uint64_t number_of(const char *row, const char *key)
{
	char wanted[64];
	const char *at;

	snprintf(wanted, sizeof(wanted), ",\"%s\":", key);
	at = strstr(row, wanted);
	assert_non_null(at);
	return strtoull(at + strlen(wanted), NULL, 10);
}

static const char *next_row(const char *row)
{
	return strchr(row, '\n') + 1;
}

/* The first row of the rule, or NULL. */
static const char *row_of(const char *rows, const char *rule)
{
	while (*rows && !span_equal(text_of(rows, "rule"), span_of(rule)))
		rows = next_row(rows);
	return *rows ? rows : NULL;
}

/* The rows of the rule as an example list tells them: "! error host a.example\n". */
static char *told(const char *rows, const char *rule)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	for (const char *row = rows; *row; row = next_row(row)) {
		struct span subject = text_of(row, "subject"), scope = text_of(row, "scope"),
			    severity = text_of(row, "severity");

		if (span_equal(text_of(row, "rule"), span_of(rule)))
			buf_addf(&text, "! %.*s %.*s %.*s\n", (int)severity.len, severity.bytes, (int)scope.len,
				 scope.bytes, (int)subject.len, subject.bytes);
	}
	buf_add_char(&text, '\0');
	return text.bytes;
}

static void check_list(const struct rule *rule, const char *list, bool bad)
{
	const char *wanted;
	char *rows, *got;
	struct bed bed;

	bed_init(&bed, 1);
	wanted = bed_add_list(&bed, list);
	bed_finish(&bed);
	rows = bed_rows(&bed);
	got = told(rows, rule->name);
	if (strcmp(got, wanted) != 0)
		fail_msg("%s: this list gives\n%sand not what it says:\n%s", rule->name, got, list);
	if (bad == (*wanted == '\0'))
		fail_msg("%s: a bad list has a row, a good one none:\n%s", rule->name, list);
	free(got);
	free(rows);
	bed_release(&bed);
}

static void each_rule_passes_its_lists(void **state)
{
	unsigned lists = 0;

	(void)state;
	for (size_t i = 0; i < RULE_COUNT; i++) {
		if (rules[i]->check)
			continue;
		assert_non_null(rules[i]->bad[0]);
		assert_non_null(rules[i]->good[0]);
		for (const char *const *list = rules[i]->bad; *list; list++, lists++)
			check_list(rules[i], *list, true);
		for (const char *const *list = rules[i]->good; *list; list++, lists++)
			check_list(rules[i], *list, false);
	}
	assert_true(lists > 30);
}

/* All there is to say, once. */
static void a_row_says_what_was_seen(void **state)
{
	struct bed bed;
	char *rows;

	(void)state;
	bed_init(&bed, 1);
	bed_add_list(&bed, "200 http://a.example/other\n"
			   "\n"
			   "[1-18]\n"
			   "307 http://a.example/#\n"
			   "200 https://a.example/#\n"
			   "\n"
			   "[1-2]\n"
			   "302 http://a.example/q#\n"
			   "200 https://a.example/q#\n");
	bed_finish(&bed);
	rows = bed_rows(&bed);
	assert_string_equal(
		rows,
		"{\"schema_version\":1,\"run_id\":\"test\",\"scope\":\"pattern\","
		"\"subject\":\"http://a.example to https://a.example (scheme)\","
		"\"rule\":\"inconsistent-status-for-template\",\"severity\":\"notice\",\"count\":2,"
		"\"count_of\":\"URLs with another status than most\",\"share_pct\":10,\"share_total\":20,"
		"\"share_of\":\"redirects from http://a.example to https://a.example (scheme)\","
		"\"example_seqs\":[20,21],"
		"\"message\":\"The same redirect from http://a.example to https://a.example (scheme) has several "
		"statuses: 302 (2), 307 (18).\","
		"\"action\":\"Find the layer of a.example that answers 302, and let one layer answer for all.\"}\n"
		"{\"schema_version\":1,\"run_id\":\"test\",\"scope\":\"pattern\","
		"\"subject\":\"http://a.example to https://a.example (scheme)\","
		"\"rule\":\"sitewide-temporary-pattern\",\"severity\":\"error\",\"count\":20,\"count_of\":\"URLs\","
		"\"share_pct\":95,\"share_total\":21,\"share_of\":\"http URLs of a.example that it could be for\","
		"\"example_seqs\":[2,3,4],"
		"\"message\":\"20 of 21 URLs redirect from http://a.example to https://a.example (scheme) with a temporary "
		"status, mostly 307: it is one rule of the host, not a decision about each page. For the confidence in "
		"each redirect this is breadth of the pattern on the host (group D of the model " PERMANENCE_MODEL
		", +1.2).\","
		"\"action\":\"Answer 308 instead of 307 in the one rule of a.example that does this.\"}\n");
	free(rows);
	bed_release(&bed);
}

/* The blast radius, and the order: the hub with more chains first. */
static void hubs_are_ranked(void **state)
{
	struct bed bed;
	const char *row;
	char *rows;

	(void)state;
	bed_init(&bed, 1);
	bed_add_list(&bed, "[1-10]\n"
			   "301 https://a.example/#\n"
			   "301 https://a.example/small\n"
			   "200 https://a.example/\n"
			   "\n"
			   "[1-30]\n"
			   "301 https://b.example/#\n"
			   "308 https://b.example/large\n"
			   "200 https://a.example/\n"
			   "\n"
			   "[1-10]\n"
			   "301 https://c.example/#\n"
			   "301 https://d#.example/\n"
			   "308 https://b.example/large\n"
			   "200 https://a.example/\n");
	bed_finish(&bed);
	rows = bed_rows(&bed);
	row = row_of(rows, "redirect-hub");
	assert_non_null(row);
	assert_true(span_equal(text_of(row, "subject"), SPAN("https://b.example/large")));
	assert_int_equal(number_of(row, "count"), 40);
	assert_int_equal(number_of(row, "share_pct"), 60);
	assert_int_equal(number_of(row, "share_total"), 50);
	assert_non_null(strstr(row, "\"example_seqs\":[11,12,13]"));
	row = next_row(row);
	assert_true(span_equal(text_of(row, "subject"), SPAN("https://a.example/small")));
	assert_int_equal(number_of(row, "count"), 10);
	assert_int_equal(number_of(row, "share_pct"), 20);
	free(rows);
	bed_release(&bed);
}

static char *rows_with(const char *const *settings, unsigned feeds, const char *list)
{
	struct bed bed;
	char *rows;

	bed_init(&bed, feeds);
	inventory_free(bed.inventory);
	for (; *settings; settings++)
		assert_true(rule_settings_apply(&bed.settings, *settings, stderr));
	bed.inventory = inventory_new(bed.scratch.path, &bed.settings, feeds);
	bed_add_list(&bed, list);
	bed_finish(&bed);
	rows = bed_rows(&bed);
	bed_release(&bed);
	return rows;
}

static void levels_and_limits_are_obeyed(void **state)
{
	static const char list[] = "[1-19]\n302 http://a.example/#\n200 https://a.example/#\n";
	static const char *const settings[][3] = {
		{ NULL },
		{ "sitewide-temporary-pattern.limit=19", NULL },
		{ "sitewide-temporary-pattern.limit=19", "sitewide-temporary-pattern=notice", NULL },
		{ "sitewide-temporary-pattern.limit=19", "sitewide-temporary-pattern=off", NULL },
	};
	static const char *const severities[] = { NULL, "error", "notice", NULL };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		char *rows = rows_with(settings[i], 1, list);

		assert_int_equal(*rows != '\0', severities[i] != NULL);
		if (severities[i])
			assert_true(span_equal(text_of(rows, "severity"), span_of(severities[i])));
		free(rows);
	}
}

/* Whoever took which line, and in which order. */
static void feeds_do_not_matter(void **state)
{
	static const char *const none[] = { NULL };

	(void)state;
	for (size_t i = 0; i < RULE_COUNT; i++) {
		char *one, *three;

		if (rules[i]->check)
			continue;
		one = rows_with(none, 1, rules[i]->bad[0]);
		three = rows_with(none, 3, rules[i]->bad[0]);
		assert_string_equal(one, three);
		free(one);
		free(three);
	}
}

static void nothing_gives_no_file(void **state)
{
	struct bed bed;

	(void)state;
	bed_init(&bed, 2);
	bed_add(&bed, "200 https://a.example/\n");
	bed_add(&bed, "dns-nxdomain https://b.example/\n");
	bed_finish(&bed);
	assert_false(scratch_has(&bed.scratch, "out/" INVENTORY_NAME));
	bed_release(&bed);
}

/* Whoever calls learns that the findings are not to be had, and no half of them is written. */
static void a_lost_temporary_file_is_told(void **state)
{
	FILE *errors = tmpfile();
	struct inventory_result result;
	struct example example;
	uint32_t error_line;
	struct bed bed;

	(void)state;
	bed_init(&bed, 1);
	inventory_free(bed.inventory);
	/* Feeds are small if there are many. */
	bed.inventory = inventory_new("/nonexistent", &bed.settings, 64);
	assert_true(example_parse(&example, "301 https://a.example/\n200 https://a.example/b\n", &error_line));
	for (unsigned i = 1; i < 20000; i++) {
		example.record->seq = i;
		inventory_add(inventory_feed(bed.inventory, 0), example.record);
	}
	assert_false(inventory_finish(bed.inventory, bed.output, &result, errors));
	assert_true(ftell(errors) > 0);
	assert_int_equal(output_close(bed.output, &(struct manifest_facts){ .tool_version = "test" }), 0);
	assert_false(scratch_has(&bed.scratch, "out/" INVENTORY_NAME));
	example_release(&example);
	fclose(errors);
	bed_release(&bed);
}

/* A row for each of the largest only. */
static void rows_are_bounded(void **state)
{
	struct bed bed;
	unsigned count = 0;
	char *rows;

	(void)state;
	bed_init(&bed, 1);
	for (unsigned i = 0; i < 110; i++) {
		char chain[200];

		snprintf(chain, sizeof(chain),
			 "301 https://a.example/#\n301 https://b%u.example/hub\n200 https://c%u.example/\n", i, i);
		bed_add_times(&bed, i == 50 ? 11 : 10, span_of(chain));
	}
	bed_finish(&bed);
	rows = bed_rows(&bed);
	assert_true(span_equal(text_of(row_of(rows, "redirect-hub"), "subject"), SPAN("https://b50.example/hub")));
	for (const char *row = rows; *row; row = next_row(row))
		count += span_equal(text_of(row, "rule"), SPAN("redirect-hub"));
	assert_int_equal(count, 100);
	free(rows);
	bed_release(&bed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_passes_its_lists),
		cmocka_unit_test(a_row_says_what_was_seen),
		cmocka_unit_test(hubs_are_ranked),
		cmocka_unit_test(levels_and_limits_are_obeyed),
		cmocka_unit_test(feeds_do_not_matter),
		cmocka_unit_test(nothing_gives_no_file),
		cmocka_unit_test(a_lost_temporary_file_is_told),
		cmocka_unit_test(rows_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
