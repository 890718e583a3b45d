/* Which addresses may be contacted. Everything that is not a public unicast address is refused
 * unless the user allows it: a redirect must never lead into the auditor's own network. */
#ifndef CRAWLER_ADDRESS_H
#define CRAWLER_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "formats/span.h"

/* An IPv4 or IPv6 address; IPv4 uses the first four bytes. */
struct address {
	sa_family_t family; /* AF_INET or AF_INET6; AF_UNSPEC: none */
	uint8_t bytes[16];
};

struct address_range {
	struct address first; /* host bits are zero */
	unsigned prefix_bits;
};

/* The ranges, parsed once: each connection asks. Only read once it is made, by any thread. */
struct address_policy {
	struct address_range *allowed, *special, *embedding;
	size_t allowed_count;
};

/* "127.0.0.1", "::1" or "[::1]". False if it is neither. */
bool address_parse(struct span text, struct address *out);

/* Writes the text form; `size` at least INET6_ADDRSTRLEN. */
void address_print(const struct address *address, char *out, size_t size);

/* Fills a socket address; returns its length. */
socklen_t address_to_sockaddr(const struct address *address, uint16_t port, struct sockaddr_storage *out);

/* "10.0.0.0/8", "fc00::/7" or a single address. False if it is no range. */
bool address_range_parse(struct span text, struct address_range *out);
bool address_in_range(const struct address *address, const struct address_range *range);

/* Beside public addresses, those in the ranges `allowed` are permitted. Returns NULL, or the first
 * text that is no range; the policy is to be released either way. Keeps nothing of the texts. */
const char *address_policy_init(struct address_policy *policy, const char *const *allowed, size_t allowed_count);
void address_policy_release(struct address_policy *policy);

/* True if the address is public (IANA special-purpose registries), or allowed by the policy. IPv4
 * inside IPv6 (mapped, NAT64, 6to4) is judged as the IPv4 address it stands for. */
bool address_permitted(const struct address_policy *policy, const struct address *address);

#endif
