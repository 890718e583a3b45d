#include "crawler/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crawler/option.h"

#define COUNT(array)   (sizeof(array) / sizeof((array)[0]))
#define ARGUMENTS_MAX  8
#define TEXT_BYTES_MAX 65536
#define COLUMNS_MAX    90

/* What was parsed: "name=value" for each option, in the order of options.def. */
struct shown {
	struct buf text;
	const struct shown *without; /* NULL, or options that are left out if they are the same there */
};

static void show(void *context, const char *name, const char *value)
{
	struct shown *shown = context;
	char pair[256];

	snprintf(pair, sizeof(pair), "%s=%s\n", name, value);
	if (!shown->without || !memmem(shown->without->text.bytes, shown->without->text.len, pair, strlen(pair)))
		buf_add_text(&shown->text, pair);
}

/* Parses and returns the options that are not the default, then the inputs, or the error line. */
static char *parse(enum command command, const char *const *argument)
{
	struct shown standard = { .without = NULL }, shown = { .without = &standard };
	struct options options;
	char *argv[ARGUMENTS_MAX], *errors = NULL;
	size_t errors_len;
	FILE *file = open_memstream(&errors, &errors_len);
	int argc = 0;

	for (; argument[argc]; argc++)
		argv[argc] = strdup(argument[argc]);
	buf_init(&standard.text, TEXT_BYTES_MAX);
	buf_init(&shown.text, TEXT_BYTES_MAX);
	assert_true(options_parse(&options, command, 0, argv, file));
	options_each(&options, show, &standard);
	options_release(&options);
	if (options_parse(&options, command, argc, argv, file)) {
		options_each(&options, show, &shown);
		for (size_t i = 0; i < options.input_count; i++)
			buf_addf(&shown.text, "<%s>\n", options.input[i]);
		fflush(file);
		assert_int_equal(errors_len, 0);
	}
	options_release(&options);
	fclose(file);
	buf_add_text(&shown.text, errors);
	buf_add_char(&shown.text, '\0');
	while (argc)
		free(argv[--argc]);
	free(errors);
	buf_release(&standard.text);
	return shown.text.bytes;
}

