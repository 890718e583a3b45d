/* Dates in header fields (RFC 9110 section 5.6.7) and the one field that is a date or a number,
 * Retry-After. Pure; no locale, no time zone; safe in any thread. */
#ifndef FORMATS_HTTP_DATE_H
#define FORMATS_HTTP_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/span.h"

/* Seconds since 1970 UTC of an HTTP date in any of its three forms; blanks around it are allowed.
 * `now_s` (the same unit) only settles the century of a two-digit year. Returns false, and leaves
 * `seconds` alone, if it is no such date. The day of the week is not checked against the date. */
bool http_date_parse(struct span text, int64_t now_s, int64_t *seconds);

/* How long Retry-After asks to wait from `now_s` (RFC 9110 section 10.2.3): a number of seconds, or
 * a date, of which one in the past is 0. Of several numbers the first counts. Larger values become
 * UINT32_MAX. Returns false, and leaves `seconds` alone, if it is neither. */
bool retry_after_parse(struct span value, int64_t now_s, uint32_t *seconds);

#endif
