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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(apply_says_what_is_allowed),
		cmocka_unit_test(the_last_setting_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
