/* Pages that stand before the page that was asked for, such as sign-in and consent. */
#ifndef AUDIT_WALLS_H
#define AUDIT_WALLS_H

#include "audit/marks.h"

/* True if the walk ended on its last URL's page, or in front of it because robots.txt forbids to fetch it. */
bool wall_is_end(const struct chain *chain);

/* The first redirect that has one of `marks` (a set of enum mark), or the chain's hop_count. */
uint32_t wall_first_hop(const struct chain *chain, struct report *report, unsigned marks);

/* What the first URL gives away, and the last. For a chain of which wall_is_end is true. */
const struct pattern_sets *wall_source(struct report *report);
const struct pattern_sets *wall_target(const struct chain *chain, struct report *report);

/* True if the last URL says where to go back to: by a parameter of such a name that the first URL has not, or by one
 * whose value is the first URL or its path. For a chain of which wall_is_end is true. */
bool wall_names_return(const struct chain *chain, struct report *report);

#endif
