/* The command lines of `detour audit` and `detour reaudit`. options.def is the list; see there for what each means. */
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

enum command { COMMAND_AUDIT, COMMAND_REAUDIT };

enum option_http { HTTP_AUTO, HTTP_1_1, HTTP_2 };                 /* the choices of --http, in order */
enum option_ip_version { IP_ANY, IP_4, IP_6 };                    /* of --ip-version */
enum option_robots { ROBOTS_REPORT, ROBOTS_OBEY, ROBOTS_IGNORE }; /* of --robots */

/* The type of a member, by the type of its option. */
#define OPTION_MEMBER_FLAG     bool
#define OPTION_MEMBER_NUMBER   uint32_t
#define OPTION_MEMBER_DURATION uint32_t
#define OPTION_MEMBER_CHOICE   unsigned
#define OPTION_MEMBER_TEXT     const char *
#define OPTION_MEMBER_LIST     struct option_list

/* Filled once at start, then passed as const. Durations are in milliseconds. Texts are never NULL. */
struct options {
#define HEADING(text)
#define OPTION(type, member, ...) OPTION_MEMBER_##type member;
#include "crawler/options.def"
#undef HEADING
#undef OPTION
	enum command command; /* options of the other one have their defaults */
	const char **input;   /* what to read: files, "-" for standard input; or a run's directory */
	size_t input_count;
};

/* "audit" */
const char *command_name(enum command command);

/* Parses what stands behind `detour audit`, or the other command. `--name value`, `--name=value`, `-n value`,
 * `-nvalue`, flags as `-kq`; `--` ends the options; an unambiguous beginning of a name is not accepted. The last one
 * wins unless it is a list. Texts point into argv. Returns false after one line on `errors` that names the option, the
 * value and what is allowed; options_release() is needed either way. Does not check that there is input or output: the
 * caller knows whether they are needed. */
bool options_parse(struct options *options, enum command command, int argc, char **argv, FILE *errors);
void options_release(struct options *options);

/* All options of a command by group with range, default and sentence, as `detour help audit` shows them. */
void options_print_help(FILE *out, enum command command);

/* The same as Markdown tables, for README.md. */
void options_print_markdown(FILE *out, enum command command);

/* Calls `each` for every option of the command with its value in text form, lists joined with ", ": for the
 * manifest. The texts are good during the call only. Values of options that may hold secrets
 * (--body) are given as "...". */
void options_each(const struct options *options, void (*each)(void *context, const char *name, const char *value),
		  void *context);

/* The same for those that decide what is in a row. Patience, speed and politeness do not: a run that
 * is resumed may have more of them. */
void options_each_that_decides_rows(const struct options *options,
				    void (*each)(void *context, const char *name, const char *value), void *context);

#endif
