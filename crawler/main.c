/* The program: its commands. This file and run.c are the two that see all three folders. */
#include <errno.h>
#include <string.h>
#include <sysexits.h>

#include "audit/docs.h"
#include "audit/rules.h"
#include "crawler/help.h"
#include "crawler/run.h"
#include "crawler/version.h"
#include "formats/inventory_row.h"
#include "formats/schema.h"

static int audit_command(int argc, char **argv)
{
	return run_command(COMMAND_AUDIT, argc, argv);
}

static int reaudit_command(int argc, char **argv)
{
	return run_command(COMMAND_REAUDIT, argc, argv);
}

/* The value of the one option `name` that a command takes: "--name value" or "--name=value". */
static const char *option_value(int argc, char **argv, const char *name)
{
	size_t len = strlen(name);

	if (argc == 2 && strcmp(argv[0], name) == 0)
		return argv[1];
	return argc == 1 && strncmp(argv[0], name, len) == 0 && argv[0][len] == '=' ? argv[0] + len + 1 : NULL;
}

static int usage_error(const char *command, const char *usage)
{
	fprintf(stderr, "detour: usage: detour %s %s\n", command, usage);
	return EXIT_USAGE;
}

static int rules_command(int argc, char **argv)
{
	const char *name = option_value(argc, argv, "--explain");
	const struct rule *rule = name ? rule_find(span_of(name)) : NULL;

	if (argc == 0)
		rules_print_list(stdout);
	else if (argc == 1 && strcmp(argv[0], "--markdown") == 0)
		rules_print_markdown(stdout);
	else if (argc == 1 && strcmp(argv[0], "--markdown=table") == 0)
		rules_print_markdown_table(stdout, "audit/RULES.md");
	else if (rule)
		rule_print(stdout, rule);
	else if (name)
		fprintf(stderr, "detour: there is no rule \"%s\"; detour rules lists them\n", name);
	else
		return usage_error("rules", "[--explain NAME | --markdown]");
	return name && !rule ? EXIT_USAGE : 0;
}

/* Rules on chains, or those on the whole list. Returns how many. */
static size_t rule_names(bool whole_list, const char *names[RULE_COUNT])
{
	size_t count = 0;

	for (unsigned i = 0; i < RULE_COUNT; i++) {
		if (!rules[i]->check == whole_list)
			names[count++] = rules[i]->name;
	}
	return count;
}

static int schema_command(int argc, char **argv)
{
	bool whole_list = argc && strcmp(argv[0], "inventory") == 0;
	const char *name =
		argc > whole_list ? option_value(argc - whole_list, argv + whole_list, "--dialect") : "jsonschema";
	const char *names[RULE_COUNT];
	enum schema_dialect dialect;

	if (!name || !schema_dialect_find(span_of(name), &dialect))
		return usage_error("schema", "[inventory] [--dialect=jsonschema|duckdb|clickhouse|markdown]");
	schema_print(stdout, dialect, whole_list ? &inventory_object : &row_object, names,
		     rule_names(whole_list, names));
	return 0;
}

static int help_command(int argc, char **argv)
{
	const char *topic = argc ? argv[0] : NULL;
	const bool markdown = argc == 2 && strcmp(argv[1], "--markdown") == 0;

	if (markdown && strcmp(topic, "audit") == 0)
		options_print_markdown(stdout, COMMAND_AUDIT);
	else if (markdown && strcmp(topic, "reaudit") == 0)
		options_print_markdown(stdout, COMMAND_REAUDIT);
	else if (markdown && strcmp(topic, "exit-codes") == 0)
		help_print_exit_codes_markdown(stdout);
	else if (argc > 1 || !help_print(stdout, topic))
		return usage_error("help", "[audit|reaudit|rules|schema]");
	return 0;
}

static int version_command(int argc, char **argv)
{
	(void)argv;
	version_print(stdout);
	return argc ? EXIT_USAGE : 0;
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "audit", audit_command },   { "reaudit", reaudit_command }, { "rules", rules_command },
	{ "schema", schema_command }, { "help", help_command },       { "--help", help_command },
	{ "-h", help_command },       { "version", version_command }, { "--version", version_command },
	{ "-V", version_command },
};

/* A full disk must not go unnoticed because only printf met it. */
static int flush_stdout(int exit_code)
{
	if ((fflush(stdout) == 0 && !ferror(stdout)) || exit_code)
		return exit_code;
	fprintf(stderr, "detour: cannot write to standard output: %s\n", strerror(errno));
	return EX_IOERR;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "--help";

	const bool has_options = strcmp(name, "audit") == 0 || strcmp(name, "reaudit") == 0;

	for (int i = 2; i < argc && has_options && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return flush_stdout(help_print(stdout, name) ? 0 : EX_SOFTWARE);
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return flush_stdout(commands[i].run(argc > 2 ? argc - 2 : 0, argv + 2));
	}
	fprintf(stderr, "detour: there is no command \"%s\"; see detour --help\n", name);
	return EXIT_USAGE;
}
