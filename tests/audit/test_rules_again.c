/* What the rules say of a record and of its row read back is the same, byte for byte, for each rule's examples. */
#include "audit/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/example.h"
#include "audit/rule_settings.h"
#include "formats/row.h"
#include "formats/row_parse.h"

static struct rule_settings settings;
static struct buf row, again;

static void write_row(struct buf *out, struct record *record)
{
	audit_record(record, &settings);
	buf_clear(out);
	row_write(out, record, SPAN("r1"));
}

static void run_example(const char *text)
{
	struct record *read = NULL;
	struct example example;
	uint32_t line;

	assert_true(example_parse(&example, text, &line));
	example.record->seq = 1;
	write_row(&row, example.record);
	if (row_parse(buf_span(&row), &read, NULL) != ROW_PARSE_OK)
		fail_msg("not read back:\n%s", text);
	record_forget_audit(read);
	assert_int_equal(read->finding_count, 0);
	write_row(&again, read);
	if (!span_equal(buf_span(&row), buf_span(&again)))
		fail_msg("%s\nonce:  %.*s\nagain: %.*s", text, (int)row.len, row.bytes, (int)again.len, again.bytes);
	record_free(read);
	example_release(&example);
}

static void test_examples(void **state)
{
	(void)state;
	rule_settings_init(&settings);
	buf_init(&row, ROW_ROOM_BYTES);
	buf_init(&again, ROW_ROOM_BYTES);
	for (size_t i = 0; i < RULE_COUNT; i++) {
		if (!rules[i]->check)
			continue; /* its examples are lists */
		for (const char *const *text = rules[i]->bad; *text; text++)
			run_example(*text);
		for (const char *const *text = rules[i]->good; *text; text++)
			run_example(*text);
	}
	buf_release(&row);
	buf_release(&again);
}

/* Bytes that are no UTF-8 and a blank Location, of which a row has less than the record. */
static void test_bytes(void **state)
{
	(void)state;
	buf_init(&row, ROW_ROOM_BYTES);
	buf_init(&again, ROW_ROOM_BYTES);
	run_example("301 http://a.example/\n"
		    "  Location: /caf\xE9 x\n"
		    "200 http://a.example/caf%E9%20x\n");
	run_example("301 http://a.example/\n"
		    "  Location: /caf\xE9\n"
		    "  Location: /caf\xE8\n");
	run_example("301 http://a.example/\n"
		    "  Location: /b\n"
		    "  Location:\n");
	run_example("301 http://a.example/\n"
		    "  Location: http://me:secret@b.example/\n"
		    "200 http://b.example/\n");
	buf_release(&row);
	buf_release(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
