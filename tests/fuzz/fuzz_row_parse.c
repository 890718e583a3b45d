/* Any bytes as a row. What is read must be fit for the rules, and from the first writing on it must stay the same. */
#include <assert.h>

#include "audit/rule_settings.h"
#include "audit/rules.h"
#include "formats/row.h"
#include "formats/row_parse.h"

static struct record *read_back(struct buf *row, const struct record *record)
{
	struct record *read = NULL;

	buf_clear(row);
	row_write(row, record, SPAN("r1"));
	assert(!row->overflow && row_parse(buf_span(row), &read, NULL) == ROW_PARSE_OK);
	return read;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct record *record, *first, *second;
	struct rule_settings settings;
	struct buf row, again;

	if (size >= ROW_BYTES_MAX ||
	    row_parse((struct span){ (const char *)data, size }, &record, NULL) != ROW_PARSE_OK)
		return 0;
	buf_init(&row, ROW_ROOM_BYTES);
	buf_init(&again, ROW_ROOM_BYTES);
	first = read_back(&row, record);
	second = read_back(&again, first);
	assert(first->truncated || span_equal(buf_span(&row), buf_span(&again)));
	rule_settings_init(&settings);
	audit_record(second, &settings);
	record_free(read_back(&again, second));
	record_free(second);
	record_free(first);
	record_free(record);
	buf_release(&row);
	buf_release(&again);
	return 0;
}
