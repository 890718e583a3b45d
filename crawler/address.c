#include "crawler/address.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "formats/arena.h"

/* What is not globally reachable unicast: the IANA IPv4 and IPv6 Special-Purpose Address Registries
 * (RFC 6890 and its updates), and all of IPv6 outside 2000::/3, from which alone such addresses are
 * given out (RFC 4291 section 2.4). */
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
	"::/3",            /* unspecified, loopback, discard only, local-use NAT64 */
	"2001::/23",       /* protocol assignments, Teredo */
	"2001:db8::/32",   /* documentation */
	"3fff::/20",       /* documentation */
	"4000::/2",        /* segment routing */
	"8000::/1",        /* unique local, link-local, site-local, multicast */
};

/* Where IPv6 carries an IPv4 address. */
static const char *const embedding_ranges[] = {
	"::ffff:0:0/96", /* mapped, RFC 4291 section 2.5.5.2 */
	"64:ff9b::/96",  /* NAT64, RFC 6052 section 2.1 */
	"2002::/16",     /* 6to4, RFC 3056 section 2 */
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

bool address_parse(struct span text, struct address *out)
{
	char copy[INET6_ADDRSTRLEN];
	bool brackets = text.len >= 2 && text.bytes[0] == '[' && text.bytes[text.len - 1] == ']';

	if (brackets) {
		text.bytes++;
		text.len -= 2;
	}
	if (text.len == 0 || text.len >= sizeof(copy) || memchr(text.bytes, '\0', text.len))
		return false;
	memcpy(copy, text.bytes, text.len);
	copy[text.len] = '\0';
	*out = (struct address){ .family = AF_INET };
	if (!brackets && inet_pton(AF_INET, copy, out->bytes) == 1)
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

/* The text that is no range, or NULL. */
static const char *parse_ranges(const char *const *text, size_t count, struct address_range *out)
{
	for (size_t i = 0; i < count; i++) {
		if (!address_range_parse(span_of(text[i]), &out[i]))
			return text[i];
	}
	return NULL;
}

const char *address_policy_init(struct address_policy *policy, const char *const *allowed, size_t allowed_count)
{
	const char *bad;

	policy->allowed_count = allowed_count;
	policy->allowed = memory_alloc(allowed_count * sizeof(*policy->allowed));
	policy->special = memory_alloc(COUNT(special_ranges) * sizeof(*policy->special));
	policy->embedding = memory_alloc(COUNT(embedding_ranges) * sizeof(*policy->embedding));
	bad = parse_ranges(special_ranges, COUNT(special_ranges), policy->special);
	assert(!bad);
	bad = parse_ranges(embedding_ranges, COUNT(embedding_ranges), policy->embedding);
	assert(!bad);
	return parse_ranges(allowed, allowed_count, policy->allowed);
}

void address_policy_release(struct address_policy *policy)
{
	free(policy->allowed);
	free(policy->special);
	free(policy->embedding);
	*policy = (struct address_policy){ .allowed = NULL };
}

static bool in_any(const struct address *address, const struct address_range *range, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (address_in_range(address, &range[i]))
			return true;
	}
	return false;
}

/* The IPv4 address that an IPv6 address stands for, or the address itself. */
static struct address without_embedding(const struct address_policy *policy, const struct address *address)
{
	for (size_t i = 0; i < COUNT(embedding_ranges); i++) {
		const struct address_range *range = &policy->embedding[i];
		struct address inner = { .family = AF_INET };

		if (!address_in_range(address, range))
			continue;
		/* It stands right behind the prefix. */
		memcpy(inner.bytes, address->bytes + range->prefix_bits / 8, 4);
		return inner;
	}
	return *address;
}

bool address_permitted(const struct address_policy *policy, const struct address *address)
{
	struct address real = without_embedding(policy, address);

	if (in_any(address, policy->allowed, policy->allowed_count) ||
	    in_any(&real, policy->allowed, policy->allowed_count))
		return true;
	return real.family != AF_UNSPEC && !in_any(&real, policy->special, COUNT(special_ranges));
}
