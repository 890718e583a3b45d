/* Words by which a path, a parameter, a cookie or a host gives away what a URL is for. They are
 * hints and no proof: a rule weighs them. Any case; pure; safe in any thread. */
#ifndef AUDIT_PATTERNS_H
#define AUDIT_PATTERNS_H

#include "formats/url.h"

enum pattern {
	PATTERN_LOGIN,                /* path, host: signing in */
	PATTERN_CONSENT,              /* path, host: consent, age or cookie walls */
	PATTERN_TRANSACTION,          /* path, host: cart, checkout, account */
	PATTERN_ALIAS,                /* path: names for whatever is newest */
	PATTERN_CAMPAIGN,             /* path: promotions that end */
	PATTERN_MAINTENANCE,          /* path: pages that say "later" */
	PATTERN_API,                  /* path: interfaces for programs */
	PATTERN_RETURN_PARAMETER,     /* query: where to go back to */
	PATTERN_SIGNATURE_PARAMETER,  /* query: signed URLs, good for a while */
	PATTERN_EXPERIMENT_PARAMETER, /* query: A/B tests */
	PATTERN_EXPERIMENT_COOKIE,    /* list of cookie names: A/B tests */
	PATTERN_COUNT
};

/* True if a segment of the path is one of the words; an extension is not part of it. */
bool pattern_in_path(const struct url *url, enum pattern pattern);

/* True if the first label of the host is one of the words: "login.shop.example". */
bool pattern_in_host(const struct url *url, enum pattern pattern);

/* True if a parameter of the query has one of the words as its name. */
bool pattern_in_query(const struct url *url, enum pattern pattern);

/* True if a member of a comma-separated field value is one of the words. */
bool pattern_in_list(struct span list, enum pattern pattern);

/* True if a member of a comma-separated field value is `name`. */
bool pattern_list_has(struct span list, struct span name);

#endif
