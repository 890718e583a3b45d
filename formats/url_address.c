#include "formats/url_address.h"

#define IPV4_PARTS  4
#define IPV6_PIECES 8

/* A part of an IPv4 address. Values above 2^32 all stay above it, which is all that matters. */
static bool parse_ipv4_number(struct span part, uint64_t *value)
{
	unsigned radix = 10;

	if (part.len == 0)
		return false;
	if (part.len > 1 && part.bytes[0] == '0') {
		bool hex = url_lower(part.bytes[1]) == 'x';

		radix = hex ? 16 : 8;
		part = url_skip(part, hex ? 2 : 1);
	}
	*value = 0;
	for (size_t i = 0; i < part.len; i++) {
		int digit = url_hex_value(part.bytes[i]);

		if (digit < 0 || (unsigned)digit >= radix)
			return false;
		if (*value <= UINT32_MAX)
			*value = *value * radix + (unsigned)digit;
	}
	return true;
}

/* The label behind the last dot, a dot at the very end apart. */
static struct span last_label(struct span host)
{
	size_t start;

	if (host.len && host.bytes[host.len - 1] == '.')
		host.len--;
	for (start = host.len; start > 0 && host.bytes[start - 1] != '.'; start--)
		;
	return url_skip(host, start);
}

bool url_ends_in_number(struct span host)
{
	struct span label = last_label(host);
	uint64_t value;
	size_t i;

	for (i = 0; i < label.len && url_is_digit(label.bytes[i]); i++)
		;
	/* "09" is no octal number and still makes the host an address. */
	return label.len > 0 && (i == label.len || parse_ipv4_number(label, &value));
}

enum url_error url_add_ipv4(struct url_text *text, struct span host)
{
	uint64_t part[IPV4_PARTS], address;
	size_t count = 0;

	if (host.len && host.bytes[host.len - 1] == '.')
		host.len--;
	for (bool more = true; more;) {
		const char *dot = memchr(host.bytes, '.', host.len);
		size_t len = dot ? (size_t)(dot - host.bytes) : host.len;

		if (count == IPV4_PARTS || !parse_ipv4_number(url_first(host, len), &part[count++]))
			return URL_ERROR_IPV4;
		more = dot;
		host = url_skip(host, more ? len + 1 : len);
	}
	address = part[count - 1];
	if (address >= UINT64_C(1) << (8 * (IPV4_PARTS + 1 - count)))
		return URL_ERROR_IPV4;
	for (size_t i = 0; i + 1 < count; i++) {
		if (part[i] > 255)
			return URL_ERROR_IPV4;
		address += part[i] << (8 * (IPV4_PARTS - 1 - i));
	}
	for (unsigned shift = 32; shift > 0; shift -= 8) {
		url_text_add_uint(text, (unsigned)(address >> (shift - 8)) & 255);
		if (shift > 8)
			url_text_add_char(text, '.');
	}
	return URL_OK;
}

/* The dotted quad that may end an IPv6 address: decimal, no leading zeros, exactly four parts. */
static bool parse_ipv6_quad(struct span quad, uint16_t piece[2])
{
	size_t at = 0;

	for (size_t i = 0; i < IPV4_PARTS; i++) {
		unsigned value = 0;
		size_t start = at;

		while (at < quad.len && at - start < 3 && url_is_digit(quad.bytes[at]))
			value = value * 10 + (unsigned)(quad.bytes[at++] - '0');
		if (at == start || value > 255 || (quad.bytes[start] == '0' && at - start > 1))
			return false;
		piece[i / 2] = (uint16_t)(i % 2 ? (unsigned)piece[i / 2] << 8 | value : value);
		if (i + 1 < IPV4_PARTS && (at == quad.len || quad.bytes[at++] != '.'))
			return false;
	}
	return at == quad.len;
}

/* Up to four hexadecimal digits; the number of them. */
static size_t parse_ipv6_piece(struct span text, uint16_t *piece)
{
	size_t len = 0;

	*piece = 0;
	while (len < text.len && len < 4 && url_hex_value(text.bytes[len]) >= 0)
		*piece = (uint16_t)(*piece << 4 | url_hex_value(text.bytes[len++]));
	return len;
}

/* URL Standard, section 3.5, "IPv6 parser". */
static bool parse_ipv6(struct span text, uint16_t piece[IPV6_PIECES])
{
	size_t count = 0, gap = IPV6_PIECES + 1; /* pieces before "::"; above the range: there is none */
	size_t at = 0;

	if (text.len > 0 && text.bytes[0] == ':') {
		if (text.len < 2 || text.bytes[1] != ':')
			return false;
		at = 2;
		gap = 0;
	}
	while (at < text.len) {
		struct span rest = url_skip(text, at);
		size_t len;

		if (count == IPV6_PIECES)
			return false;
		if (rest.bytes[0] == ':') {
			if (gap <= IPV6_PIECES)
				return false;
			gap = count;
			at++;
			continue;
		}
		len = parse_ipv6_piece(rest, &piece[count]);
		if (len < rest.len && rest.bytes[len] == '.') {
			if (count > IPV6_PIECES - 2 || !parse_ipv6_quad(rest, &piece[count]))
				return false;
			count += 2;
			break;
		}
		count++;
		at += len;
		if (at == text.len)
			break;
		if (text.bytes[at] != ':' || at + 1 == text.len)
			return false;
		at++;
	}
	if (gap > IPV6_PIECES)
		return count == IPV6_PIECES;
	if (count == IPV6_PIECES)
		return false;
	memmove(piece + IPV6_PIECES - (count - gap), piece + gap, (count - gap) * sizeof(*piece));
	memset(piece + gap, 0, (IPV6_PIECES - count) * sizeof(*piece));
	return true;
}

bool url_is_ipv6(struct span host)
{
	uint16_t piece[IPV6_PIECES];

	return parse_ipv6(host, piece);
}

/* Where the longest run of two or more zero pieces begins, the first of equals; its length. */
static size_t longest_zero_run(const uint16_t piece[IPV6_PIECES], size_t *start)
{
	size_t longest = 1;

	for (size_t i = 0, run = 0; i < IPV6_PIECES; i++) {
		run = piece[i] ? 0 : run + 1;
		if (run > longest) {
			longest = run;
			*start = i + 1 - run;
		}
	}
	return longest > 1 ? longest : 0;
}

static void add_ipv6_piece(struct url_text *text, unsigned piece)
{
	static const char hex[] = "0123456789abcdef";
	bool begun = false;

	for (unsigned shift = 16; shift > 0; shift -= 4) {
		unsigned digit = piece >> (shift - 4) & 15;

		begun = begun || digit || shift == 4;
		if (begun)
			url_text_add_char(text, hex[digit]);
	}
}

enum url_error url_add_ipv6(struct url_text *text, struct span host)
{
	uint16_t piece[IPV6_PIECES];
	size_t zero_start = 0, zero_len;

	if (!parse_ipv6(host, piece))
		return URL_ERROR_IPV6;
	zero_len = longest_zero_run(piece, &zero_start);
	url_text_add_char(text, '[');
	for (size_t i = 0; i < IPV6_PIECES; i++) {
		if (zero_len && i == zero_start) {
			url_text_add(text, SPAN("::"));
			i += zero_len - 1;
			continue;
		}
		if (i > 0 && !(zero_len && i == zero_start + zero_len))
			url_text_add_char(text, ':');
		add_ipv6_piece(text, piece[i]);
	}
	url_text_add_char(text, ']');
	return URL_OK;
}
