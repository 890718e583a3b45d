#include "formats/json.h"

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

static size_t plain_run(const char *bytes, size_t len)
{
	size_t at = 0;

	while (len - at >= 8 && are_plain(bytes + at))
		at += 8;
	while (at < len && is_plain((unsigned char)bytes[at]))
		at++;
	return at;
}

/* RFC 8259 section 7. */
static void add_ascii_escape(struct buf *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char short_form[128] = {
		['"'] = '"', ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't',
	};

	if (short_form[c])
		buf_add(out, (char[]){ '\\', short_form[c] }, 2);
	else
		buf_add(out, (char[]){ '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] }, 6);
}

static void add_invalid(struct buf *out, const char *bytes, size_t len, enum json_invalid invalid)
{
	static const char hex[] = "0123456789ABCDEF";

	if (invalid == JSON_REPLACE) {
		buf_add_span(out, UTF8_REPLACEMENT);
		return;
	}
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];

		buf_add(out, (char[]){ '%', hex[c >> 4], hex[c & 15] }, 3);
	}
}

void json_add_string(struct buf *out, struct span text, enum json_invalid invalid)
{
	size_t at = 0;

	buf_add_char(out, '"');
	while (at < text.len) {
		const char *here = text.bytes + at;
		size_t len = plain_run(here, text.len - at);
		struct utf8_char c;

		if (len) {
			buf_add(out, here, len);
			at += len;
			continue;
		}
		c = utf8_decode((struct span){ .bytes = here, .len = text.len - at });
		if (!c.valid)
			add_invalid(out, here, c.len, invalid);
		else if (c.code_point < 0x80)
			add_ascii_escape(out, (unsigned char)c.code_point);
		else
			buf_add(out, here, c.len);
		at += c.len;
	}
	buf_add_char(out, '"');
}

void json_add_base64(struct buf *out, struct span bytes)
{
	/* A multiple of three, so that only the last piece is padded. */
	enum { PIECE_BYTES = 768 };
	unsigned char text[PIECE_BYTES / 3 * 4 + 1];

	buf_add_char(out, '"');
	for (size_t at = 0; at < bytes.len; at += PIECE_BYTES) {
		size_t len = bytes.len - at < PIECE_BYTES ? bytes.len - at : PIECE_BYTES;
		int text_len = EVP_EncodeBlock(text, (const unsigned char *)bytes.bytes + at, (int)len);

		buf_add(out, (const char *)text, (size_t)text_len);
	}
	buf_add_char(out, '"');
}
