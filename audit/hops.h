/* Counting redirects, for the rules about the length of a chain. */
#ifndef AUDIT_HOPS_H
#define AUDIT_HOPS_H

#include "audit/rule.h"

/* Redirects that the chain is known to have: those followed and, where --max-redirects ended the
 * walk, the one that was not. */
uint32_t hops_redirects(const struct chain *chain);

/* Reports the redirect that is the first above `limit`, if the chain has at most `up_to`. Whoever
 * gives up after `limit` is named in `who`: "Googlebot follows 10". */
void hops_report_above(const struct chain *chain, struct report *report, uint32_t limit, uint32_t up_to,
		       const char *who);

#endif
