#include "crawler/robots_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "formats/buf.h"
#include "formats/limits.h"

#define ROOMY (1024UL * 1024 * 1024)

static XXH128_hash_t origin_of(uint64_t i)
{
	return XXH3_128bits(&i, sizeof(i));
}

static struct robots_wait *answer(struct robots_table *table, struct robots_entry *entry, struct span file)
{
	const struct robots_answer found = { .source = ROBOTS_FILE_FOUND,
					     .rules = robots_new(ROBOTS_FILE_FOUND, file, SPAN("detour")),
					     .status = 200,
					     .origin_is_reachable = true };

	return robots_table_keep(table, entry, &found);
}

/* Asks and answers, as a walk does that comes first. */
static void learn(struct robots_table *table, uint64_t i, struct span file)
{
	struct robots_entry *entry;
	struct robots_wait wait;

	assert_int_equal(robots_table_look_up(table, origin_of(i), &wait, &entry), ROBOTS_ASK);
	assert_ptr_equal(answer(table, entry, file), &wait);
}

/* What is known of `url` on origin `i`, which must be known. */
static void judge(struct robots_table *table, struct arena *arena, uint64_t i, struct span url, struct hop *hop)
{
	struct robots_entry *entry;
	struct robots_wait wait;

	*hop = (struct hop){ .status = 200 };
	assert_int_equal(url_parse(arena, url, NULL, &hop->url), URL_OK);
	assert_int_equal(robots_table_look_up(table, origin_of(i), &wait, &entry), ROBOTS_KNOWN);
	robots_entry_judge(entry, arena, hop);
}

/* Looks without leaving a trace when it is not. */
static bool knows(struct robots_table *table, uint64_t i)
{
	struct robots_entry *entry;
	struct robots_wait wait;

	if (robots_table_look_up(table, origin_of(i), &wait, &entry) == ROBOTS_KNOWN)
		return true;
	answer(table, entry, SPAN(""));
	return false;
}

static void origins_are_known(void **state)
{
	struct robots_table *table = robots_table_new(ROOMY);

	(void)state;
	for (uint64_t i = 0; i < 5000; i++)
		learn(table, i, SPAN("user-agent: *\ndisallow: /private\n"));
	for (uint64_t i = 0; i < 5000; i++) {
		assert_true(knows(table, i));
		assert_false(robots_table_is_asking(table, origin_of(i)));
	}
	assert_false(knows(table, 5000));
	robots_table_free(table);
	robots_table_free(NULL);
}

static void those_who_come_meanwhile_wait(void **state)
{
	struct robots_table *table = robots_table_new(ROOMY);
	struct robots_entry *entry, *same;
	struct robots_wait wait[4];

	(void)state;
	assert_false(robots_table_is_asking(table, origin_of(1)));
	assert_int_equal(robots_table_look_up(table, origin_of(1), &wait[0], &entry), ROBOTS_ASK);
	for (size_t i = 1; i < 4; i++) {
		assert_int_equal(robots_table_look_up(table, origin_of(1), &wait[i], &same), ROBOTS_WAIT);
		assert_ptr_equal(same, entry);
	}
	assert_true(robots_table_is_asking(table, origin_of(1)));
	assert_ptr_equal(answer(table, entry, SPAN("")), &wait[0]);
	for (size_t i = 0; i < 4; i++)
		assert_ptr_equal(wait[i].next, i < 3 ? &wait[i + 1] : NULL);
	assert_false(robots_table_is_asking(table, origin_of(1)));
	/* One that is never answered: the table goes first. */
	assert_int_equal(robots_table_look_up(table, origin_of(2), &wait[0], &entry), ROBOTS_ASK);
	robots_table_free(table);
}

