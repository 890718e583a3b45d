/* How often each rule is right: precision and recall on labelled chains, printed as a table.
 *
 * tests/audit/corpus/ has a text file for each theme. A case in it is
 *
 *	# Starlette's slash redirect			what it is
 *	307 https://api.a.example/items			the chain, as audit/example.h has it
 *	  Server: uvicorn
 *	200 https://api.a.example/items/
 *	! temporary-should-be-permanent 0 notice-warning	a finding that must be there: rule, hop, severity
 *	? hsts-missing *				a finding that may be there
 *
 * The hop counts from 0; "*" is any hop of the chain, where only convention says which one it is. The severity
 * is one or a range; without it any is right. Whatever else is reported on the chain is wrong: so is a finding of
 * another severity. In the chain \x09 stands for the byte 09. Blank lines separate.
 *
 * The labels are written from the RFCs, the documentation of Google and the documented defaults of real software,
 * before looking at what the program says; nothing in a case is made to fit a rule. */
#include "audit/rules.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "audit/example.h"
#include "audit/rule_settings.h"
#include "formats/buf.h"

#define FOLDER "tests/audit/corpus/"

/* Below these a rule is not good enough. The recall of one or two findings says nothing. */
#define PRECISION_MIN       0.95
#define RECALL_MIN          0.90
#define RECALL_EXPECTED_MIN 3
#define CHAINS_MIN          320

#define LABELS_MAX  32
#define ANY_HOP     UINT32_MAX
#define CHAIN_BYTES (64 << 10)

struct label {
	bool required; /* "!", otherwise "?" */
	bool met;
	size_t rule; /* index in rules[] */
	uint32_t hop;
	enum severity least, highest;
	unsigned line;
};

struct labelled {
	char title[160];
	const char *file; /* without the folder */
	unsigned line;    /* of the title */
	struct buf chain; /* as example_parse takes it, with a NUL */
	struct label label[LABELS_MAX];
	unsigned label_count;
};

struct score {
	unsigned expected, found, missed, wrong;
	unsigned accepted; /* findings that may be there; neither right nor wrong */
};

static struct {
	struct score of_rule[RULE_COUNT];
	unsigned chains, clean; /* clean: chains on which nothing has to be reported, or only notices */
	unsigned malformed;     /* cases that are no cases, and labels of no rule */
	unsigned false_errors;
} result;

static void complain(const struct labelled *labelled, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void complain(const struct labelled *labelled, unsigned line, const char *format, ...)
{
	va_list arguments;

	printf("# " FOLDER "%s:%u: %s: ", labelled->file, line, labelled->title);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
}

static void malformed(const struct labelled *labelled, unsigned line, const char *what)
{
	complain(labelled, line, "%s", what);
	result.malformed++;
}

/* Cuts the first word off `rest`. Empty at the end. */
static struct span next_word(struct span *rest)
{
	struct span word = span_trim(*rest);
	const char *blank = word.len ? memchr(word.bytes, ' ', word.len) : NULL;
	const char *end = word.bytes + word.len;

	word.len = blank ? (size_t)(blank - word.bytes) : word.len;
	*rest = (struct span){ .bytes = word.bytes + word.len, .len = (size_t)(end - word.bytes) - word.len };
	return word;
}

/* "notice", "notice-warning", or nothing. */
static bool parse_severities(struct span text, struct label *label)
{
	const char *dash = text.len ? memchr(text.bytes, '-', text.len) : NULL;
	struct span least = { .bytes = text.bytes, .len = dash ? (size_t)(dash - text.bytes) : text.len };

	label->least = SEVERITY_NOTICE;
	label->highest = SEVERITY_ERROR;
	if (text.len == 0)
		return true;
	if (!severity_find(least, &label->least))
		return false;
	label->highest = label->least;
	return !dash ||
	       severity_find((struct span){ .bytes = dash + 1, .len = text.len - least.len - 1 }, &label->highest);
}

static bool parse_hop(struct span text, uint32_t *hop)
{
	*hop = ANY_HOP;
	if (span_equal(text, SPAN("*")))
		return true;
	*hop = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.bytes[i] < '0' || text.bytes[i] > '9' || *hop >= EXAMPLE_HOPS_MAX)
			return false;
		*hop = *hop * 10 + (uint32_t)(text.bytes[i] - '0');
	}
	return text.len > 0;
}

