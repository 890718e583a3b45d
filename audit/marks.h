/* Marks of a redirect that is meant for now and not for ever: what its answer and its two URLs give
 * away. A mark is a hint, so rules ask for several of the weak ones. */
#ifndef AUDIT_MARKS_H
#define AUDIT_MARKS_H

#include "audit/patterns.h"
#include "audit/rule.h"

/* X(NAME, strong, "What is seen, as part of a sentence") */
#define MARKS(X)                                                              \
	X(RETRY_AFTER, true, "it has a Retry-After")                          \
	X(EXPERIMENT, true, "it sets a cookie of an experiment")              \
	X(MAINTENANCE, true, "it leads to a page that says 503, maintenance") \
	X(UNAVAILABLE, false, "it leads to a page that says 503")             \
	X(LOGIN, false, "it leads to a sign-in page")                         \
	X(CONSENT, false, "it leads to a consent or age check")               \
	X(CART, false, "it leads to a cart, checkout or account")             \
	X(RETURNS, false, "its target carries an address to come back to")    \
	X(LOCALE, false, "its target adds a locale")                          \
	X(VARIES, false, "it varies by language or cookie")                   \
	X(ALIAS, false, "its source is an alias such as /latest")             \
	X(DATED, false, "its target adds a date or a campaign")               \
	X(NODE, false, "its target is one of several like hosts")

enum mark_index {
#define X(name, strong, text) MARK_INDEX_##name,
	MARKS(X)
#undef X
		MARK_COUNT
};

/* A set of them is an unsigned. */
enum mark {
#define X(name, strong, text) MARK_##name = 1u << MARK_INDEX_##name,
	MARKS(X)
#undef X
};

/* A redirect's marks, and what they were seen by. Zeroed for a hop that leads nowhere. Rules get it from
 * report_marks, which works it out once. */
struct marks {
	unsigned set;                 /* of mark */
	unsigned changes;             /* set of url_change between the hop's two URLs */
	struct pattern_sets from, to; /* words in the hop's URL, and in that which it leads to */
	bool reads_plainly;           /* nobody can read its Location in another way: url_reads_plainly */
};

/* `before` are those of the hop before, which has led here; NULL for the first. */
struct marks marks_of_hop(const struct chain *chain, uint32_t index, const struct marks *before);

/* True if the marks are enough to call the redirect temporary: one strong or two weak ones. */
bool marks_suffice(unsigned set);

/* The texts of a set that is not empty, joined with " and ". Memory from `arena`. */
struct span marks_text(struct arena *arena, unsigned set);

#endif
