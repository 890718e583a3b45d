/* Any bytes, written as a JSON string and read back. What is written must be UTF-8 on one line, and
 * what is read back the text with its invalid bytes repaired. */
#include <assert.h>
#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/arena.h"
#include "formats/json.h"
#include "formats/utf8.h"

static char unescaped(char c)
{
	static const char from[] = "\"\\bfnrt", to[] = "\"\\\b\f\n\r\t";
	const char *at = c ? strchr(from, c) : NULL;

	assert(at);
	return to[at - from];
}

static unsigned hex_digit(char c)
{
	assert((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* The text of a JSON string, in memory from `arena`. */
static struct span read_back(struct arena *arena, struct span json)
{
	char *text = arena_alloc(arena, json.len);
	size_t len = 0;

	assert(json.len >= 2 && json.bytes[0] == '"' && json.bytes[json.len - 1] == '"');
	for (size_t at = 1; at < json.len - 1; at++) {
		char c = json.bytes[at];

		assert((unsigned char)c >= ' ' && c != '"');
		if (c == '\\') {
			assert(++at < json.len - 1);
			c = json.bytes[at];
			if (c == 'u') {
				assert(at + 4 < json.len - 1);
				c = (char)(hex_digit(json.bytes[at + 3]) * 16 + hex_digit(json.bytes[at + 4]));
				assert((unsigned char)c < ' ' && json.bytes[at + 1] == '0' &&
				       json.bytes[at + 2] == '0');
				at += 4;
			} else {
				c = unescaped(c);
			}
		}
		text[len++] = c;
	}
	return (struct span){ .bytes = text, .len = len };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { .bytes = (const char *)data, .len = size };
	struct arena arena;
	struct buf out;

	arena_init(&arena);
	buf_init(&out, 6 * size + 16);
	json_add_string(&out, text, JSON_REPLACE);
	assert(!out.overflow && utf8_is_valid(buf_span(&out)));
	assert(span_equal(read_back(&arena, buf_span(&out)), utf8_repair(&arena, text)));

	buf_clear(&out);
	json_add_string(&out, text, JSON_PERCENT);
	assert(!out.overflow && utf8_is_valid(buf_span(&out)));
	if (utf8_is_valid(text))
		assert(span_equal(read_back(&arena, buf_span(&out)), text));

	buf_clear(&out);
	for (struct span rest = text; rest.len;) {
		char piece[JSON_PIECE_ROOM];

		buf_add(&out, piece, (size_t)(json_put_base64_piece(piece, &rest) - piece));
	}
	assert(!out.overflow && out.len == (size + 2) / 3 * 4);
	if (size) {
		unsigned char *bytes = arena_alloc(&arena, out.len);

		assert(EVP_DecodeBlock(bytes, (unsigned char *)out.bytes, (int)out.len) >= (int)size);
		assert(memcmp(bytes, data, size) == 0);
	}
	buf_release(&out);
	arena_release(&arena);
	return 0;
}
