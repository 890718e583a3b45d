/* Building blocks of the URL parser: sets of ASCII bytes, and a bounded string on the stack that
 * percent-encodes what it is given. Only for formats/url*.c. */
#ifndef FORMATS_URL_TEXT_H
#define FORMATS_URL_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/limits.h"
#include "formats/span.h"

/* A set of bytes below 0x80: bit (c & 63) of word[c >> 6]. */
struct url_bytes {
	uint64_t word[2];
};

/* For set initialisers: the bit of `c` in its word. Bytes up to '?' are in word 0, the others in 1. */
#define URL_BYTE(c) (UINT64_C(1) << ((c)&63))

static inline bool url_bytes_have(const struct url_bytes *set, char c)
{
	unsigned char byte = (unsigned char)c;

	return byte < 0x80 && (set->word[byte >> 6] >> (byte & 63) & 1);
}

/* The percent-encode sets of the URL Standard, section 1.3. Bytes from 0x80 up are in each. */
extern const struct url_bytes url_encode_fragment;
extern const struct url_bytes url_encode_query; /* the special-query set: http and https */
extern const struct url_bytes url_encode_path;
extern const struct url_bytes url_encode_userinfo;

/* A string of at most URL_BYTES_MAX bytes. The error is sticky: after an overflow nothing more is
 * added, and `bytes` is a prefix of what was wanted. */
struct url_text {
	size_t len;
	bool overflow;
	char bytes[URL_BYTES_MAX]; /* left as it is by url_text_init: 8 KiB are not worth zeroing */
};

static inline void url_text_init(struct url_text *text)
{
	text->len = 0;
	text->overflow = false;
}

void url_text_add(struct url_text *text, struct span part);
void url_text_add_char(struct url_text *text, char c);
void url_text_add_uint(struct url_text *text, unsigned value);

/* Adds `part`, which must be valid UTF-8, with every byte of `set` and every byte from 0x80 up as
 * "%XX". */
void url_text_add_encoded(struct url_text *text, struct span part, const struct url_bytes *set);

/* Adds `part` with every "%XX" decoded. */
void url_text_add_decoded(struct url_text *text, struct span part);

/* The text from `start` to its end. */
static inline struct span url_text_from(const struct url_text *text, size_t start)
{
	return (struct span){ .bytes = text->bytes + start, .len = text->len - start };
}

/* 0 to 15, or -1 if `c` is no hexadecimal digit. */
int url_hex_value(char c);

static inline bool url_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool url_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline char url_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* What is left of `text` after its first `count` bytes. */
static inline struct span url_skip(struct span text, size_t count)
{
	return (struct span){ .bytes = text.bytes + count, .len = text.len - count };
}

/* The first `count` bytes of `text`. */
static inline struct span url_first(struct span text, size_t count)
{
	return (struct span){ .bytes = text.bytes, .len = count };
}

/* The same piece of a copy: `part` stands in the bytes at `from`, which were copied to `to`. */
static inline struct span url_span_moved(struct span part, const char *from, const char *to)
{
	return part.bytes ? (struct span){ .bytes = to + (part.bytes - from), .len = part.len } : part;
}

/* Copies `part` to `*at`, where there must be room, steps over it and returns the copy. */
struct span url_put(char **at, struct span part);

/* Cuts `rest` off before its first `mark` and puts what is behind it into `tail`. False, and nothing
 * done, if there is no `mark`. */
bool url_cut_tail(struct span *rest, char mark, struct span *tail);

/* Length of the scheme that `text` begins with (the colon stands behind it); 0 without one. Both
 * standards agree on it: RFC 3986 section 3.1. */
size_t url_scheme_len(struct span text);

#endif
