/* Character references in texts and attributes of HTML: section 13.2.5.72 and following. Pure; safe in any thread. */
#ifndef FORMATS_HTML_TEXT_H
#define FORMATS_HTML_TEXT_H

#include "formats/buf.h"

/* The most bytes that one character reference stands for. */
#define HTML_CHARACTER_BYTES_MAX 4

/* What the character reference stands for that `text` begins with, as UTF-8 in `out`. Returns its length in `text`, 0
 * if there is none. Names are those of html_names.def; in an attribute, "&copy=1" is none. */
size_t html_reference(struct span text, bool in_attribute, char out[HTML_CHARACTER_BYTES_MAX], size_t *out_len);

/* Adds an attribute's value with its references replaced, as valid UTF-8 if `value` is; NUL becomes U+FFFD. */
void html_add_value(struct buf *out, struct span value);

/* Adds text in the same way, each run of blanks as one space; one at the beginning of `out` is left out. Blanks at the
 * end of `text` are added, so that the next text can go on behind them. */
void html_add_text(struct buf *out, struct span text);

#endif
