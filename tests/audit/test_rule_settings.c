#include "audit/rule_settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *text;
	const char *complaint; /* a piece of it; NULL: valid */
} cases[] = {
	{ "redirect-loop=off", NULL },
	{ "redirect-loop=notice", NULL },
	{ "redirect-loop=warning", NULL },
	{ "redirect-loop=error", NULL },
	{ "hops-exceed-5.limit=4", NULL },
	{ "hops-exceed-5.limit=5", NULL },
	{ "redirect-loop", "expected NAME=off|notice|warning|error or NAME.limit=N" },
	{ "", "expected NAME=" },
	{ "redirect-loop=fatal", "off, notice, warning, error" },
	{ "redirect-loop=", "off, notice, warning, error" },
	{ "redirect-loop=Error", "off, notice, warning, error" },
	{ "redirect-lop=error", "did you mean \"redirect-loop\"?" },
	{ "Redirect-Loop=error", "did you mean \"redirect-loop\"?" },
	{ "loop=error", "there is no rule \"loop\"" },
	{ "=error", "there is no rule \"\"; `detour rules` lists them" },
	{ "qqqqqqqqqqqqqqqqqqqqqqqq=error", "`detour rules` lists them" },
	{ "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq=off", "lists them" },
	{ "redirect-loop.limit=3", "the rule redirect-loop has no limit" },
	{ "hops-exceed-5.limit=", "a number from " },
	{ "hops-exceed-5.limit=x", "a number from " },
	{ "hops-exceed-5.limit=5x", "a number from " },
	{ "hops-exceed-5.limit=-5", "a number from " },
	{ "hops-exceed-5.limit=+5", "a number from " },
	{ "hops-exceed-5.limit= 5", "a number from " },
	{ "hops-exceed-5.limit=4294967301", "a number from " },
	{ "hops-exceed-5.limit=99999999999999999999999", "a number from " },
	{ "hops-exceed-5.limt=5", "there is no rule \"hops-exceed-5.limt\"" },
	{ ".limit=5", "there is no rule \"\"" },
};

static void apply_says_what_is_allowed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rule_settings settings, before;
		char *complaint = NULL;
		size_t len = 0;
		FILE *errors = open_memstream(&complaint, &len);
		bool applied;

		memset(&settings, 0, sizeof(settings));
		rule_settings_init(&settings);
		before = settings;
		applied = rule_settings_apply(&settings, cases[i].text, errors);
		fclose(errors);
		if (applied != !cases[i].complaint || (applied ? len != 0 : !strstr(complaint, cases[i].complaint)))
			fail_msg("--rule \"%s\": %s, \"%s\"", cases[i].text, applied ? "taken" : "refused", complaint);
		if (!applied) {
			assert_memory_equal(&settings, &before, sizeof(settings));
			assert_ptr_equal(strchr(complaint, '\n'), complaint + len - 1);
		}
		free(complaint);
	}
}

static void the_last_setting_wins(void **state)
{
	struct rule_settings settings;

	(void)state;
	rule_settings_init(&settings);
	assert_false(settings.rule[RULE_redirect_loop].has_level);
	assert_int_equal(settings.rule[RULE_hops_exceed_5].limit, 5);
	assert_true(rule_settings_apply(&settings, "redirect-loop=off", stderr));
	assert_true(rule_settings_apply(&settings, "redirect-loop=warning", stderr));
	assert_true(rule_settings_apply(&settings, "hops-exceed-5.limit=4", stderr));
	assert_true(settings.rule[RULE_redirect_loop].has_level);
	assert_int_equal(settings.rule[RULE_redirect_loop].level, SEVERITY_WARNING);
	assert_int_equal(settings.rule[RULE_hops_exceed_5].limit, 4);
	assert_false(settings.rule[RULE_hops_exceed_5].has_level);
}