static const struct {
	const char *argument[ARGUMENTS_MAX];
	const char *shown;
} cases[] = {
	{ { NULL }, "" },
	{ { "urls.txt" }, "<urls.txt>\n" },
	{ { "urls.txt", "-o", "out" }, "output=out\n<urls.txt>\n" },
	{ { "-oout", "a", "b" }, "output=out\n<a>\n<b>\n" },
	{ { "--output=out", "-" }, "output=out\n<->\n" },
	{ { "--output", "-" }, "output=-\n" },
	{ { "-o-" }, "output=-\n" },
	{ { "--output=a=b" }, "output=a=b\n" },
	{ { "--output=" }, "" },
	{ { "--", "-o", "--force" }, "<-o>\n<--force>\n" },
	{ { "-kq" }, "quiet=true\ninsecure=true\n" },
	{ { "-kc12" }, "concurrency=12\ninsecure=true\n" },
	{ { "-c", "12", "--concurrency", "13" }, "concurrency=13\n" },
	{ { "--user-agent", "--force" }, "user-agent=--force\n" },
	{ { "--dns-server", "192.0.2.1", "--dns-server=192.0.2.2:53" }, "dns-server=192.0.2.1, 192.0.2.2:53\n" },
	{ { "--body", "password=1" }, "body=...\n" },
	{ { "--http", "2", "--fail-on=error" }, "http=2\nfail-on=error\n" },

	{ { "--hop-timeout", "500ms" }, "hop-timeout=500ms\n" },
	{ { "--hop-timeout", "30s" }, "hop-timeout=30s\n" },
	{ { "--hop-timeout", "2m" }, "hop-timeout=2m\n" },
	{ { "--hop-timeout", "1h" }, "hop-timeout=1h\n" },
	{ { "--hop-timeout", "7" }, "hop-timeout=7s\n" },
	{ { "--hop-timeout", "1.5" }, "hop-timeout=1500ms\n" },
	{ { "--hop-timeout", "0.25m" }, "hop-timeout=15s\n" },
	{ { "--hop-timeout", "1.2345s" }, "hop-timeout=1234ms\n" },
	{ { "--hop-timeout", "10.9ms" }, "hop-timeout=10ms\n" },
	{ { "--drain-timeout", "0" }, "drain-timeout=0s\n" },

	{ { "--per-host", "0" }, "detour: --per-host: \"0\" is not a number from 1 to 10000 (requests)\n" },
	{ { "--per-host=10000" }, "per-host=10000\n" },
	{ { "--per-host=10001" }, "detour: --per-host: \"10001\" is not a number from 1 to 10000 (requests)\n" },
	{ { "--per-host", "-1" }, "detour: --per-host: \"-1\" is not a number from 1 to 10000 (requests)\n" },
	{ { "--per-host=" }, "detour: --per-host: \"\" is not a number from 1 to 10000 (requests)\n" },
	{ { "--per-host", "8x" }, "detour: --per-host: \"8x\" is not a number from 1 to 10000 (requests)\n" },
	{ { "--per-host", " 8" }, "detour: --per-host: \" 8\" is not a number from 1 to 10000 (requests)\n" },
	{ { "--per-host", "18446744073709551617" },
	  "detour: --per-host: \"18446744073709551617\" is not a number from 1 to 10000 (requests)\n" },
	{ { "-cx" }, "detour: --concurrency: \"x\" is not a number from 1 to 200000 (walks)\n" },
	{ { "--hop-timeout", "5x" },
	  "detour: --hop-timeout: \"5x\" is not a duration from 10ms to 1h, such as 20s, 500ms or 2m\n" },
	{ { "--hop-timeout", "9ms" },
	  "detour: --hop-timeout: \"9ms\" is not a duration from 10ms to 1h, such as 20s, 500ms or 2m\n" },
	{ { "--hop-timeout", "61m" },
	  "detour: --hop-timeout: \"61m\" is not a duration from 10ms to 1h, such as 20s, 500ms or 2m\n" },
	{ { "--hop-timeout", "1." },
	  "detour: --hop-timeout: \"1.\" is not a duration from 10ms to 1h, such as 20s, 500ms or 2m\n" },
	{ { "--hop-timeout", ".5s" },
	  "detour: --hop-timeout: \".5s\" is not a duration from 10ms to 1h, such as 20s, 500ms or 2m\n" },
	{ { "--hop-timeout", "99999999999999999999h" },
	  "detour: --hop-timeout: \"99999999999999999999h\" is not a duration from 10ms to 1h, such as 20s, 500ms or "
	  "2m\n" },
	/* Its milliseconds are a little more than 2^64. */
	{ { "--hop-timeout", "5124095576031h" },
	  "detour: --hop-timeout: \"5124095576031h\" is not a duration from 10ms to 1h, such as 20s, 500ms or 2m\n" },
	{ { "--http", "3" }, "detour: --http: \"3\" is not one of auto, 1.1, 2\n" },
	{ { "--http", "1.1|2" }, "detour: --http: \"1.1|2\" is not one of auto, 1.1, 2\n" },
	{ { "--http", "" }, "detour: --http: \"\" is not one of auto, 1.1, 2\n" },
	{ { "--rate" }, "detour: --rate needs a number from 0 to 100000 (requests/s)\n" },
	{ { "-o" }, "detour: --output needs DIR\n" },
	{ { "--force=yes" }, "detour: --force takes no value\n" },
	{ { "--perhost", "8" }, "detour: unknown option --perhost; did you mean --per-host?\n" },
	{ { "--hosts=8" }, "detour: unknown option --hosts; see detour help audit\n" },
	{ { "--conc", "8" }, "detour: unknown option --conc; did you mean --concurrency?\n" },
	{ { "--x" }, "detour: unknown option --x; see detour help audit\n" },
	{ { "--=x" }, "detour: unknown option --; see detour help audit\n" },
	{ { "--a-name-that-is-longer-than-any-option-can-be" },
	  "detour: unknown option --a-name-that-is-longer-than-any-option-can-be; see detour help audit\n" },
	{ { "-z" }, "detour: unknown option -z; see detour help audit\n" },
	{ { "-kz" }, "detour: unknown option -z; see detour help audit\n" },
};

static void command_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *shown = parse(COMMAND_AUDIT, cases[i].argument);

		if (strcmp(shown, cases[i].shown) != 0)
			fail_msg("%s %s:\n%s", cases[i].argument[0], cases[i].argument[1] ? cases[i].argument[1] : "",
				 shown);
		free(shown);
	}
}

