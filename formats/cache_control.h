/* How long an answer may be used again without asking (RFC 9111), as a browser's cache sees it: a
 * private cache, to which `s-maxage` and `private` mean nothing. Pure; safe in any thread. */
#ifndef FORMATS_CACHE_CONTROL_H
#define FORMATS_CACHE_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/record.h"
#include "formats/span.h"

/* The directives of one Cache-Control value that say anything about freshness. */
struct cache_control {
	bool no_store;
	bool no_cache; /* without field names; with them it limits these fields only */
	bool is_private;
	bool is_public;
	bool has_max_age;
	uint32_t max_age_s; /* the smallest of several; 0 if it is no number: RFC 9111 section 4.2.1 */
};

/* Reads `value`, the whole field with its lines joined by commas. Never fails: unknown directives
 * and malformed parts are passed over, quoted numbers are numbers (RFC 9111 section 5.2). */
struct cache_control cache_control_parse(struct span value);

/* Where an answer's lifetime comes from. */
enum cache_basis {
	CACHE_UNSTATED,  /* nothing is said, and this status is then not cached */
	CACHE_FORBIDDEN, /* no-store, no-cache, max-age=0 or an Expires that is past or no date */
	CACHE_EXPLICIT,  /* max-age or Expires */
	CACHE_HEURISTIC, /* nothing is said, so the cache may choose: RFC 9111 section 4.2.2 */
};

struct cache_lifetime {
	enum cache_basis basis;
	uint32_t seconds; /* left when the answer was received; 0 unless CACHE_EXPLICIT */
};

/* The lifetime of the answer that `hop` has: Cache-Control, else Expires minus Date, less Age.
 * Conflicting directives: the most restrictive counts. Without a valid Date the time at which the
 * hop was started stands for it (RFC 9110 section 6.6.1). */
struct cache_lifetime cache_lifetime_of(const struct hop *hop);

/* True for a status that a cache may store though its answer says nothing about freshness
 * (RFC 9110 section 15.1). */
bool cache_status_is_heuristic(unsigned status);

#endif
