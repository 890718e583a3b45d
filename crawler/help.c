#include "crawler/help.h"

#include <string.h>
#include <sysexits.h>

#include "crawler/options.h"

static const struct {
	int code;
	const char *text;
} exit_codes[] = {
	{ 0, "Complete: each line of the input has its row. Findings do not change this." },
	{ EXIT_FINDINGS, "Complete, and there is a finding of the level of --fail-on or above." },
	{ EXIT_USAGE, "The command line is wrong." },
	{ EX_DATAERR, "An input or a row is corrupt, ends too early, or is not that of the run to be resumed." },
	{ EX_NOINPUT, "An input cannot be opened." },
	{ EX_SOFTWARE, "An internal error of detour." },
	{ EX_OSERR, "There is not enough memory." },
	{ EX_CANTCREAT, "The output cannot be created, or is there already with neither --resume nor --force." },
	{ EX_IOERR, "The output cannot be written on: the disk is full or the pipe is closed." },
	{ EX_TEMPFAIL, "Stopped by a signal: --resume walks the rest. Or another run uses the directory." },
};

#define EXIT_CODE_COUNT (sizeof(exit_codes) / sizeof(exit_codes[0]))

static void print_overview(FILE *out)
{
	fputs("detour walks the redirect chain of every URL in a list, records each hop as it was on\n"
	      "the wire, judges each chain, and writes one JSON row for each line.\n"
	      "\n"
	      "Usage\n"
	      "  detour audit [OPTION...] -o DIR FILE...  walk the URLs of the FILEs; - is standard input\n"
	      "  detour reaudit [OPTION...] -o DIR RUN    judge the rows of a run again, without requests\n"
	      "  detour rules [--explain NAME]            list what is looked for, or explain one rule\n"
	      "  detour schema [inventory] [--dialect=NAME]\n"
	      "                                           print the schema of the rows\n"
	      "  detour help [audit|reaudit|rules|schema] tell all about a command\n"
	      "  detour --version                         print the versions of detour and its libraries\n"
	      "\n"
	      "Options of audit used most (all are in: detour help audit)\n"
	      "  -o, --output DIR        write rows to this new directory; - is standard output\n"
	      "  -c, --concurrency N     walks in flight\n"
	      "      --per-host N        requests in flight to one host\n"
	      "      --rule NAME=LEVEL   report a rule as off, notice, warning or error\n"
	      "  -q, --quiet             print neither progress nor summary\n"
	      "\n"
	      "Examples\n"
	      "  detour audit urls.txt -o out/\n"
	      "  detour audit -q -o - urls.txt.gz | jq -r 'select(.outcome == \"loop\").url'\n",
	      out);
}

static void print_exit_codes(FILE *out)
{
	fputs("\nExit codes\n", out);
	for (size_t i = 0; i < EXIT_CODE_COUNT; i++)
		fprintf(out, "  %2d  %s\n", exit_codes[i].code, exit_codes[i].text);
}

static void print_audit(FILE *out)
{
	fputs("detour audit [OPTION...] -o DIR FILE...\n"
	      "\n"
	      "Walks the redirect chain of every URL in the FILEs, in order, and writes one row for each\n"
	      "line that is neither blank nor a comment.\n"
	      "\n"
	      "Input\n"
	      "  One URL a line, with http or https. A method may stand before it: POST https://...\n"
	      "  Lines end in LF or CRLF. Blanks around a URL are dropped; blank lines and lines that\n"
	      "  begin with # are skipped. A FILE may be plain text, gzip or zstd, whatever its name, and\n"
	      "  - is standard input. URLs may have raw UTF-8 and up to 8,192 bytes. A line that is no\n"
	      "  URL gives a row as well, with the outcome invalid_input and the reason.\n"
	      "\n",
	      out);
	options_print_help(out, COMMAND_AUDIT);
	print_exit_codes(out);
	fputs("\n"
	      "Signals\n"
	      "  INT, TERM  The first one begins no more walks, gives those in flight --drain-timeout to\n"
	      "             finish, completes the output and exits with 75. The second one stops at once.\n"
	      "             Whatever ended a run, kill -9 or a loss of power too, --resume goes on with it.\n"
	      "\n"
	      "Files\n"
	      "  DIR/part-00000.ndjson.zst ...  the rows; each part can be read while others are written\n"
	      "  DIR/inventory-00000.ndjson.zst findings on the whole list, if it is complete\n"
	      "  DIR/_manifest.json             rows and sha256 of each part, counts, versions, options\n"
	      "  DIR/_SUCCESS                   empty; written last, when the run is complete\n"
	      "  DIR/.run.json                  what the run was begun with, which --resume compares\n"
	      "  /etc/resolv.conf, /etc/hosts   name servers and names, unless --dns-server is given\n",
	      out);
}

