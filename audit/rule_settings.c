#include "audit/rule_settings.h"

#include <stdlib.h>

/* Longer than any rule's name; a longer text is not compared with them. */
#define NAME_BYTES_MAX 64

void rule_settings_init(struct rule_settings *settings)
{
	*settings = (struct rule_settings){ 0 };
	for (size_t i = 0; i < RULE_COUNT; i++)
		settings->rule[i].limit = rules[i]->limit.default_value;
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

/* Edits (insert, delete, replace) that make one text the other; both at most NAME_BYTES_MAX long. */
static size_t edit_distance(struct span a, struct span b)
{
	size_t row[NAME_BYTES_MAX + 1];

	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t replaced = diagonal + (a.bytes[i - 1] != b.bytes[j - 1]);

			diagonal = row[j];
			row[j] = min3(replaced, row[j] + 1, row[j - 1] + 1);
		}
	}
	return row[b.len];
}

/* NULL if nothing is near enough to be what was meant. */
static const struct rule *nearest_rule(struct span name)
{
	const struct rule *nearest = NULL;
	size_t least = name.len / 2 + 1;

	if (name.len > NAME_BYTES_MAX)
		return NULL;
	for (size_t i = 0; i < RULE_COUNT; i++) {
		size_t distance = edit_distance(name, span_of(rules[i]->name));

		if (distance < least) {
			least = distance;
			nearest = rules[i];
		}
	}
	return nearest;
}

static bool unknown_rule(const char *text, struct span name, FILE *errors)
{
	const struct rule *nearest = nearest_rule(name);

	fprintf(errors, "detour: --rule %s: there is no rule \"%.*s\"", text, SPAN_ARG(name));
	if (nearest)
		fprintf(errors, "; did you mean \"%s\"?\n", nearest->name);
	else
		fprintf(errors, "; `detour rules` lists them\n");
	return false;
}

static bool parse_limit(const struct rule *rule, const char *text, const char *value, uint32_t *limit, FILE *errors)
{
	unsigned long long number = 0;
	char *end = NULL;

	if (!rule->limit.unit) {
		fprintf(errors, "detour: --rule %s: the rule %s has no limit\n", text, rule->name);
		return false;
	}
	/* strtoull takes a sign and leading blanks, which no limit has. */
	if (value[0] >= '0' && value[0] <= '9')
		number = strtoull(value, &end, 10);
	if (!end || *end || number < rule->limit.min || number > rule->limit.max) {
		fprintf(errors, "detour: --rule %s: the limit of %s is a number from %u to %u (%s)\n", text, rule->name,
			rule->limit.min, rule->limit.max, rule->limit.unit);
		return false;
	}
	*limit = (uint32_t)number;
	return true;
}

bool rule_settings_apply(struct rule_settings *settings, const char *text, FILE *errors)
{
	static const struct span limit_suffix = SPAN(".limit");
	const char *equals = strchr(text, '=');
	struct span name;
	bool is_limit;
	size_t index = 0;

	if (!equals) {
		fprintf(errors, "detour: --rule %s: expected NAME=off|notice|warning|error or NAME.limit=N\n", text);
		return false;
	}
	name = (struct span){ .bytes = text, .len = (size_t)(equals - text) };
	is_limit = name.len >= limit_suffix.len &&
		   memcmp(equals - limit_suffix.len, limit_suffix.bytes, limit_suffix.len) == 0;
	if (is_limit)
		name.len -= limit_suffix.len;
	while (index < RULE_COUNT && !span_equal(name, span_of(rules[index]->name)))
		index++;
	if (index == RULE_COUNT)
		return unknown_rule(text, name, errors);
	if (is_limit)
		return parse_limit(rules[index], text, equals + 1, &settings->rule[index].limit, errors);
	if (!severity_find(span_of(equals + 1), &settings->rule[index].level)) {
		fprintf(errors, "detour: --rule %s: the level is one of off, notice, warning, error\n", text);
		return false;
	}
	settings->rule[index].has_level = true;
	return true;
}
