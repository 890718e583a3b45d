/* What the page at the end of a chain says of itself. Pure; safe in any thread. */
#ifndef AUDIT_FINAL_PAGE_H
#define AUDIT_FINAL_PAGE_H

#include "formats/record.h"

/* The URL that the page's canonical links, in its head and its Link header, agree on. False, and `out` zeroed, if there
 * is none, or one is no http or https URL, or they disagree: search engines may then ignore them all. Memory from
 * `arena`. */
bool final_page_canonical(struct arena *arena, const struct chain *chain, struct url *out);

/* True if one of its hreflang links is the page's own URL. */
bool final_page_is_own_alternate(const struct chain *chain);

#endif
