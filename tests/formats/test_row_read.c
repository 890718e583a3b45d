#include "formats/row_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "formats/limits.h"
#include "formats/row.h"
#include "formats/seq_set.h"
#include "tests/formats/sample.h"

/* Texts that look like the keys that are searched for. */
static const char *const strange[] = {
	"",
	",\"outcome\":\"loop\"",
	",\"hops\":[{\"n\":0",
	"],\"findings\":[{\"severity\":\"error\"",
	",",
	"\\",
	",\\\"outcome\\\":\\\"ok\\\",",
	"{\"n\":1",
	"\n{\"schema_version\":1,",
	"\xFF\xFE,\"severity\":\"notice\"",
};

static struct record *sample(uint64_t seq, const char *text, enum outcome outcome)
{
	struct record *record = sample_record(seq, text, outcome);

	sample_hop(record, "http://a.example/", 301, text, "http://b.example/");
	sample_hop(record, text, 200, NULL, NULL);
	record->chain.page = (struct page){ .read = true, .title = span_of(text) };
	for (unsigned i = 0; i < HEADER_COUNT; i++)
		record->chain.hop[0].header[i] = span_of(text);
	sample_finding(record, "long-chain", SEVERITY_ERROR, 0, text);
	sample_finding(record, "long-chain", SEVERITY_NOTICE, 1, text);
	sample_finding(record, "long-chain", SEVERITY_ERROR, 1, text);
	return record;
}

/* What row_write wrote is read back, whatever the strings are. */
static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(strange) / sizeof(strange[0]); i++) {
		uint64_t seq = i % 2 ? i + 1 : SEQ_MAX - i, got = 0;
		struct record *record = sample(seq, strange[i], (enum outcome)(i % OUTCOME_COUNT));
		struct row_counts counts = { .rows = 3, .hops = 5 };
		struct buf row;

		buf_init(&row, 2 * ROW_BYTES_MAX);
		row_write(&row, record, SPAN("20261121T010203Z-9f86d081"));
		if (!row_read(buf_span(&row), SPAN("20261121T010203Z-9f86d081"), &got, &counts))
			fail_msg("not read: %.*s", (int)row.len, row.bytes);
		if (got != seq || counts.rows != 4 || counts.hops != 7 || counts.bytes != row.len ||
		    counts.outcome[i % OUTCOME_COUNT] != 1 || counts.findings[SEVERITY_ERROR] != 2 ||
		    counts.findings[SEVERITY_WARNING] != 0 || counts.findings[SEVERITY_NOTICE] != 1)
			fail_msg("wrong figures of %.*s", (int)row.len, row.bytes);
		buf_release(&row);
		record_free(record);
	}
}

static void test_every_outcome(void **state)
{
	(void)state;
	for (unsigned i = 0; i < OUTCOME_COUNT; i++) {
		struct record *record = sample_record(1, "x", (enum outcome)i);
		struct row_counts counts = { .rows = 0 };
		struct buf row;
		uint64_t seq;

		buf_init(&row, 2 * ROW_BYTES_MAX);
		row_write(&row, record, SPAN("r"));
		assert_true(row_read(buf_span(&row), SPAN("r"), &seq, &counts));
		assert_int_equal(counts.outcome[i], 1);
		assert_int_equal(counts.hops, 0);
		buf_release(&row);
		record_free(record);
	}
}

#define REST ",\"outcome\":\"ok\",\"hops\":[],\"findings\":[]}\n"

static void test_not_ours(void **state)
{
	static const struct {
		const char *name, *row;
		bool read;
	} cases[] = {
		{ "the least", "{\"schema_version\":1,\"run_id\":\"r\",\"seq\":7" REST, true },
		{ "nothing", "", false },
		{ "a line end", "\n", false },
		{ "another run", "{\"schema_version\":1,\"run_id\":\"s\",\"seq\":7" REST, false },
		{ "a longer id", "{\"schema_version\":1,\"run_id\":\"rr\",\"seq\":7" REST, false },
		{ "another version", "{\"schema_version\":2,\"run_id\":\"r\",\"seq\":7" REST, false },
		{ "line 0", "{\"schema_version\":1,\"run_id\":\"r\",\"seq\":0" REST, false },
		{ "no number", "{\"schema_version\":1,\"run_id\":\"r\",\"seq\":-1" REST, false },
		{ "SEQ_MAX", "{\"schema_version\":1,\"run_id\":\"r\",\"seq\":4294967296" REST, true },
		{ "more than SEQ_MAX", "{\"schema_version\":1,\"run_id\":\"r\",\"seq\":4294967297" REST, false },
		{ "more than 64 bits", "{\"schema_version\":1,\"run_id\":\"r\",\"seq\":18446744073709551617" REST,
		  false },
		{ "no outcome", "{\"schema_version\":1,\"run_id\":\"r\",\"seq\":7,\"hops\":[],\"findings\":[]}\n",
		  false },
		{ "unknown outcome",
		  "{\"schema_version\":1,\"run_id\":\"r\",\"seq\":7,\"outcome\":\"x\",\"hops\":[],\"findings\":[]}\n",
		  false },
		{ "no findings", "{\"schema_version\":1,\"run_id\":\"r\",\"seq\":7,\"outcome\":\"ok\",\"hops\":[]}\n",
		  false },
		{ "unknown severity",
		  "{\"schema_version\":1,\"run_id\":\"r\",\"seq\":7,\"outcome\":\"ok\",\"hops\":[],\"findings\":["
		  "{\"rule\":\"x\",\"severity\":\"dire\"}]}\n",
		  false },
		{ "no line end",
		  "{\"schema_version\":1,\"run_id\":\"r\",\"seq\":7,\"outcome\":\"ok\",\"hops\":[],\"findings\":[]}",
		  false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct row_counts counts = { .rows = 0 };
		uint64_t seq = 0;
		bool read = row_read(span_of(cases[i].row), SPAN("r"), &seq, &counts);

		if (read != cases[i].read || counts.rows != read || (seq != 0) != read)
			fail_msg("%s: %d, seq %llu", cases[i].name, read, (unsigned long long)seq);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_every_outcome),
		cmocka_unit_test(test_not_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
