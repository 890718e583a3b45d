#include "formats/row_parse.h"

#include <assert.h>

#include "formats/base64.h"
#include "formats/json_read.h"
#include "formats/limits.h"
#include "formats/row_fields.h"
#include "formats/row_rebuild.h"
#include "formats/timestamp.h"

/* Items of one list: more than FINDINGS_MAX and PAGE_LINKS_MAX, and so few that they take no more memory than a few
 * rows of ROW_BYTES_MAX. */
#define LIST_ITEMS_MAX 4096

struct parser {
	struct json_reader in;
	struct record *record;
	struct span run_id;
	uint32_t index; /* of the item that is being read */
	bool newer;
};

/* Reads the value of `field` into the struct at `base`. */
typedef bool read_value(struct parser *parser, const struct row_field *field, char *base);

static bool read_object(struct parser *parser, const struct row_object *object, char *base);

/* The field's member, whose type the table gives. */
#define MEMBER(type) (*(type *)(void *)(base + field->offset))

static bool read_u8(struct parser *parser, const struct row_field *field, char *base)
{
	uint64_t value = 0;
	bool done = json_take_uint(&parser->in, UINT8_MAX, &value);

	MEMBER(uint8_t) = (uint8_t)value;
	return done;
}

static bool read_u16(struct parser *parser, const struct row_field *field, char *base)
{
	uint64_t value = 0;
	bool done = json_take_uint(&parser->in, UINT16_MAX, &value);

	MEMBER(uint16_t) = (uint16_t)value;
	return done;
}

static bool read_u32(struct parser *parser, const struct row_field *field, char *base)
{
	uint64_t value = 0;
	bool done = json_take_uint(&parser->in, UINT32_MAX, &value);

	MEMBER(uint32_t) = (uint32_t)value;
	return done;
}

static bool read_u64(struct parser *parser, const struct row_field *field, char *base)
{
	return json_take_uint(&parser->in, UINT64_MAX, &MEMBER(uint64_t));
}

static bool read_bool(struct parser *parser, const struct row_field *field, char *base)
{
	return json_take_bool(&parser->in, &MEMBER(bool));
}

static bool read_text(struct parser *parser, const struct row_field *field, char *base)
{
	return json_take_text(&parser->in, &MEMBER(struct span));
}

/* Stands behind the text that has lost bytes, and takes its place. */
static bool read_base64(struct parser *parser, const struct row_field *field, char *base)
{
	struct span text;

	if (!json_take_text(&parser->in, &text))
		return false;
	return text.len == 0 || base64_decode(&parser->record->arena, text, &MEMBER(struct span));
}

static bool read_time(struct parser *parser, const struct row_field *field, char *base)
{
	struct span text;

	return json_take_text(&parser->in, &text) && timestamp_parse(text, &MEMBER(int64_t));
}

static bool read_http_version(struct parser *parser, const struct row_field *field, char *base)
{
	struct span text;
	uint8_t version = 0;

	if (!json_take_text(&parser->in, &text))
		return false;
	while (version < UINT8_MAX && !span_equal(text, span_of(row_http_version(version))))
		version++;
	MEMBER(uint8_t) = version;
	return version < UINT8_MAX;
}

static bool read_outcome(struct parser *parser, const struct row_field *field, char *base)
{
	struct span text;

	return json_take_text(&parser->in, &text) && outcome_find(text, &MEMBER(enum outcome));
}

static bool read_cookie_outcome(struct parser *parser, const struct row_field *field, char *base)
{
	struct chain *chain = &MEMBER(struct chain);
	struct span text;

	if (!json_take_text(&parser->in, &text))
		return false;
	chain->cookie_pass = text.len > 0;
	return !chain->cookie_pass || outcome_find(text, &chain->cookie_outcome);
}

static bool read_error(struct parser *parser, const struct row_field *field, char *base)
{
	struct span text;

	return json_take_text(&parser->in, &text) && hop_error_find(text, &MEMBER(enum hop_error));
}

static bool read_method(struct parser *parser, const struct row_field *field, char *base)
{
	struct span text;

	return json_take_text(&parser->in, &text) && method_find(text, &MEMBER(enum method));
}

static bool read_severity(struct parser *parser, const struct row_field *field, char *base)
{
	struct span text;

	return json_take_text(&parser->in, &text) && severity_find(text, &MEMBER(enum severity)) &&
	       MEMBER(enum severity) != SEVERITY_OFF;
}

static bool read_rule(struct parser *parser, const struct row_field *field, char *base)
{
	struct span text;

	if (!json_take_text(&parser->in, &text) || text.len == 0 || memchr(text.bytes, '\0', text.len))
		return false;
	MEMBER(const char *) = text.bytes;
	return true;
}

/* A text of row_type_value. */
static bool take_word(struct parser *parser, enum row_type type, unsigned *index)
{
	struct span text;
	const char *value;

	if (!json_take_text(&parser->in, &text))
		return false;
	*index = 0;
	while ((value = row_type_value(type, *index)) && !span_equal(text, span_of(value)))
		++*index;
	return value != NULL;
}

static bool read_word(struct parser *parser, const struct row_field *field, char *base)
{
	return take_word(parser, field->type, &MEMBER(unsigned));
}

