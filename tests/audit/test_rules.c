/* Runs each rule's own examples, so a new rule is tested without a line here. */
#include "audit/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "audit/example.h"
#include "audit/rule_settings.h"
#include "formats/utf8.h"

static void parse(struct example *example, const char *text, const char *rule)
{
	uint32_t line = 0;

	if (!example_parse(example, text, &line))
		fail_msg("%s: line %u of this example is wrong:\n%s", rule, line, text);
}

/* Findings of `rule` that blame hop `index`. */
static unsigned blames(const struct record *record, const struct rule *rule, uint32_t index)
{
	unsigned count = 0;

	for (uint32_t i = 0; i < record->finding_count; i++)
		count += record->finding[i].rule == rule->name && record->finding[i].hop == index;
	return count;
}

/* The rule blames each marked hop once and no other. */
static void run_example(const struct rule *rule, const char *text, bool bad)
{
	struct rule_settings settings;
	struct example example;
	unsigned marks = 0;

	rule_settings_init(&settings);
	parse(&example, text, rule->name);
	audit_record(example.record, &settings);
	for (uint32_t i = 0; i < example.record->chain.hop_count; i++) {
		unsigned wanted = bad && example.blamed[i];
		unsigned got = blames(example.record, rule, i);

		marks += example.blamed[i];
		if (got != wanted)
			fail_msg("%s: hop %u: expected %u findings, got %u:\n%s", rule->name, i, wanted, got, text);
	}
	if (bad ? marks == 0 : marks != 0)
		fail_msg("%s: a bad example marks a hop, a good one none:\n%s", rule->name, text);
	example_release(&example);
}

static void each_rule_passes_its_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < RULE_COUNT; i++) {
		/* test_inventory.c has the rules on the whole list. */
		if (!rules[i]->check)
			continue;
		assert_non_null(rules[i]->bad[0]);
		assert_non_null(rules[i]->good[0]);
		for (const char *const *text = rules[i]->bad; *text; text++)
			run_example(rules[i], *text, true);
		for (const char *const *text = rules[i]->good; *text; text++)
			run_example(rules[i], *text, false);
	}
}

static void check_finding(const struct record *record, const struct finding *finding)
{
	const struct span message = finding->message;

	assert_true(finding->hop < record->chain.hop_count);
	assert_in_range(finding->severity, SEVERITY_NOTICE, SEVERITY_ERROR);
	assert_in_range(finding->confidence_pct, 1, 100);
	if (message.len == 0 || message.len > 1024 || message.bytes[message.len - 1] != '.')
		fail_msg("%s: the message is no sentence: %.*s", finding->rule, (int)message.len, message.bytes);
	if (!utf8_is_valid(message))
		fail_msg("%s: the message is no UTF-8: %.*s", finding->rule, (int)message.len, message.bytes);
}

static void check_all_findings(const char *text, const char *rule)
{
	struct rule_settings settings;
	struct example example;

	rule_settings_init(&settings);
	parse(&example, text, rule);
	audit_record(example.record, &settings);
	for (uint32_t i = 0; i < example.record->finding_count; i++) {
		const struct finding *finding = &example.record->finding[i];

		check_finding(example.record, finding);
		if (i > 0 && (finding[-1].hop > finding->hop ||
			      (finding[-1].hop == finding->hop && strcmp(finding[-1].rule, finding->rule) > 0)))
			fail_msg("findings %s, %s are not sorted:\n%s", finding[-1].rule, finding->rule, text);
	}
	example_release(&example);
}

static void all_rules_are_safe_on_all_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < RULE_COUNT; i++) {
		if (!rules[i]->check)
			continue;
		for (const char *const *text = rules[i]->bad; *text; text++)
			check_all_findings(*text, rules[i]->name);
		for (const char *const *text = rules[i]->good; *text; text++)
			check_all_findings(*text, rules[i]->name);
	}
}

static void no_rule_speaks_where_there_is_no_hop(void **state)
{
	struct rule_settings settings;

	(void)state;
	rule_settings_init(&settings);
	for (unsigned outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
		struct record *record = record_new();

		record->chain.outcome = (enum outcome)outcome;
		audit_record(record, &settings);
		assert_int_equal(record->finding_count, 0);
		record_free(record);
	}
}

static void is_sentence(const struct rule *rule, const char *field, const char *text)
{
	if (!text || strlen(text) < 2 || text[strlen(text) - 1] != '.')
		fail_msg("%s: %s is empty or does not end with a full stop", rule->name, field);
}

