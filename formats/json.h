/* JSON texts (RFC 8259). Whatever the bytes are, what is written is valid UTF-8. */
#ifndef FORMATS_JSON_H
#define FORMATS_JSON_H

#include "formats/buf.h"
#include "formats/span.h"

/* What is written for bytes that are no UTF-8. */
enum json_invalid {
	JSON_REPLACE, /* U+FFFD, one for each maximal subpart */
	JSON_PERCENT, /* %E9: every byte stays readable, in URLs as a browser would send it */
};

/* Bytes of text that json_put_piece takes, or up to 16 more; and the room it needs for what becomes of them, six
 * bytes of each at most. */
#define JSON_PIECE_BYTES 256
#define JSON_PIECE_ROOM  (6 * (JSON_PIECE_BYTES + 16))

/* Writes what the beginning of `rest` becomes between quotes to `at`, where there must be JSON_PIECE_ROOM bytes, and
 * takes it off `rest`. Returns the end of what was written. */
char *json_put_piece(char *at, struct span *rest, enum json_invalid invalid);

/* The same in base64 (RFC 4648 section 4), padded at the end of `rest`. */
char *json_put_base64_piece(char *at, struct span *rest);

/* Adds `text` with its quotes. Control characters become \n or \u001b. */
void json_add_string(struct buf *out, struct span text, enum json_invalid invalid);

#endif
