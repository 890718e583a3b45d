/* The canonical link of the page at the end of a chain, compared with the chain. Pure; safe in any thread. */
#ifndef AUDIT_CANONICAL_H
#define AUDIT_CANONICAL_H

#include "audit/page_target.h"

/* True if the chain has redirects and ends on a page that names one canonical URL, http or https: `out`. */
bool canonical_find(const struct chain *chain, struct report *report, struct url *out);

/* The first hop that redirects from `canonical`; hop_count if there is none, or the page has that URL itself. */
uint32_t canonical_hop(const struct chain *chain, const struct url *canonical);

/* True if each redirect from hop `first` on is permanent. */
bool canonical_is_left_for_ever(const struct chain *chain, uint32_t first);

/* True if the answers from hop `first` on differ by the visitor's browser, language or cookies, or the page is the one
 * for phones ("m.a.example"): its canonical rightly is the page for others. */
bool canonical_is_of_variant(const struct chain *chain, uint32_t first);

#endif
