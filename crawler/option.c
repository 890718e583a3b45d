#include "crawler/option.h"

#include <assert.h>
#include <stdlib.h>

#include "formats/arena.h"
#include "formats/span.h"

#define MINUTE_MS 60000
#define HOUR_MS   (60 * MINUTE_MS)

const struct option option_table[] = {
#define HEADING(heading)          { .type = OPTION_HEADING, .text = (heading) },
#define OPTION(kind, member, ...) { .type = OPTION_##kind, .offset = offsetof(struct options, member), __VA_ARGS__ },
#include "crawler/options.def"
#undef HEADING
#undef OPTION
	{ .text = NULL },
};

/* Largest first, so that a duration is shown in the largest unit that fits. */
static const struct {
	const char *name;
	uint32_t ms;
} duration_units[] = { { "h", HOUR_MS }, { "m", MINUTE_MS }, { "s", 1000 }, { "ms", 1 } };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Above every .max, and small enough that a digit more, as hours in milliseconds, fits into 64 bits. */
#define NUMBER_STOP ((uint64_t)1 << 38)

/* Takes the decimal number that `text` begins with. NULL if there is none. */
static const char *read_digits(const char *text, uint64_t *value)
{
	const char *at = text;

	for (*value = 0; *at >= '0' && *at <= '9'; at++)
		if (*value < NUMBER_STOP)
			*value = *value * 10 + (uint64_t)(*at - '0');
	return at == text ? NULL : at;
}

static bool parse_number(const char *text, uint64_t *value)
{
	const char *end = read_digits(text, value);

	return end && *end == '\0';
}

/* "1.5s", "500ms", "2": a bare number is seconds. Parts of a millisecond are dropped. */
static bool parse_duration(const char *text, uint64_t *value_ms)
{
	uint64_t whole, thousandths = 0, scale = 1000;
	const char *at = read_digits(text, &whole);

	if (!at)
		return false;
	if (*at == '.') {
		if (at[1] < '0' || at[1] > '9')
			return false;
		for (at++; *at >= '0' && *at <= '9'; at++)
			thousandths += (uint64_t)(*at - '0') * (scale /= 10);
	}
	if (*at == '\0')
		at = "s";
	for (size_t i = 0; i < COUNT(duration_units); i++) {
		if (strcmp(at, duration_units[i].name) != 0)
			continue;
		*value_ms = whole * duration_units[i].ms + thousandths * duration_units[i].ms / 1000;
		return true;
	}
	return false;
}

/* The `index`th of choices joined with "|"; NULL bytes behind the last. */
static struct span choice_at(const char *choices, unsigned index)
{
	const char *end = strchrnul(choices, '|');

	for (; index && *end; index--) {
		choices = end + 1;
		end = strchrnul(choices, '|');
	}
	if (index)
		return (struct span){ .bytes = NULL };
	return (struct span){ .bytes = choices, .len = (size_t)(end - choices) };
}

static void add_duration(struct buf *out, uint32_t value_ms)
{
	for (size_t i = 0; i < COUNT(duration_units); i++) {
		if (value_ms == 0 || value_ms % duration_units[i].ms)
			continue;
		buf_addf(out, "%u%s", value_ms / duration_units[i].ms, duration_units[i].name);
		return;
	}
	buf_add_text(out, "0s");
}

static bool set_flag(const struct option *option, void *member, const char *text)
{
	(void)option;
	(void)text;
	*(bool *)member = true;
	return true;
}

static void add_flag_value(const struct option *option, const void *member, struct buf *out)
{
	(void)option;
	buf_add_text(out, *(const bool *)member ? "true" : "false");
}

static bool set_in_range(const struct option *option, uint32_t *member, uint64_t value)
{
	if (value < option->min || value > option->max)
		return false;
	*member = (uint32_t)value;
	return true;
}

static bool set_number(const struct option *option, void *member, const char *text)
{
	uint64_t value;

	return parse_number(text, &value) && set_in_range(option, member, value);
}

static void add_number_value(const struct option *option, const void *member, struct buf *out)
{
	(void)option;
	buf_add_uint(out, *(const uint32_t *)member);
}

static void add_number_range(const struct option *option, struct buf *out)
{
	buf_addf(out, "%u to %u %s", option->min, option->max, option->unit);
}

static void add_number_wanted(const struct option *option, struct buf *out)
{
	buf_addf(out, "a number from %u to %u (%s)", option->min, option->max, option->unit);
}

static bool set_duration(const struct option *option, void *member, const char *text)
{
	uint64_t value_ms;

	return parse_duration(text, &value_ms) && set_in_range(option, member, value_ms);
}

static void add_duration_value(const struct option *option, const void *member, struct buf *out)
{
	(void)option;
	add_duration(out, *(const uint32_t *)member);
}

