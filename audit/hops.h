/* Counting redirects, for the rules about the length of a chain. */
#ifndef AUDIT_HOPS_H
#define AUDIT_HOPS_H

#include "audit/rule.h"

/* Redirects that the chain is known to have: those followed and, where --max-redirects ended the
 * walk, the one that was not. */
uint32_t hops_redirects(const struct chain *chain);

/* False for a loop and for URLs that grow: they are not too long but endless, which other rules report, and there is
 * nothing to redirect to at once. */
bool hops_have_an_end(const struct chain *chain);

/* Reports the redirect that is the first above `limit`, if the chain has an end and at most `up_to`. Whoever
 * gives up after `limit` is named in `who`: "Googlebot follows 10". */
void hops_report_above(const struct chain *chain, struct report *report, uint32_t limit, uint32_t up_to,
		       const char *who);

#endif
