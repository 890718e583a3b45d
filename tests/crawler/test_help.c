#include "crawler/help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A terminal that nobody has made larger; the options may use a little more (see test_options). */
#define ROWS_MAX    24
#define COLUMNS_MAX 92

static char *printed(const char *topic, bool *found)
{
	char *text;
	size_t len;
	FILE *file = open_memstream(&text, &len);

	*found = help_print(file, topic);
	fclose(file);
	return text;
}

static const struct {
	const char *topic;
	bool found;
	const char *part[7]; /* texts that must be in it, in this order */
} cases[] = {
	{ NULL,
	  true,
	  { "detour audit", "detour reaudit", "detour rules", "detour schema", "detour help", "--version",
	    "Examples" } },
	{ "audit",
	  true,
	  { "Input\n", "Output\n  -o, --output DIR", "Exit codes\n   0  ", "  75  ", "Signals\n", "Files\n" } },
	{ "reaudit", true, { "RUN_DIR", "Output\n  -o, --output DIR", "Exit codes\n   0  " } },
	{ "rules", true, { "--explain NAME" } },
	{ "schema", true, { "--dialect=" } },
	{ "nothing", false, { "" } },
	{ "", false, { "" } },
};

static void topics(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		bool found;
		char *text = printed(cases[i].topic, &found), *at = text;

		assert_int_equal(found, cases[i].found);
		assert_int_equal(text[0] != '\0', found);
		for (size_t j = 0; j < COUNT(cases[i].part) && cases[i].part[j]; j++) {
			at = strstr(at, cases[i].part[j]);
			if (!at)
				fail_msg("\"%s\" is not in its place in help %s", cases[i].part[j], cases[i].topic);
		}
		free(text);
	}
}

static void sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		bool found;
		char *text = printed(cases[i].topic, &found), *at = text;
		int rows = 0;

		for (char *end; (end = strchr(at, '\n')); at = end + 1, rows++)
			if (end - at > COLUMNS_MAX)
				fail_msg("too long: %.*s", (int)(end - at), at);
		if (!cases[i].topic)
			assert_in_range(rows, 1, ROWS_MAX);
		free(text);
	}
}

static void exit_codes(void **state)
{
	char *text;
	size_t len;
	FILE *file = open_memstream(&text, &len);

	(void)state;
	help_print_exit_codes_markdown(file);
	fclose(file);
	assert_non_null(strstr(text, "| 0 | Complete"));
	assert_non_null(strstr(text, "| 65 | "));
	assert_non_null(strstr(text, "| 75 | "));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(topics),
		cmocka_unit_test(sizes),
		cmocka_unit_test(exit_codes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
