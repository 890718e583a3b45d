#include "formats/utf8.h"

#include <assert.h>

#define REPLACEMENT_CODE_POINT 0xFFFD

/* What a lead byte asks for. The first trail byte has bounds of its own, which is what excludes
 * overlong forms, surrogates and code points above U+10FFFF. */
struct lead {
	uint8_t first, last; /* the lead bytes this line is about */
	uint8_t trail_count;
	uint8_t low, high; /* bounds of the first trail byte */
};

static const struct lead leads[] = {
	{ .first = 0xC2, .last = 0xDF, .trail_count = 1, .low = 0x80, .high = 0xBF },
	{ .first = 0xE0, .last = 0xE0, .trail_count = 2, .low = 0xA0, .high = 0xBF },
	{ .first = 0xE1, .last = 0xEC, .trail_count = 2, .low = 0x80, .high = 0xBF },
	{ .first = 0xED, .last = 0xED, .trail_count = 2, .low = 0x80, .high = 0x9F },
	{ .first = 0xEE, .last = 0xEF, .trail_count = 2, .low = 0x80, .high = 0xBF },
	{ .first = 0xF0, .last = 0xF0, .trail_count = 3, .low = 0x90, .high = 0xBF },
	{ .first = 0xF1, .last = 0xF3, .trail_count = 3, .low = 0x80, .high = 0xBF },
	{ .first = 0xF4, .last = 0xF4, .trail_count = 3, .low = 0x80, .high = 0x8F },
};

static struct utf8_char invalid(size_t len)
{
	return (struct utf8_char){ .code_point = REPLACEMENT_CODE_POINT, .len = (uint8_t)len };
}

static struct utf8_char decode_trail(const struct lead *lead, struct span text)
{
	const unsigned char *bytes = (const unsigned char *)text.bytes;
	uint32_t code_point = bytes[0] & (0x3FU >> lead->trail_count);
	unsigned low = lead->low, high = lead->high;

	for (size_t i = 1; i <= lead->trail_count; i++) {
		if (i == text.len || bytes[i] < low || bytes[i] > high)
			return invalid(i);
		code_point = code_point << 6 | (bytes[i] & 0x3FU);
		low = 0x80;
		high = 0xBF;
	}
	return (struct utf8_char){
		.code_point = code_point,
		.len = (uint8_t)(lead->trail_count + 1),
		.valid = true,
	};
}

struct utf8_char utf8_decode(struct span text)
{
	unsigned char byte;

	assert(text.len > 0);
	byte = (unsigned char)text.bytes[0];
	if (byte < 0x80)
		return (struct utf8_char){ .code_point = byte, .len = 1, .valid = true };
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++)
		if (byte >= leads[i].first && byte <= leads[i].last)
			return decode_trail(&leads[i], text);
	return invalid(1);
}

/* Almost everything in a row is ASCII: eight bytes at a time. */
static size_t skip_ascii(struct span text, size_t at)
{
	uint64_t eight;

	for (; text.len - at >= sizeof(eight); at += sizeof(eight)) {
		memcpy(&eight, text.bytes + at, sizeof(eight));
		if (eight & UINT64_C(0x8080808080808080))
			break;
	}
	while (at < text.len && !((unsigned char)text.bytes[at] & 0x80))
		at++;
	return at;
}

size_t utf8_invalid_at(struct span text)
{
	size_t at = 0;

	while ((at = skip_ascii(text, at)) < text.len) {
		struct utf8_char c = utf8_decode((struct span){ text.bytes + at, text.len - at });

		if (!c.valid)
			break;
		at += c.len;
	}
	return at;
}

struct span utf8_repair(struct arena *arena, struct span text)
{
	struct span rest = text;
	char *copy;
	size_t len = 0;

	if (utf8_is_valid(text))
		return text;
	copy = arena_alloc(arena, text.len * UTF8_REPLACEMENT.len);
	while (rest.len) {
		struct utf8_char c = utf8_decode(rest);
		struct span add = c.valid ? (struct span){ rest.bytes, c.len } : UTF8_REPLACEMENT;

		memcpy(copy + len, add.bytes, add.len);
		len += add.len;
		rest = (struct span){ rest.bytes + c.len, rest.len - c.len };
	}
	return (struct span){ .bytes = copy, .len = len };
}

static bool is_trail(char byte)
{
	return ((unsigned char)byte & 0xC0) == 0x80;
}

struct span utf8_cut(struct span text, size_t len_max)
{
	size_t len = len_max;

	if (text.len <= len_max)
		return text;
	while (len > 0 && len_max - len < 3 && is_trail(text.bytes[len]))
		len--;
	/* More than three trail bytes in a row are no character: any place is as good. */
	return (struct span){ .bytes = text.bytes, .len = is_trail(text.bytes[len]) ? len_max : len };
}
