/* Points in time as the row and the manifest have them: 2026-11-21T01:02:03.456Z. */
#ifndef FORMATS_TIMESTAMP_H
#define FORMATS_TIMESTAMP_H

#include <stdint.h>

#include "formats/buf.h"

#define TIMESTAMP_BYTES 24

/* Writes `time_us`, microseconds since 1970 UTC, cut to milliseconds, without a NUL. What lies outside the years 1970
 * to 9999 is moved to the nearer end. No lock and no locale, unlike gmtime_r. */
void timestamp_put(char text[TIMESTAMP_BYTES], int64_t time_us);

/* The same at the end of `out`. */
void timestamp_add(struct buf *out, int64_t time_us);

/* The other direction: sets `time_us` to whole milliseconds. False if `text` is nothing that timestamp_put writes. */
bool timestamp_parse(struct span text, int64_t *time_us) __attribute__((warn_unused_result));

#endif
