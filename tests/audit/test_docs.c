#include "audit/docs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "audit/rules.h"

static size_t count_lines(const char *text)
{
	size_t lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

static size_t widest_line(const char *text)
{
	size_t widest = 0;

	while (*text) {
		size_t len = strcspn(text, "\n");

		widest = len > widest ? len : widest;
		text += len + (text[len] == '\n');
	}
	return widest;
}

static void assert_has(const char *printed, const char *piece)
{
	if (!strstr(printed, piece))
		fail_msg("\"%s\" is not in:\n%s", piece, printed);
}

static void the_list_has_a_line_for_each_rule(void **state)
{
	char *printed = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&printed, &len);

	(void)state;
	rules_print_list(out);
	fclose(out);
	assert_int_equal(count_lines(printed), RULE_COUNT);
	assert_in_range(widest_line(printed), 1, 100);
	for (size_t i = 0; i < RULE_COUNT; i++) {
		assert_has(printed, rules[i]->name);
		assert_has(printed, rules[i]->title);
	}
	free(printed);
}

/* The folded words of `text`, one blank between them, to compare with the original. */
static char *unfold(const char *text)
{
	char *words = calloc(strlen(text) + 1, 1);
	size_t at = 0;

	assert_non_null(words);
	for (; *text; text++) {
		bool blank = *text == ' ' || *text == '\n';

		if (blank ? at > 0 && words[at - 1] != ' ' : true)
			words[at++] = blank ? ' ' : *text;
	}
	return words;
}

static void a_rule_is_explained_in_80_columns(void **state)
{
	(void)state;
	for (size_t i = 0; i < RULE_COUNT; i++) {
		char *printed = NULL, *words;
		size_t len = 0;
		FILE *out = open_memstream(&printed, &len);

		rule_print(out, rules[i]);
		fclose(out);
		words = unfold(printed);
		assert_has(words, rules[i]->title);
		assert_has(words, rules[i]->why);
		assert_has(words, rules[i]->fix);
		assert_has(words, rules[i]->spec);
		if (rules[i]->limit.unit)
			assert_has(words, ".limit=N");
		if (widest_line(printed) > 80)
			fail_msg("wider than 80 columns:\n%s", printed);
		free(words);
		free(printed);
	}
}

/* True if the example is printed byte for byte. */
static bool is_plain(const char *example)
{
	for (const char *byte = example; *byte; byte++) {
		if ((unsigned char)*byte >= 0x7F || ((unsigned char)*byte < ' ' && *byte != '\n') ||
		    (*byte == ' ' && byte[1] == '\n'))
			return false;
	}
	return true;
}

static void the_markdown_has_each_rule_and_example(void **state)
{
	char *printed = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&printed, &len);

	(void)state;
	rules_print_markdown(out);
	fclose(out);
	for (size_t i = 0; i < RULE_COUNT; i++) {
		char heading[80];

		snprintf(heading, sizeof(heading), "\n## %s\n", rules[i]->name);
		assert_has(printed, heading);
		assert_has(printed, rules[i]->why);
		assert_null(strstr(printed, " \n"));
		for (const char *const *example = rules[i]->bad; *example; example++) {
			if (is_plain(*example))
				assert_has(printed, *example);
		}
		for (const char *const *example = rules[i]->good; *example; example++) {
			if (is_plain(*example))
				assert_has(printed, *example);
		}
	}
	free(printed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_list_has_a_line_for_each_rule),
		cmocka_unit_test(a_rule_is_explained_in_80_columns),
		cmocka_unit_test(the_markdown_has_each_rule_and_example),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
