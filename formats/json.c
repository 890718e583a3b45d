#include "formats/json.h"

#include <assert.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <string.h>

#include "formats/utf8.h"

/* Printable ASCII but for the quote and the backslash: what stands for itself between quotes. */
static bool is_plain(unsigned char c)
{
	return c >= ' ' && c < 0x80 && c != '"' && c != '\\';
}

/* is_plain for eight bytes at once. The subtractions set a byte's top bit when it is below a space,
 * a quote or a backslash; that borrows from the byte above it, but by then the answer is no. */
static bool are_plain(const char bytes[8])
{
	const uint64_t each = 0x0101010101010101;
	uint64_t word, seen;

	memcpy(&word, bytes, sizeof(word));
	seen = word | (word - each * ' ') | ((word ^ (each * '"')) - each) | ((word ^ (each * '\\')) - each);
	return (seen & (each * 0x80)) == 0;
}

/* RFC 8259 section 7. */
static char *put_ascii_escape(char *at, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char short_form[128] = {
		['"'] = '"', ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't',
	};

	if (short_form[c])
		return mempcpy(at, (char[]){ '\\', short_form[c] }, 2);
	return mempcpy(at, (char[]){ '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] }, 6);
}

static char *put_invalid(char *at, const char *bytes, size_t len, enum json_invalid invalid)
{
	static const char hex[] = "0123456789ABCDEF";

	if (invalid == JSON_REPLACE)
		return mempcpy(at, UTF8_REPLACEMENT.bytes, UTF8_REPLACEMENT.len);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];

		at = mempcpy(at, (char[]){ '%', hex[c >> 4], hex[c & 15] }, 3);
	}
	return at;
}

/* Writes the first character of `text`, whatever it is, and tells how many bytes it takes. */
static char *put_character(char *at, struct span text, enum json_invalid invalid, size_t *len)
{
	struct utf8_char c;

	*len = 1;
	if (is_plain((unsigned char)text.bytes[0])) {
		*at = text.bytes[0];
		return at + 1;
	}
	c = utf8_decode(text);
	*len = c.len;
	if (!c.valid)
		return put_invalid(at, text.bytes, c.len, invalid);
	if (c.code_point < 0x80)
		return put_ascii_escape(at, (unsigned char)c.code_point);
	return mempcpy(at, text.bytes, c.len);
}

char *json_put_piece(char *at, struct span *rest, enum json_invalid invalid)
{
	const char *begin = rest->bytes, *end = begin + rest->len, *in = begin;
	const char *stop = rest->len < JSON_PIECE_BYTES ? end : begin + JSON_PIECE_BYTES;
	size_t len;

	while (in < stop) {
		size_t left = (size_t)(end - in);

		if (left >= 16 && are_plain(in) && are_plain(in + 8)) {
			memcpy(at, in, 16);
			at += 16;
			in += 16;
		} else if (left >= 8 && are_plain(in)) {
			memcpy(at, in, 8);
			at += 8;
			in += 8;
		} else if (left < 8 && (size_t)(in - begin) >= 8 - left && are_plain(end - 8)) {
			/* The last word at once, with bytes before it that are there already. */
			memcpy(at + left - 8, end - 8, 8);
			at += left;
			in = end;
		} else {
			at = put_character(at, (struct span){ .bytes = in, .len = left }, invalid, &len);
			in += len;
		}
	}
	*rest = (struct span){ .bytes = in, .len = (size_t)(end - in) };
	return at;
}

void json_add_string(struct buf *out, struct span text, enum json_invalid invalid)
{
	char piece[JSON_PIECE_ROOM];

	buf_add_char(out, '"');
	while (text.len)
		buf_add(out, piece, (size_t)(json_put_piece(piece, &text, invalid) - piece));
	buf_add_char(out, '"');
}

char *json_put_base64_piece(char *at, struct span *rest)
{
	/* A multiple of three, so that only the last piece is padded. */
	enum { PIECE_BYTES = JSON_PIECE_BYTES / 3 * 3 };
	size_t len = rest->len < PIECE_BYTES ? rest->len : PIECE_BYTES;
	int text_len;

	static_assert(PIECE_BYTES / 3 * 4 < JSON_PIECE_ROOM, "room for a piece and the NUL behind it");
	text_len = EVP_EncodeBlock((unsigned char *)at, (const unsigned char *)rest->bytes, (int)len);
	*rest = (struct span){ .bytes = rest->bytes + len, .len = rest->len - len };
	return at + text_len;
}
