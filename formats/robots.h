/* robots.txt: may this path be asked for? RFC 9309 as Google reads it (github.com/google/robotstxt). Pure: the file is
 * fetched by somebody else. Safe in any thread.
 *
 * What Google adds to the RFC is kept, because most files are written for it: common misspellings of Disallow, a blank
 * for a forgotten colon, "Allow: /index.html" for the folder too, product tokens up to their first strange byte. */
#ifndef FORMATS_ROBOTS_H
#define FORMATS_ROBOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/limits.h"
#include "formats/span.h"

/* What came of asking an origin for its /robots.txt, with ROBOTS_REDIRECTS_MAX redirects followed, to other origins
 * too. The last answer decides for the origin that was asked first (RFC 9309 section 2.3.1). */
enum robots_source {
	ROBOTS_FILE_FOUND,       /* 2xx: the file decides */
	ROBOTS_FILE_UNAVAILABLE, /* 4xx, or more redirects than that: everything is allowed */
	ROBOTS_FILE_UNREACHABLE, /* 5xx, 429 or no answer: nothing is allowed */
};

/* By the last answer's status; 0: there was none. A 3xx is a redirect that could not be followed. 429 is a 4xx to the
 * RFC; Google takes it, as it is meant, for a server that is overloaded. */
enum robots_source robots_source_of(unsigned status);

/* The rules of one robots.txt for one product token. Never changes, so threads may share it. */
struct robots;

/* Reads `file`, of which bytes behind ROBOTS_BYTES_MAX are not looked at; it may be any bytes, and only counts with
 * ROBOTS_FILE_FOUND. Nothing of it is kept. Never fails; robots_free() the result.
 *
 * `token` is what groups call this crawler by, "detour", in any case (RFC 9309 section 2.2.1): the rules of all groups
 * with this token, or if there is none, of all groups for "*". An empty token means the groups for "*".
 *
 * One piece of memory: 16 bytes, 16 for each rule, and the patterns; never more than three times ROBOTS_BYTES_MAX, and
 * about twice as much while it reads. Takes 6 ms at most. */
struct robots *robots_new(enum robots_source source, struct span file, struct span token);

/* NULL is fine. */
void robots_free(struct robots *robots);

/* The product token that a User-Agent value begins with: "detour" of "detour/1.0 (+https://a.example/)". */
struct span robots_token(struct span user_agent);

struct robots_decision {
	bool allowed;
	uint32_t line;       /* of the rule that decided, from 1; 0: none did */
	struct span pattern; /* of that rule, belongs to `robots`: "/private", percent-encoded and so ASCII */
};

/* `path` is a URL's path with its query, percent-encoded; empty means "/". The rule with the longest pattern that
 * matches decides, of an Allow and a Disallow as long the Allow, of equal ones the first. "*" stands for any bytes, "$"
 * at the end for the end. Without a matching rule, and for "/robots.txt", it is allowed.
 *
 * In patterns bytes above 0x7F are percent-encoded, and "%c3" is "%C3" on both sides. Otherwise an encoded character is
 * another one than the plain one, "%62" than "b": here Google is stricter than RFC 9309 section 2.2.2.
 *
 * Takes time in proportion to the patterns' length, and for each one with a "*" to that of `path`, 25 ms at most: where
 * hundreds of such patterns meet a path of kilobytes, the last of them do not count. */
struct robots_decision robots_check(const struct robots *robots, struct span path);

static inline bool robots_allows(const struct robots *robots, struct span path)
{
	return robots_check(robots, path).allowed;
}

#endif
