/* UTF-8 as the Encoding Standard decodes it (https://encoding.spec.whatwg.org/#utf-8-decoder):
 * each longest run of bytes that begins no character stands for one U+FFFD. Surrogates, overlong
 * forms and anything above U+10FFFF are no characters. Pure; safe in any thread. */
#ifndef FORMATS_UTF8_H
#define FORMATS_UTF8_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/arena.h"
#include "formats/span.h"

/* U+FFFD itself, which replaces what is no character. */
#define UTF8_REPLACEMENT SPAN("\xEF\xBF\xBD")

struct utf8_char {
	uint32_t code_point; /* U+FFFD when !valid */
	uint8_t len;         /* bytes it takes, 1 to 4 */
	bool valid;          /* false: these bytes are no character */
};

/* The first character of `text`, which must not be empty. */
struct utf8_char utf8_decode(struct span text);

/* Offset of the first byte that belongs to no character; `text.len` if there is none. */
size_t utf8_invalid_at(struct span text);

static inline bool utf8_is_valid(struct span text)
{
	return utf8_invalid_at(text) == text.len;
}

/* `text` with U+FFFD for what is no character: `text` itself if it is valid, else a copy in `arena`
 * of at most three times its length. */
struct span utf8_repair(struct arena *arena, struct span text);

/* The first `len_max` bytes of `text` at most, or up to three fewer where that would split a
 * character. `text` need not be valid. */
struct span utf8_cut(struct span text, size_t len_max);

#endif
