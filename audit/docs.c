#include "audit/docs.h"

#include "audit/rules.h"

/* Texts for a terminal are folded here. */
#define COLUMNS 80

void rules_print_list(FILE *out)
{
	int widest = 0;

	for (size_t i = 0; i < RULE_COUNT; i++) {
		int width = (int)strlen(rules[i]->name);

		widest = width > widest ? width : widest;
	}
	for (size_t i = 0; i < RULE_COUNT; i++)
		fprintf(out, "%-*s  %-7s  %s\n", widest, rules[i]->name, severity_name(rules[i]->severity),
			rules[i]->title);
}

/* "Why:  text", folded between words, later lines set in below the text. */
static void print_folded(FILE *out, const char *label, const char *text)
{
	const int indent = 10;
	int column = fprintf(out, "%-*s", indent, label);

	while (*text) {
		int len = (int)strcspn(text, " ");

		if (column > indent && column + 1 + len > COLUMNS) {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
		} else if (column > indent) {
			column += fprintf(out, " ");
		}
		column += fprintf(out, "%.*s", len, text);
		text += len;
		text += *text == ' ';
	}
	fprintf(out, "\n");
}

static void print_limit(FILE *out, const struct rule *rule, const char *label)
{
	const struct rule_limit *limit = &rule->limit;
	char text[160];

	if (!limit->unit)
		return;
	snprintf(text, sizeof(text), "%u %s; set it from %u to %u with --rule %s.limit=N.", limit->default_value,
		 limit->unit, limit->min, limit->max, rule->name);
	print_folded(out, label, text);
}

/* Bytes that an editor would hide or change are shown by their number: whatever is not ASCII or a control
 * byte, and a blank at a line's end. */
static void print_example(FILE *out, const char *prefix, const char *example)
{
	bool line_begins = true;

	for (const char *byte = example; *byte; byte++) {
		bool last_blank = *byte == ' ' && byte[1] == '\n';
		bool control = (unsigned char)*byte < ' ' && *byte != '\n';

		if (line_begins)
			fputs(prefix, out);
		if ((unsigned char)*byte >= 0x7F || control || last_blank)
			fprintf(out, "\\x%02X", (unsigned char)*byte);
		else
			fputc(*byte, out);
		line_begins = *byte == '\n';
	}
}

static void print_examples(FILE *out, const char *heading, const char *const *examples)
{
	fprintf(out, "\n%s\n", heading);
	for (const char *const *example = examples; *example; example++) {
		if (example != examples)
			fputc('\n', out);
		print_example(out, "    ", *example);
	}
}

void rule_print(FILE *out, const struct rule *rule)
{
	fprintf(out, "%s: %s\n\n", rule->name, rule->title);
	print_folded(out, "Severity", severity_name(rule->severity));
	print_folded(out, "Why", rule->why);
	print_folded(out, "Fix", rule->fix);
	print_folded(out, "Source", rule->spec);
	print_limit(out, rule, "Limit");
	print_examples(
		out, rule->check ? "Reported (! marks the hop to blame):" : "Reported (! is the row that comes of it):",
		rule->bad);
	print_examples(out, "Not reported:", rule->good);
}

static void print_markdown_examples(FILE *out, const char *heading, const char *const *examples)
{
	fprintf(out, "\n%s\n\n```\n", heading);
	for (const char *const *example = examples; *example; example++) {
		if (example != examples)
			fputc('\n', out);
		print_example(out, "", *example);
	}
	fprintf(out, "```\n");
}

static void print_markdown_rule(FILE *out, const struct rule *rule)
{
	const struct rule_limit *limit = &rule->limit;

	fprintf(out, "\n## %s\n\n**%s** (%s)\n\n", rule->name, rule->title, severity_name(rule->severity));
	fprintf(out, "%s\n\n**Fix:** %s\n\n", rule->why, rule->fix);
	if (limit->unit)
		fprintf(out, "**Limit:** %u %s, from %u to %u: `--rule %s.limit=N`.\n\n", limit->default_value,
			limit->unit, limit->min, limit->max, rule->name);
	fprintf(out, "**Source:** %s.\n", rule->spec);
	print_markdown_examples(out, "Reported:", rule->bad);
	print_markdown_examples(out, "Not reported:", rule->good);
}

void rules_print_markdown_table(FILE *out, const char *file)
{
	fprintf(out, "| rule | severity | what it finds |\n|---|---|---|\n");
	for (size_t i = 0; i < RULE_COUNT; i++)
		fprintf(out, "| [%s](%s#%s) | %s | %s |\n", rules[i]->name, file, rules[i]->name,
			severity_name(rules[i]->severity), rules[i]->title);
}

void rules_print_markdown(FILE *out)
{
	fprintf(out,
		"# Rules\n\n"
		"Made from the files in `audit/rules/` and `audit/inventory/` by `make docs`; edit those, not this.\n\n"
		"Severities are the most usual ones; a rule may weigh a finding lower or higher and says so. Set\n"
		"another, or none, with `--rule NAME=off|notice|warning|error`.\n\n"
		"In the examples each line is a hop: a method if it is not GET, the status or the failure, and\n"
		"the URL; `!` marks the hop that is blamed, `[1-5]` stands for five hops, `{2000}` for 2,000\n"
		"letters, and lines set in are header lines of the answer or, with `=`, what was measured.\n"
		"Without a Location line a redirect leads to the next line's URL.\n"
		"`= loop 0 2` says how the walk ended where the last hop does not tell: for a loop, which hop\n"
		"it begins with and how many redirects it has; `cookie` tells how the walk ends with cookies.\n"
		"Examples of rules on the whole list have empty lines between their chains; `[1-20]` before one\n"
		"stands for 20 chains with a number in place of each `#` and a word in place of each `@`, and a\n"
		"line with `!` at the end is what becomes of the list: severity, scope and subject.\n\n");
	rules_print_markdown_table(out, "");
	for (size_t i = 0; i < RULE_COUNT; i++)
		print_markdown_rule(out, rules[i]);
}