/* What only one of the commands has. */
static void other_command(void **state)
{
	static const struct {
		const char *argument[ARGUMENTS_MAX];
		const char *shown;
	} others[] = {
		{ { "run", "-qo", "out" }, "output=out\nquiet=true\n<run>\n" },
		{ { "--auditors=3", "--rule", "a=off", "--fail-on", "error" },
		  "auditors=3\nrule=a=off\nfail-on=error\n" },
		{ { "--per-host", "8" }, "detour: --per-host is no option of reaudit; see detour help reaudit\n" },
		{ { "--resume" }, "detour: --resume is no option of reaudit; see detour help reaudit\n" },
		{ { "-k" }, "detour: --insecure is no option of reaudit; see detour help reaudit\n" },
		{ { "-z" }, "detour: unknown option -z; see detour help reaudit\n" },
		{ { "--perhost" }, "detour: unknown option --perhost; see detour help reaudit\n" },
		{ { "--auditor" }, "detour: unknown option --auditor; did you mean --auditors?\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		char *shown = parse(COMMAND_REAUDIT, others[i].argument);

		if (strcmp(shown, others[i].shown) != 0)
			fail_msg("%s:\n%s", others[i].argument[0], shown);
		free(shown);
	}
}

static void defaults(void **state)
{
	struct options options;
	char *none[1] = { NULL };

	(void)state;
	assert_true(options_parse(&options, COMMAND_AUDIT, 0, none, stderr));
	assert_int_equal(options.max_redirects, 20);
	assert_int_equal(options.hop_timeout_ms, 20000);
	assert_int_equal(options.per_host, 8);
	assert_int_equal(options.http, HTTP_AUTO);
	assert_int_equal(options.ip_version, IP_ANY);
	assert_string_equal(options.output, "");
	assert_string_equal(options.user_agent, "detour/" DETOUR_VERSION);
	assert_int_equal(options.rule.count, 0);
	assert_int_equal(options.input_count, 0);
	options_release(&options);
}

/* What a new entry of options.def can get wrong. */
static void entries(void **state)
{
	(void)state;
	assert_int_equal(option_table[0].type, OPTION_HEADING);
	for (const struct option *option = option_table; option->text; option++) {
		if (option->type == OPTION_HEADING)
			continue;
		if (strspn(option->name, "abcdefghijklmnopqrstuvwxyz-") != strlen(option->name))
			fail_msg("--%s: the name is not in kebab-case", option->name);
		if (option->text[strlen(option->text) - 1] != '.')
			fail_msg("--%s: the sentence has no full stop", option->name);
		if (option->min > option->max)
			fail_msg("--%s: .min is above .max", option->name);
		if ((option->type == OPTION_TEXT || option->type == OPTION_LIST) != (option->metavar != NULL))
			fail_msg("--%s: .metavar is for texts", option->name);
		for (const struct option *other = option_table; other < option; other++)
			if (other->name && (strcmp(other->name, option->name) == 0 ||
					    (option->letter && other->letter == option->letter)))
				fail_msg("--%s and --%s have one name", other->name, option->name);
	}
}

static char *printed(void (*print)(FILE *out, enum command command), enum command command)
{
	char *text;
	size_t len;
	FILE *file = open_memstream(&text, &len);

	print(file, command);
	fclose(file);
	return text;
}

static void help(void **state)
{
	char *text = printed(options_print_help, COMMAND_AUDIT);
	char *markdown = printed(options_print_markdown, COMMAND_AUDIT);
	char *other = printed(options_print_help, COMMAND_REAUDIT);

	(void)state;
	for (const struct option *option = option_table; option->text; option++) {
		struct buf usage;

		buf_init(&usage, TEXT_BYTES_MAX);
		if (option->type == OPTION_HEADING)
			buf_add_text(&usage, option->text);
		else
			option_add_usage(option, &usage);
		buf_add_char(&usage, '\0');
		if (!strstr(text, usage.bytes))
			fail_msg("%s is not in the help", usage.bytes);
		if (!option->choices && !strstr(markdown, usage.bytes))
			fail_msg("%s is not in the Markdown", usage.bytes);
		buf_release(&usage);
	}
	for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1)
		if (end - line > COLUMNS_MAX || (end > line && end[-1] == ' '))
			fail_msg("too long, or with a blank at its end: %.*s", (int)(end - line), line);
	assert_non_null(strstr(markdown, "| `-c, --concurrency N` | 1 to 200000 walks | `2000` | Keep at most"));
	assert_non_null(strstr(markdown, "| `--http auto\\|1.1\\|2` |  | `auto` | HTTP version"));
	assert_non_null(strstr(other, "Output\n  -o, --output DIR"));
	assert_non_null(strstr(other, "--auditors N"));
	assert_null(strstr(other, "--per-host"));
	assert_null(strstr(other, "Politeness")); /* a group without options */
	free(text);
	free(markdown);
	free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(command_lines), cmocka_unit_test(other_command), cmocka_unit_test(defaults),
		cmocka_unit_test(entries),       cmocka_unit_test(help),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
