/* The tokens of a script, as far as it takes to see which code runs: ECMAScript, section 12. Whether "/" divides or
 * begins a regular expression is guessed by what stands before it. Pure; safe in any thread. */
#ifndef FORMATS_SCRIPT_LEXER_H
#define FORMATS_SCRIPT_LEXER_H

#include "formats/span.h"

enum script_token_type {
	SCRIPT_END,
	SCRIPT_WORD,   /* a name, a keyword or a number */
	SCRIPT_STRING, /* in quotes; `text` is what is between them */
	SCRIPT_SIGN,   /* one character, or "=>" */
	SCRIPT_OTHER,  /* a regular expression, a string with backslashes, or a template that has expressions */
};

struct script_token {
	enum script_token_type type;
	struct span text;
	bool on_new_line; /* a line ends before it */
};

struct script_lexer {
	struct span rest;
	bool operand; /* the last token was a value: "/" divides */
};

/* The next token; SCRIPT_END at the end, and where a string or comment has no end. */
struct script_token script_next(struct script_lexer *lexer);

/* True if it is this word, or sign. */
bool script_is(const struct script_token *token, enum script_token_type type, const char *text);

#endif
