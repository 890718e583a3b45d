/* How programs read a Location, for the rules that share one out among them: what one rule tells, no other repeats.
 * Pure; any thread. */
#ifndef AUDIT_LOCATION_H
#define AUDIT_LOCATION_H

#include "formats/record.h"

/* What a reader by RFC 3986 makes of a Location, beside what browsers do. */
enum location_reading {
	LOCATION_READ_ALIKE,
	LOCATION_OTHER_PATH, /* one host, but the readers may ask it for different things */
	LOCATION_OTHER_HOST,
};

/* Compares the two readings; `strict` gets that of RFC 3986. The hop must lead to http or https. Memory from `arena`.
 */
enum location_reading location_read(struct arena *arena, const struct hop *hop, struct url_rfc3986 *strict);

/* A byte below 0x20, or 0x7F. */
static inline bool location_is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7F;
}

bool location_has_control(struct span text);

/* "/one, /two": two lines that a proxy has made one. Either part of the comma may be meant, for a URL may hold commas
 * (RFC 9110 section 10.2.2). */
bool location_looks_merged(struct span location);

#endif