static void print_reaudit(FILE *out)
{
	fputs("detour reaudit [OPTION...] -o NEW_DIR RUN_DIR\n"
	      "\n"
	      "Judges the rows of the run in RUN_DIR again and writes them to NEW_DIR, without any request:\n"
	      "to see what other levels, other limits or a later version of detour say of the same answers.\n"
	      "With the same rules the findings are the same.\n"
	      "\n"
	      "  Rows keep everything but `run_id`, what the rules found and what is worked out for them.\n"
	      "  NEW_DIR is a run of its own, whose manifest names RUN_DIR's run as `parent_run_id`. If the\n"
	      "  run in RUN_DIR is not complete, its rows are judged, and NEW_DIR gets no _SUCCESS either.\n"
	      "\n",
	      out);
	options_print_help(out, COMMAND_REAUDIT);
	print_exit_codes(out);
}

static void print_rules(FILE *out)
{
	fputs("detour rules [--explain NAME]\n"
	      "\n"
	      "Lists the rules that chains are judged by: name, severity, title. With --explain, tells what\n"
	      "one rule looks for, why it matters, how to fix it, its source, and examples of chains that\n"
	      "it reports and of chains that it does not.\n"
	      "\n"
	      "  --explain NAME  the rule to explain\n"
	      "\n"
	      "The level of a rule is set with `detour audit --rule NAME=off|notice|warning|error`, its\n"
	      "threshold, if it has one, with `--rule NAME.limit=N`.\n",
	      out);
}

static void print_schema(FILE *out)
{
	fputs("detour schema [inventory] [--dialect=jsonschema|duckdb|clickhouse]\n"
	      "\n"
	      "Prints the schema of the rows, or of the inventory: the findings on the whole list.\n"
	      "Every key has its type and a sentence. Keys stand in this order in every row, none is\n"
	      "left out, and none is null: a text that is not there is \"\", a number 0, a list [].\n"
	      "\n"
	      "  --dialect=jsonschema  a JSON Schema, the default\n"
	      "  --dialect=duckdb      SQL that reads a run's parts into DuckDB\n"
	      "  --dialect=clickhouse  a CREATE TABLE for ClickHouse\n",
	      out);
}

static const struct {
	const char *name;
	void (*print)(FILE *out);
} topics[] = {
	{ "audit", print_audit },
	{ "reaudit", print_reaudit },
	{ "rules", print_rules },
	{ "schema", print_schema },
};

bool help_print(FILE *out, const char *topic)
{
	if (!topic) {
		print_overview(out);
		return true;
	}
	for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++) {
		if (strcmp(topics[i].name, topic) == 0) {
			topics[i].print(out);
			return true;
		}
	}
	return false;
}

void help_print_exit_codes_markdown(FILE *out)
{
	fputs("| Code | |\n|---|---|\n", out);
	for (size_t i = 0; i < EXIT_CODE_COUNT; i++)
		fprintf(out, "| %d | %s |\n", exit_codes[i].code, exit_codes[i].text);
}
