#include "crawler/address.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <string.h>

/* IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890 and its updates): every block
 * that is not globally reachable unicast. */
static const char *const special_ranges[] = {
	"0.0.0.0/8",       /* this network */
	"10.0.0.0/8",      /* private use */
	"100.64.0.0/10",   /* carrier-grade NAT */
	"127.0.0.0/8",     /* loopback */
	"169.254.0.0/16",  /* link-local, cloud metadata */
	"172.16.0.0/12",   /* private use */
	"192.0.0.0/24",    /* protocol assignments */
	"192.0.2.0/24",    /* documentation */
	"192.88.99.0/24",  /* deprecated 6to4 relay */
	"192.168.0.0/16",  /* private use */
	"198.18.0.0/15",   /* benchmarking */
	"198.51.100.0/24", /* documentation */
	"203.0.113.0/24",  /* documentation */
	"224.0.0.0/4",     /* multicast */
	"240.0.0.0/4",     /* reserved, broadcast */
	"::/128",          /* unspecified */
	"::1/128",         /* loopback */
	"100::/64",        /* discard only */
	"2001::/23",       /* protocol assignments, Teredo */
	"2001:db8::/32",   /* documentation */
	"3fff::/20",       /* documentation */
	"5f00::/16",       /* segment routing */
	"64:ff9b:1::/48",  /* local-use NAT64 */
	"fc00::/7",        /* unique local */
	"fe80::/10",       /* link-local */
	"fec0::/10",       /* deprecated site-local */
	"ff00::/8",        /* multicast */
};

/* Where IPv6 carries an IPv4 address, and at which byte. */
static const struct {
	const char *range;
	unsigned at;
} embeddings[] = {
	{ "::ffff:0:0/96", 12 }, /* mapped */
	{ "::/96", 12 },         /* deprecated compatible form */
	{ "64:ff9b::/96", 12 },  /* NAT64, RFC 6052 */
	{ "2002::/16", 2 },      /* 6to4, RFC 3056 */
};

bool address_parse(struct span text, struct address *out)
{
	char copy[INET6_ADDRSTRLEN];

	if (text.len >= 2 && text.bytes[0] == '[' && text.bytes[text.len - 1] == ']') {
		text.bytes++;
		text.len -= 2;
	}
	if (text.len == 0 || text.len >= sizeof(copy))
		return false;
	memcpy(copy, text.bytes, text.len);
	copy[text.len] = '\0';
	*out = (struct address){ .family = AF_INET };
	if (inet_pton(AF_INET, copy, out->bytes) == 1)
		return true;
	out->family = AF_INET6;
	return inet_pton(AF_INET6, copy, out->bytes) == 1;
}

void address_print(const struct address *address, char *out, size_t size)
{
	assert(size >= INET6_ADDRSTRLEN);
	if (address->family == AF_UNSPEC || !inet_ntop(address->family, address->bytes, out, (socklen_t)size))
		out[0] = '\0';
}

socklen_t address_to_sockaddr(const struct address *address, uint16_t port, struct sockaddr_storage *out)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };

	memset(out, 0, sizeof(*out));
	if (address->family == AF_INET) {
		memcpy(&v4.sin_addr, address->bytes, 4);
		memcpy(out, &v4, sizeof(v4));
		return sizeof(v4);
	}
	memcpy(&v6.sin6_addr, address->bytes, 16);
	memcpy(out, &v6, sizeof(v6));
	return sizeof(v6);
}

bool address_range_parse(struct span text, struct address_range *out)
{
	const char *slash = memchr(text.bytes, '/', text.len);
	struct span host = { .bytes = text.bytes, .len = slash ? (size_t)(slash - text.bytes) : text.len };
	unsigned bits_max, bits = 0;

	if (!address_parse(host, &out->first))
		return false;
	bits_max = out->first.family == AF_INET ? 32 : 128;
	out->prefix_bits = bits_max;
	if (slash) {
		size_t digits = text.len - host.len - 1;

		if (digits == 0 || digits > 3)
			return false;
		for (size_t i = 0; i < digits; i++) {
			if (slash[1 + i] < '0' || slash[1 + i] > '9')
				return false;
			bits = bits * 10 + (unsigned)(slash[1 + i] - '0');
		}
		if (bits > bits_max)
			return false;
		out->prefix_bits = bits;
	}
	for (unsigned bit = out->prefix_bits; bit < bits_max; bit++)
		out->first.bytes[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
	return true;
}

bool address_in_range(const struct address *address, const struct address_range *range)
{
	unsigned whole = range->prefix_bits / 8, rest = range->prefix_bits % 8;

	if (address->family != range->first.family || memcmp(address->bytes, range->first.bytes, whole) != 0)
		return false;
	return rest == 0 || (address->bytes[whole] ^ range->first.bytes[whole]) >> (8 - rest) == 0;
}

static bool in_range_text(const struct address *address, const char *text)
{
	struct address_range range;
	bool parsed = address_range_parse(span_of(text), &range);

	assert(parsed);
	return address_in_range(address, &range);
}

static struct address without_embedding(const struct address *address)
{
	struct address inner = { .family = AF_INET };

	for (size_t i = 0; i < sizeof(embeddings) / sizeof(embeddings[0]); i++) {
		if (!in_range_text(address, embeddings[i].range))
			continue;
		memcpy(inner.bytes, address->bytes + embeddings[i].at, 4);
		/* ::1 and :: are addresses of their own, not 0.0.0.1 and 0.0.0.0. */
		if (embeddings[i].at == 12 && inner.bytes[0] == 0)
			return *address;
		return inner;
	}
	return *address;
}

bool address_permitted(const struct address_policy *policy, const struct address *address)
{
	struct address real = without_embedding(address);

	for (size_t i = 0; i < policy->allowed_count; i++) {
		if (address_in_range(address, &policy->allowed[i]) || address_in_range(&real, &policy->allowed[i]))
			return true;
	}
	for (size_t i = 0; i < sizeof(special_ranges) / sizeof(special_ranges[0]); i++) {
		if (in_range_text(&real, special_ranges[i]))
			return false;
	}
	return true;
}
