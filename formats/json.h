/* JSON texts (RFC 8259), added to a buffer. Whatever the bytes are, what is added is valid UTF-8. */
#ifndef FORMATS_JSON_H
#define FORMATS_JSON_H

#include "formats/buf.h"
#include "formats/span.h"

/* What is written for bytes that are no UTF-8. */
enum json_invalid {
	JSON_REPLACE, /* U+FFFD, one for each maximal subpart */
	JSON_PERCENT, /* %E9: every byte stays readable, in URLs as a browser would send it */
};

/* Adds `text` with its quotes. Control characters become \n or \u001b. */
void json_add_string(struct buf *out, struct span text, enum json_invalid invalid);

/* Adds the bytes in base64 (RFC 4648 section 4, padded), with quotes. */
void json_add_base64(struct buf *out, struct span bytes);

#endif
