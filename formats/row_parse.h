/* The row read back: a record as the walk and the rules left it. What is in a row stands in row_fields.c, so the
 * writer (row.h), the schemas and this cannot differ.
 *
 * No JSON library: of those that Debian has, none is strict, fast and in C at once, and the table says what comes next
 * anyway. */
#ifndef FORMATS_ROW_PARSE_H
#define FORMATS_ROW_PARSE_H

#include "formats/record.h"
#include "formats/span.h"

enum row_parse_status {
	ROW_PARSE_OK,
	ROW_PARSE_DAMAGED, /* no row that row_write could have written */
	ROW_PARSE_NEWER,   /* a row of a later schema, or with fields that this one does not have */
};

/* Makes a record of `row`, which is given with its line end and may be any bytes. Writing that record again gives the
 * same bytes, but for the run's id and for what is added to the schema: a field that an older row does not have is
 * zero. Times are in whole milliseconds, bytes that were no UTF-8 are known of Location only, and a finding's `rule`
 * is a text of the record instead of a static one. Of a row with `truncated`, strings may have been cut.
 *
 * With ROW_PARSE_OK `record` is the caller's, and `run_id`, which may be NULL, lies in it. Pure; any thread. */
enum row_parse_status row_parse(struct span row, struct record **record, struct span *run_id)
	__attribute__((warn_unused_result));

#endif
