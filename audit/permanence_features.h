/* The features of the model behind permanence.h: what speaks for and against a temporary redirect being meant for ever,
 * and how much. Only for audit/permanence.c and its tests.
 *
 * Weights are log-odds in tenths, so that sums are exact: 35 is 3.5. They are chosen by hand and not fitted to labelled
 * redirects; a change of any changes PERMANENCE_MODEL. */
#ifndef AUDIT_PERMANENCE_FEATURES_H
#define AUDIT_PERMANENCE_FEATURES_H

#include "audit/marks.h"
#include "formats/buf.h"

/* What the features look at. */
struct candidate {
	const struct chain *chain;
	const struct hop *hop;       /* a redirect */
	const struct hop *target;    /* the answer of what it leads to; NULL if there is none */
	const struct marks *marks;   /* of the redirect */
	const struct url *canonical; /* of the final page; URL_SCHEME_NONE: none that is clear */
};

/* The sum of what holds. Features of one group overlap, so the strongest of a group counts alone, save counter
 * features, which add up to -50 at the least. Sets `shape` to the weight of the group of shapes. `why` gets the texts
 * of what holds with their weights, joined by commas, unless it is NULL. */
int permanence_features_weigh(const struct candidate *candidate, int *shape, struct buf *why);

#endif