static void each_rule_has_its_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < RULE_COUNT; i++) {
		const struct rule *rule = rules[i];

		is_sentence(rule, "why", rule->why);
		is_sentence(rule, "fix", rule->fix);
		if (!rule->title || !*rule->title || rule->title[strlen(rule->title) - 1] == '.')
			fail_msg("%s: the title is empty or ends with a full stop", rule->name);
		if (!rule->spec || !*rule->spec)
			fail_msg("%s: no source", rule->name);
		assert_in_range(rule->severity, SEVERITY_NOTICE, SEVERITY_ERROR);
		if (rule->limit.unit &&
		    (rule->limit.min > rule->limit.default_value || rule->limit.default_value > rule->limit.max))
			fail_msg("%s: the default limit is out of range", rule->name);
	}
}

static void names_are_the_files_in_kebab_case(void **state)
{
	static const char *const files[] = {
#define RULE(name) [RULE_##name] = #name,
#include "rules.def"
#undef RULE
	};

	(void)state;
	for (size_t i = 0; i < RULE_COUNT; i++) {
		char name[64];

		assert_true(snprintf(name, sizeof(name), "%s", files[i]) < (int)sizeof(name));
		for (char *c = name; *c; c++)
			*c = *c == '_' ? '-' : *c;
		assert_string_equal(rules[i]->name, name);
		assert_ptr_equal(rule_find(span_of(name)), rules[i]);
	}
	assert_null(rule_find(SPAN("redirect")));
	assert_null(rule_find(SPAN("")));
}

/* Findings of redirect-loop on a chain that has one. */
static uint32_t loop_findings(const char *setting, enum severity *severity)
{
	static const char loop[] = "301 http://a.example/\n301 http://a.example/b\n301 http://a.example/\n= loop 0 2\n";
	struct rule_settings settings;
	struct example example;
	uint32_t count = 0;

	rule_settings_init(&settings);
	if (*setting)
		assert_true(rule_settings_apply(&settings, setting, stderr));
	parse(&example, loop, "redirect-loop");
	audit_record(example.record, &settings);
	for (uint32_t i = 0; i < example.record->finding_count; i++) {
		if (span_equal(span_of(example.record->finding[i].rule), SPAN("redirect-loop"))) {
			*severity = example.record->finding[i].severity;
			count++;
		}
	}
	example_release(&example);
	return count;
}

static void a_level_replaces_the_rules_own(void **state)
{
	enum severity severity = SEVERITY_OFF;

	(void)state;
	assert_int_equal(loop_findings("", &severity), 1);
	assert_int_equal(severity, SEVERITY_ERROR);
	assert_int_equal(loop_findings("redirect-loop=notice", &severity), 1);
	assert_int_equal(severity, SEVERITY_NOTICE);
	assert_int_equal(loop_findings("redirect-loop=off", &severity), 0);
}

static void auditing_twice_gives_the_findings_once(void **state)
{
	struct rule_settings settings;
	struct example example;
	uint32_t first;

	(void)state;
	rule_settings_init(&settings);
	parse(&example, "301 http://a.example/\n301 http://a.example/b\n301 http://a.example/\n= loop 0 2\n", "");
	audit_record(example.record, &settings);
	first = example.record->finding_count;
	assert_true(first > 0);
	audit_record(example.record, &settings);
	assert_int_equal(example.record->finding_count, first);
	for (uint32_t i = 0; i < first; i++)
		assert_ptr_equal(rules[rule_index_of(&example.record->finding[i])]->name,
				 example.record->finding[i].rule);
	example_release(&example);
}

/* A rule that blames every hop leaves room for the others. */
static void findings_have_limits(void **state)
{
	struct rule_settings settings;
	struct example example;
	uint32_t per_rule[RULE_COUNT] = { 0 };

	(void)state;
	rule_settings_init(&settings);
	parse(&example, "303 http://a.example/[1-60]\n404 http://a.example/\n", "");
	audit_record(example.record, &settings);
	assert_in_range(example.record->finding_count, FINDINGS_PER_RULE_MAX + 2, FINDINGS_MAX);
	for (uint32_t i = 0; i < example.record->finding_count; i++)
		per_rule[rule_index_of(&example.record->finding[i])]++;
	for (size_t i = 0; i < RULE_COUNT; i++)
		assert_in_range(per_rule[i], 0, FINDINGS_PER_RULE_MAX);
	assert_int_equal(per_rule[RULE_see_other_on_get], FINDINGS_PER_RULE_MAX);
	assert_int_equal(per_rule[RULE_hops_exceed_20], 1);
	assert_int_equal(per_rule[RULE_target_client_error], 1);
	example_release(&example);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_passes_its_examples),
		cmocka_unit_test(all_rules_are_safe_on_all_examples),
		cmocka_unit_test(no_rule_speaks_where_there_is_no_hop),
		cmocka_unit_test(each_rule_has_its_texts),
		cmocka_unit_test(names_are_the_files_in_kebab_case),
		cmocka_unit_test(a_level_replaces_the_rules_own),
		cmocka_unit_test(findings_have_limits),
		cmocka_unit_test(auditing_twice_gives_the_findings_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
