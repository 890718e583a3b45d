#include "formats/row_parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "formats/limits.h"
#include "formats/row.h"
#include "formats/seq_set.h"
#include "tests/formats/sample.h"

static void write_row(struct buf *out, const struct record *record)
{
	buf_clear(out);
	row_write(out, record, SPAN("r1"));
}

/* The record that comes of the row of `record`, whose own row must be the same. Frees `record`. */
static struct record *there_and_back(struct record *record)
{
	struct record *read = NULL;
	struct span run_id = { .len = 0 };
	struct buf row, again;

	buf_init(&row, ROW_ROOM_BYTES);
	buf_init(&again, ROW_ROOM_BYTES);
	write_row(&row, record);
	if (row_parse(buf_span(&row), &read, &run_id) != ROW_PARSE_OK)
		fail_msg("not read: %.*s", (int)row.len, row.bytes);
	assert_true(span_equal(run_id, SPAN("r1")));
	write_row(&again, read);
	if (!span_equal(buf_span(&row), buf_span(&again)))
		fail_msg("\n got %.*s\nwant %.*s", (int)again.len, again.bytes, (int)row.len, row.bytes);
	buf_release(&row);
	buf_release(&again);
	record_free(record);
	return read;
}

static struct span repeat(struct record *record, char byte, size_t len)
{
	char *bytes = arena_alloc(&record->arena, len);

	memset(bytes, byte, len);
	return (struct span){ bytes, len };
}

/* Every outcome, error, method, kind of word and byte; numbers at their limits. */
static struct record *strange(unsigned n)
{
	static struct page_link links[] = {
		{ .href = SPAN("/") },
		{ .rel = LINK_ALTERNATE,
		  .source = LINK_SOURCE_HEADER,
		  .hreflang = SPAN("de"),
		  .url = SPAN("http://b/") },
	};
	struct record *record = sample_record(n + 1, "http://a.example/", (enum outcome)(n % OUTCOME_COUNT));
	char byte = (char)(n % 256);
	struct hop *hop;

	record->chain.error = (enum hop_error)(n % HOP_ERROR_COUNT);
	record->first_error = (enum hop_error)(n % HOP_ERROR_COUNT);
	record->first_status = (uint16_t)n;
	record->passes = UINT8_MAX;
	record->method = (enum method)(n % METHOD_COUNT);
	if (n % 10 == 0) {
		record->input_url = repeat(record, byte, 3);
		return record;
	}
	hop = sample_hop(record, "http://a.example/", 301, "", "https://a.example/");
	hop->error = record->chain.error;
	hop->method = record->method;
	hop->location = hop->location_other = repeat(record, byte, 5);
	hop->location_count = 2;
	hop->location_conflict = n % 2;
	hop->location_cut = n % 3 == 0;
	hop->error_detail = hop->ip = hop->robots_rule = repeat(record, byte, 4);
	hop->started_at_us = 1795222923456789 + (int64_t)n * 1000003;
	hop->dns_us = hop->connect_us = hop->tls_us = hop->first_byte_us = hop->total_us = UINT32_MAX;
	hop->changes = n % 2 ? UINT32_MAX >> (32 - CHANGE_COUNT) : 1u << n % CHANGE_COUNT;
	hop->freshness = (enum freshness)(n % 4);
	hop->robots = (enum robots_verdict)(n % 4);
	hop->temporary_reason = (enum temporary_reason)(n % 9);
	for (unsigned i = 0; i < HEADER_COUNT; i++)
		hop->header[i] = repeat(record, byte, i);
	hop = sample_hop(record, "https://a.example/", 200, NULL, NULL);
	hop->http_version = n % 3 == 0 ? 20 : n % 3 == 1 ? 10 : 0;
	hop->memo = true;
	record->chain.loop_entry = record->chain.loop_length = n % 3;
	record->chain.page = (struct page){ .read = true, .cut = true, .title = repeat(record, byte, 3) };
	record->chain.page.link = links;
	record->chain.page.link_count = n % 3;
	record->chain.cookie_pass = n % 2;
	record->chain.cookie_outcome = (enum outcome)(n % OUTCOME_COUNT);
	for (unsigned i = 0; i < n % 12; i++)
		sample_finding(record, "some-rule", (enum severity)(1 + n % 3), n % 2, "Line one,\n\"line two\"");
	return record;
}

static void test_there_and_back(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 600; n++)
		record_free(there_and_back(strange(n)));
}

