#include "formats/schema_dialects.h"

#include <stdint.h>

#include "formats/record.h"
#include "formats/row_fields.h"

static const char *const types[] = {
#define X(name, words, duckdb, clickhouse) [ROW_##name] = words,
	ROW_TYPES(X)
#undef X
};

static void add_object(struct buf *out, const struct row_object *object)
{
	buf_addf(out, "%s\n\n| key | type | meaning |\n|---|---|---|\n", object->text);
	for (size_t i = 0; i < object->field_count; i++) {
		const struct row_field *field = &object->field[i];
		char key[ROW_KEY_BYTES_MAX];

		row_field_key(field, key);
		buf_addf(out, "| `%s` | %s", key, types[field->type]);
		if (field->unit)
			buf_addf(out, ", %s", field->unit);
		buf_addf(out, " | %s |\n", field->text);
	}
	for (size_t i = 0; i < object->field_count; i++) {
		char key[ROW_KEY_BYTES_MAX];

		if (!object->field[i].items)
			continue;
		row_field_key(&object->field[i], key);
		buf_addf(out, "\nEach of `%s`: ", key);
		add_object(out, object->field[i].items);
	}
}

static void add_outcomes(struct buf *out)
{
	buf_add_text(out, "\n| outcome | meaning |\n|---|---|\n");
	for (unsigned i = 0; i < OUTCOME_COUNT; i++)
		buf_addf(out, "| `%s` | %s |\n", outcome_name((enum outcome)i), outcome_text((enum outcome)i));
}

static void add_errors(struct buf *out)
{
	buf_add_text(out, "\n| error | meaning |\n|---|---|\n");
	for (unsigned i = HOP_OK + 1; i < HOP_ERROR_COUNT; i++)
		buf_addf(out, "| `%s` | %s |\n", hop_error_name((enum hop_error)i), hop_error_text((enum hop_error)i));
}

void schema_markdown(struct buf *out, const struct schema_rules *rules)
{
	add_object(out, rules->object);
	if (rules->object != &row_object)
		return;
	add_outcomes(out);
	add_errors(out);
}
