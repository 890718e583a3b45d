#include "formats/schema_dialects.h"

#include <stdint.h>

#include "formats/row_fields.h"

/* How a dialect spells what the two have in common. */
struct sql {
	const char *type[ROW_TYPE_COUNT]; /* not for ROW_LIST */
	char quote;                       /* around names: some headers are called as a word of SQL is */
	const char *list_begin, *list_end;
	const char *not_null; /* behind the type of a column */
};

static const struct sql duckdb = {
	.type = {
#define X(name, words, duckdb, clickhouse) [ROW_##name] = duckdb,
		ROW_TYPES(X)
#undef X
	},
	.quote = '"',
	.list_begin = "STRUCT(",
	.list_end = ")[]",
	.not_null = " NOT NULL",
};

static const struct sql clickhouse = {
	.type = {
#define X(name, words, duckdb, clickhouse) [ROW_##name] = clickhouse,
		ROW_TYPES(X)
#undef X
	},
	.quote = '`',
	.list_begin = "Array(Tuple(",
	.list_end = "))",
	.not_null = "",
};

static void add_indent(struct buf *out, size_t depth)
{
	while (depth--)
		buf_add_char(out, '\t');
}

/* The sentence as a comment to the end of the line. */
static void add_comment(struct buf *out, const struct row_field *field)
{
	buf_add_text(out, " -- ");
	if (field->unit)
		buf_addf(out, "[%s] ", field->unit);
	buf_add_text(out, field->text);
	buf_add_char(out, '\n');
}

static void add_name(struct buf *out, const struct sql *sql, const struct row_field *field)
{
	char key[ROW_KEY_BYTES_MAX];

	row_field_key(field, key);
	buf_addf(out, "%c%s%c ", sql->quote, key, sql->quote);
}

/* The fields of an object, one a line. */
static void add_fields(struct buf *out, const struct sql *sql, const struct row_object *object, size_t depth)
{
	for (size_t i = 0; i < object->field_count; i++) {
		const struct row_field *field = &object->field[i];

		add_indent(out, depth);
		add_name(out, sql, field);
		if (field->items) {
			buf_addf(out, "%s", sql->list_begin);
			add_comment(out, field);
			add_fields(out, sql, field->items, depth + 1);
			add_indent(out, depth);
			buf_add_text(out, sql->list_end);
		} else {
			buf_add_text(out, sql->type[field->type]);
		}
		if (depth == 1)
			buf_add_text(out, sql->not_null);
		if (i + 1 < object->field_count)
			buf_add_char(out, ',');
		if (field->items)
			buf_add_char(out, '\n');
		else
			add_comment(out, field);
	}
}

/* The type of a field on one line: STRUCT("n" UINTEGER, ...)[] */
static void add_type(struct buf *out, const struct sql *sql, const struct row_field *field)
{
	if (!field->items) {
		buf_add_text(out, sql->type[field->type]);
		return;
	}
	buf_add_text(out, sql->list_begin);
	for (size_t i = 0; i < field->items->field_count; i++) {
		if (i)
			buf_add_text(out, ", ");
		add_name(out, sql, &field->items->field[i]);
		add_type(out, sql, &field->items->field[i]);
	}
	buf_add_text(out, sql->list_end);
}

/* What differs between the objects. */
struct table {
	const char *what, *name, *files, *order;
};

static struct table table_of(const struct schema_rules *rules)
{
	if (rules->object == &row_object)
		return (struct table){ "The rows", "detour", "part-*.ndjson.zst", "run_id, seq" };
	return (struct table){ "The inventory findings", "detour_inventory", "inventory-*.ndjson.zst",
			       "run_id, rule, subject" };
}

void schema_duckdb(struct buf *out, const struct schema_rules *rules)
{
	const struct table table = table_of(rules);

	buf_addf(out, "-- %s of detour, schema version %d, in DuckDB.\n", table.what, ROW_SCHEMA_VERSION);
	buf_addf(out, "CREATE TABLE %s (\n", table.name);
	add_fields(out, &duckdb, rules->object, 1);
	buf_addf(out,
		 ");\n\n"
		 "-- To load a run, with the directory it was written to in place of DIR. The types are told, because\n"
		 "-- guessing them from the first rows gives other types on another night:\n"
		 "-- INSERT INTO %s BY NAME SELECT * FROM read_ndjson('DIR/%s', columns = {\n",
		 table.name, table.files);
	for (size_t i = 0; i < rules->object->field_count; i++) {
		char key[ROW_KEY_BYTES_MAX];

		row_field_key(&rules->object->field[i], key);
		buf_addf(out, "--	%s: '", key);
		add_type(out, &duckdb, &rules->object->field[i]);
		buf_add_text(out, i + 1 < rules->object->field_count ? "',\n" : "'\n");
	}
	buf_add_text(out, "-- });\n");
}

void schema_clickhouse(struct buf *out, const struct schema_rules *rules)
{
	const struct table table = table_of(rules);

	buf_addf(out, "-- %s of detour, schema version %d, in ClickHouse.\n", table.what, ROW_SCHEMA_VERSION);
	buf_addf(out, "CREATE TABLE %s (\n", table.name);
	add_fields(out, &clickhouse, rules->object, 1);
	buf_addf(out,
		 ") ENGINE = MergeTree ORDER BY (%s);\n\n"
		 "-- To load a run, with the directory it was written to in place of DIR:\n"
		 "-- INSERT INTO %s FROM INFILE 'DIR/%s'\n"
		 "--	SETTINGS date_time_input_format = 'best_effort' FORMAT JSONEachRow;\n",
		 table.order, table.name, table.files);
}
