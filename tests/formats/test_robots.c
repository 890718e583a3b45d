#include "formats/robots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "formats/buf.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct robots_case {
	const char *file;
	const char *path;
	bool allowed;
	unsigned line; /* 0: no rule decides */
	const char *pattern;
};

static void check(const struct robots_case *wanted, struct span file, struct span path, const char *token)
{
	struct robots *robots = robots_new(ROBOTS_FILE_FOUND, file, span_of(token));
	struct robots_decision got = robots_check(robots, path);
	struct span pattern = span_of(wanted->pattern ? wanted->pattern : "");

	if (got.allowed != wanted->allowed || got.line != wanted->line || !span_equal(got.pattern, pattern))
		fail_msg("%s for \"%s\" in:\n%.*s\nallowed %d, line %u \"%.*s\"", token, wanted->path, (int)file.len,
			 file.bytes, got.allowed, got.line, (int)got.pattern.len, got.pattern.bytes);
	assert_int_equal(robots_allows(robots, path), got.allowed);
	robots_free(robots);
}

static void check_all(const struct robots_case *cases, size_t count, const char *prefix)
{
	char file[1024];

	for (size_t i = 0; i < count; i++) {
		snprintf(file, sizeof(file), "%s%s", prefix, cases[i].file);
		check(&cases[i], span_of(file), span_of(cases[i].path), "detour");
	}
}

/* Which groups are the crawler's. */
static void test_groups(void **state)
{
	static const struct robots_case cases[] = {
		{ "", "/a", true, 0, NULL },
		{ "User-agent: *\nDisallow: /a", "/a", false, 2, "/a" },
		{ "User-agent: other\nDisallow: /a", "/a", true, 0, NULL },
		/* A group with the name replaces that of "*", wherever it stands. */
		{ "User-agent: *\nDisallow: /a\nUser-agent: detour\nDisallow: /b", "/a", true, 0, NULL },
		{ "User-agent: detour\nDisallow: /b\nUser-agent: *\nDisallow: /a", "/b", false, 2, "/b" },
		{ "User-agent: *\nDisallow: /a\nUser-agent: detour", "/a", true, 0, NULL },
		{ "User-agent: *\nDisallow: /a\nUser-agent: detour\nDisallow:", "/a", true, 0, NULL },
		/* Groups of one name are one group. */
		{ "User-agent: detour\nDisallow: /a\nUser-agent: *\nDisallow: /\nUser-agent: detour\nDisallow: /b",
		  "/b", false, 6, "/b" },
		{ "User-agent: *\nDisallow: /a\nUser-agent: other\nDisallow: /\nUser-agent: *\nDisallow: /b", "/b",
		  false, 6, "/b" },
		/* Lines for agents add up until there is a rule; other fields do not end them. */
		{ "User-agent: detour\nUser-agent: other\nDisallow: /a", "/a", false, 3, "/a" },
		{ "User-agent: detour\n\nSitemap: /s\nCrawl-delay: 1\nUser-agent: other\nDisallow: /a", "/a", false, 6,
		  "/a" },
		{ "User-agent: detour\nUser-agent: *\nDisallow: /a\nUser-agent: *\nDisallow: /b", "/b", true, 0, NULL },
		{ "User-agent: detour\nDisallow\nUser-agent: other\nDisallow: /a", "/a", false, 4, "/a" },
		{ "User-agent: detour\nDisallow all of it\nUser-agent: other\nDisallow: /a", "/a", false, 4, "/a" },
		{ "User-agent: detour\nAllow:\nUser-agent: other\nDisallow: /a", "/a", true, 0, NULL },
		/* A rule before any group is nobody's. */
		{ "Disallow: /a\nUser-agent: *\nDisallow: /b", "/a", true, 0, NULL },
		/* The name in any case, with a version or other words behind it; not a name that only begins so. */
		{ "User-agent: DETOUR\nDisallow: /a", "/a", false, 2, "/a" },
		{ "User-agent: detour/1.0\nDisallow: /a", "/a", false, 2, "/a" },
		{ "User-agent: detour bot\nDisallow: /a", "/a", false, 2, "/a" },
		{ "User-agent: detour-news\nDisallow: /a", "/a", true, 0, NULL },
		{ "User-agent: det\nDisallow: /a", "/a", true, 0, NULL },
		{ "User-agent: * detour\nDisallow: /a", "/a", false, 2, "/a" },
		{ "User-agent: *detour\nDisallow: /a", "/a", true, 0, NULL },
		{ "User-agent:\nDisallow: /a", "/a", true, 0, NULL },
	};

	(void)state;
	check_all(cases, COUNT(cases), "");
}

