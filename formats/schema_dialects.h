/* The printers behind schema.h, one for each dialect, and nothing for others. */
#ifndef FORMATS_SCHEMA_DIALECTS_H
#define FORMATS_SCHEMA_DIALECTS_H

#include "formats/buf.h"
#include "formats/row_fields.h"

/* What is printed: an object, and the names of the rules that its findings may have. */
struct schema_rules {
	const struct row_object *object;
	const char *const *name;
	size_t count;
};

void schema_jsonschema(struct buf *out, const struct schema_rules *rules);
void schema_duckdb(struct buf *out, const struct schema_rules *rules);
void schema_clickhouse(struct buf *out, const struct schema_rules *rules);
void schema_markdown(struct buf *out, const struct schema_rules *rules);

#endif
