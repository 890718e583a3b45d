#include "audit/example_facts.h"

#include "formats/row_fields.h"

#define VALUE_MAX 1000000000

static struct span trim(struct span text)
{
	while (text.len && text.bytes[0] == ' ') {
		text.bytes++;
		text.len--;
	}
	while (text.len && text.bytes[text.len - 1] == ' ')
		text.len--;
	return text;
}

/* Splits "name = value". */
static bool split(struct span line, struct span *name, struct span *value)
{
	size_t len = 0;

	line = trim(line);
	while (len < line.len && ((line.bytes[len] >= 'a' && line.bytes[len] <= 'z') || line.bytes[len] == '_'))
		len++;
	if (len == 0 || line.len - len < 3 || memcmp(line.bytes + len, " = ", 3) != 0)
		return false;
	*name = (struct span){ .bytes = line.bytes, .len = len };
	*value = trim((struct span){ .bytes = line.bytes + len + 3, .len = line.len - len - 3 });
	return true;
}

static bool set_number(struct span value, uint32_t unit, uint32_t *out)
{
	uint32_t number = 0;

	for (size_t i = 0; i < value.len; i++) {
		if (value.bytes[i] < '0' || value.bytes[i] > '9' || number > VALUE_MAX / 10)
			return false;
		number = number * 10 + (uint32_t)(value.bytes[i] - '0');
	}
	if (value.len == 0 || number > UINT32_MAX / unit)
		return false;
	*out = number * unit;
	return true;
}

/* "disallowed Disallow: /private": the verdict, and the rule that is its reason. */
static bool set_robots(struct arena *arena, struct hop *hop, struct span value)
{
	const char *space = memchr(value.bytes, ' ', value.len), *word;
	struct span verdict = { .bytes = value.bytes, .len = space ? (size_t)(space - value.bytes) : value.len };

	for (unsigned i = 0; (word = row_type_value(ROW_ROBOTS, i)) != NULL; i++) {
		if (!*word || !span_equal(verdict, span_of(word)))
			continue;
		hop->robots = (enum robots_verdict)i;
		hop->robots_rule = arena_copy(arena, trim((struct span){ .bytes = value.bytes + verdict.len,
									 .len = value.len - verdict.len }));
		hop->robots_line = hop->robots_rule.len ? 1 : 0;
		return true;
	}
	return false;
}

bool example_is_fact(struct span line)
{
	struct span name, value;

	return split(line, &name, &value);
}

bool example_set_fact(struct arena *arena, struct hop *hop, struct span line)
{
	struct span name, value;

	if (!split(line, &name, &value))
		return false;
	if (span_equal(name, SPAN("first_byte_ms")))
		return set_number(value, 1000, &hop->first_byte_us);
	if (span_equal(name, SPAN("total_ms")))
		return set_number(value, 1000, &hop->total_us);
	if (span_equal(name, SPAN("body_bytes")))
		return set_number(value, 1, &hop->body_bytes);
	return span_equal(name, SPAN("robots")) && set_robots(arena, hop, value);
}