static void test_tokens(void **state)
{
	static const struct robots_case file = { "User-agent: /1\nDisallow: /a\nUser-agent: *\nDisallow: /b", "/b",
						 false, 4, "/b" };

	(void)state;
	/* Without a name, or with one that no line can have, "*" counts. */
	check(&file, span_of(file.file), span_of("/b"), "");
	check(&file, span_of(file.file), span_of("/b"), "detour bot");
	assert_true(span_equal(robots_token(SPAN("detour/1.0 (+https://a.example/)")), SPAN("detour")));
	assert_true(span_equal(robots_token(SPAN("My_Bot-x")), SPAN("My_Bot-x")));
	assert_int_equal(robots_token(SPAN("7bot")).len, 0);
	assert_int_equal(robots_token((struct span){ .len = 0 }).len, 0);
}

static void test_lines(void **state)
{
	static const struct robots_case cases[] = {
		{ "disallow:/a", "/a", false, 2, "/a" },
		{ "DISALLOW\t :\t/a \t", "/a", false, 2, "/a" },
		{ "\t Disallow: /a", "/a", false, 2, "/a" },
		{ "Disallow: /a # why", "/a", false, 2, "/a" },
		{ "Disallow: /a#b", "/ac", false, 2, "/a" },
		{ "# Disallow: /a", "/a", true, 0, NULL },
		/* Line ends, and the numbers of lines. */
		{ "\rDisallow: /a", "/a", false, 3, "/a" },
		{ "\r\n\r\nDisallow: /a\r\n", "/a", false, 4, "/a" },
		{ "\n\rDisallow: /a\r", "/a", false, 4, "/a" },
		/* What people write. */
		{ "Disallow /a", "/a", false, 2, "/a" },
		{ "Disallow \t /a", "/a", false, 2, "/a" },
		{ "Disallow all of /a", "/a", true, 0, NULL },
		{ "Disallow", "/a", true, 0, NULL },
		{ "Disallow: a b", "/a", true, 0, NULL },
		{ "Disalow: /a", "/a", false, 2, "/a" },
		{ "Dissallow: /a", "/a", false, 2, "/a" },
		{ "Dissalow: /a", "/a", false, 2, "/a" },
		{ "Diasllow: /a", "/a", false, 2, "/a" },
		{ "Disallaw: /a", "/a", false, 2, "/a" },
		{ "Disallows: /a", "/a", false, 2, "/a" },
		{ "Nodisallow: /a", "/a", true, 0, NULL },
		{ ": /a", "/a", true, 0, NULL },
		{ "Disallow: /\nUseragent: detour\nAllow: /a", "/a", true, 4, "/a" },
		{ "Disallow: /\nUser agent: detour\nAllow: /a", "/a", true, 4, "/a" },
		{ "Disallow: /\nUser-agent detour\nAllow: /a", "/a", true, 4, "/a" },
	};

	(void)state;
	check_all(cases, COUNT(cases), "User-agent: *\n");
}

