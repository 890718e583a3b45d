#include "formats/html_text.h"

#include <stdint.h>

#include "formats/html.h"
#include "formats/utf8.h"

static const struct {
	char name[11];
	uint16_t code_point;
} names[] = {
#include "formats/html_names.def"
};

#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

/* What numbers from 0x80 to 0x9F stand for: section 13.2.5.80. Zero: themselves. */
static const uint16_t windows_1252[32] = {
	0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
	0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
	0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

/* These names are good without ";" too. All of them stand for characters up to here. */
#define BARE_CODE_POINT_MAX 0xFF

static size_t encode(uint32_t code_point, char out[HTML_CHARACTER_BYTES_MAX])
{
	if (code_point < 0x80) {
		out[0] = (char)code_point;
		return 1;
	}
	if (code_point < 0x800) {
		out[0] = (char)(0xC0 | code_point >> 6);
		out[1] = (char)(0x80 | (code_point & 0x3F));
		return 2;
	}
	if (code_point < 0x10000) {
		out[0] = (char)(0xE0 | code_point >> 12);
		out[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
		out[2] = (char)(0x80 | (code_point & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | code_point >> 18);
	out[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
	out[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
	out[3] = (char)(0x80 | (code_point & 0x3F));
	return 4;
}

static int digit_of(char c, unsigned base)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (base == 16 && c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (base == 16 && c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static uint32_t character_of(uint32_t number)
{
	if (number == 0 || number > 0x10FFFF || (number >= 0xD800 && number <= 0xDFFF))
		return 0xFFFD;
	if (number >= 0x80 && number < 0xA0 && windows_1252[number - 0x80])
		return windows_1252[number - 0x80];
	return number;
}

static size_t number_reference(struct span text, char out[HTML_CHARACTER_BYTES_MAX], size_t *out_len)
{
	bool hex = text.len > 2 && (text.bytes[2] == 'x' || text.bytes[2] == 'X');
	unsigned base = hex ? 16 : 10;
	size_t begin = hex ? 3 : 2, at = begin;
	uint32_t number = 0;
	int digit;

	for (; at < text.len && (digit = digit_of(text.bytes[at], base)) >= 0; at++)
		number = number > 0x10FFFF ? number : number * base + (uint32_t)digit;
	if (at == begin)
		return 0;
	*out_len = encode(character_of(number), out);
	return at + (at < text.len && text.bytes[at] == ';');
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Zero if there is no such name. */
static uint32_t find_name(struct span name)
{
	size_t low = 0, high = NAME_COUNT;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strncmp(name.bytes, names[middle].name, name.len);

		if (order == 0 && names[middle].name[name.len] == '\0')
			return names[middle].code_point;
		if (order > 0)
			low = middle + 1;
		else
			high = middle;
	}
	return 0;
}

static size_t name_reference(struct span text, bool in_attribute, char out[HTML_CHARACTER_BYTES_MAX], size_t *out_len)
{
	const size_t len_max = sizeof(names[0].name) - 1;
	struct span name = { .bytes = text.bytes + 1, .len = 0 };
	uint32_t code_point;
	size_t end;

	while (name.len <= len_max && name.len + 1 < text.len && is_name_char(name.bytes[name.len]))
		name.len++;
	end = name.len + 1;
	if (name.len <= len_max && end < text.len && text.bytes[end] == ';' && (code_point = find_name(name))) {
		*out_len = encode(code_point, out);
		return end + 1;
	}
	if (in_attribute && end < text.len && text.bytes[end] == '=')
		return 0;
	/* The longest name that the word begins with; in an attribute it must be the whole word. */
	for (name.len = name.len < len_max ? name.len : len_max; name.len >= 2; name.len--) {
		code_point = find_name(name);
		if (code_point && code_point <= BARE_CODE_POINT_MAX &&
		    !(code_point < 0x80 && !strchr("&<>\"", (int)code_point))) {
			*out_len = encode(code_point, out);
			return name.len + 1;
		}
		if (in_attribute)
			return 0;
	}
	return 0;
}

size_t html_reference(struct span text, bool in_attribute, char out[HTML_CHARACTER_BYTES_MAX], size_t *out_len)
{
	if (text.len < 2 || text.bytes[0] != '&')
		return 0;
	return text.bytes[1] == '#' ? number_reference(text, out, out_len)
				    : name_reference(text, in_attribute, out, out_len);
}

/* What stands for the byte at `at`, and perhaps for some behind it: their number is returned. */
static size_t next_piece(struct span text, size_t at, bool in_attribute, char character[HTML_CHARACTER_BYTES_MAX],
			 struct span *piece)
{
	struct span rest = { .bytes = text.bytes + at, .len = text.len - at };
	size_t len;

	if (text.bytes[at] == '&' && (len = html_reference(rest, in_attribute, character, &piece->len))) {
		piece->bytes = character;
		return len;
	}
	*piece = text.bytes[at] ? (struct span){ .bytes = text.bytes + at, .len = 1 } : UTF8_REPLACEMENT;
	return 1;
}

void html_add_value(struct buf *out, struct span value)
{
	char character[HTML_CHARACTER_BYTES_MAX];
	struct span piece;

	for (size_t at = 0; at < value.len && !out->overflow;) {
		at += next_piece(value, at, true, character, &piece);
		buf_add_span(out, piece);
	}
}

void html_add_text(struct buf *out, struct span text)
{
	char character[HTML_CHARACTER_BYTES_MAX];
	struct span piece;

	for (size_t at = 0; at < text.len && !out->overflow;) {
		at += next_piece(text, at, false, character, &piece);
		if (piece.len > 1 || !html_is_blank(piece.bytes[0]))
			buf_add_span(out, piece);
		else if (out->len && out->bytes[out->len - 1] != ' ')
			buf_add_char(out, ' ');
	}
}