static const struct {
	const char *content;
	const char *complaint; /* a piece of it; NULL: valid */
} files[] = {
	{ "", NULL },
	{ "\n\n", NULL },
	{ "# nothing\n", NULL },
	{ "redirect-loop=notice", NULL },
	{ "# levels\r\n\r\n\tredirect-loop=notice \t\r\n  # more\r\nhops-exceed-5.limit=4\r\n", NULL },
	{ "\xEF\xBB\xBFredirect-loop=notice # for now\nhops-exceed-5.limit=4#=9\n", NULL },
	{ "redirect-loop=error\nredirect-loop=notice\n", NULL },
	{ "redirect-loop=notice\n\nredirect-lop=error\n",
	  ":3: redirect-lop=error: there is no rule \"redirect-lop\"; did you mean \"redirect-loop\"?" },
	{ "redirect-loop = off\n", ":1: redirect-loop = off: there is no rule" },
	{ "--rule redirect-loop=off\n", ":1: --rule redirect-loop=off: there is no rule" },
	{ "redirect-loop.limit=3", ":1: redirect-loop.limit=3: the rule redirect-loop has no limit" },
	{ "#\nhops-exceed-5.limit=x", ":2: hops-exceed-5.limit=x: the limit of hops-exceed-5 is a" },
	{ "redirect-loop=fatal", ":1: redirect-loop=fatal: the level is one of" },
	{ "redirect-loop", ":1: redirect-loop: expected NAME=" },
};

/* The settings that a file of this content makes; the complaint is to be freed. */
static bool apply_content(struct rule_settings *settings, struct span content, char **complaint)
{
	size_t len = 0;
	FILE *errors = open_memstream(complaint, &len);
	bool applied;

	rule_settings_init(settings);
	applied = rule_settings_apply_file(settings, content, "rules.conf", errors);
	fclose(errors);
	return applied;
}

static void a_file_is_taken_line_by_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const char *content = files[i].content;
		struct rule_settings settings;
		char *complaint = NULL;
		bool applied = apply_content(&settings, span_of(content), &complaint);

		if (applied != !files[i].complaint ||
		    (applied ? *complaint != '\0' : !strstr(complaint, files[i].complaint)))
			fail_msg("\"%s\": %s, \"%s\"", content, applied ? "taken" : "refused", complaint);
		if (applied) {
			assert_int_equal(settings.rule[RULE_redirect_loop].has_level,
					 strstr(content, "notice") != NULL);
			if (strstr(content, "notice"))
				assert_int_equal(settings.rule[RULE_redirect_loop].level, SEVERITY_NOTICE);
			assert_int_equal(settings.rule[RULE_hops_exceed_5].limit, strstr(content, "limit=4") ? 4 : 5);
		}
		free(complaint);
	}
}

/* A long line is not repeated, and a byte that would end a string hides nothing that stands behind it. */
static void a_strange_file_is_refused(void **state)
{
	static char long_line[10000];
	struct rule_settings settings;
	char *complaint = NULL;

	(void)state;
	memset(long_line, 'x', sizeof(long_line));
	assert_false(
		apply_content(&settings, (struct span){ .bytes = long_line, .len = sizeof(long_line) }, &complaint));
	assert_string_equal(complaint,
			    "detour: rules.conf:1: expected NAME=off|notice|warning|error or NAME.limit=N\n");
	free(complaint);
	assert_false(apply_content(&settings, SPAN("\nredirect-loop=off\0no\n"), &complaint));
	assert_string_equal(complaint,
			    "detour: rules.conf:2: expected NAME=off|notice|warning|error or NAME.limit=N\n");
	free(complaint);
	assert_true(apply_content(&settings, (struct span){ .len = 0 }, &complaint));
	free(complaint);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(apply_says_what_is_allowed),
		cmocka_unit_test(the_last_setting_wins),
		cmocka_unit_test(a_file_is_taken_line_by_line),
		cmocka_unit_test(a_strange_file_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
