/* What a chain's answers tell browsers about HSTS (RFC 6797), for the rules about it. Pure; any thread. */
#ifndef AUDIT_HSTS_SEEN_H
#define AUDIT_HSTS_SEEN_H

#include "formats/hsts.h"
#include "formats/record.h"

/* The policy in the hop's answer. Not valid where browsers do not look: over http, and from a host that is an address
 * (section 8.1). */
struct hsts hsts_of_hop(const struct hop *hop);

/* True if an answer of the chain has a policy, one that does not end at once, which holds for `host`: its own or, with
 * includeSubDomains, that of a parent domain (section 8.2). */
bool hsts_seen_for(const struct chain *chain, struct span host);

#endif
