/* Character encodings of web pages, by the labels of the Encoding Standard
 * (https://encoding.spec.whatwg.org/#names-and-labels). Safe in any thread. */
#ifndef FORMATS_CHARSET_H
#define FORMATS_CHARSET_H

#include "formats/arena.h"
#include "formats/span.h"

/* The encoding that is taken for pages that name none and are not UTF-8. */
#define CHARSET_DEFAULT "WINDOWS-1252"

#define CHARSET_UTF8 "UTF-8"

/* The encoding with this label in any case, blanks around it dropped: a static text for
 * charset_decode(), equal by strcmp() for all labels of one encoding. NULL if it is not known. */
const char *charset_find(struct span label);

/* The encoding that `text` names behind "charset=", as in Content-Type and in <meta content>: HTML
 * section 2.4.4, "extracting a character encoding from a meta element". NULL if there is none. */
const char *charset_in(struct span text);

/* The encoding whose byte order mark `bytes` begins with, and the mark's length; NULL and 0. */
const char *charset_of_mark(struct span bytes, size_t *mark_len);

/* `bytes` as valid UTF-8, with U+FFFD for what is no character. `bytes` itself where nothing has to
 * be changed, else a copy in `arena` of at most three times its length and a little. */
struct span charset_decode(struct arena *arena, struct span bytes, const char *charset);

#endif
