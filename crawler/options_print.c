/* The options for people: plain text and Markdown. */
#include "crawler/options.h"

#include "crawler/option.h"

/* Where the sentences begin, and where lines end at the latest. */
#define TEXT_COLUMN 30
#define LAST_COLUMN 88

#define LINE_BYTES_MAX 4096

/* Prints words from column `at` on, indented by TEXT_COLUMN on each new line. */
static void print_wrapped(FILE *out, struct span text, size_t at)
{
	size_t start = 0;

	while (start < text.len) {
		size_t end = start;

		while (end < text.len && text.bytes[end] != ' ')
			end++;
		if (at > TEXT_COLUMN && at + 1 + (end - start) > LAST_COLUMN) {
			fputc('\n', out);
			at = 0;
		} else if (at > TEXT_COLUMN) {
			at += (size_t)fprintf(out, " ");
		}
		for (; at < TEXT_COLUMN; at++)
			fputc(' ', out);
		at += (size_t)fprintf(out, "%.*s", (int)(end - start), text.bytes + start);
		start = end + 1;
	}
	fputc('\n', out);
}

static const char *shown_default(const struct option *option)
{
	return option->value_shown ? option->value_shown : option->value;
}

static void print_option(FILE *out, const struct option *option)
{
	struct buf usage, text;
	const char *value = shown_default(option);
	size_t at;

	buf_init(&usage, LINE_BYTES_MAX);
	buf_init(&text, LINE_BYTES_MAX);
	option_add_usage(option, &usage);
	at = (size_t)fprintf(out, "  %s%.*s", option->letter ? "" : "    ", (int)usage.len, usage.bytes);
	if (at + 2 > TEXT_COLUMN) {
		fputc('\n', out);
		at = 0;
	}
	buf_add_text(&text, option->text);
	buf_clear(&usage);
	option_add_range(option, &usage);
	if (usage.len || value)
		buf_addf(&text, " (%.*s%s%s%s)", (int)usage.len, usage.bytes, usage.len && value ? "; " : "",
			 value ? "default " : "", value ? value : "");
	print_wrapped(out, buf_span(&text), at);
	buf_release(&usage);
	buf_release(&text);
}

/* Whether there is an option of the command before the next heading. */
static bool group_has_options(const struct option *heading, enum command command)
{
	const struct option *option = heading + 1;

	while (option->text && option->type != OPTION_HEADING && !option_is_of(option, command))
		option++;
	return option->text && option->type != OPTION_HEADING;
}

static bool is_printed(const struct option *option, enum command command)
{
	return option->type == OPTION_HEADING ? group_has_options(option, command) : option_is_of(option, command);
}

void options_print_help(FILE *out, enum command command)
{
	for (const struct option *option = option_table; option->text; option++) {
		if (!is_printed(option, command))
			continue;
		if (option->type != OPTION_HEADING)
			print_option(out, option);
		else
			fprintf(out, "%s%s\n", option == option_table ? "" : "\n", option->text);
	}
}

/* A "|" ends a table's cell even in code, unless it is escaped. */
static void print_cell(FILE *out, struct span text, bool code)
{
	fprintf(out, "| %s", code && text.len ? "`" : "");
	for (size_t i = 0; i < text.len; i++)
		fprintf(out, "%s%c", text.bytes[i] == '|' ? "\\" : "", text.bytes[i]);
	fprintf(out, "%s ", code && text.len ? "`" : "");
}

void options_print_markdown(FILE *out, enum command command)
{
	struct buf cell;

	buf_init(&cell, LINE_BYTES_MAX);
	for (const struct option *option = option_table; option->text; option++) {
		if (!is_printed(option, command))
			continue;
		if (option->type == OPTION_HEADING) {
			fprintf(out, "%s| %s | | Default | |\n|---|---|---|---|\n", option == option_table ? "" : "\n",
				option->text);
			continue;
		}
		buf_clear(&cell);
		option_add_usage(option, &cell);
		print_cell(out, buf_span(&cell), true);
		buf_clear(&cell);
		option_add_range(option, &cell);
		print_cell(out, buf_span(&cell), false);
		print_cell(out, shown_default(option) ? span_of(shown_default(option)) : SPAN(""), true);
		print_cell(out, span_of(option->text), false);
		fprintf(out, "|\n");
	}
	buf_release(&cell);
}
