/* The fields of the row, as one table: its writer (row.h), the schemas and the documentation
 * (schema.h) all walk it, so they cannot differ. A new field is one line in row_fields.c.
 *
 * The order is the order in the row. Within one schema version fields are only added, at the end of
 * their object; a name or a type never changes. */
#ifndef FORMATS_ROW_FIELDS_H
#define FORMATS_ROW_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/span.h"

/* Goes up when a field is removed, renamed or changes its type or meaning. */
#define ROW_SCHEMA_VERSION 1

/* What stands at a field's offset, and how it is written. */
enum row_type {
	ROW_U8,
	ROW_U16,
	ROW_U32,
	ROW_U64,
	ROW_BOOL,
	ROW_TEXT,    /* struct span; bytes that are no UTF-8 become U+FFFD */
	ROW_PERCENT, /* struct span; bytes that are no UTF-8 become %XX */
	ROW_BASE64,  /* struct span; "" when it is UTF-8, so that ROW_PERCENT has lost nothing */
	ROW_TIME,    /* int64_t, microseconds since 1970 */
	ROW_HTTP_VERSION,
	ROW_OUTCOME,
	ROW_COOKIE_OUTCOME, /* struct chain: its cookie_outcome, "" without a cookie pass */
	ROW_ERROR,
	ROW_METHOD,
	ROW_SEVERITY,
	ROW_RULE, /* const char *, a rule's name */
	ROW_LIST, /* pointer to the first item */
	/* Not in the record: the writer knows them. The offset is of no use. */
	ROW_VERSION,
	ROW_RUN_ID,
	ROW_INDEX,     /* the place of the item in its list, from 0 */
	ROW_TRUNCATED, /* whether strings of this row were cut */
	ROW_TYPE_COUNT,
};

struct row_field {
	struct span prefix; /* the key as it stands in the row: ,"loop_entry": */
	bool dashed;        /* the key is a header field's name: "-" in it must become "_" */
	enum row_type type;
	size_t offset;                  /* in the object's struct */
	const struct row_object *items; /* of ROW_LIST */
	size_t count_offset;            /* of ROW_LIST: where its uint32_t count is */
	const char *unit;               /* "us", or NULL */
	const char *text;               /* a sentence, with what zero or "" means */
};

struct row_object {
	const char *name;
	const char *text;
	size_t size_bytes; /* of the struct the offsets are in */
	const struct row_field *field;
	size_t field_count;
};

/* The row itself; its items are found through its fields of ROW_LIST. */
extern const struct row_object row_object;

/* Room for any key and its NUL. */
#define ROW_KEY_BYTES_MAX 64

/* The bare key: "loop_entry". */
void row_field_key(const struct row_field *field, char key[ROW_KEY_BYTES_MAX]);

/* "1.1" for 11; "" for 0 and whatever HTTP does not have. */
const char *row_http_version(uint8_t version);

/* Turns each "-" into "_": what a key needs when its field is `dashed`. */
void row_underscore(char *bytes, size_t len);

#endif
