#include "formats/row.h"

#include <assert.h>

#include "formats/json.h"
#include "formats/row_fields.h"
#include "formats/timestamp.h"
#include "formats/utf8.h"

/* The first cap on each string of a row that is too long; it is halved until the row fits. */
#define STRING_BYTES_FIRST_CAP LOCATION_BYTES_MAX

/* The last one. The strings of REDIRECTS_MAX + 1 hops then take some 700 KiB at worst (24 strings a hop,
 * escaped to six times their length), so that no hop is ever left out. */
#define STRING_BYTES_LAST_CAP 64

/* Only findings can still be too many; their number is halved from here. */
#define LIST_FIRST_CAP 4096

/* What a field takes without its text, at most: its key, quotes and brackets, a number, a time or a name of ours. */
#define FIELD_ROOM_BYTES 256

/* Each field and each piece of a text is written without a look at the room, and then the row's length is looked at. */
static_assert(FIELD_ROOM_BYTES + JSON_PIECE_ROOM <= ROW_ROOM_BYTES - ROW_BYTES_MAX, "room for a piece of text");

struct writer {
	char *at;
	const char *limit; /* `at` beyond it: the row is too long */
	struct span run_id;
	size_t string_bytes_max;
	uint32_t list_max;
	uint32_t index; /* of the item that is being written */
	bool truncated;
};

/* Writes the value of `field` in the struct at `base`. */
typedef void write_value(struct writer *writer, const struct row_field *field, const char *base);

static void write_object(struct writer *writer, const struct row_object *object, const char *base);

/* The field's member, whose type the table gives. */
#define MEMBER(type) (*(type const *)(const void *)(base + field->offset))

/* The first `len_max` bytes, or up to three fewer where that would split a character. */
static struct span cut(struct span text, size_t len_max)
{
	size_t len = len_max;

	if (text.len <= len_max)
		return text;
	while (len > 0 && len_max - len < 3 && ((uint8_t)text.bytes[len] & 0xC0) == 0x80)
		len--;
	return (struct span){ .bytes = text.bytes, .len = len };
}

static void put_char(struct writer *writer, char c)
{
	*writer->at++ = c;
}

static void write_text_as(struct writer *writer, struct span text, enum json_invalid invalid)
{
	/* Most header fields are not there. */
	if (!text.len) {
		writer->at = mempcpy(writer->at, "\"\"", 2);
		return;
	}
	text = cut(text, writer->string_bytes_max);
	put_char(writer, '"');
	while (text.len && writer->at <= writer->limit)
		writer->at = json_put_piece(writer->at, &text, invalid);
	put_char(writer, '"');
}

/* Our own words: plain ASCII, never cut, and so short that a loop is faster than strlen and memcpy. */
static void write_name(struct writer *writer, const char *name)
{
	put_char(writer, '"');
	while (*name)
		put_char(writer, *name++);
	put_char(writer, '"');
}

static void write_number(struct writer *writer, uint64_t value)
{
	writer->at = buf_put_uint(writer->at, value);
}

static void write_flag(struct writer *writer, bool value)
{
	writer->at = value ? mempcpy(writer->at, "true", 4) : mempcpy(writer->at, "false", 5);
}

static void write_u8(struct writer *writer, const struct row_field *field, const char *base)
{
	write_number(writer, MEMBER(uint8_t));
}

static void write_u16(struct writer *writer, const struct row_field *field, const char *base)
{
	write_number(writer, MEMBER(uint16_t));
}

static void write_u32(struct writer *writer, const struct row_field *field, const char *base)
{
	write_number(writer, MEMBER(uint32_t));
}

static void write_u64(struct writer *writer, const struct row_field *field, const char *base)
{
	write_number(writer, MEMBER(uint64_t));
}

static void write_bool(struct writer *writer, const struct row_field *field, const char *base)
{
	write_flag(writer, MEMBER(bool));
}

static void write_text(struct writer *writer, const struct row_field *field, const char *base)
{
	write_text_as(writer, MEMBER(struct span), JSON_REPLACE);
}

