/* HTML as browsers read it, by libxml2's push parser: elements and texts as they come, character references replaced.
 * Nothing is loaded, no entity is expanded but HTML's own characters, no script is run.
 *
 * The parser compares each attribute of a tag with all before it, and each end tag with all open elements; reading
 * stops where a hostile page would make that felt. About 20 ms for 64 KiB at most, whatever the bytes are. */
#ifndef FORMATS_HTML_H
#define FORMATS_HTML_H

#include <stdbool.h>

#include "formats/arena.h"
#include "formats/span.h"

/* A start tag's attributes; NULL if it has none. */
struct html_attributes;

/* The first attribute with this name, its references replaced, without blanks around it; empty with NULL bytes if there
 * is none. Lives as long as the event. */
struct span html_attribute(const struct html_attributes *attributes, const char *name);

/* Who is told of what is read. Names of elements are in small letters; <html>, <head>, <body> and <p> come where HTML
 * implies them, too. */
struct html_handler {
	void (*start)(void *reader, const char *name, const struct html_attributes *attributes);
	void (*end)(void *reader, const char *name);
	/* A piece of text, which may be cut anywhere between characters; also of scripts and styles, as written. */
	void (*text)(void *reader, struct span text);
	/* Asked between pieces of some kilobytes. `rest` may begin within what was told already. */
	bool (*wants_more)(void *reader, struct span rest);
};

/* Reads `page`, which is UTF-8, from its beginning to its end or till nothing more is wanted. `arena` is for a copy,
 * where the page has NULs: HTML section 13.2.5 reads them as U+FFFD or not at all. Any thread, several at once. */
void html_read(struct arena *arena, struct span page, const struct html_handler *handler, void *reader);

/* Blanks of HTML: space, tab, line feed, form feed and carriage return. */
static inline bool html_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/* `text` without the blanks at both ends. */
struct span html_trim(struct span text);

#endif