static void add_duration_range(const struct option *option, struct buf *out)
{
	add_duration(out, option->min);
	buf_add_text(out, " to ");
	add_duration(out, option->max);
}

static void add_duration_wanted(const struct option *option, struct buf *out)
{
	buf_add_text(out, "a duration from ");
	add_duration_range(option, out);
	buf_add_text(out, ", such as 20s, 500ms or 2m");
}

static bool set_choice(const struct option *option, void *member, const char *text)
{
	struct span choice;

	for (unsigned i = 0; choice = choice_at(option->choices, i), choice.bytes; i++) {
		if (span_equal(choice, span_of(text))) {
			*(unsigned *)member = i;
			return true;
		}
	}
	return false;
}

static void add_choice_value(const struct option *option, const void *member, struct buf *out)
{
	buf_add_span(out, choice_at(option->choices, *(const unsigned *)member));
}

static void add_choice_wanted(const struct option *option, struct buf *out)
{
	struct span choice;

	buf_add_text(out, "one of");
	for (unsigned i = 0; choice = choice_at(option->choices, i), choice.bytes; i++)
		buf_addf(out, "%s %.*s", i ? "," : "", (int)choice.len, choice.bytes);
}

static bool set_text(const struct option *option, void *member, const char *text)
{
	(void)option;
	*(const char **)member = text;
	return true;
}

static void add_text_value(const struct option *option, const void *member, struct buf *out)
{
	(void)option;
	buf_add_text(out, *(const char *const *)member);
}

static void add_text_wanted(const struct option *option, struct buf *out)
{
	buf_add_text(out, option->metavar);
}

static bool append_text(const struct option *option, void *member, const char *text)
{
	struct option_list *list = member;

	(void)option;
	list->text = memory_resize(list->text, (list->count + 1) * sizeof(*list->text));
	list->text[list->count++] = text;
	return true;
}

static void add_list_value(const struct option *option, const void *member, struct buf *out)
{
	const struct option_list *list = member;

	(void)option;
	for (size_t i = 0; i < list->count; i++) {
		if (i)
			buf_add_text(out, ", ");
		buf_add_text(out, list->text[i]);
	}
}

static void add_list_range(const struct option *option, struct buf *out)
{
	(void)option;
	buf_add_text(out, "repeatable");
}

/* What an option can do, by its type. A heading can do nothing. */
static const struct {
	const char *value_name; /* when the option names neither .metavar nor .choices */
	bool (*set)(const struct option *option, void *member, const char *text);
	void (*add_value)(const struct option *option, const void *member, struct buf *out);
	void (*add_range)(const struct option *option, struct buf *out);
	void (*add_wanted)(const struct option *option, struct buf *out);
} types[] = {
	[OPTION_FLAG] = { .set = set_flag, .add_value = add_flag_value },
	[OPTION_NUMBER] = { "N", set_number, add_number_value, add_number_range, add_number_wanted },
	[OPTION_DURATION] = { "TIME", set_duration, add_duration_value, add_duration_range, add_duration_wanted },
	[OPTION_CHOICE] = { .set = set_choice, .add_value = add_choice_value, .add_wanted = add_choice_wanted },
	[OPTION_TEXT] = { .set = set_text, .add_value = add_text_value, .add_wanted = add_text_wanted },
	[OPTION_LIST] = { NULL, append_text, add_list_value, add_list_range, add_text_wanted },
};

bool option_set(const struct option *option, struct options *options, const char *text)
{
	return types[option->type].set(option, (char *)options + option->offset, text);
}

void option_reset(const struct option *option, struct options *options)
{
	static const char none[] = "";

	if (option->value || option->type == OPTION_TEXT) {
		bool set = option_set(option, options, option->value ? option->value : none);

		assert(set);
	}
}

void option_release(const struct option *option, struct options *options)
{
	void *member = (char *)options + option->offset;

	if (option->type == OPTION_LIST)
		free(((struct option_list *)member)->text);
}

void option_add_value(const struct option *option, const struct options *options, struct buf *out)
{
	types[option->type].add_value(option, (const char *)options + option->offset, out);
}

void option_add_usage(const struct option *option, struct buf *out)
{
	const char *value = option->metavar ? option->metavar : option->choices;

	if (!value)
		value = types[option->type].value_name;
	if (option->letter)
		buf_addf(out, "-%c, ", option->letter);
	buf_addf(out, "--%s", option->name);
	if (value)
		buf_addf(out, " %s", value);
}

void option_add_range(const struct option *option, struct buf *out)
{
	if (types[option->type].add_range)
		types[option->type].add_range(option, out);
}

void option_add_wanted(const struct option *option, struct buf *out)
{
	if (types[option->type].add_wanted)
		types[option->type].add_wanted(option, out);
}