static void write_percent(struct writer *writer, const struct row_field *field, const char *base)
{
	write_text_as(writer, MEMBER(struct span), JSON_PERCENT);
}

static void write_base64(struct writer *writer, const struct row_field *field, const char *base)
{
	struct span bytes = MEMBER(struct span);

	if (utf8_is_valid(bytes))
		bytes.len = 0;
	if (bytes.len > writer->string_bytes_max)
		bytes.len = writer->string_bytes_max;
	put_char(writer, '"');
	while (bytes.len && writer->at <= writer->limit)
		writer->at = json_put_base64_piece(writer->at, &bytes);
	put_char(writer, '"');
}

static void write_time(struct writer *writer, const struct row_field *field, const char *base)
{
	put_char(writer, '"');
	timestamp_put(writer->at, MEMBER(int64_t));
	writer->at += TIMESTAMP_BYTES;
	put_char(writer, '"');
}

static void write_http_version(struct writer *writer, const struct row_field *field, const char *base)
{
	write_name(writer, row_http_version(MEMBER(uint8_t)));
}

static void write_outcome(struct writer *writer, const struct row_field *field, const char *base)
{
	write_name(writer, outcome_name(MEMBER(enum outcome)));
}

static void write_cookie_outcome(struct writer *writer, const struct row_field *field, const char *base)
{
	const struct chain *chain = &MEMBER(struct chain);

	write_name(writer, chain->cookie_pass ? outcome_name(chain->cookie_outcome) : "");
}

static void write_error(struct writer *writer, const struct row_field *field, const char *base)
{
	write_name(writer, hop_error_name(MEMBER(enum hop_error)));
}

static void write_method(struct writer *writer, const struct row_field *field, const char *base)
{
	write_name(writer, method_name(MEMBER(enum method)));
}

static void write_severity(struct writer *writer, const struct row_field *field, const char *base)
{
	write_name(writer, severity_name(MEMBER(enum severity)));
}

static void write_rule(struct writer *writer, const struct row_field *field, const char *base)
{
	write_name(writer, MEMBER(const char *));
}

/* Of the types whose values are enums and whose texts are in row_type_value. */
static void write_word(struct writer *writer, const struct row_field *field, const char *base)
{
	write_name(writer, row_type_value(field->type, MEMBER(unsigned)));
}

static void write_changes(struct writer *writer, const struct row_field *field, const char *base)
{
	const uint32_t set = MEMBER(uint32_t);
	bool first = true;

	put_char(writer, '[');
	for (unsigned i = 0; set >> i; i++) {
		if (!(set >> i & 1))
			continue;
		if (!first)
			put_char(writer, ',');
		first = false;
		write_name(writer, row_type_value(ROW_CHANGES, i));
	}
	put_char(writer, ']');
}

static void write_seqs(struct writer *writer, const struct row_field *field, const char *base)
{
	const uint64_t *seq = &MEMBER(uint64_t);
	uint32_t count = *(const uint32_t *)(const void *)(base + field->count_offset);

	put_char(writer, '[');
	for (uint32_t i = 0; i < count; i++) {
		if (i)
			put_char(writer, ',');
		write_number(writer, seq[i]);
	}
	put_char(writer, ']');
}

static void write_list(struct writer *writer, const struct row_field *field, const char *base)
{
	const char *item = MEMBER(const char *);
	uint32_t count = *(const uint32_t *)(const void *)(base + field->count_offset);

	if (count > writer->list_max)
		count = writer->list_max;
	put_char(writer, '[');
	for (uint32_t i = 0; i < count && writer->at <= writer->limit; i++) {
		if (i)
			put_char(writer, ',');
		writer->index = i;
		write_object(writer, field->items, item + i * field->items->size_bytes);
	}
	put_char(writer, ']');
}

static void write_version(struct writer *writer, const struct row_field *field, const char *base)
{
	(void)field, (void)base;
	write_number(writer, ROW_SCHEMA_VERSION);
}

static void write_run_id(struct writer *writer, const struct row_field *field, const char *base)
{
	(void)field, (void)base;
	write_text_as(writer, writer->run_id, JSON_REPLACE);
}