static void parse_label(struct labelled *labelled, const char *line, unsigned line_number)
{
	struct label label = { .required = line[0] == '!', .line = line_number };
	struct span rest = span_of(line + 1);
	const struct span name = next_word(&rest), hop = next_word(&rest), severities = next_word(&rest);

	if (!parse_hop(hop, &label.hop) || !parse_severities(severities, &label) || span_trim(rest).len ||
	    labelled->label_count == LABELS_MAX) {
		malformed(labelled, line_number, "this is no label");
		return;
	}
	while (label.rule < RULE_COUNT && !span_equal(span_of(rules[label.rule]->name), name))
		label.rule++;
	if (label.rule == RULE_COUNT)
		malformed(labelled, line_number, "there is no such rule");
	else
		labelled->label[labelled->label_count++] = label;
}

static bool is_hex(char c)
{
	return isxdigit((unsigned char)c);
}

static void add_line(struct buf *chain, const char *line)
{
	for (; *line; line++) {
		if (line[0] == '\\' && line[1] == 'x' && is_hex(line[2]) && is_hex(line[3])) {
			buf_add_char(chain, (char)strtoul((char[]){ line[2], line[3], '\0' }, NULL, 16));
			line += 3;
		} else {
			buf_add_char(chain, *line);
		}
	}
	buf_add_char(chain, '\n');
}

static bool is_met_by(const struct label *label, const struct finding *finding)
{
	return !(label->required && label->met) && label->rule == rule_index_of(finding) &&
	       (label->hop == ANY_HOP || label->hop == finding->hop) && label->least <= finding->severity &&
	       finding->severity <= label->highest;
}

/* What must be there is looked for first. */
static struct label *label_of(struct labelled *labelled, const struct finding *finding)
{
	for (int required = 1; required >= 0; required--)
		for (unsigned i = 0; i < labelled->label_count; i++)
			if (labelled->label[i].required == required && is_met_by(&labelled->label[i], finding))
				return &labelled->label[i];
	return NULL;
}

static void judge(struct labelled *labelled, const struct record *record)
{
	enum severity worst = SEVERITY_OFF;

	for (uint32_t i = 0; i < record->finding_count; i++) {
		const struct finding *finding = &record->finding[i];
		struct label *label = label_of(labelled, finding);

		if (label) {
			label->met = true;
			result.of_rule[label->rule].accepted += !label->required;
			continue;
		}
		complain(labelled, labelled->line, "wrong: %s %s at hop %u: %.*s", severity_name(finding->severity),
			 finding->rule, finding->hop, (int)finding->message.len, finding->message.bytes);
		result.of_rule[rule_index_of(finding)].wrong++;
		result.false_errors += finding->severity == SEVERITY_ERROR;
	}
	for (unsigned i = 0; i < labelled->label_count; i++) {
		const struct label *label = &labelled->label[i];
		struct score *score = &result.of_rule[label->rule];

		if (!label->required)
			continue;
		worst = label->least > worst ? label->least : worst;
		score->expected++;
		score->found += label->met;
		score->missed += !label->met;
		if (!label->met)
			complain(labelled, label->line, "missed: %s", rules[label->rule]->name);
	}
	result.clean += worst <= SEVERITY_NOTICE;
}

/* Audits the case that was read, and makes room for the next one. */
static void end_case(struct labelled *labelled)
{
	struct rule_settings settings;
	struct example example;
	uint32_t line = 0;

	if (!labelled->line)
		return;
	buf_add_char(&labelled->chain, '\0');
	if (labelled->chain.overflow || memchr(labelled->chain.bytes, '\0', labelled->chain.len - 1)) {
		malformed(labelled, labelled->line, "the chain is too long, or has a byte 00");
	} else if (!example_parse(&example, labelled->chain.bytes, &line)) {
		malformed(labelled, labelled->line + line, "this line of the chain is wrong");
		example_release(&example);
	} else {
		rule_settings_init(&settings);
		audit_record(example.record, &settings);
		judge(labelled, example.record);
		result.chains++;
		example_release(&example);
	}
	buf_clear(&labelled->chain);
	labelled->label_count = 0;
	labelled->line = 0;
}

