/* What `detour --help` and `detour help TOPIC` print, and the exit codes. */
#ifndef CRAWLER_HELP_H
#define CRAWLER_HELP_H

#include <stdbool.h>
#include <stdio.h>

/* The topic's text: "audit", "rules" or "schema"; NULL gives the overview of `detour --help`.
 * Returns false, and prints nothing, if there is no such topic. */
bool help_print(FILE *out, const char *topic);

/* The exit codes as a Markdown table, for README.md. */
void help_print_exit_codes_markdown(FILE *out);

#endif
