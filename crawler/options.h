/* The command line of `detour audit`. options.def is the list; see there for what each means. */
#ifndef CRAWLER_OPTIONS_H
#define CRAWLER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "formats/limits.h"

/* Texts of an option that may be given several times, in the order given. */
struct option_list {
	const char **text;
	size_t count;
};

enum option_http { HTTP_AUTO, HTTP_1_1, HTTP_2 }; /* the choices of --http, in order */
enum option_ip_version { IP_ANY, IP_4, IP_6 };    /* of --ip-version */

/* Filled once at start, then passed as const. Durations are in milliseconds. */
struct options {
#define OPTION_FLAG(member, ...)     bool member;
#define OPTION_NUMBER(member, ...)   uint32_t member;
#define OPTION_DURATION(member, ...) uint32_t member;
#define OPTION_CHOICE(member, ...)   unsigned member;
#define OPTION_TEXT(member, ...)     const char *member;
#define OPTION_LIST(member, ...)     struct option_list member;
#include "crawler/options.def"
#undef OPTION_FLAG
#undef OPTION_NUMBER
#undef OPTION_DURATION
#undef OPTION_CHOICE
#undef OPTION_TEXT
#undef OPTION_LIST
	const char **input; /* files to read, "-" for standard input; points into argv */
	size_t input_count;
};

/* Parses what stands behind `detour audit`. `--name value`, `--name=value`, `-n value`, `-nvalue`;
 * `--` ends the options; an unambiguous beginning of a name is not accepted. Texts point into argv.
 * Returns false after one line on `errors` that names the option, the value and what is allowed.
 * Does not check that there is input or output: the caller knows whether they are needed. */
bool options_parse(struct options *options, int argc, char **argv, FILE *errors);
void options_release(struct options *options);

/* All options by group with range, default and sentence, as `detour help audit` shows them. */
void options_print_help(FILE *out);

/* The same as a Markdown table, for README.md. */
void options_print_markdown(FILE *out);

/* Calls `each` for every option with its value in text form, lists joined with ", ": for the
 * manifest. Values of options that may hold secrets (--body) are given as "...". */
void options_each(const struct options *options, void (*each)(void *context, const char *name, const char *value),
		  void *context);

#endif
