/* One option of the command line: what options.def says of it, and its value as text. */
#ifndef CRAWLER_OPTION_H
#define CRAWLER_OPTION_H

#include "crawler/options.h"
#include "formats/buf.h"

enum option_type {
	OPTION_HEADING, /* no option: begins a group, has .text only */
	OPTION_FLAG,
	OPTION_NUMBER,
	OPTION_DURATION,
	OPTION_CHOICE,
	OPTION_TEXT,
	OPTION_LIST,
};

struct option {
	enum option_type type;
	size_t offset;     /* of its member in struct options */
	const char *name;  /* without the dashes */
	char letter;       /* the short form; 0: none */
	bool secret;       /* its value must not be written anywhere */
	bool reaudit;      /* `detour reaudit` has it too */
	bool decides_rows; /* what is asked or how it is judged depends on it: a resumed run keeps it */
	uint32_t min, max;
	const char *unit;
	const char *choices;     /* joined with "|" */
	const char *metavar;     /* what its value is called in the help */
	const char *value;       /* the default, as one would type it; NULL: "", off, an empty list */
	const char *value_shown; /* the default for the help, where it is not `value` */
	const char *text;        /* a sentence, or the heading */
};

/* Whether `command` has the option; for a heading whether it may have one of that group. */
static inline bool option_is_of(const struct option *option, enum command command)
{
	return command == COMMAND_AUDIT || option->reaudit || option->type == OPTION_HEADING;
}

/* In the order of options.def, ended by an entry without .text. */
extern const struct option option_table[];

/* None of these is for a heading. */

/* Sets the option's member to what `text` says; a flag is set whatever it says. False, and nothing
 * is changed, if `text` is not what option_add_wanted() tells. A text is kept, not copied. */
bool option_set(const struct option *option, struct options *options, const char *text);

/* Sets the member, which must be zeroed, to its default. */
void option_reset(const struct option *option, struct options *options);

/* Frees what option_set() made. */
void option_release(const struct option *option, struct options *options);

/* Each adds to `out`. */
void option_add_value(const struct option *option, const struct options *options, struct buf *out);
void option_add_usage(const struct option *option, struct buf *out);  /* "-o, --output DIR" */
void option_add_range(const struct option *option, struct buf *out);  /* "1 to 64 threads", or nothing */
void option_add_wanted(const struct option *option, struct buf *out); /* "a number from 1 to 64 (threads)" */

#endif
