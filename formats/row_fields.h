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

/* What stands at a field's offset, and what it is for readers: X(NAME, "in words", "in DuckDB",
 * "in ClickHouse"). Closed lists of texts are plain text in DuckDB, because a new value in an ENUM means to
 * rewrite the table. How each is written stands in row.c. */
#define ROW_TYPES(X)                                                                                                   \
	X(U8, "integer", "UTINYINT", "UInt8")                                                                          \
	X(U16, "integer", "USMALLINT", "UInt16")                                                                       \
	X(U32, "integer", "UINTEGER", "UInt32")                                                                        \
	X(U64, "integer", "UBIGINT", "UInt64")                                                                         \
	X(BOOL, "boolean", "BOOLEAN", "Bool")                                                                          \
	X(TEXT, "text", "VARCHAR", "String")                 /* struct span; bytes that are no UTF-8 become U+FFFD */  \
	X(PERCENT, "text", "VARCHAR", "String")              /* struct span; bytes that are no UTF-8 become %XX */     \
	X(BASE64, "base64", "VARCHAR", "String")             /* struct span; "" when PERCENT has lost nothing of it */ \
	X(TIME, "time", "TIMESTAMP", "DateTime64(3, 'UTC')") /* int64_t, microseconds since 1970 */                    \
	X(HTTP_VERSION, "text", "VARCHAR", "LowCardinality(String)")                                                   \
	X(OUTCOME, "outcome", "VARCHAR", "LowCardinality(String)")                                                     \
	X(COOKIE_OUTCOME, "outcome", "VARCHAR", "LowCardinality(String)") /* struct chain; "": no such pass */         \
	X(ERROR, "error", "VARCHAR", "LowCardinality(String)")                                                         \
	X(METHOD, "text", "VARCHAR", "LowCardinality(String)")                                                         \
	X(SEVERITY, "text", "VARCHAR", "LowCardinality(String)")                                                       \
	X(RULE, "text", "VARCHAR", "LowCardinality(String)") /* const char *, a rule's name */                         \
	X(FRESHNESS, "text", "VARCHAR", "LowCardinality(String)")                                                      \
	X(ROBOTS, "text", "VARCHAR", "LowCardinality(String)")                                                         \
	X(REASON, "text", "VARCHAR", "LowCardinality(String)") /* enum temporary_reason */                             \
	X(LINK_REL, "text", "VARCHAR", "LowCardinality(String)")                                                       \
	X(LINK_SOURCE, "text", "VARCHAR", "LowCardinality(String)")                                                    \
	X(CHANGES, "list of texts", "VARCHAR[]", "Array(LowCardinality(String))") /* uint32_t, set of 1 << change */   \
	X(SCOPE, "text", "VARCHAR", "LowCardinality(String)")                     /* enum inventory_scope */           \
	X(SEQS, "list of integers", "UBIGINT[]", "Array(UInt64)") /* uint64_t, the first of count_offset's number */   \
	X(LIST, "list", NULL, NULL)                               /* pointer to the first item */                      \
	X(TRUNCATED, "boolean", "BOOLEAN", "Bool") /* bool; true also if strings of this row were cut */               \
	/* Not in the record: the writer knows them, and the offset is of no use. */                                   \
	X(VERSION, "integer", "USMALLINT", "UInt16")                                                                   \
	X(RUN_ID, "text", "VARCHAR", "LowCardinality(String)")                                                         \
	X(INDEX, "integer", "UINTEGER", "UInt32") /* the place of the item in its list, from 0 */

enum row_type {
#define X(name, words, duckdb, clickhouse) ROW_##name,
	ROW_TYPES(X)
#undef X
		ROW_TYPE_COUNT
};

/* Room for a key as it stands in the row. It is always copied as a whole, which takes two instructions; the longest is
 * strict_transport_security. */
#define ROW_PREFIX_BYTES 32

struct row_field {
	char prefix[ROW_PREFIX_BYTES]; /* the key as it stands in the row: ,"loop_entry": */
	uint8_t prefix_len;
	bool dashed; /* the key is a header field's name: "-" in it must become "_" */
	enum row_type type;
	size_t offset;                  /* in the object's struct */
	const struct row_object *items; /* of ROW_LIST */
	size_t count_offset;            /* of ROW_LIST and ROW_SEQS: where its uint32_t count is */
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
#define ROW_KEY_BYTES_MAX ROW_PREFIX_BYTES

/* The bare key: "loop_entry". */
void row_field_key(const struct row_field *field, char key[ROW_KEY_BYTES_MAX]);

/* "1.1" for 11; "" for 0 and whatever HTTP does not have. */
const char *row_http_version(uint8_t version);

/* The texts that a field of this type, or an item of ROW_CHANGES, may have, one for each index from 0; NULL behind the
 * last, and for types that have no closed list. The names of rules are not known here. */
const char *row_type_value(enum row_type type, unsigned index);

/* Turns each "-" into "_": what a key needs when its field is `dashed`. */
static inline void row_underscore(char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = bytes[i] == '-' ? '_' : bytes[i];
}

#endif
