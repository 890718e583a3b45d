/* A buffer: bytes that grow at the end, up to a cap set at birth.
 * The error is sticky: append freely, test `overflow` once. After an overflow nothing more is
 * added, so the content is a prefix of what was wanted. Running out of memory ends the process. */
#ifndef FORMATS_BUF_H
#define FORMATS_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/span.h"

struct buf {
	char *bytes; /* not NUL-terminated */
	size_t len;
	size_t size;     /* allocated */
	size_t size_max; /* the cap */
	bool overflow;
};

void buf_init(struct buf *buf, size_t size_max);
void buf_release(struct buf *buf);

/* Empties the buffer and keeps its memory. */
void buf_clear(struct buf *buf);

/* Cuts the buffer back to `len`, which must not exceed its length, and clears `overflow`. */
void buf_cut(struct buf *buf, size_t len);

/* Room for `len` bytes behind the content, for a caller who writes there and then adds to `len` himself. NULL, and
 * `overflow`, if they do not fit below the cap. */
char *buf_room(struct buf *buf, size_t len);

void buf_add(struct buf *buf, const char *bytes, size_t len);
void buf_add_span(struct buf *buf, struct span span);
void buf_add_text(struct buf *buf, const char *text);
void buf_add_char(struct buf *buf, char c);
void buf_add_uint(struct buf *buf, uint64_t value);
void buf_addf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Digits of the greatest number. */
#define BUF_UINT_ROOM 20

/* Writes the digits of `value` to `at`, where there must be BUF_UINT_ROOM bytes. Returns their end. */
char *buf_put_uint(char *at, uint64_t value);

static inline struct span buf_span(const struct buf *buf)
{
	return (struct span){ .bytes = buf->bytes, .len = buf->len };
}

#endif
