#include "formats/url_compare.h"

#include <libpsl.h>
#include <xxhash.h>

/* The longest name the DNS can hold, without its final dot (RFC 1035 section 2.3.4). */
#define NAME_BYTES_MAX 253

/* Units at or above this are percent-encoded bytes that must stay so. */
#define UNIT_ENCODED 256

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* RFC 3986 section 2.3 */
static bool is_unreserved(unsigned c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
	       c == '_' || c == '~';
}

static bool is_escape(struct span text)
{
	return text.len >= 3 && text.bytes[0] == '%' && hex_value(text.bytes[1]) >= 0 && hex_value(text.bytes[2]) >= 0;
}

/* True if every "%" begins an escape. Where one does not, decoding what follows could make it begin
 * another one ("%%39a"), so such a text has no normal form but itself. */
static bool is_well_escaped(struct span text)
{
	while (text.len) {
		const char *percent = memchr(text.bytes, '%', text.len);

		if (!percent)
			return true;
		text.len -= (size_t)(percent - text.bytes);
		text.bytes = percent;
		if (!is_escape(text))
			return false;
		text.bytes += 3;
		text.len -= 3;
	}
	return true;
}

/* Takes one unit of the normal form from `rest`: a byte, or UNIT_ENCODED plus the byte that a
 * percent-encoding stands for (RFC 3986 section 6.2.2). */
static unsigned take_unit(struct span *rest)
{
	unsigned unit = (unsigned char)rest->bytes[0];
	size_t len = 1;

	if (is_escape(*rest)) {
		unit = (unsigned)(hex_value(rest->bytes[1]) * 16 + hex_value(rest->bytes[2]));
		len = 3;
		if (!is_unreserved(unit))
			unit += UNIT_ENCODED;
	}
	rest->bytes += len;
	rest->len -= len;
	return unit;
}

size_t url_normalise_escapes(char *out, struct span text)
{
	static const char hex[] = "0123456789ABCDEF";
	size_t len = 0;

	if (!is_well_escaped(text)) {
		memmove(out, text.bytes, text.len);
		return text.len;
	}
	while (text.len) {
		unsigned unit = take_unit(&text);

		if (unit < UNIT_ENCODED) {
			out[len++] = (char)unit;
			continue;
		}
		out[len++] = '%';
		out[len++] = hex[(unit - UNIT_ENCODED) >> 4];
		out[len++] = hex[unit & 15];
	}
	return len;
}

struct span url_normal_form(struct arena *arena, const struct url *url)
{
	struct span key = url_wire_key(url);
	char *bytes = arena_alloc(arena, key.len + 1);

	return (struct span){ .bytes = bytes, .len = url_normalise_escapes(bytes, key) };
}

bool url_same_resource(const struct url *a, const struct url *b)
{
	struct span rest_a = url_wire_key(a), rest_b = url_wire_key(b);

	if (a->scheme == URL_SCHEME_NONE || b->scheme == URL_SCHEME_NONE)
		return false;
	if (span_equal(rest_a, rest_b))
		return true;
	if (!memchr(rest_a.bytes, '%', rest_a.len) && !memchr(rest_b.bytes, '%', rest_b.len))
		return false;
	if (!is_well_escaped(rest_a) || !is_well_escaped(rest_b))
		return span_equal(rest_a, rest_b);
	while (rest_a.len && rest_b.len)
		if (take_unit(&rest_a) != take_unit(&rest_b))
			return false;
	return rest_a.len == rest_b.len;
}

bool url_host_is_address(const struct url *url)
{
	/* The URL parser lets no other host end in a number (WHATWG "ends in a number checker"). */
	for (size_t i = url->host.len; i > 0 && url->host.bytes[i - 1] != '.'; i--)
		if (url->host.bytes[i - 1] < '0' || url->host.bytes[i - 1] > '9')
			return url->host.bytes[0] == '[';
	return url->host.len > 0 && url->host.bytes[url->host.len - 1] != '.';
}

static bool is_suffix(struct span host)
{
	char name[NAME_BYTES_MAX + 1];

	memcpy(name, host.bytes, host.len);
	name[host.len] = '\0';
	/* The built-in list is constant data: nothing is loaded, nothing is shared that changes. */
	return psl_is_public_suffix(psl_builtin(), name);
}

/* Hosts that a thread remembers, and how many. A look-up takes 0.3 to 0.5 us for each label; rules ask for each host of
 * a chain several times, and chains of the same hosts come close together in most lists. 1 MiB a thread. */
struct known_site {
	uint8_t host_len, site_len;
	char host[62]; /* longer ones are rare and looked up each time */
};
#define KNOWN_SITES 16384

/* Length of the registrable domain that ends `host`; 0 if it has none, being itself a suffix. It is that of the host
 * without its first label unless that is a suffix, so that www.a.example costs one look-up more than a.example. */
static size_t find_site(struct span host)
{
	static _Thread_local struct known_site known_sites[KNOWN_SITES];
	struct known_site *known = &known_sites[XXH3_64bits(host.bytes, host.len) % KNOWN_SITES];
	const bool fits = host.len <= sizeof(known->host);
	const char *dot;
	size_t len = 0;

	if (fits && known->host_len == host.len && memcmp(known->host, host.bytes, host.len) == 0)
		return known->site_len;
	dot = memchr(host.bytes, '.', host.len);
	if (dot && !is_suffix(host)) {
		len = find_site((struct span){ dot + 1, host.len - (size_t)(dot + 1 - host.bytes) });
		len = len ? len : host.len;
	}
	if (fits) {
		known->host_len = (uint8_t)host.len;
		known->site_len = (uint8_t)len;
		memcpy(known->host, host.bytes, host.len);
	}
	return len;
}

struct span url_site(const struct url *url)
{
	struct span host = url->host;
	size_t len;

	if (host.len > 1 && host.bytes[host.len - 1] == '.')
		host.len--;
	/* What begins with a dot is no name that the list could be asked for. */
	if (host.len == 0 || host.len > NAME_BYTES_MAX || host.bytes[0] == '.' || url_host_is_address(url))
		return host;
	len = find_site(host);
	if (len == 0)
		return host;
	return (struct span){ .bytes = host.bytes + host.len - len, .len = len };
}

/* False for most pairs of hosts of two sites, without a look at the list: a registrable domain has two labels. */
static bool may_share_site(struct span a, struct span b)
{
	unsigned dots = 0;

	a.len -= a.len && a.bytes[a.len - 1] == '.';
	b.len -= b.len && b.bytes[b.len - 1] == '.';
	while (a.len && b.len && a.bytes[a.len - 1] == b.bytes[b.len - 1]) {
		a.len--;
		b.len--;
		dots += a.bytes[a.len] == '.';
	}
	return dots > 1 || (dots == 1 && (a.len == 0 || b.len == 0)) || a.len + b.len == 0;
}

bool url_same_site(const struct url *a, const struct url *b)
{
	return url_is_web(a) && url_is_web(b) &&
	       (span_equal(a->host, b->host) ||
		(may_share_site(a->host, b->host) && span_equal(url_site(a), url_site(b))));
}
