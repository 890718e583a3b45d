#include "audit/rule_settings.h"

#include <stdlib.h>

/* Longer than any rule's name; a longer text is not compared with them. */
#define NAME_BYTES_MAX 64

/* Longer than any setting. */
#define SETTING_BYTES_MAX 256

/* One setting, and whom to tell what is wrong with it. */
struct setting {
	const char *place; /* what comes before the text in a message */
	const char *text;
	FILE *errors;
};

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

static bool unknown_rule(const struct setting *setting, struct span name)
{
	const struct rule *nearest = nearest_rule(name);

	fprintf(setting->errors, "detour: %s%s: there is no rule \"%.*s\"", setting->place, setting->text,
		SPAN_ARG(name));
	if (nearest)
		fprintf(setting->errors, "; did you mean \"%s\"?\n", nearest->name);
	else
		fprintf(setting->errors, "; `detour rules` lists them\n");
	return false;
}

static bool parse_limit(const struct setting *setting, const struct rule *rule, const char *value, uint32_t *limit)
{
	unsigned long long number = 0;
	char *end = NULL;

	if (!rule->limit.unit) {
		fprintf(setting->errors, "detour: %s%s: the rule %s has no limit\n", setting->place, setting->text,
			rule->name);
		return false;
	}
	/* strtoull takes a sign and leading blanks, which no limit has. */
	if (value[0] >= '0' && value[0] <= '9')
		number = strtoull(value, &end, 10);
	if (!end || *end || number < rule->limit.min || number > rule->limit.max) {
		fprintf(setting->errors, "detour: %s%s: the limit of %s is a number from %u to %u (%s)\n",
			setting->place, setting->text, rule->name, rule->limit.min, rule->limit.max, rule->limit.unit);
		return false;
	}
	*limit = (uint32_t)number;
	return true;
}

static bool apply(struct rule_settings *settings, const struct setting *setting)
{
	static const struct span limit_suffix = SPAN(".limit");
	const char *equals = strchr(setting->text, '=');
	struct span name;
	bool is_limit;
	size_t index = 0;

	if (!equals) {
		fprintf(setting->errors, "detour: %s%s: expected NAME=off|notice|warning|error or NAME.limit=N\n",
			setting->place, setting->text);
		return false;
	}
	name = (struct span){ .bytes = setting->text, .len = (size_t)(equals - setting->text) };
	is_limit = name.len >= limit_suffix.len &&
		   memcmp(equals - limit_suffix.len, limit_suffix.bytes, limit_suffix.len) == 0;
	if (is_limit)
		name.len -= limit_suffix.len;
	while (index < RULE_COUNT && !span_equal(name, span_of(rules[index]->name)))
		index++;
	if (index == RULE_COUNT)
		return unknown_rule(setting, name);
	if (is_limit)
		return parse_limit(setting, rules[index], equals + 1, &settings->rule[index].limit);
	if (!severity_find(span_of(equals + 1), &settings->rule[index].level)) {
		fprintf(setting->errors, "detour: %s%s: the level is one of off, notice, warning, error\n",
			setting->place, setting->text);
		return false;
	}
	settings->rule[index].has_level = true;
	return true;
}

bool rule_settings_apply(struct rule_settings *settings, const char *text, FILE *errors)
{
	return apply(settings, &(struct setting){ .place = "--rule ", .text = text, .errors = errors });
}

/* --- A file of settings --- */

static struct span take(struct span *rest, size_t len)
{
	struct span taken = { .bytes = rest->bytes, .len = len };

	*rest = (struct span){ .bytes = rest->bytes + len, .len = rest->len - len };
	return taken;
}

/* Without its line end. */
static struct span take_line(struct span *rest)
{
	const char *end = memchr(rest->bytes, '\n', rest->len);
	struct span line = take(rest, end ? (size_t)(end - rest->bytes) : rest->len);

	if (end)
		take(rest, 1);
	return line;
}

/* Without comment, blanks and the CR of a CRLF. */
static struct span setting_of(struct span line)
{
	const char *comment = line.len ? memchr(line.bytes, '#', line.len) : NULL;

	if (comment)
		line.len = (size_t)(comment - line.bytes);
	else if (line.len && line.bytes[line.len - 1] == '\r')
		line.len--;
	return span_trim(line);
}

static bool apply_line(struct rule_settings *settings, struct span line, const char *place, FILE *errors)
{
	char text[SETTING_BYTES_MAX + 1];

	if (line.len > SETTING_BYTES_MAX || memchr(line.bytes, '\0', line.len)) {
		fprintf(errors, "detour: %sexpected NAME=off|notice|warning|error or NAME.limit=N\n", place);
		return false;
	}
	memcpy(text, line.bytes, line.len);
	text[line.len] = '\0';
	return apply(settings, &(struct setting){ .place = place, .text = text, .errors = errors });
}

bool rule_settings_apply_file(struct rule_settings *settings, struct span content, const char *path, FILE *errors)
{
	static const struct span byte_order_mark = SPAN("\xEF\xBB\xBF");
	struct span rest = content;
	char place[512];

	if (rest.len >= byte_order_mark.len && memcmp(rest.bytes, byte_order_mark.bytes, byte_order_mark.len) == 0)
		take(&rest, byte_order_mark.len);
	for (unsigned number = 1; rest.len; number++) {
		struct span line = setting_of(take_line(&rest));

		snprintf(place, sizeof(place), "%.400s:%u: ", path, number);
		if (line.len && !apply_line(settings, line, place, errors))
			return false;
	}
	return true;
}
