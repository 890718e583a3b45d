/* Reading back JSON that row.h wrote: no blanks, keys in fixed order, so that a reader knows what comes next and
 * takes it. Stricter than RFC 8259, whatever the bytes are, and without a tree. */
#ifndef FORMATS_JSON_READ_H
#define FORMATS_JSON_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/span.h"

/* The bytes from `at` to `end`. A NUL stands at `end`, and strings are decoded where they stand. */
struct json_reader {
	char *at;
	const char *end;
};

/* Each takes what it is named after and returns true, or returns false if something else is there; the reader is of
 * no use then. */

static inline bool json_take_char(struct json_reader *reader, char c)
{
	if (*reader->at != c)
		return false;
	reader->at++;
	return true;
}

/* These very bytes. */
static inline bool json_take_bytes(struct json_reader *reader, const char *bytes, size_t len)
{
	if ((size_t)(reader->end - reader->at) < len || memcmp(reader->at, bytes, len) != 0)
		return false;
	reader->at += len;
	return true;
}

/* An integer from 0 to `max`. */
bool json_take_uint(struct json_reader *reader, uint64_t max, uint64_t *value);

bool json_take_bool(struct json_reader *reader, bool *value);

/* A string with its quotes. `text` is valid UTF-8, lies in the reader's bytes and has a NUL behind it; an empty one is
 * zeroed. */
bool json_take_text(struct json_reader *reader, struct span *text);

#endif
