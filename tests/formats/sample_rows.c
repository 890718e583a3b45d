/* sample_rows run DIR: a run of strange rows in DIR, for readers that are not ours to load.
 * sample_rows DIALECT: the schema. See tests/program/test_schema.py. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "formats/limits.h"
#include "formats/output.h"
#include "formats/row_fields.h"
#include "formats/schema.h"
#include "tests/formats/sample.h"

static const char *const rule_names[] = { "long-chain", "temporary-redirect" };

static struct span repeat(struct record *record, char byte, size_t len)
{
	char *bytes = arena_alloc(&record->arena, len);

	memset(bytes, byte, len);
	return (struct span){ bytes, len };
}

/* One row for each outcome and error, the strings of each made of another byte. */
static struct record *strange(uint64_t seq)
{
	struct record *record = sample_record(seq, "http://a.example/", (enum outcome)(seq % OUTCOME_COUNT));
	char byte = (char)(seq % 256);
	struct hop *hop;

	record->chain.error = (enum hop_error)(seq % HOP_ERROR_COUNT);
	record->method = (enum method)(seq % METHOD_COUNT);
	if (seq % 10 == 0) {
		record->input_url = repeat(record, byte, 3);
		return record;
	}
	hop = sample_hop(record, "http://a.example/", 301, "", "https://a.example/");
	hop->error = record->chain.error;
	hop->method = record->method;
	hop->ip = SPAN("2001:db8::1");
	hop->location = hop->location_other = repeat(record, byte, 5);
	hop->location_count = 2;
	hop->error_detail = repeat(record, byte, 4);
	hop->started_at_us = 1795222923456789 + (int64_t)seq * 1000003;
	hop->dns_us = hop->connect_us = hop->tls_us = hop->first_byte_us = hop->total_us = UINT32_MAX;
	for (unsigned i = 0; i < HEADER_COUNT; i++)
		hop->header[i] = repeat(record, byte, i);
	hop = sample_hop(record, "https://a.example/", 200, NULL, NULL);
	hop->http_version = seq % 2 ? 20 : 10;
	hop->memo = true;
	record->chain.loop_entry = record->chain.loop_length = (uint32_t)(seq % 3);
	record->chain.page = (struct page){ .read = true, .cut = true, .title = repeat(record, byte, 3) };
	record->chain.cookie_pass = seq % 2;
	record->chain.cookie_outcome = (enum outcome)(seq % OUTCOME_COUNT);
	sample_finding(record, rule_names[seq % 2], (enum severity)(1 + seq % 3), 1,
		       "Line one,\n\"line two\" \xF0\x9F\x92\xA9");
	return record;
}

/* Longer than a row may be. */
static struct record *too_long(uint64_t seq)
{
	struct record *record = sample_record(seq, "http://long.example/", OUTCOME_REDIRECT_LIMIT);

	for (unsigned i = 0; i <= REDIRECTS_MAX; i++) {
		struct hop *hop = sample_hop(record, "http://long.example/", 302, "", "http://long.example/");

		hop->location = repeat(record, '\xE9', LOCATION_BYTES_MAX);
	}
	return record;
}

static int write_run(const char *path)
{
	enum { ROWS = 600 };
	struct output_config config = {
		.path = path, .part_bytes = 1, .frame_age_us = 1, .run_id = "2026-11-21T010203Z-sample"
	};
	struct manifest_facts facts = { .complete = true, .input_lines = ROWS, .tool_version = "0" };
	int code;
	struct output *output = output_open(&config, stderr, &code);
	struct output_writer *writer;
	bool done = true;

	if (!output)
		return code;
	writer = output_writer_new(output);
	for (uint64_t seq = 1; seq <= ROWS; seq++) {
		struct record *record = seq % 100 ? strange(seq) : too_long(seq);

		done = output_write(writer, record) && done;
		record_free(record);
		if (seq % 200 == 0)
			done = output_finish_writer(writer) && done; /* and so three parts */
	}
	output_writer_free(writer);
	code = output_close(output, &facts);
	return done ? code : EX_IOERR;
}

int main(int argc, char **argv)
{
	enum schema_dialect dialect;

	if (argc == 3)
		return write_run(argv[2]);
	if (argc != 2 || !schema_dialect_find(span_of(argv[1]), &dialect))
		return EX_USAGE;
	schema_print(stdout, dialect, &row_object, rule_names, sizeof(rule_names) / sizeof(rule_names[0]));
	return 0;
}
