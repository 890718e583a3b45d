/* How sure we are that a temporary redirect is meant for ever: the model behind the rule
 * temporary-should-be-permanent.
 *
 * A gate and vetoes come first. Then each group of features adds a weight, a log-odds; their sum and
 * PERMANENCE_PRIOR give the confidence by the logistic function. Within a group features overlap, so
 * the strongest counts alone, save where the group says that they add up. The weights are chosen by
 * hand and not fitted to labelled redirects, so a confidence ranks and is no probability: the
 * messages say "uncalibrated". A change of any weight changes PERMANENCE_MODEL. */
#ifndef AUDIT_PERMANENCE_H
#define AUDIT_PERMANENCE_H

#include "audit/marks.h"

#define PERMANENCE_MODEL "tsp-1"

/* Without any evidence, about 18 of 100 temporary redirects would be called permanent. Raising it
 * makes every finding more severe. */
#define PERMANENCE_PRIOR (-1.5)

struct permanence {
	double confidence; /* 0 to 1 */
	double shape;      /* weight of the strongest feature of shape; 0 if none holds */
};

/* Weighs the redirect that hop `index` is, whose marks are `marks`. Returns false, and leaves `out` alone, if it is
 * out of the question: no temporary redirect of a GET that leads to another http or https URL, part of a
 * loop, or vetoed because it is plainly meant for now (Retry-After, maintenance, sign-in, carts,
 * signed URLs, several targets, an A/B test). `arena` is for what has to be parsed. */
bool permanence_weigh(struct arena *arena, const struct chain *chain, uint32_t index, const struct marks *marks,
		      struct permanence *out);

/* The features that hold for a redirect that was weighed, with their weights, for a person. Memory from `arena`. */
struct span permanence_why(struct arena *arena, const struct chain *chain, uint32_t index, const struct marks *marks);

#endif