static const struct {
	const char *file, *url;
	enum robots_verdict robots;
	uint32_t line;
	const char *rule;
} verdicts[] = {
	{ "", "http://a.example/", ROBOTS_ALLOWED, 0, "" },
	{ "user-agent: *\ndisallow: /private", "http://a.example/", ROBOTS_ALLOWED, 0, "" },
	{ "user-agent: *\ndisallow: /private", "http://a.example/private/x", ROBOTS_DISALLOWED, 2,
	  "Disallow: /private" },
	{ "user-agent: *\ndisallow: /p\nallow: /p/q", "http://a.example/p/q", ROBOTS_ALLOWED, 3, "Allow: /p/q" },
	{ "user-agent: *\n\ndisallow: /*?id=", "http://a.example/p?id=1#disallowed", ROBOTS_DISALLOWED, 3,
	  "Disallow: /*?id=" },
	{ "user-agent: *\ndisallow: /p#x", "http://a.example/#/p", ROBOTS_ALLOWED, 0, "" },
	{ "user-agent: *\ndisallow: /\xc3\xa9", "http://a.example/\xc3\xa9", ROBOTS_DISALLOWED, 2,
	  "Disallow: /%C3%A9" },
	{ "user-agent: other\ndisallow: /", "http://a.example/", ROBOTS_ALLOWED, 0, "" },
	{ "user-agent: detour\ndisallow: /$\n", "http://a.example", ROBOTS_DISALLOWED, 2, "Disallow: /$" },
	{ "user-agent: *\ndisallow: /", "http://a.example/robots.txt", ROBOTS_ALLOWED, 0, "" },
};

static void hops_are_told_rule_and_line(void **state)
{
	struct robots_table *table = robots_table_new(ROOMY);
	struct arena arena;
	struct hop hop;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		learn(table, i, span_of(verdicts[i].file));
		judge(table, &arena, i, span_of(verdicts[i].url), &hop);
		if (hop.robots != verdicts[i].robots || hop.robots_line != verdicts[i].line ||
		    !span_equal(hop.robots_rule, span_of(verdicts[i].rule)))
			fail_msg("%s: %d, line %u, %.*s", verdicts[i].url, hop.robots, hop.robots_line,
				 (int)hop.robots_rule.len, hop.robots_rule.bytes);
	}
	arena_release(&arena);
	robots_table_free(table);
}

static void long_rules_are_cut(void **state)
{
	struct robots_table *table = robots_table_new(ROOMY);
	struct arena arena;
	struct hop hop;
	struct buf file;

	(void)state;
	arena_init(&arena);
	buf_init(&file, 8192);
	buf_add_text(&file, "user-agent: *\ndisallow: *");
	for (size_t i = 0; i < 500; i++)
		buf_add_text(&file, "**");
	learn(table, 1, buf_span(&file));
	judge(table, &arena, 1, SPAN("http://a.example/"), &hop);
	assert_int_equal(hop.robots, ROBOTS_DISALLOWED);
	assert_int_equal(hop.robots_rule.len, ROBOTS_RULE_BYTES_MAX);
	buf_release(&file);
	arena_release(&arena);
	robots_table_free(table);
}

static const struct {
	struct robots_answer answer;
	enum robots_verdict robots;
	enum hop_error error;
	const char *detail;
} failures[] = {
	{ { .source = ROBOTS_FILE_UNAVAILABLE, .status = 404, .origin_is_reachable = true },
	  ROBOTS_ALLOWED,
	  HOP_OK,
	  "" },
	{ { .source = ROBOTS_FILE_UNREACHABLE, .status = 503, .origin_is_reachable = true },
	  ROBOTS_UNREACHABLE,
	  HOP_ERROR_ROBOTS_UNREACHABLE,
	  "robots.txt: The server answered 503." },
	{ { .source = ROBOTS_FILE_UNREACHABLE, .error = HOP_ERROR_RESET, .origin_is_reachable = true },
	  ROBOTS_UNREACHABLE,
	  HOP_ERROR_ROBOTS_UNREACHABLE,
	  "robots.txt: The connection was reset before the answer was complete." },
	{ { .source = ROBOTS_FILE_UNREACHABLE, .error = HOP_ERROR_DNS_NXDOMAIN },
	  ROBOTS_UNREACHABLE,
	  HOP_ERROR_DNS_NXDOMAIN,
	  "robots.txt: The name does not exist." },
};