/* What a row only implies. */
static void test_rebuilt(void **state)
{
	struct record *record = sample_record(1, " http://you:known@A.example/x#f", OUTCOME_OK);
	struct hop *hop = sample_hop(record, "http://a.example/x#f", 302, "//me:secret@b.example:8080/caf\xE9?q",
				     "http://b.example:8080/caf%E9?q#f");
	const struct url *next;

	(void)state;
	hop->location_other = SPAN("");
	hop->location_conflict = true;
	sample_hop(record, "http://b.example:8080/caf%E9?q#f", 301, "mailto:x@y", "mailto:x@y");
	record = there_and_back(record);
	hop = record->chain.hop;
	next = &hop[0].next;
	assert_true(hop[0].has_location && hop[0].location_conflict && !hop[0].location_cut);
	assert_true(span_equal(hop[0].location, SPAN("//me:secret@b.example:8080/caf\xE9?q")));
	assert_true(span_equal(next->username, SPAN("me")) && span_equal(next->password, SPAN("secret")));
	assert_true(span_equal(next->host, SPAN("b.example")) && next->port == 8080 && next->has_fragment);
	assert_true(span_equal(hop[1].url.path, SPAN("/caf%E9")) && span_equal(hop[1].url.username, SPAN("me")));
	assert_int_equal(hop[1].next.scheme, URL_SCHEME_OTHER);
	assert_true(span_equal(record->url.path, SPAN("/x")) && span_equal(record->url.username, SPAN("you")));
	assert_true(span_equal(hop[0].url.password, SPAN("known")));
	assert_int_equal(record->chain.max_redirects, 20);
	assert_int_equal(record->hop_size, 2);
	assert_int_equal(record_add_hop(record)->status, 0);
	record_free(record);
}

/* A row whose strings were cut says so for ever. */
static void test_truncated(void **state)
{
	struct record *record = sample_record(1, "http://a.example/", OUTCOME_REDIRECT_LIMIT);

	(void)state;
	for (unsigned i = 0; i <= REDIRECTS_MAX; i++) {
		struct hop *hop = sample_hop(record, "http://a.example/", 302, "", "http://a.example/");

		hop->location = repeat(record, '\xE9', LOCATION_BYTES_MAX);
	}
	record = there_and_back(record);
	assert_true(record->truncated);
	assert_int_equal(record->chain.hop_count, REDIRECTS_MAX + 1);
	record_free(record);
}

/* A URL that was cut inside of its host is one still, even where what is left of the host looks like an address. */
static void test_truncated_url(void **state)
{
	struct record *record = sample_record(1, "http://a.example/", OUTCOME_OK), *read = NULL;
	struct buf row;

	(void)state;
	buf_init(&row, ROW_ROOM_BYTES);
	sample_hop(record, "http://www.some-long-name.example.1", 200, NULL, NULL);
	write_row(&row, record);
	assert_int_equal(row_parse(buf_span(&row), &read, NULL), ROW_PARSE_DAMAGED);
	record->truncated = true;
	write_row(&row, record);
	assert_int_equal(row_parse(buf_span(&row), &read, NULL), ROW_PARSE_OK);
	assert_true(span_equal(read->chain.hop[0].url.host, SPAN("www.some-long-name.example")));
	record_free(read);
	record_free(record);
	buf_release(&row);
}

/* Replaces the first `from` in a sound row by `to`. */
static enum row_parse_status parse_changed(const char *from, const char *to)
{
	struct record *record = strange(11), *read = NULL;
	enum row_parse_status status;
	struct buf row, changed;
	const char *at;

	buf_init(&row, ROW_ROOM_BYTES);
	buf_init(&changed, ROW_ROOM_BYTES);
	write_row(&row, record);
	at = memmem(row.bytes, row.len, from, strlen(from));
	if (!at)
		fail_msg("there is no %s in %.*s", from, (int)row.len, row.bytes);
	buf_add(&changed, row.bytes, (size_t)(at - row.bytes));
	buf_add_text(&changed, to);
	at += strlen(from);
	buf_add(&changed, at, (size_t)(row.bytes + row.len - at));
	status = row_parse(buf_span(&changed), &read, NULL);
	if (status == ROW_PARSE_OK)
		record_free(read);
	record_free(record);
	buf_release(&row);
	buf_release(&changed);
	return status;
}

