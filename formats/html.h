/* The tokens of an HTML page, read as browsers do it: HTML section 13.2.5, "Tokenization". No tree is built: whoever
 * reads the tokens keeps the little state that he needs. Nothing is copied and nothing allocated; each byte is looked
 * at a bounded number of times, whatever the bytes are. Pure; safe in any thread. */
#ifndef FORMATS_HTML_H
#define FORMATS_HTML_H

#include "formats/html_element.h"

enum html_token_type {
	HTML_TEXT,      /* of the page, with character references */
	HTML_RAW_TEXT,  /* of an element whose content holds no tags: <script>, <style>, <title> ... */
	HTML_START_TAG, /* also of an element that has no end */
	HTML_END_TAG,
};

struct html_token {
	enum html_token_type type;
	enum html_element element; /* of the tag, or that the raw text is in */
	struct span text;          /* of texts, as written */
	struct span attributes;    /* of a start tag, as written: see html_attribute */
};

struct html {
	struct span rest;              /* not read yet */
	struct span raw_name;          /* the element whose raw text comes next; empty: none */
	enum html_element raw_element; /* which that is */
	unsigned foreign;              /* <svg> and <math> that are open */
};

/* `page` is UTF-8; it is read from its beginning, as by a browser that runs scripts: <noscript> has raw text. */
struct html html_begin(struct span page);

/* The next token; comments, declarations, and a tag that is cut off at the end, are left out. False at the end. */
bool html_next(struct html *html, struct html_token *token);

/* The next attribute of a start tag, as written and cut off `rest`. A name that comes again does not count: the first
 * one does. False at the end. */
bool html_attribute(struct span *rest, struct span *name, struct span *value);

/* Blanks of HTML: space, tab, line feed, form feed and carriage return. */
static inline bool html_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/* `text` without the blanks at both ends. */
struct span html_trim(struct span text);

#endif
