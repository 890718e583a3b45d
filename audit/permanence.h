/* How sure we are that a temporary redirect is meant for ever: the model behind the rule
 * temporary-should-be-permanent.
 *
 * A gate and vetoes come first. Then each group of features (permanence_features.h) adds a weight, a log-odds: the
 * shape of the redirect, the final page's canonical URL, caching, HSTS, what generators answer by default, and signs
 * against it. Their sum and PERMANENCE_PRIOR give the confidence by the logistic function. What other walks know is
 * left out: how long the redirect has been as it is, and what the other URLs of the host do. The weights are chosen by
 * hand and not fitted to labelled redirects, so a confidence ranks and is no probability: the messages say
 * "uncalibrated". A change of any weight changes PERMANENCE_MODEL. */
#ifndef AUDIT_PERMANENCE_H
#define AUDIT_PERMANENCE_H

#include "audit/marks.h"

#define PERMANENCE_MODEL "tsp-1"

/* Log-odds, in tenths. Without any evidence, about 18 of 100 temporary redirects would be called permanent. Raising it
 * makes every finding more severe. */
#define PERMANENCE_PRIOR (-15)

/* From this percentage on a temporary redirect is taken for a permanent one: even odds. */
#define PERMANENCE_PCT_MIN 50

/* Sets temporary_reason or permanent_pct of each hop, and clears the other; `marks` has those of each hop. A hop gets
 * neither if it is out of the question: no temporary redirect of a GET that leads to another http or https URL, or part
 * of a loop. It gets a reason, and is not weighed, if it is plainly meant for now or leads to no page. Memory from the
 * record's arena. */
void permanence_derive(struct record *record, const struct marks *marks);

/* Why a hop has its permanent_pct. */
struct permanence {
	int shape;       /* log-odds, in tenths, of how the URL changes; 0 if that speaks for nothing */
	struct span why; /* the features that hold, with their weights, for a person */
};

/* For a hop that has a permanent_pct, with its marks. Memory from `arena`. */
struct permanence permanence_explain(struct arena *arena, const struct chain *chain, uint32_t index,
				     const struct marks *marks);

#endif