static void test_changed(void **state)
{
	static const struct {
		const char *from, *to;
		enum row_parse_status status;
	} cases[] = {
		{ "\"seq\":12", "\"seq\":13", ROW_PARSE_OK },
		{ "\"schema_version\":1,", "\"schema_version\":2,", ROW_PARSE_NEWER },
		{ "\"schema_version\":1,", "\"schema_version\":0,", ROW_PARSE_DAMAGED },
		{ "}\n", ",\"later\":1}\n", ROW_PARSE_NEWER },
		{ "},{\"n\":1", ",\"later\":1},{\"n\":1", ROW_PARSE_NEWER },
		{ ",\"max_redirects\":20", "", ROW_PARSE_OK }, /* an older row */
		{ "\"seq\":12", "\"seq\":0", ROW_PARSE_DAMAGED },
		{ "\"seq\":12", "\"seq\":4294967297", ROW_PARSE_DAMAGED },
		{ "\"seq\":12", "\"seq\":-1", ROW_PARSE_DAMAGED },
		{ "\"seq\":12", "\"sequel\":12", ROW_PARSE_DAMAGED },
		{ "\"seq\":12", " \"seq\":12", ROW_PARSE_DAMAGED },
		{ "\"redirects\":1", "\"redirects\":2", ROW_PARSE_DAMAGED },
		{ "\"loop_entry\":2", "\"loop_entry\":3", ROW_PARSE_DAMAGED },
		{ "\"loop_length\":2", "\"loop_length\":4294967295", ROW_PARSE_DAMAGED },
		{ "\"outcome\":\"", "\"outcome\":\"x", ROW_PARSE_DAMAGED },
		{ "\"error\":\"", "\"error\":\"x", ROW_PARSE_DAMAGED },
		{ "\"status\":301", "\"status\":65536", ROW_PARSE_DAMAGED },
		{ "\"http_version\":\"1.1\"", "\"http_version\":\"1.2\"", ROW_PARSE_DAMAGED },
		{ "\"method\":\"", "\"method\":\"x", ROW_PARSE_DAMAGED },
		{ "\"started_at\":\"2", "\"started_at\":\"x", ROW_PARSE_DAMAGED },
		{ "\"memo\":false", "\"memo\":0", ROW_PARSE_DAMAGED },
		{ "\"n\":1", "\"n\":2", ROW_PARSE_DAMAGED },
		{ "\"url\":\"http://a.example/\"", "\"url\":\"http://a.example:x/\"", ROW_PARSE_DAMAGED },
		{ "\"url\":\"http://a.example/\"", "\"url\":\"HTTP://a.example\"", ROW_PARSE_DAMAGED },
		{ "\"url\":\"http://a.example/\",\"method\"", "\"url\":\"ftp://a.example/\",\"method\"",
		  ROW_PARSE_DAMAGED },
		{ "\"url\":\"http://a.example/\",\"method\"", "\"url\":\"\",\"method\"", ROW_PARSE_DAMAGED },
		{ "\"next_url\":\"https:", "\"next_url\":\"", ROW_PARSE_DAMAGED },
		{ "\"changes\":[\"", "\"changes\":[\"x", ROW_PARSE_DAMAGED },
		{ "\"changes\":[\"scheme\"", "\"changes\":[\"scheme\",\"scheme\"", ROW_PARSE_DAMAGED },
		{ "\"location_other_raw_b64\":\"", "\"location_other_raw_b64\":\"x", ROW_PARSE_DAMAGED },
		{ "\"severity\":\"error\"", "\"severity\":\"off\"", ROW_PARSE_DAMAGED },
		{ "\"rule\":\"some-rule\"", "\"rule\":\"\"", ROW_PARSE_DAMAGED },
		{ "\"hop\":1", "\"hop\":2", ROW_PARSE_DAMAGED },
		{ "\"findings\":[", "\"findings\":[,", ROW_PARSE_DAMAGED },
		{ "\"findings\":[", "\"findings\":[{}", ROW_PARSE_DAMAGED },
		{ "\"findings\":[", "\"findings\":[{\"rule\":\"a\"},", ROW_PARSE_DAMAGED },
		{ "}\n", "}", ROW_PARSE_DAMAGED },
		{ "}\n", "}\n\n", ROW_PARSE_DAMAGED },
		{ "}\n", "", ROW_PARSE_DAMAGED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum row_parse_status status = parse_changed(cases[i].from, cases[i].to);

		if (status != cases[i].status)
			fail_msg("%s -> %s: %d", cases[i].from, cases[i].to, status);
	}
}

/* A row that ends anywhere else is none. */
static void test_cut_anywhere(void **state)
{
	struct record *record = strange(7), *read = NULL;
	struct buf row;

	(void)state;
	buf_init(&row, ROW_ROOM_BYTES);
	write_row(&row, record);
	for (size_t len = 0; len < row.len; len++)
		assert_int_equal(row_parse((struct span){ row.bytes, len }, &read, NULL), ROW_PARSE_DAMAGED);
	buf_release(&row);
	record_free(record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_rebuilt),
		cmocka_unit_test(test_truncated),      cmocka_unit_test(test_changed),
		cmocka_unit_test(test_cut_anywhere),   cmocka_unit_test(test_truncated_url),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
