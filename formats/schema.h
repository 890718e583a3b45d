/* The schemas of rows, from the same tables as the rows themselves (row_fields.h), for those who load them. */
#ifndef FORMATS_SCHEMA_H
#define FORMATS_SCHEMA_H

#include <stdbool.h>
#include <stdio.h>

#include "formats/span.h"

/* X(NAME, "name", printer) */
#define SCHEMA_DIALECTS(X)                                                                    \
	X(JSONSCHEMA, "jsonschema", schema_jsonschema) /* JSON Schema, draft 2020-12 */       \
	X(DUCKDB, "duckdb", schema_duckdb)             /* CREATE TABLE, and how to fill it */ \
	X(CLICKHOUSE, "clickhouse", schema_clickhouse) /* the same */                         \
	X(MARKDOWN, "markdown", schema_markdown)       /* tables for a person */

enum schema_dialect {
#define X(id, name, print) SCHEMA_##id,
	SCHEMA_DIALECTS(X)
#undef X
		SCHEMA_DIALECT_COUNT
};

/* "duckdb". */
const char *schema_dialect_name(enum schema_dialect dialect);

/* Returns false, and leaves `out` alone, if there is no such dialect. */
bool schema_dialect_find(struct span name, enum schema_dialect *out);

/* Prints the schema of `object`: row_object or inventory_object. The names of the rules are what a finding's `rule` may
 * be. */
struct row_object;
void schema_print(FILE *out, enum schema_dialect dialect, const struct row_object *object,
		  const char *const *rule_names, size_t rule_count);

#endif