static void write_index(struct writer *writer, const struct row_field *field, const char *base)
{
	(void)field, (void)base;
	write_number(writer, writer->index);
}

static void write_truncated(struct writer *writer, const struct row_field *field, const char *base)
{
	write_flag(writer, writer->truncated || MEMBER(bool));
}

static write_value *const write_as[] = {
	[ROW_U8] = write_u8,
	[ROW_U16] = write_u16,
	[ROW_U32] = write_u32,
	[ROW_U64] = write_u64,
	[ROW_BOOL] = write_bool,
	[ROW_TEXT] = write_text,
	[ROW_PERCENT] = write_percent,
	[ROW_BASE64] = write_base64,
	[ROW_TIME] = write_time,
	[ROW_HTTP_VERSION] = write_http_version,
	[ROW_OUTCOME] = write_outcome,
	[ROW_COOKIE_OUTCOME] = write_cookie_outcome,
	[ROW_ERROR] = write_error,
	[ROW_METHOD] = write_method,
	[ROW_SEVERITY] = write_severity,
	[ROW_RULE] = write_rule,
	[ROW_FRESHNESS] = write_word,
	[ROW_ROBOTS] = write_word,
	[ROW_REASON] = write_word,
	[ROW_LINK_REL] = write_word,
	[ROW_LINK_SOURCE] = write_word,
	[ROW_CHANGES] = write_changes,
	[ROW_SCOPE] = write_word,
	[ROW_SEQS] = write_seqs,
	[ROW_LIST] = write_list,
	[ROW_VERSION] = write_version,
	[ROW_RUN_ID] = write_run_id,
	[ROW_INDEX] = write_index,
	[ROW_TRUNCATED] = write_truncated,
};

static_assert(sizeof(write_as) / sizeof(write_as[0]) == ROW_TYPE_COUNT, "a writer for each type");

static void write_key(struct writer *writer, const struct row_field *field)
{
	memcpy(writer->at, field->prefix, sizeof(field->prefix));
	if (field->dashed)
		row_underscore(writer->at, sizeof(field->prefix));
	writer->at += field->prefix_len;
}

static void write_object(struct writer *writer, const struct row_object *object, const char *base)
{
	char *begin = writer->at;

	for (size_t i = 0; i < object->field_count && writer->at <= writer->limit; i++) {
		const struct row_field *field = &object->field[i];

		write_key(writer, field);
		write_as[field->type](writer, field, base);
	}
	*begin = '{'; /* instead of the first key's comma */
	put_char(writer, '}');
}

/* Less of everything for the next try. Strings go first, because a short list would hide facts. */
static void narrow(struct writer *writer)
{
	writer->truncated = true;
	if (writer->string_bytes_max > STRING_BYTES_FIRST_CAP) {
		writer->string_bytes_max = STRING_BYTES_FIRST_CAP;
	} else if (writer->string_bytes_max > STRING_BYTES_LAST_CAP) {
		writer->string_bytes_max /= 2;
	} else if (writer->list_max > LIST_FIRST_CAP) {
		writer->list_max = LIST_FIRST_CAP;
	} else {
		assert(writer->list_max > 0);
		writer->list_max /= 2;
	}
}

void row_write(struct buf *out, const struct record *record, struct span run_id)
{
	row_write_object(out, &row_object, record, run_id);
}

void row_write_object(struct buf *out, const struct row_object *object, const void *base, struct span run_id)
{
	char *begin = buf_room(out, ROW_ROOM_BYTES);
	struct writer writer = {
		.run_id = run_id,
		.string_bytes_max = SIZE_MAX,
		.list_max = UINT32_MAX,
	};

	assert(begin);
	writer.limit = begin + ROW_BYTES_MAX;
	for (;;) {
		writer.at = begin;
		write_object(&writer, object, base);
		put_char(&writer, '\n');
		if (writer.at <= writer.limit)
			break;
		narrow(&writer);
	}
	out->len += (size_t)(writer.at - begin);
}
