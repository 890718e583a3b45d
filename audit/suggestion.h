/* What a list of links should have in place of a URL that redirects. */
#ifndef AUDIT_SUGGESTION_H
#define AUDIT_SUGGESTION_H

#include "audit/marks.h"

/* The chain's final URL, if a link may safely be changed to it; empty if not, or if there is no redirect. `marks` has
 * those of each hop, whose facts are derived. Memory from `arena`, or the chain's own.
 *
 * Each redirect must be permanent, or temporary and taken for permanent (PERMANENCE_PCT_MIN), and the end must be a 2xx
 * to the same method. Nothing is suggested where
 * - a permanent redirect looks temporary (marks_suffice), or the target depends on the visitor, the day or the state of
 *   the site: sign-in, consent, cart, an address to come back to, an alias such as /latest, one of several like hosts,
 *   the home page's language, a signed URL, a random token, tracking parameters that the source has not;
 * - a URL of the chain was answered in two ways, or has a user name or password, which a link must not show;
 * - the target is worse than what is linked to: http for https, an address for a name, the home page for another page,
 *   unless the page has the name of that host, as /api has of api.a.example;
 * - the final page is none to link to: it says that nothing was found or that its domain is for sale, asks for a
 *   password that the source may not have asked for, is kept out of search engines, leads on by a refresh or a script,
 *   or names a URL of the chain as its canonical one.
 *
 * A canonical URL outside the chain changes nothing: the final URL was seen to answer, the canonical one was not.
 * The fragment is the one that a browser would end with: the Location's, or
 * inherited (RFC 9110 section 10.2.2). */
struct span suggestion_find(struct arena *arena, const struct chain *chain, const struct marks *marks);

#endif
