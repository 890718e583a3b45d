/* The walk: one pure decision after each answer. No sockets, no clock.
 *
 * Redirects are followed as Fetch does (https://fetch.spec.whatwg.org/#http-redirect-fetch): 301,
 * 302, 303, 307 and 308 with one usable Location, and nothing else in 3xx. */
#ifndef CRAWLER_WALK_H
#define CRAWLER_WALK_H

#include "formats/record.h"

enum walk_action {
	WALK_REQUEST, /* ask for `url` with `method` */
	WALK_DONE,    /* the record's chain has its outcome */
};

struct walk_step {
	enum walk_action action;
	struct url url;
	enum method method;
};

struct walk_limits {
	uint32_t max_redirects;
	bool cookies; /* a cookie jar is used: the same URL with another cookie is another request */
};

/* Judges the last hop of `record`'s chain, whose answer or error is complete. Fills the hop's `next`
 * where its Location resolves. With WALK_DONE the chain's outcome, error, redirects, final_url,
 * final_status and loop_* are set. A chain without hops is not allowed. */
struct walk_step walk_next(struct record *record, const struct walk_limits *limits);

/* Ends the chain with `outcome`; its error, redirects, final_url and final_status are as the last hop
 * says, and stay as they are without one. */
void walk_end(struct record *record, enum outcome outcome);

/* How often the chain's last hop was requested before in the same chain. */
uint32_t walk_earlier_visits(const struct chain *chain);

/* True if the hop failed in a way that may pass: a timeout, a refused connection, SERVFAIL, a 5xx, 429, a limit
 * of this machine. */
bool walk_may_pass(const struct hop *hop);

/* True if an answer of the chain set a cookie. */
bool walk_saw_cookie(const struct chain *chain);

#endif
