#include "formats/schema_dialects.h"

#include <assert.h>
#include <stdint.h>

#include "formats/json.h"
#include "formats/row_fields.h"

#define TIME_PATTERN "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z$"

/* The keywords of a type, without its closed list of values. */
static const char *const keywords[] = {
	[ROW_U8] = "\"type\": \"integer\", \"minimum\": 0, \"maximum\": 255",
	[ROW_U16] = "\"type\": \"integer\", \"minimum\": 0, \"maximum\": 65535",
	[ROW_U32] = "\"type\": \"integer\", \"minimum\": 0, \"maximum\": 4294967295",
	/* 2^53 - 1: what every reader of JSON takes exactly (RFC 8259 section 6), and more than any list has. */
	[ROW_U64] = "\"type\": \"integer\", \"minimum\": 0, \"maximum\": 9007199254740991",
	[ROW_BOOL] = "\"type\": \"boolean\"",
	[ROW_TEXT] = "\"type\": \"string\"",
	[ROW_PERCENT] = "\"type\": \"string\"",
	[ROW_BASE64] = "\"type\": \"string\", \"contentEncoding\": \"base64\"",
	[ROW_TIME] = "\"type\": \"string\", \"format\": \"date-time\", \"pattern\": \"" TIME_PATTERN "\"",
	[ROW_HTTP_VERSION] = "\"type\": \"string\"",
	[ROW_OUTCOME] = "\"type\": \"string\"",
	[ROW_COOKIE_OUTCOME] = "\"type\": \"string\"",
	[ROW_ERROR] = "\"type\": \"string\"",
	[ROW_METHOD] = "\"type\": \"string\"",
	[ROW_SEVERITY] = "\"type\": \"string\"",
	[ROW_RULE] = "\"type\": \"string\"",
	[ROW_FRESHNESS] = "\"type\": \"string\"",
	[ROW_ROBOTS] = "\"type\": \"string\"",
	[ROW_REASON] = "\"type\": \"string\"",
	[ROW_LINK_REL] = "\"type\": \"string\"",
	[ROW_LINK_SOURCE] = "\"type\": \"string\"",
	[ROW_CHANGES] = "\"type\": \"array\", \"uniqueItems\": true, \"items\": {\"type\": \"string\"",
	[ROW_SCOPE] = "\"type\": \"string\"",
	[ROW_SEQS] = "\"type\": \"array\", \"uniqueItems\": true, \"items\": {\"type\": \"integer\", \"minimum\": 1}",
	[ROW_LIST] = "\"type\": \"array\"",
	[ROW_VERSION] = "\"type\": \"integer\", \"const\": ",
	[ROW_RUN_ID] = "\"type\": \"string\", \"minLength\": 1",
	[ROW_INDEX] = "\"type\": \"integer\", \"minimum\": 0, \"maximum\": 4294967295",
	[ROW_TRUNCATED] = "\"type\": \"boolean\"",
};

static_assert(sizeof(keywords) / sizeof(keywords[0]) == ROW_TYPE_COUNT, "keywords for each type");

static void add_object(struct buf *out, const struct row_object *object, const struct schema_rules *rules,
		       size_t depth);

static void add_line(struct buf *out, size_t depth)
{
	buf_add_char(out, '\n');
	while (depth--)
		buf_add_char(out, '\t');
}

static void add_value(struct buf *out, const char *value, bool first)
{
	buf_add_text(out, first ? ", \"enum\": [" : ", ");
	json_add_string(out, span_of(value), JSON_REPLACE);
}

static void add_values(struct buf *out, const struct row_field *field, const struct schema_rules *rules)
{
	const char *value;
	unsigned count = 0;

	if (field->type == ROW_RULE) {
		for (; count < rules->count; count++)
			add_value(out, rules->name[count], count == 0);
	} else {
		for (; (value = row_type_value(field->type, count)) != NULL; count++)
			add_value(out, value, count == 0);
	}
	if (count)
		buf_add_char(out, ']');
}

static void add_description(struct buf *out, const struct row_field *field)
{
	struct buf text;

	buf_init(&text, 4096);
	buf_add_text(&text, field->text);
	if (field->unit)
		buf_addf(&text, " Unit: %s.", field->unit);
	buf_add_text(out, ", \"description\": ");
	json_add_string(out, buf_span(&text), JSON_REPLACE);
	buf_release(&text);
}

static void add_field(struct buf *out, const struct row_field *field, const struct schema_rules *rules, size_t depth)
{
	char key[ROW_KEY_BYTES_MAX];

	row_field_key(field, key);
	buf_addf(out, "\"%s\": {%s", key, keywords[field->type]);
	if (field->type == ROW_VERSION)
		buf_add_uint(out, ROW_SCHEMA_VERSION);
	add_values(out, field, rules);
	if (field->type == ROW_CHANGES)
		buf_add_char(out, '}');
	add_description(out, field);
	if (field->items) {
		buf_add_text(out, ", \"items\": {");
		add_object(out, field->items, rules, depth + 1);
		add_line(out, depth);
		buf_add_char(out, '}');
	}
	buf_add_char(out, '}');
}

/* The members of a schema for `object`, without its braces. */
static void add_object(struct buf *out, const struct row_object *object, const struct schema_rules *rules, size_t depth)
{
	add_line(out, depth);
	buf_addf(out, "\"description\": \"%s\",", object->text);
	add_line(out, depth);
	buf_add_text(out, "\"type\": \"object\",");
	add_line(out, depth);
	buf_add_text(out, "\"additionalProperties\": false,");
	add_line(out, depth);
	buf_add_text(out, "\"required\": [");
	for (size_t i = 0; i < object->field_count; i++) {
		char key[ROW_KEY_BYTES_MAX];

		row_field_key(&object->field[i], key);
		buf_addf(out, "%s\"%s\"", i ? ", " : "", key);
	}
	buf_add_text(out, "],");
	add_line(out, depth);
	buf_add_text(out, "\"properties\": {");
	for (size_t i = 0; i < object->field_count; i++) {
		if (i)
			buf_add_char(out, ',');
		add_line(out, depth + 1);
		add_field(out, &object->field[i], rules, depth + 1);
	}
	add_line(out, depth);
	buf_add_char(out, '}');
}

void schema_jsonschema(struct buf *out, const struct schema_rules *rules)
{
	buf_add_text(out, "{\n\t\"$schema\": \"https://json-schema.org/draft/2020-12/schema\",");
	buf_addf(out, "\n\t\"title\": \"%s of detour, schema version %d\",",
		 rules->object == &row_object ? "Row" : "Inventory finding", ROW_SCHEMA_VERSION);
	add_object(out, rules->object, rules, 1);
	buf_add_text(out, "\n}\n");
}
