#include "crawler/options.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "crawler/option.h"
#include "formats/arena.h"

/* Room for any value: Linux takes at most 6 MiB of arguments, and joining a list at most doubles it. */
#define TEXT_BYTES_MAX (16 * 1024 * 1024)

/* A name is suggested if it is at most one edit away for each three letters that were typed. */
#define LETTERS_PER_EDIT 3

/* Typed names longer than this are not compared. */
#define NAME_BYTES_MAX 40

const char *command_name(enum command command)
{
	return command == COMMAND_AUDIT ? "audit" : "reaudit";
}

struct command_line {
	struct options *options;
	char **argument; /* the next one */
	char **end;
	FILE *errors;
};

static bool complain(const struct command_line *line, const struct option *option, const char *text)
{
	struct buf wanted;

	buf_init(&wanted, TEXT_BYTES_MAX);
	option_add_wanted(option, &wanted);
	if (text)
		fprintf(line->errors, "detour: --%s: \"%s\" is not %.*s\n", option->name, text, (int)wanted.len,
			wanted.bytes);
	else
		fprintf(line->errors, "detour: --%s needs %.*s\n", option->name, (int)wanted.len, wanted.bytes);
	buf_release(&wanted);
	return false;
}

/* Levenshtein distance; a name's beginning counts as one edit away from it. */
static size_t edits(struct span typed, const char *name)
{
	size_t row[NAME_BYTES_MAX + 1];

	if (typed.len && strncmp(name, typed.bytes, typed.len) == 0)
		return 1;
	for (size_t i = 0; i <= typed.len; i++)
		row[i] = i;
	for (size_t j = 0; name[j]; j++) {
		size_t diagonal = row[0];

		row[0] = j + 1;
		for (size_t i = 0; i < typed.len; i++) {
			size_t change = diagonal + (typed.bytes[i] != name[j]);
			size_t best = row[i] < row[i + 1] ? row[i] + 1 : row[i + 1] + 1;

			diagonal = row[i + 1];
			row[i + 1] = change < best ? change : best;
		}
	}
	return row[typed.len];
}

static bool complain_unknown(const struct command_line *line, const char *argument)
{
	struct span typed = { .bytes = argument + 2, .len = strcspn(argument + 2, "=") };
	const struct option *nearest = NULL;
	size_t nearest_edits = typed.len / LETTERS_PER_EDIT + 1;

	for (const struct option *option = option_table; option->text && typed.len <= NAME_BYTES_MAX; option++) {
		bool fits = option->name && option_is_of(option, line->options->command);
		size_t distance = fits ? edits(typed, option->name) : nearest_edits;

		if (distance < nearest_edits) {
			nearest = option;
			nearest_edits = distance;
		}
	}
	fprintf(line->errors, "detour: unknown option --%.*s; ", (int)typed.len, typed.bytes);
	if (nearest)
		fprintf(line->errors, "did you mean --%s?\n", nearest->name);
	else
		fprintf(line->errors, "see detour help %s\n", command_name(line->options->command));
	return false;
}

/* What one command has, a person may well try with the other. */
static bool complain_foreign(const struct command_line *line, const struct option *option)
{
	const char *name = command_name(line->options->command);

	fprintf(line->errors, "detour: --%s is no option of %s; see detour help %s\n", option->name, name, name);
	return false;
}

/* Sets `option` to `value`, or to the next argument if that is NULL. */
static bool set(struct command_line *line, const struct option *option, const char *value)
{
	if (!value && line->argument == line->end)
		return complain(line, option, NULL);
	if (!value)
		value = *line->argument++;
	return option_set(option, line->options, value) || complain(line, option, value);
}

static bool parse_name(struct command_line *line, const char *argument)
{
	const char *name = argument + 2, *equals = strchr(name, '=');
	struct span typed = { .bytes = name, .len = equals ? (size_t)(equals - name) : strlen(name) };
	const struct option *option = option_table;

	while (option->text && !(option->name && span_equal(span_of(option->name), typed)))
		option++;
	if (!option->text)
		return complain_unknown(line, argument);
	if (!option_is_of(option, line->options->command))
		return complain_foreign(line, option);
	if (option->type != OPTION_FLAG)
		return set(line, option, equals ? equals + 1 : NULL);
	if (equals) {
		fprintf(line->errors, "detour: --%s takes no value\n", option->name);
		return false;
	}
	return option_set(option, line->options, "");
}

/* Letters of flags may stand together; one that takes a value takes the rest of the argument. */
static bool parse_letters(struct command_line *line, const char *argument)
{
	for (const char *letter = argument + 1; *letter; letter++) {
		const struct option *option = option_table;

		while (option->text && option->letter != *letter)
			option++;
		if (!option->text) {
			fprintf(line->errors, "detour: unknown option -%c; see detour help %s\n", *letter,
				command_name(line->options->command));
			return false;
		}
		if (!option_is_of(option, line->options->command))
			return complain_foreign(line, option);
		if (option->type != OPTION_FLAG)
			return set(line, option, letter[1] ? letter + 1 : NULL);
		option_set(option, line->options, "");
	}
	return true;
}

bool options_parse(struct options *options, enum command command, int argc, char **argv, FILE *errors)
{
	struct command_line line = { .options = options, .argument = argv, .end = argv + argc, .errors = errors };
	bool only_input = false, ok = true;

	*options = (struct options){ .command = command };
	for (const struct option *option = option_table; option->text; option++)
		if (option->type != OPTION_HEADING)
			option_reset(option, options);
	options->input = memory_alloc((size_t)argc * sizeof(*options->input));
	while (ok && line.argument < line.end) {
		const char *argument = *line.argument++;

		if (only_input || argument[0] != '-' || argument[1] == '\0')
			options->input[options->input_count++] = argument;
		else if (argument[1] != '-')
			ok = parse_letters(&line, argument);
		else if (argument[2] == '\0')
			only_input = true;
		else
			ok = parse_name(&line, argument);
	}
	return ok;
}

void options_release(struct options *options)
{
	for (const struct option *option = option_table; option->text; option++)
		option_release(option, options);
	free(options->input);
	*options = (struct options){ .input_count = 0 };
}

static void each_option(const struct options *options, bool decide_rows_only,
			void (*each)(void *context, const char *name, const char *value), void *context)
{
	struct buf value;

	buf_init(&value, TEXT_BYTES_MAX);
	for (const struct option *option = option_table; option->text; option++) {
		if (option->type == OPTION_HEADING || !option_is_of(option, options->command) ||
		    (decide_rows_only && !option->decides_rows))
			continue;
		buf_clear(&value);
		option_add_value(option, options, &value);
		if (option->secret && value.len) {
			buf_clear(&value);
			buf_add_text(&value, "...");
		}
		buf_add_char(&value, '\0');
		assert(!value.overflow);
		each(context, option->name, value.bytes);
	}
	buf_release(&value);
}

void options_each(const struct options *options, void (*each)(void *context, const char *name, const char *value),
		  void *context)
{
	each_option(options, false, each, context);
}

void options_each_that_decides_rows(const struct options *options,
				    void (*each)(void *context, const char *name, const char *value), void *context)
{
	each_option(options, true, each, context);
}
