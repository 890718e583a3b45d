#include "formats/url_text.h"

#define CONTROLS      UINT64_C(0x00000000FFFFFFFF)
#define FRAGMENT_LOW  (CONTROLS | URL_BYTE(' ') | URL_BYTE('"') | URL_BYTE('<') | URL_BYTE('>'))
#define QUERY_LOW     (FRAGMENT_LOW | URL_BYTE('#'))
#define PATH_LOW      (QUERY_LOW | URL_BYTE('?'))
#define QUERY_HIGH    URL_BYTE(0x7F)
#define FRAGMENT_HIGH (QUERY_HIGH | URL_BYTE('`'))
#define PATH_HIGH     (FRAGMENT_HIGH | URL_BYTE('^') | URL_BYTE('{') | URL_BYTE('}'))

const struct url_bytes url_encode_fragment = { { FRAGMENT_LOW, FRAGMENT_HIGH } };
const struct url_bytes url_encode_query = { { QUERY_LOW | URL_BYTE('\''), QUERY_HIGH } };
const struct url_bytes url_encode_path = { { PATH_LOW, PATH_HIGH } };
const struct url_bytes url_encode_userinfo = {
	{ PATH_LOW | URL_BYTE('/') | URL_BYTE(':') | URL_BYTE(';') | URL_BYTE('='),
	  PATH_HIGH | URL_BYTE('@') | URL_BYTE('[') | URL_BYTE('\\') | URL_BYTE(']') | URL_BYTE('|') },
};

void url_text_add(struct url_text *text, struct span part)
{
	if (text->overflow || part.len > sizeof(text->bytes) - text->len) {
		text->overflow = true;
		return;
	}
	if (part.len)
		memcpy(text->bytes + text->len, part.bytes, part.len);
	text->len += part.len;
}

void url_text_add_char(struct url_text *text, char c)
{
	url_text_add(text, (struct span){ .bytes = &c, .len = 1 });
}

void url_text_add_uint(struct url_text *text, unsigned value)
{
	char digits[10];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	url_text_add(text, (struct span){ .bytes = digits + at, .len = sizeof(digits) - at });
}

void url_text_add_encoded(struct url_text *text, struct span part, const struct url_bytes *set)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t done = 0;

	for (size_t at = 0; at < part.len; at++) {
		unsigned char byte = (unsigned char)part.bytes[at];

		if (byte < 0x80 && !url_bytes_have(set, part.bytes[at]))
			continue;
		url_text_add(text, (struct span){ part.bytes + done, at - done });
		url_text_add(text, (struct span){ (const char[]){ '%', hex[byte >> 4], hex[byte & 15] }, 3 });
		done = at + 1;
	}
	url_text_add(text, url_skip(part, done));
}

void url_text_add_decoded(struct url_text *text, struct span part)
{
	for (size_t at = 0; at < part.len; at++) {
		int high = -1, low = -1;

		if (part.bytes[at] == '%' && part.len - at > 2) {
			high = url_hex_value(part.bytes[at + 1]);
			low = url_hex_value(part.bytes[at + 2]);
		}
		if (high < 0 || low < 0) {
			url_text_add_char(text, part.bytes[at]);
			continue;
		}
		url_text_add_char(text, (char)(high << 4 | low));
		at += 2;
	}
}

struct span url_put(char **at, struct span part)
{
	char *start = *at;

	if (part.len)
		memcpy(start, part.bytes, part.len);
	*at += part.len;
	return (struct span){ .bytes = start, .len = part.len };
}

int url_hex_value(char c)
{
	char lower = url_lower(c);

	if (url_is_digit(c))
		return c - '0';
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool url_cut_tail(struct span *rest, char mark, struct span *tail)
{
	const char *at = rest->len ? memchr(rest->bytes, mark, rest->len) : NULL;

	if (!at)
		return false;
	*tail = url_skip(*rest, (size_t)(at - rest->bytes) + 1);
	rest->len = (size_t)(at - rest->bytes);
	return true;
}

size_t url_scheme_len(struct span text)
{
	size_t len = 0;

	if (text.len == 0 || !url_is_alpha(text.bytes[0]))
		return 0;
	while (len < text.len) {
		char c = text.bytes[len];

		if (c == ':')
			return len;
		if (!url_is_alpha(c) && !url_is_digit(c) && c != '+' && c != '-' && c != '.')
			return 0;
		len++;
	}
	return 0;
}