static bool read_changes(struct parser *parser, const struct row_field *field, char *base)
{
	uint32_t *set = &MEMBER(uint32_t);
	unsigned index;

	if (!json_take_char(&parser->in, '['))
		return false;
	*set = 0;
	while (!json_take_char(&parser->in, ']')) {
		if ((*set && !json_take_char(&parser->in, ',')) || !take_word(parser, ROW_CHANGES, &index) ||
		    *set >> index)
			return false;
		*set |= 1u << index;
	}
	return true;
}

/* Has room for one more item, and returns all. Room doubles at each power of two. */
static char *list_room(struct arena *arena, char *items, uint32_t count, size_t size_bytes)
{
	char *grown;

	if (count & (count - 1))
		return items;
	grown = arena_alloc(arena, (count ? 2 * (size_t)count : 1) * size_bytes);
	if (count)
		memcpy(grown, items, count * size_bytes);
	return grown;
}

static bool read_list(struct parser *parser, const struct row_field *field, char *base)
{
	const size_t size_bytes = field->items->size_bytes;
	char *items = NULL;
	uint32_t count = 0;

	if (!json_take_char(&parser->in, '['))
		return false;
	while (!json_take_char(&parser->in, ']')) {
		if (count == LIST_ITEMS_MAX || (count && !json_take_char(&parser->in, ',')))
			return false;
		items = list_room(&parser->record->arena, items, count, size_bytes);
		parser->index = count;
		if (!read_object(parser, field->items, items + count * size_bytes))
			return false;
		count++;
	}
	MEMBER(char *) = items;
	*(uint32_t *)(void *)(base + field->count_offset) = count;
	return true;
}

static bool read_version(struct parser *parser, const struct row_field *field, char *base)
{
	uint64_t version;

	(void)field, (void)base;
	if (!json_take_uint(&parser->in, UINT16_MAX, &version))
		return false;
	parser->newer = version > ROW_SCHEMA_VERSION;
	return version == ROW_SCHEMA_VERSION;
}

static bool read_run_id(struct parser *parser, const struct row_field *field, char *base)
{
	(void)field, (void)base;
	return json_take_text(&parser->in, &parser->run_id);
}

static bool read_index(struct parser *parser, const struct row_field *field, char *base)
{
	uint64_t index;

	(void)field, (void)base;
	return json_take_uint(&parser->in, UINT32_MAX, &index) && index == parser->index;
}

static read_value *const read_as[] = {
	[ROW_U8] = read_u8,
	[ROW_U16] = read_u16,
	[ROW_U32] = read_u32,
	[ROW_U64] = read_u64,
	[ROW_BOOL] = read_bool,
	[ROW_TEXT] = read_text,
	[ROW_PERCENT] = read_text,
	[ROW_BASE64] = read_base64,
	[ROW_TIME] = read_time,
	[ROW_HTTP_VERSION] = read_http_version,
	[ROW_OUTCOME] = read_outcome,
	[ROW_COOKIE_OUTCOME] = read_cookie_outcome,
	[ROW_ERROR] = read_error,
	[ROW_METHOD] = read_method,
	[ROW_SEVERITY] = read_severity,
	[ROW_RULE] = read_rule,
	[ROW_FRESHNESS] = read_word,
	[ROW_ROBOTS] = read_word,
	[ROW_REASON] = read_word,
	[ROW_LINK_REL] = read_word,
	[ROW_LINK_SOURCE] = read_word,
	[ROW_CHANGES] = read_changes,
	[ROW_LIST] = read_list,
	[ROW_VERSION] = read_version,
	[ROW_RUN_ID] = read_run_id,
	[ROW_INDEX] = read_index,
	[ROW_TRUNCATED] = read_bool,
};

static_assert(sizeof(read_as) / sizeof(read_as[0]) == ROW_TYPE_COUNT, "a reader for each type");

/* The first key of an object has no comma. */
static bool take_key(struct parser *parser, const struct row_field *field, bool first)
{
	char key[ROW_PREFIX_BYTES];

	memcpy(key, field->prefix, sizeof(key));
	if (field->dashed)
		row_underscore(key, sizeof(key));
	return json_take_bytes(&parser->in, key + first, (size_t)field->prefix_len - first);
}

static bool read_object(struct parser *parser, const struct row_object *object, char *base)
{
	if (!json_take_char(&parser->in, '{'))
		return false;
	for (size_t i = 0; i < object->field_count; i++) {
		const struct row_field *field = &object->field[i];

		/* Fields are only ever added at the end, so that an older row ends early. */
		if (i > 0 && *parser->in.at == '}')
			break;
		if (!take_key(parser, field, i == 0) || !read_as[field->type](parser, field, base))
			return false;
	}
	parser->newer = *parser->in.at == ',';
	return json_take_char(&parser->in, '}');
}

enum row_parse_status row_parse(struct span row, struct record **record, struct span *run_id)
{
	struct parser parser = { .record = record_new() };
	/* Strings are decoded where they stand, so one copy is all the memory that they take. */
	struct span copy = arena_copy(&parser.record->arena, row);

	parser.in = (struct json_reader){ .at = (char *)(uintptr_t)copy.bytes, .end = copy.bytes + copy.len };
	if (!read_object(&parser, &row_object, (char *)parser.record) || !json_take_char(&parser.in, '\n') ||
	    parser.in.at != parser.in.end || !row_rebuild(parser.record)) {
		record_free(parser.record);
		return parser.newer ? ROW_PARSE_NEWER : ROW_PARSE_DAMAGED;
	}
	*record = parser.record;
	if (run_id)
		*run_id = parser.run_id;
	return ROW_PARSE_OK;
}
