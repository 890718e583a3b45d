/* UTF-8 as the Encoding Standard decodes it (https://encoding.spec.whatwg.org/#utf-8-decoder): no
 * surrogates, no overlong forms, nothing above U+10FFFF. Pure; safe in any thread. */
#ifndef FORMATS_UTF8_H
#define FORMATS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/span.h"

/* What utf8_decode gives for bytes that are no UTF-8. */
#define UTF8_INVALID UINT32_MAX

/* U+FFFD REPLACEMENT CHARACTER, as bytes. */
#define UTF8_REPLACEMENT "\xEF\xBF\xBD"

/* Decodes the code point at the start of `bytes`; `len` is at least 1. Returns the bytes it takes, 1 to
 * 4. If they are no UTF-8, `*code_point` is UTF8_INVALID and the return is how many bytes one U+FFFD
 * stands for (the "maximal subpart": "\xE2\x82" before "A" is one, "\xC0\xAF" is two). */
size_t utf8_decode(const char *bytes, size_t len, uint32_t *code_point);

/* Whether all of `span` is UTF-8. */
bool utf8_valid(struct span span);

#endif