static void read_line(struct labelled *labelled, const char *line, unsigned line_number)
{
	if (line[0] == '#') {
		end_case(labelled);
		snprintf(labelled->title, sizeof(labelled->title), "%s", line + 1 + strspn(line + 1, " "));
		labelled->line = line_number;
	} else if (line[0] == '!' || line[0] == '?') {
		parse_label(labelled, line, line_number);
	} else if (line[0]) {
		add_line(&labelled->chain, line);
	}
}

static void read_file(const char *name)
{
	struct labelled labelled = { .file = name };
	char path[sizeof(FOLDER) + NAME_MAX];
	unsigned line_number = 0;
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	FILE *file;

	snprintf(path, sizeof(path), FOLDER "%s", name);
	file = fopen(path, "r");
	if (!file)
		fail_msg("cannot open %s", path);
	buf_init(&labelled.chain, CHAIN_BYTES);
	while ((len = getline(&line, &size, file)) > 0) {
		line[strcspn(line, "\n")] = '\0';
		read_line(&labelled, line, ++line_number);
	}
	end_case(&labelled);
	buf_release(&labelled.chain);
	free(line);
	fclose(file);
}

static int is_text(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && strcmp(dot, ".txt") == 0;
}

static double share(unsigned part, unsigned whole)
{
	return whole ? (double)part / whole : 1;
}

static void print_scores(const char *name, const struct score *score)
{
	printf("#| %-32s %8u %5u %6u %5u %8u %9.3f %6.3f\n", name, score->expected, score->found, score->missed,
	       score->wrong, score->accepted, share(score->found, score->found + score->wrong),
	       share(score->found, score->expected));
}

static void print_table(void)
{
	struct score sum = { .expected = 0 };

	printf("#| %-32s expected found missed wrong accepted precision recall\n", "rule");
	for (size_t i = 0; i < RULE_COUNT; i++) {
		const struct score *score = &result.of_rule[i];

		if (!rules[i]->check)
			continue;
		print_scores(rules[i]->name, score);
		sum.expected += score->expected;
		sum.found += score->found;
		sum.missed += score->missed;
		sum.wrong += score->wrong;
		sum.accepted += score->accepted;
	}
	print_scores("all", &sum);
	printf("#| %u chains, %u of them with nothing to report or only notices\n", result.chains, result.clean);
}

static int audit_the_corpus(void **state)
{
	struct dirent **entry;
	int count = scandir(FOLDER, &entry, is_text, alphasort);

	(void)state;
	for (int i = 0; i < count; i++) {
		read_file(entry[i]->d_name);
		free(entry[i]);
	}
	if (count >= 0)
		free(entry);
	print_table();
	return count > 0 ? 0 : -1;
}

static void cases_are_well_formed_and_enough(void **state)
{
	(void)state;
	assert_int_equal(result.malformed, 0);
	assert_in_range(result.chains, CHAINS_MIN, UINT_MAX);
	/* Half of what real inventories have is right, and has to be left alone. */
	assert_in_range(result.clean * 100 / result.chains, 45, 100);
}

static void no_error_is_false(void **state)
{
	(void)state;
	assert_int_equal(result.false_errors, 0);
}

static void each_rule_is_precise_and_complete(void **state)
{
	unsigned failed = 0;

	(void)state;
	for (size_t i = 0; i < RULE_COUNT; i++) {
		const struct score *score = &result.of_rule[i];
		const bool precise = share(score->found, score->found + score->wrong) >= PRECISION_MIN;
		const bool complete =
			score->expected < RECALL_EXPECTED_MIN || share(score->found, score->expected) >= RECALL_MIN;

		if (!precise || !complete)
			printf("# %s is not good enough\n", rules[i]->name);
		failed += !precise || !complete;
	}
	assert_int_equal(failed, 0);
}

static void each_rule_has_something_to_find(void **state)
{
	unsigned without = 0;

	(void)state;
	for (size_t i = 0; i < RULE_COUNT; i++) {
		/* A rule without check() looks at whole lists. */
		const bool is_tested = !rules[i]->check || result.of_rule[i].expected > 0;

		if (!is_tested)
			printf("# the corpus has no chain for %s\n", rules[i]->name);
		without += !is_tested;
	}
	assert_int_equal(without, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cases_are_well_formed_and_enough),
		cmocka_unit_test(no_error_is_false),
		cmocka_unit_test(each_rule_is_precise_and_complete),
		cmocka_unit_test(each_rule_has_something_to_find),
	};

	return cmocka_run_group_tests(tests, audit_the_corpus, NULL);
}
