/* Chains that end on a domain that is for sale. Hints and no proof. Pure; safe in any thread. */
#ifndef AUDIT_PARKED_H
#define AUDIT_PARKED_H

#include "formats/record.h"

/* Both are for a chain with redirects, and an answer or not behind each, whose hops have their `changes`. */

/* True if it leaves its site for one that parks domains, or for one that sells domains, at a URL that offers one,
 * or names one of those that the chain comes from. */
bool parked_at_market(const struct chain *chain);

/* True if the final page shows less than `text_bytes` of text and offers the domain that it is on. */
bool parked_says_so(const struct chain *chain, uint32_t text_bytes);

#endif
