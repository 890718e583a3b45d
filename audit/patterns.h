/* Words by which a path, a parameter, a cookie or a host gives away what a URL is for. They are
 * hints and no proof: a rule weighs them. Any case; pure; safe in any thread. */
#ifndef AUDIT_PATTERNS_H
#define AUDIT_PATTERNS_H

#include "formats/url.h"

enum pattern {
	PATTERN_LOGIN,                /* path, host: pages to sign in on */
	PATTERN_AUTHORIZATION,        /* path, host: words that may mean so, or something else: "sso", "giris" */
	PATTERN_MEMBERSHIP,           /* path: signing out or up, passwords */
	PATTERN_PRIVATE,              /* path: for members and staff */
	PATTERN_CONFIRMATION,         /* path: the page behind a form */
	PATTERN_CONSENT,              /* path, host: consent, age or cookie walls */
	PATTERN_TRANSACTION,          /* path, host: cart, checkout, account */
	PATTERN_ALIAS,                /* path: names for whatever is newest */
	PATTERN_DOWNLOAD,             /* path: the newest file, or a section of files */
	PATTERN_CAMPAIGN,             /* path: promotions that end */
	PATTERN_MAINTENANCE,          /* path: pages that say "later" */
	PATTERN_API,                  /* path: interfaces for programs */
	PATTERN_MANUAL,               /* path, host: pages about a thing and not the thing: "docs", "help" */
	PATTERN_HOME,                 /* path: other names of the home page */
	PATTERN_RETURN_PARAMETER,     /* query: where to go back to */
	PATTERN_CONTENT_PARAMETER,    /* query: which page or item it is */
	PATTERN_NOISE_PARAMETER,      /* query: sessions, cache busters, where the visitor comes from */
	PATTERN_SIGNATURE_PARAMETER,  /* query: signed URLs, good for a while */
	PATTERN_EXPERIMENT_PARAMETER, /* query: A/B tests */
	PATTERN_EXPERIMENT_COOKIE,    /* list of cookie names: A/B tests */
	PATTERN_LOCALE_COOKIE,        /* list of cookie names: the visitor's language or country */
	PATTERN_COUNT
};

/* What a URL gives away, as sets of patterns: bit 1 << pattern. */
struct pattern_sets {
	unsigned path;  /* of words that are a segment of the path, without its extension */
	unsigned host;  /* that are the first label of the host: "login.shop.example" */
	unsigned query; /* that are the name of a parameter */
};

struct pattern_sets patterns_of(const struct url *url);

static inline bool pattern_in(unsigned set, enum pattern pattern)
{
	return set >> pattern & 1;
}

/* The set of patterns that `word` alone is a word of. */
unsigned patterns_of_word(struct span word);

/* The set of words that are members of a comma-separated field value. */
unsigned patterns_of_list(struct span list);

/* True if a member of a comma-separated field value is `name`. */
bool pattern_list_has(struct span list, struct span name);

#endif