static void failures_are_told(void **state)
{
	struct robots_table *table = robots_table_new(ROOMY);
	struct robots_entry *entry;
	struct robots_wait wait;
	struct arena arena;
	struct hop hop;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		struct robots_answer failure = failures[i].answer;

		failure.rules = robots_new(failure.source, SPAN("user-agent: *\ndisallow: /"), SPAN(""));
		assert_int_equal(robots_table_look_up(table, origin_of(i), &wait, &entry), ROBOTS_ASK);
		robots_table_keep(table, entry, &failure);
		judge(table, &arena, i, SPAN("http://a.example/"), &hop);
		assert_int_equal(hop.robots, failures[i].robots);
		assert_int_equal(hop.robots_line, 0);
		assert_int_equal(hop.robots_rule.len, 0);
		if (failures[i].error == HOP_OK)
			continue;
		assert_int_equal(robots_entry_error(entry), failures[i].error);
		assert_true(span_equal(robots_entry_detail(entry, &arena), span_of(failures[i].detail)));
	}
	robots_table_forget_unreachable(table);
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++)
		assert_int_equal(knows(table, i), failures[i].robots == ROBOTS_ALLOWED);
	arena_release(&arena);
	robots_table_free(table);
}

/* A file of ROBOTS_BYTES_MAX that takes as much memory as any, for a hostile origin. */
static void fill(struct buf *file)
{
	buf_init(file, ROBOTS_BYTES_MAX);
	buf_add_text(file, "user-agent:*\n");
	while (file->len + 8 <= ROBOTS_BYTES_MAX)
		buf_add_text(file, "allow:/\n");
}

static void the_memory_is_bounded(void **state)
{
	const size_t size_max = 8 * 1024 * 1024, one_max = 3 * ROBOTS_BYTES_MAX;
	struct robots_table *table = robots_table_new(size_max);
	struct buf file;

	(void)state;
	fill(&file);
	for (uint64_t i = 0; i < 40; i++) {
		learn(table, i, buf_span(&file));
		assert_true(robots_table_bytes(table) <= size_max + one_max);
		/* The first one is used all the time, and so stays. */
		assert_true(knows(table, 0));
	}
	assert_true(robots_table_bytes(table) > size_max / 2);
	assert_true(knows(table, 39));
	assert_false(knows(table, 1));
	for (uint64_t i = 100; i < 200000; i++)
		learn(table, i, SPAN(""));
	assert_true(robots_table_bytes(table) <= size_max + one_max);
	assert_false(knows(table, 0));
	buf_release(&file);
	robots_table_free(table);
}

static void an_origin_larger_than_the_table_is_known_for_a_moment(void **state)
{
	struct robots_table *table = robots_table_new(1024);
	struct arena arena;
	struct buf file;
	struct hop hop;

	(void)state;
	arena_init(&arena);
	fill(&file);
	learn(table, 1, buf_span(&file));
	judge(table, &arena, 1, SPAN("http://a.example/"), &hop);
	assert_int_equal(hop.robots, ROBOTS_ALLOWED);
	assert_int_equal(hop.robots_line, 2);
	assert_false(knows(table, 2));
	assert_false(knows(table, 1));
	buf_release(&file);
	arena_release(&arena);
	robots_table_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(origins_are_known),
		cmocka_unit_test(those_who_come_meanwhile_wait),
		cmocka_unit_test(hops_are_told_rule_and_line),
		cmocka_unit_test(long_rules_are_cut),
		cmocka_unit_test(failures_are_told),
		cmocka_unit_test(the_memory_is_bounded),
		cmocka_unit_test(an_origin_larger_than_the_table_is_known_for_a_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
