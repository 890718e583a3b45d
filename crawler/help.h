/* What `detour --help` and `detour help TOPIC` print, and the exit codes. */
#ifndef CRAWLER_HELP_H
#define CRAWLER_HELP_H

#include <stdbool.h>
#include <stdio.h>

/* Exit codes beside 0 and those of sysexits.h; help.c has what they all mean. */
#define EXIT_FINDINGS 1
#define EXIT_USAGE    2

/* The topic's text: "audit", "reaudit", "rules" or "schema"; NULL gives the overview of `detour --help`.
 * Returns false, and prints nothing, if there is no such topic. */
bool help_print(FILE *out, const char *topic);

/* The exit codes as a Markdown table, for README.md. */
void help_print_exit_codes_markdown(FILE *out);

#endif
