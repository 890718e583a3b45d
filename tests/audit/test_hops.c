#include "audit/hops.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "audit/example.h"
#include "audit/rule_settings.h"

static const struct {
	unsigned redirects;  /* that servers answered with */
	const char *end;     /* the example's last line */
	const char *setting; /* --rule, or "" */
	const char *rule;    /* the one hops-exceed rule that speaks, or "" */
	uint32_t hop;
} cases[] = {
	{ 4, "200 http://a.example/", "", "", 0 },
	{ 5, "200 http://a.example/", "", "", 0 },
	{ 6, "200 http://a.example/", "", "hops-exceed-5", 5 },
	/* Monitors that give up as soon as the fifth redirect has occurred. */
	{ 4, "200 http://a.example/", "hops-exceed-5.limit=4", "", 0 },
	{ 5, "200 http://a.example/", "hops-exceed-5.limit=4", "hops-exceed-5", 4 },
	{ 6, "200 http://a.example/", "hops-exceed-5=off", "", 0 },
	{ 10, "404 http://a.example/", "", "hops-exceed-5", 5 },
	{ 11, "404 http://a.example/", "", "hops-exceed-10", 10 },
	{ 20, "200 http://a.example/", "", "hops-exceed-10", 10 },
	{ 21, "200 http://a.example/", "", "hops-exceed-20", 20 },
	/* The redirect that was not followed counts too. */
	{ 5, "= redirect_limit", "", "", 0 },
	{ 6, "= redirect_limit", "", "hops-exceed-5", 5 },
	{ 11, "= redirect_limit", "", "hops-exceed-10", 10 },
	{ 20, "= redirect_limit", "", "hops-exceed-10", 10 },
	{ 21, "= redirect_limit", "", "hops-exceed-20", 20 },
	/* A loop is endless and not too long, however many redirects a round of it has. */
	{ 7, "= loop 0 6", "", "", 0 },
	{ 22, "= loop 0 21", "", "", 0 },
	{ 7, "= growing_url", "", "", 0 },
};

/* The hops-exceed rule that speaks and the hop it blames; "" if there is none. Two are a failure. */
static const char *find_hops_exceed(const struct record *record, uint32_t *hop)
{
	const char *found = "";

	for (uint32_t i = 0; i < record->finding_count; i++) {
		if (strncmp(record->finding[i].rule, "hops-exceed", 11) != 0)
			continue;
		assert_string_equal(found, "");
		found = record->finding[i].rule;
		*hop = record->finding[i].hop;
	}
	return found;
}

static void one_rule_speaks_at_each_length(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rule_settings settings;
		struct example example;
		uint32_t line, hop = 0;
		const char *rule;
		char text[200];

		rule_settings_init(&settings);
		if (*cases[i].setting)
			assert_true(rule_settings_apply(&settings, cases[i].setting, stderr));
		snprintf(text, sizeof(text), "301 http://a.example/[1-%u]\n%s\n", cases[i].redirects, cases[i].end);
		assert_true(example_parse(&example, text, &line));
		audit_record(example.record, &settings);
		rule = find_hops_exceed(example.record, &hop);
		if (strcmp(rule, cases[i].rule) != 0 || hop != cases[i].hop)
			fail_msg("%s: expected \"%s\" at hop %u, got \"%s\" at hop %u:\n%s", cases[i].setting,
				 cases[i].rule, cases[i].hop, rule, hop, text);
		example_release(&example);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_rule_speaks_at_each_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