static void test_bytes(void **state)
{
	static const struct {
		struct span file;
		bool allowed;
	} cases[] = {
		{ SPAN("\xEF\xBB\xBFUser-agent: *\nDisallow: /a"), false },
		{ SPAN("\xEF\xBBUser-agent: *\nDisallow: /a"), false },
		{ SPAN("\xEF\xBB\xBF"), true },
		{ SPAN("\xEF"), true },
		{ SPAN("xUser-agent: *\nDisallow: /a"), true },
		/* UTF-16. */
		{ SPAN("\xFF\xFEU\0s\0e\0r\0-\0a\0g\0e\0n\0t\0:\0*\0\n\0D\0i\0s\0a\0l\0l\0o\0w\0:\0/\0"), true },
		/* A NUL ends its line. */
		{ SPAN("User-agent: *\0x\nDisallow: /a\0b"), false },
		{ SPAN("\0\nUser-agent: *\n\0\nDisallow: /a"), false },
		{ SPAN("User-agent: *\n\x01\x02\x7F\xFF: /\nDisallow: /a"), false },
		/* A page instead of a file. */
		{ SPAN("<html><head><title>Disallow: /</title></head><body>User-agent: *\nDisallow: /</body>"), true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct robots *robots = robots_new(ROBOTS_FILE_FOUND, cases[i].file, SPAN("detour"));

		if (robots_allows(robots, SPAN("/a")) != cases[i].allowed)
			fail_msg("case %zu", i);
		robots_free(robots);
	}
}

static void test_patterns(void **state)
{
	static const struct robots_case cases[] = {
		{ "Disallow: /a", "/", true, 0, NULL },
		{ "Disallow: /a", "/abc?d", false, 2, "/a" },
		{ "Disallow: /a", "/A", true, 0, NULL },
		{ "Disallow: /a", "/b/a", true, 0, NULL },
		{ "Disallow: a", "/a", true, 0, NULL },
		{ "Disallow: /", "", false, 2, "/" },
		{ "Disallow: /a?b=", "/a?b=c", false, 2, "/a?b=" },
		{ "Disallow: /$", "/", false, 2, "/$" },
		{ "Disallow: /$", "/a", true, 0, NULL },
		{ "Disallow: /$a", "/$a", false, 2, "/$a" },
		{ "Disallow: /a$$", "/a$", false, 2, "/a$$" },
		{ "Disallow: $", "/", true, 0, NULL },
		{ "Disallow: *", "/a", false, 2, "*" },
		{ "Disallow: *$", "/a", false, 2, "*$" },
		{ "Disallow: *b", "/ab", false, 2, "*b" },
		{ "Disallow: /*.gif$", "/a.gif", false, 2, "/*.gif$" },
		{ "Disallow: /*.gif$", "/a.gif.gif", false, 2, "/*.gif$" },
		{ "Disallow: /*.gif$", "/a.gif?b", true, 0, NULL },
		{ "Disallow: /*.gif", "/a.gif?b", false, 2, "/*.gif" },
		{ "Disallow: /a*$", "/ab", false, 2, "/a*$" },
		{ "Disallow: /a**b", "/ab", false, 2, "/a**b" },
		/* Parts do not overlap. */
		{ "Disallow: /aba*aba$", "/aba", true, 0, NULL },
		{ "Disallow: /aba*aba$", "/ababa", true, 0, NULL },
		{ "Disallow: /aba*aba$", "/abaaba", false, 2, "/aba*aba$" },
		{ "Disallow: /*ab*ba*", "/aba", true, 0, NULL },
		{ "Disallow: /*ab*ba*", "/ababa", false, 2, "/*ab*ba*" },
		{ "Disallow: /*a*b*c$", "/c/b/a/b/a/c", false, 2, "/*a*b*c$" },
		{ "Disallow: /*a*b*c$", "/c/b/a/c", true, 0, NULL },
	};

	(void)state;
	check_all(cases, COUNT(cases), "User-agent: *\n");
}

static void test_precedence(void **state)
{
	static const struct robots_case cases[] = {
		{ "Disallow: /a\nAllow: /a/b", "/a/b", true, 3, "/a/b" },
		{ "Allow: /a/b\nDisallow: /a", "/a/b", true, 2, "/a/b" },
		{ "Allow: /a\nDisallow: /a/b", "/a/b", false, 3, "/a/b" },
		/* Of the same length, the one that allows; of the same kind, the first. */
		{ "Disallow: /a\nAllow: /a", "/a", true, 3, "/a" },
		{ "Allow: /a\nDisallow: /a", "/a", true, 2, "/a" },
		{ "Disallow: /a\nDisallow: /a", "/a", false, 2, "/a" },
		{ "Allow: /a\nAllow: /a", "/a", true, 2, "/a" },
		/* "*" and "$" count as characters. */
		{ "Disallow: /a*\nAllow: /a", "/a", false, 2, "/a*" },
		{ "Disallow: /a$\nAllow: /a", "/a", false, 2, "/a$" },
		{ "Allow: /abc\nDisallow: /*.htm", "/abc.htm", false, 3, "/*.htm" },
		/* Without a pattern there is no rule. */
		{ "Disallow: /\nAllow:", "/a", false, 2, "/" },
		{ "Allow: /\nDisallow:", "/a", true, 2, "/" },
		/* Who allows the index page allows the folder. */
		{ "Disallow: /\nAllow: /a/index.html", "/a/", true, 3, "/a/index.html" },
		{ "Disallow: /\nAllow: /a/index.htm", "/a/", true, 3, "/a/index.htm" },
		{ "Disallow: /\nAllow: /a/index.html", "/a/b", false, 2, "/" },
		{ "Disallow: /\nAllow: /a/index.html", "/a/index.html", true, 3, "/a/index.html" },
		{ "Disallow: /\nAllow: /a/index.php", "/a/", false, 2, "/" },
		{ "Allow: /\nDisallow: /a/index.html", "/a/", true, 2, "/" },
		/* Itself. */
		{ "Disallow: /", "/robots.txt", true, 0, NULL },
		{ "Disallow: /", "/robots.txt?a", false, 2, "/" },
	};

	(void)state;
	check_all(cases, COUNT(cases), "User-agent: *\n");
}

static void test_encoding(void **state)
{
	static const struct robots_case cases[] = {
		{ "Disallow: /\xC3\xA9", "/%C3%A9", false, 2, "/%C3%A9" },
		{ "Disallow: /\xC3\xA9", "/%c3%a9", false, 2, "/%C3%A9" },
		{ "Disallow: /%c3%a9", "/%C3%A9", false, 2, "/%C3%A9" },
		{ "Disallow: /\xE9", "/%E9", false, 2, "/%E9" },
		{ "Disallow: /%e", "/%e", false, 2, "/%e" },
		{ "Disallow: /%gf", "/%gf", false, 2, "/%gf" },
		{ "Disallow: /%ag", "/%Ag", true, 0, NULL },
		{ "Disallow: /%%2f", "/%%2F", false, 2, "/%%2F" },
		{ "Disallow: /%2", "/%2f", false, 2, "/%2" },
		/* Only letters of an escape; and no other characters than those of the pattern. */
		{ "Disallow: /%aab", "/%AAb", false, 2, "/%AAb" },
		{ "Disallow: /%aaB", "/%AAb", true, 0, NULL },
		{ "Disallow: /%62", "/b", true, 0, NULL },
		{ "Disallow: /a%2Fb", "/a/b", true, 0, NULL },
		{ "Disallow: /%2A", "/a", true, 0, NULL },
		{ "Disallow: /%2A", "/%2a", false, 2, "/%2A" },
		/* An escape is three characters. */
		{ "Disallow: /\xC3*\nAllow: /%C3%A9", "/%C3%A9", true, 3, "/%C3%A9" },
	};

	(void)state;
	check_all(cases, COUNT(cases), "User-agent: *\n");
}

static void add_many(struct buf *buf, const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_add_text(buf, text);
}

/* Long lines are cut at 16,663 bytes, so what is behind does not matter. */
static void test_long_line(void **state)
{
	const size_t kept = 16663 - strlen("Disallow: /");
	struct buf file, path;
	struct robots *robots;
	struct robots_decision verdict;

	(void)state;
	buf_init(&file, 1 << 20);
	buf_init(&path, 1 << 20);
	buf_add_text(&file, "User-agent: *\nDisallow: /");
	add_many(&file, "a", kept);
	buf_add_text(&file, "b\nDisallow: /c");
	robots = robots_new(ROBOTS_FILE_FOUND, buf_span(&file), SPAN("detour"));

	buf_add_text(&path, "/");
	add_many(&path, "a", kept - 1);
	assert_true(robots_allows(robots, buf_span(&path)));
	buf_add_text(&path, "a");
	verdict = robots_check(robots, buf_span(&path));
	assert_false(verdict.allowed);
	assert_int_equal(verdict.pattern.len, kept + 1);
	assert_int_equal(robots_check(robots, SPAN("/c")).line, 3);
	robots_free(robots);

	/* Each byte may become three. */
	buf_clear(&file);
	buf_add_text(&file, "User-agent: *\nDisallow: /");
	add_many(&file, "\xFF", 20000);
	robots = robots_new(ROBOTS_FILE_FOUND, buf_span(&file), SPAN("detour"));
	buf_clear(&path);
	buf_add_text(&path, "/");
	add_many(&path, "%FF", kept);
	verdict = robots_check(robots, buf_span(&path));
	assert_int_equal(verdict.pattern.len, 3 * kept + 1);
	robots_free(robots);
	buf_release(&file);
	buf_release(&path);
}

/* A file that is full of `line`; the last one may be cut off. */
static struct robots *full_of(struct buf *file, const char *line)
{
	buf_clear(file);
	buf_add_text(file, "User-agent: *\n");
	while (file->len < ROBOTS_BYTES_MAX)
		buf_add_text(file, line);
	return robots_new(ROBOTS_FILE_FOUND, buf_span(file), SPAN("detour"));
}

static void test_big_file(void **state)
{
	static const char *const lines[] = { "allow:/\n", "allow:/index.htm\n", "\n", "\xFF", "User-agent: *\n" };
	struct robots *robots;
	struct buf file;

	(void)state;
	buf_init(&file, 1 << 20);
	for (size_t i = 0; i < COUNT(lines); i++) {
		robots = full_of(&file, lines[i]);
		assert_true(robots_allows(robots, SPAN("/")));
		robots_free(robots);
	}

	/* The last byte that counts, and the first that does not. */
	buf_clear(&file);
	add_many(&file, "\n", ROBOTS_BYTES_MAX - strlen("User-agent: *\nDisallow: /b"));
	buf_add_text(&file, "User-agent: *\nDisallow: /bc");
	robots = robots_new(ROBOTS_FILE_FOUND, buf_span(&file), SPAN("detour"));
	assert_false(robots_allows(robots, SPAN("/b")));
	assert_true(robots_allows(robots, SPAN("/a")));
	robots_free(robots);
	buf_release(&file);
}

/* Patterns that take exponential time where each "*" is tried at each place, and many of them. */
static void test_hostile_patterns(void **state)
{
	static const char *const lines[] = {
		"Disallow: /*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b\n",
		"Disallow: ****************************************b\n",
		"Disallow: *a*ab\n",
		"Disallow: *aab\n",
	};
	struct robots *robots;
	struct buf file, path;

	(void)state;
	buf_init(&file, 1 << 20);
	buf_init(&path, URL_BYTES_MAX);
	buf_add_text(&path, "/");
	add_many(&path, "a", URL_BYTES_MAX - 1);
	for (size_t i = 0; i < COUNT(lines); i++) {
		robots = full_of(&file, lines[i]);
		assert_true(robots_allows(robots, buf_span(&path)));
		assert_false(robots_allows(robots, SPAN("/aaaaaaaaaaaaaaaaaaaaaaaaab")));
		robots_free(robots);
	}

	/* What is behind too many of them does not count if it has a "*", and only then. */
	while (file.len > ROBOTS_BYTES_MAX - 100)
		buf_cut(&file, file.len - strlen(lines[3]));
	buf_add_text(&file, "Disallow: /*aaa\nDisallow: /aa\n");
	robots = robots_new(ROBOTS_FILE_FOUND, buf_span(&file), SPAN("detour"));
	assert_true(span_equal(robots_check(robots, buf_span(&path)).pattern, SPAN("/aa")));
	assert_true(span_equal(robots_check(robots, SPAN("/aaaa")).pattern, SPAN("/*aaa")));
	robots_free(robots);
	buf_release(&file);
	buf_release(&path);
}

static void test_sources(void **state)
{
	static const struct {
		unsigned status;
		enum robots_source source;
	} cases[] = {
		{ 200, ROBOTS_FILE_FOUND },       { 204, ROBOTS_FILE_FOUND },       { 301, ROBOTS_FILE_UNAVAILABLE },
		{ 404, ROBOTS_FILE_UNAVAILABLE }, { 401, ROBOTS_FILE_UNAVAILABLE }, { 429, ROBOTS_FILE_UNREACHABLE },
		{ 500, ROBOTS_FILE_UNREACHABLE }, { 503, ROBOTS_FILE_UNREACHABLE }, { 0, ROBOTS_FILE_UNREACHABLE },
		{ 999, ROBOTS_FILE_UNREACHABLE },
	};
	static const struct span file = SPAN("User-agent: *\nDisallow: /a\nAllow: /b");
	static const bool allowed[][2] = {
		[ROBOTS_FILE_FOUND] = { false, true },
		[ROBOTS_FILE_UNAVAILABLE] = { true, true },
		[ROBOTS_FILE_UNREACHABLE] = { false, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(robots_source_of(cases[i].status), cases[i].source);
	for (size_t i = 0; i < COUNT(allowed); i++) {
		struct robots *robots = robots_new((enum robots_source)i, file, SPAN("detour"));

		assert_int_equal(robots_allows(robots, SPAN("/a")), allowed[i][0]);
		assert_int_equal(robots_allows(robots, SPAN("/b")), allowed[i][1]);
		assert_true(robots_allows(robots, SPAN("/robots.txt")));
		assert_int_equal(robots_check(robots, SPAN("/a")).line, i == ROBOTS_FILE_FOUND ? 2 : 0);
		robots_free(robots);
	}
	robots_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_groups),   cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_lines),    cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_patterns), cmocka_unit_test(test_precedence),
		cmocka_unit_test(test_encoding), cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_big_file), cmocka_unit_test(test_hostile_patterns),
		cmocka_unit_test(test_sources),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
