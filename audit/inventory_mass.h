/* Redirects from many pages to one, for the two rules about them. */
#ifndef AUDIT_INVENTORY_MASS_H
#define AUDIT_INVENTORY_MASS_H

#include "audit/inventory_rule.h"

/* Of the URLs of the host that most of them come from. */
#define MASS_SHARE_MIN 0.05

/* True if so many different pages lead to the target that it can hardly answer for all of them: as many as the rule's
 * limit, counted by templates of their paths, and the share above. */
bool inventory_is_mass(const struct inventory_target *target, const struct inventory_report *report);

/* True if at least half of the sources have words in common with the target: versions of one thing that were put
 * together. */
bool inventory_is_consolidation(const struct inventory_target *target);

/* "60 different pages of a.example". */
struct span inventory_mass_pages(const struct inventory_target *target, struct inventory_report *report);

/* What both rules claim, with a severity of the caller's. */
struct inventory_claim inventory_mass_claim(const struct inventory_target *target, enum severity severity,
					    struct inventory_report *report);

#endif
