/* The row: a record as one line of NDJSON. What is in it stands in row_fields.c. */
#ifndef FORMATS_ROW_H
#define FORMATS_ROW_H

#include "formats/buf.h"
#include "formats/limits.h"
#include "formats/record.h"
#include "formats/span.h"

/* What row_write may write before it sees that a row is too long. */
#define ROW_ROOM_BYTES (ROW_BYTES_MAX + 4096)

/* Adds the row of `record` with its line end, at most ROW_BYTES_MAX bytes of valid UTF-8. Strings of
 * a longer row are cut, and its `truncated` is true. `out` must have room for ROW_ROOM_BYTES more bytes below
 * its cap. Pure; any thread. */
void row_write(struct buf *out, const struct record *record, struct span run_id);

/* The same for an object of another kind, whose struct is at `base`. */
struct row_object;
void row_write_object(struct buf *out, const struct row_object *object, const void *base, struct span run_id);

#endif
