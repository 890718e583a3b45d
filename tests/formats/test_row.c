#include "formats/row.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "formats/limits.h"
#include "formats/utf8.h"
#include "tests/formats/sample.h"

/* The golden lines below are written by hand: the schema comes from the same table as the writer, so
 * something outside the table must say what is right. */
#define HEAD(seq) "{\"schema_version\":1,\"run_id\":\"r1\",\"seq\":" #seq ","
#define NO_LOOP   "\"loop_entry\":0,\"loop_length\":0,"
#define NO_PAGE                                                                                                    \
	"\"page_read\":false,\"page_cut\":false,\"page_title\":\"\",\"page_canonical\":\"\",\"page_robots\":\"\"," \
	"\"page_refresh\":\"\",\"page_lang\":\"\","
#define NO_FINDINGS "\"findings\":[],"
#define GET         "\"method\":\"GET\","
#define NO_COOKIES  "\"cookie_outcome\":\"\",\"cookie_final_url\":\"\",\"cookie_final_status\":0,\"cookie_redirects\":0,"
#define NO_PASS     "\"passes\":0,\"first_error\":\"\",\"first_status\":0,"
#define NO_MORE                                                                                        \
	"\"suggested_url\":\"\",\"page_links\":[],\"page_base\":\"\",\"page_refresh_noscript\":false," \
	"\"page_script\":\"\",\"page_password\":false,\"page_h1\":\"\",\"page_text\":\"\",\"page_text_bytes\":0,"
#define NOT_CUT          "\"truncated\":false,\"max_redirects\":20}\n"
#define WHOLE            NO_PASS NO_MORE NOT_CUT
#define NEVER            "\"started_at\":\"1970-01-01T00:00:00.000Z\","
#define NO_TIMES         "\"dns_us\":0,\"connect_us\":0,\"tls_us\":0,\"first_byte_us\":0,\"total_us\":0,"
#define HEADERS_TO_DATE  "\"cache_control\":\"\",\"expires\":\"\",\"date\":\"\","
#define HEADERS_FROM_AGE HEADERS_BEHIND_DATE NO_FACTS
#define HEADERS_BEHIND_DATE                                                                                       \
	"\"age\":\"\",\"vary\":\"\",\"retry_after\":\"\",\"set_cookie\":\"\",\"strict_transport_security\":\"\"," \
	"\"content_type\":\"\",\"content_length\":\"\",\"refresh\":\"\",\"link\":\"\",\"x_robots_tag\":\"\","     \
	"\"server\":\"\",\"via\":\"\",\"x_powered_by\":\"\","
#define NO_FACTS    NO_FACTS_BUT(NO_CONFLICT)
#define NO_CONFLICT "\"location_cut\":false,\"location_conflict\":false,\"location_other_raw_b64\":\"\"}"
#define NO_FACTS_BUT(conflict)                                                                    \
	"\"body_bytes\":0,\"robots\":\"\",\"robots_rule\":\"\",\"robots_line\":0,\"changes\":[]," \
	"\"freshness\":\"\",\"fresh_s\":0,\"temporary_reason\":\"\",\"permanent_pct\":0," conflict
#define NO_HEADERS HEADERS_TO_DATE HEADERS_FROM_AGE

static struct record *invalid_input(void)
{
	struct record *record = sample_record(1, "ftp://a.example/", OUTCOME_INVALID_INPUT);

	record->chain.error = HOP_ERROR_INPUT_SCHEME;
	return record;
}

static const char invalid_input_row[] = HEAD(
	1) "\"input_url\":\"ftp://a.example/\",\"url\":\"\",\"outcome\":\"invalid_input\",\"error\":\"input-scheme\","
	   "\"redirects\":0,\"final_url\":\"\",\"final_status\":0," NO_LOOP
	   "\"hops\":[]," NO_PAGE NO_FINDINGS GET NO_COOKIES WHOLE;

static struct record *one_redirect(void)
{
	static struct page_link links[] = {
		{ .href = SPAN("/"), .url = SPAN("https://a.example/") },
		{ .rel = LINK_ALTERNATE, .source = LINK_SOURCE_HEADER, .hreflang = SPAN("de"), .href = SPAN("//[") },
	};
	struct record *record = sample_record(2, "a.example", OUTCOME_OK);
	struct hop *hop = sample_hop(record, "http://a.example/", 301, "https://a.example/", "https://a.example/");

	hop->ip = SPAN("192.0.2.1");
	hop->started_at_us = 1795222923456789; /* 2026-11-21T01:02:03.456789Z */
	hop->dns_us = 1;
	hop->connect_us = 22;
	hop->first_byte_us = 4444;
	hop->total_us = 4294967295;
	hop->attempts = 2;
	hop->header[HEADER_DATE] = SPAN("Sat, 21 Nov 2026 01:02:03 GMT");
	hop->body_bytes = 178;
	hop->robots = ROBOTS_DISALLOWED;
	hop->robots_rule = SPAN("Disallow: /");
	hop->robots_line = 2;
	hop->changes = 1u << CHANGE_SCHEME | 1u << CHANGE_QUERY;
	hop->freshness = FRESHNESS_EXPLICIT;
	hop->fresh_s = 60;
	hop->temporary_reason = TEMPORARY_SIGN_IN;
	hop->permanent_pct = 88;
	hop = sample_hop(record, "https://a.example/", 200, NULL, NULL);
	hop->http_version = 20;
	hop->memo = true;
	hop->ip = SPAN("2001:db8::1");
	hop->tls_us = 333;
	record->chain.page = (struct page){
		.read = true,
		.cut = true,
		.title = SPAN("Caf\xC3\xA9 <b>"),
		.canonical = SPAN("https://a.example/"),
		.robots = SPAN("noindex, nofollow"),
		.refresh = SPAN("0; url=/x"),
		.lang = SPAN("fr"),
		.base = SPAN("/b/"),
		.refresh_noscript = true,
		.script = SPAN("/s"),
		.password = true,
		.h1 = SPAN("One"),
		.text = SPAN("One two"),
		.text_bytes = 7,
		.link = links,
		.link_count = 2,
	};
	record->suggested_url = SPAN("https://a.example/");
	sample_finding(record, "temporary-redirect", SEVERITY_WARNING, 0, "Say 301, not \"302\".");
	sample_finding(record, "meta-refresh", SEVERITY_NOTICE, 1, "");
	record->finding[0].confidence_pct = 90;
	return record;
}

static const char one_redirect_row[] = HEAD(
	2) "\"input_url\":\"a.example\",\"url\":\"http://a.example/"
	   "\",\"outcome\":\"ok\",\"error\":\"\",\"redirects\":1,"
	   "\"final_url\":\"https://a.example/\",\"final_status\":200," NO_LOOP "\"hops\":["
	   "{\"n\":0,\"url\":\"http://a.example/\",\"method\":\"GET\",\"status\":301,\"location\":\"https://a.example/"
	   "\","
	   "\"next_url\":\"https://a.example/\",\"ip\":\"192.0.2.1\",\"http_version\":\"1.1\","
	   "\"started_at\":\"2026-11-21T01:02:03.456Z\",\"dns_us\":1,\"connect_us\":22,\"tls_us\":0,"
	   "\"first_byte_us\":4444,\"total_us\":4294967295,\"memo\":false,\"error\":\"\",\"error_detail\":\"\","
	   "\"attempts\":2,\"location_count\":1,\"location_other\":\"\",\"location_raw_b64\":\"\","
	   "\"cache_control\":\"\",\"expires\":\"\",\"date\":\"Sat, 21 Nov 2026 01:02:03 GMT\"," HEADERS_BEHIND_DATE
	   "\"body_bytes\":178,\"robots\":\"disallowed\",\"robots_rule\":\"Disallow: /\",\"robots_line\":2,"
	   "\"changes\":[\"scheme\",\"query\"],\"freshness\":\"explicit\",\"fresh_s\":60,"
	   "\"temporary_reason\":\"sign-in\",\"permanent_pct\":88," NO_CONFLICT ","
	   "{\"n\":1,\"url\":\"https://a.example/\",\"method\":\"GET\",\"status\":200,\"location\":\"\","
	   "\"next_url\":\"\",\"ip\":\"2001:db8::1\",\"http_version\":\"2\"," NEVER "\"dns_us\":0,\"connect_us\":0,"
	   "\"tls_us\":333,\"first_byte_us\":0,\"total_us\":0,\"memo\":true,\"error\":\"\",\"error_detail\":\"\","
	   "\"attempts\":0,\"location_count\":0,\"location_other\":\"\",\"location_raw_b64\":\"\"," NO_HEADERS "],"
	   "\"page_read\":true,\"page_cut\":true,\"page_title\":\"Caf\xC3\xA9 <b>\","
	   "\"page_canonical\":\"https://a.example/\",\"page_robots\":\"noindex, nofollow\","
	   "\"page_refresh\":\"0; url=/x\",\"page_lang\":\"fr\",\"findings\":["
	   "{\"rule\":\"temporary-redirect\",\"severity\":\"warning\",\"hop\":0,\"confidence_pct\":90,"
	   "\"message\":\"Say 301, not \\\"302\\\".\"},"
	   "{\"rule\":\"meta-refresh\",\"severity\":\"notice\",\"hop\":1,\"confidence_pct\":100,\"message\":\"\"}]," GET
		   NO_COOKIES NO_PASS "\"suggested_url\":\"https://a.example/\",\"page_links\":["
	   "{\"rel\":\"canonical\",\"source\":\"html\",\"hreflang\":\"\",\"href\":\"/\",\"url\":\"https://a.example/\"},"
	   "{\"rel\":\"alternate\",\"source\":\"header\",\"hreflang\":\"de\",\"href\":\"//[\",\"url\":\"\"}],"
	   "\"page_base\":\"/b/\",\"page_refresh_noscript\":true,\"page_script\":\"/s\",\"page_password\":true,"
	   "\"page_h1\":\"One\",\"page_text\":\"One two\",\"page_text_bytes\":7," NOT_CUT;

/* Latin-1 in Location, as old servers send it: readable, exact, and valid UTF-8. */
static struct record *latin1_location(void)
{
	struct record *record = sample_record(3, "http://b.example/", OUTCOME_CONFLICTING_LOCATION);
	struct hop *hop = sample_hop(record, "http://b.example/", 302, "/caf\xE9\t\xC3\xA9", NULL);

	hop->http_version = 10;
	hop->location_other = SPAN("/\xFF\"");
	hop->location_conflict = true;
	hop->location_count = 255;
	return record;
}

static const char latin1_location_row[] = HEAD(
	3) "\"input_url\":\"http://b.example/\",\"url\":\"http://b.example/\",\"outcome\":\"conflicting_location\","
	   "\"error\":\"\",\"redirects\":0,\"final_url\":\"http://b.example/\",\"final_status\":302," NO_LOOP
	   "\"hops\":[{\"n\":0,\"url\":\"http://b.example/\",\"method\":\"GET\",\"status\":302,"
	   "\"location\":\"/caf%E9\\t\xC3\xA9\",\"next_url\":\"\",\"ip\":\"\",\"http_version\":\"1.0\"," NEVER NO_TIMES
	   "\"memo\":false,\"error\":\"\",\"error_detail\":\"\",\"attempts\":0,\"location_count\":255,"
	   "\"location_other\":\"/%FF\\\"\",\"location_raw_b64\":\"L2NhZukJw6k=\"," HEADERS_TO_DATE HEADERS_BEHIND_DATE
		   NO_FACTS_BUT(
			   "\"location_cut\":false,\"location_conflict\":true,\"location_other_raw_b64\":\"L/8i\"}") "]," NO_PAGE
			   NO_FINDINGS GET NO_COOKIES WHOLE;

static struct record *cookie_loop(void)
{
	struct record *record = sample_record(18446744073709551615U, "http://c.example/", OUTCOME_COOKIE_LOOP);
	struct hop *hop = sample_hop(record, "http://c.example/", 307, "/", "http://c.example/");

	record->method = METHOD_POST;
	hop->method = METHOD_POST;
	hop->header[HEADER_DATE] = SPAN("\xE9\x01");
	record->chain.redirects = 1;
	record->chain.loop_length = 1;
	record->chain.cookie_pass = true;
	record->chain.cookie_outcome = OUTCOME_OK;
	record->chain.cookie_final_url = SPAN("http://c.example/in");
	record->chain.cookie_final_status = 204;
	record->chain.cookie_redirects = 2;
	record->passes = 3;
	record->first_error = HOP_ERROR_CONNECT_REFUSED;
	record->first_status = 503;
	return record;
}

static const char cookie_loop_row[] =
	HEAD(18446744073709551615) "\"input_url\":\"http://c.example/\",\"url\":\"http://c.example/\","
				   "\"outcome\":\"cookie_loop\",\"error\":\"\",\"redirects\":1,"
				   "\"final_url\":\"http://c.example/\",\"final_status\":307,"
				   "\"loop_entry\":0,\"loop_length\":1,\"hops\":[{\"n\":0,"
				   "\"url\":\"http://c.example/\",\"method\":\"POST\",\"status\":307,"
				   "\"location\":\"/\",\"next_url\":\"http://c.example/\",\"ip\":\"\","
				   "\"http_version\":\"1.1\"," NEVER NO_TIMES
				   "\"memo\":false,\"error\":\"\",\"error_detail\":\"\",\"attempts\":0,"
				   "\"location_count\":1,\"location_other\":\"\",\"location_raw_b64\":\"\","
				   "\"cache_control\":\"\",\"expires\":\"\",\"date\":"
				   "\"\xEF\xBF\xBD\\u0001\"," HEADERS_FROM_AGE "]," NO_PAGE NO_FINDINGS
				   "\"method\":\"POST\",\"cookie_outcome\":\"ok\","
				   "\"cookie_final_url\":\"http://c.example/"
				   "in\",\"cookie_final_status\":204,\"cookie_redirects\":2,\"passes\":3,"
				   "\"first_error\":\"connect-refused\",\"first_status\":503," NO_MORE NOT_CUT;

static struct record *dns_error(void)
{
	struct record *record = sample_record(5, "http://d.example/", OUTCOME_DNS_ERROR);
	struct hop *hop = sample_hop(record, "http://d.example/", 0, NULL, NULL);

	hop->error = record->chain.error = HOP_ERROR_DNS_NXDOMAIN;
	hop->error_detail = SPAN("Domain name not found");
	hop->dns_us = 17;
	hop->total_us = 18;
	return record;
}

static const char dns_error_row[] = HEAD(
	5) "\"input_url\":\"http://d.example/\",\"url\":\"http://d.example/\",\"outcome\":\"dns_error\","
	   "\"error\":\"dns-nxdomain\",\"redirects\":0,\"final_url\":\"http://d.example/\",\"final_status\":0," NO_LOOP
	   "\"hops\":[{\"n\":0,\"url\":\"http://d.example/\",\"method\":\"GET\",\"status\":0,\"location\":\"\","
	   "\"next_url\":\"\",\"ip\":\"\",\"http_version\":\"\"," NEVER
	   "\"dns_us\":17,\"connect_us\":0,\"tls_us\":0,\"first_byte_us\":0,\"total_us\":18,\"memo\":false,"
	   "\"error\":\"dns-nxdomain\",\"error_detail\":\"Domain name not found\",\"attempts\":0,"
	   "\"location_count\":0,\"location_other\":\"\",\"location_raw_b64\":\"\"," NO_HEADERS
	   "]," NO_PAGE NO_FINDINGS GET NO_COOKIES WHOLE;

static void test_golden(void **state)
{
	static const struct {
		const char *name;
		struct record *(*make)(void);
		const char *row;
	} cases[] = {
		{ "invalid input", invalid_input, invalid_input_row },
		{ "one redirect", one_redirect, one_redirect_row },
		{ "latin-1 location", latin1_location, latin1_location_row },
		{ "cookie loop", cookie_loop, cookie_loop_row },
		{ "dns error", dns_error, dns_error_row },
	};
	struct buf out;

	(void)state;
	buf_init(&out, 2 * ROW_BYTES_MAX);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct record *record = cases[i].make();

		buf_clear(&out);
		row_write(&out, record, SPAN("r1"));
		if (!span_equal(buf_span(&out), span_of(cases[i].row)))
			fail_msg("%s:\n got %.*s\nwant %s", cases[i].name, (int)out.len, out.bytes, cases[i].row);
		record_free(record);
	}
	buf_release(&out);
}

/* `unit` as often as it fits. */
static struct span repeat(struct arena *arena, struct span unit, size_t len_max)
{
	size_t len = len_max / unit.len * unit.len;
	char *bytes = arena_alloc(arena, len);

	for (size_t at = 0; at < len; at += unit.len)
		memcpy(bytes + at, unit.bytes, unit.len);
	return (struct span){ .bytes = bytes, .len = len };
}

/* The most a server can make of one record: all hops, each with the longest of everything, made of bytes
 * that take the most room when escaped. */
static struct record *largest(struct span unit, uint32_t finding_count)
{
	struct record *record = sample_record(1, "http://a.example/", OUTCOME_REDIRECT_LIMIT);
	struct span url = repeat(&record->arena, unit, URL_BYTES_MAX);
	struct span location = repeat(&record->arena, unit, LOCATION_BYTES_MAX);
	struct span header = repeat(&record->arena, unit, HEADER_VALUE_BYTES_MAX);

	for (unsigned i = 0; i <= REDIRECTS_MAX; i++) {
		struct hop *hop = sample_hop(record, "", 301, "", "");

		hop->url.href = hop->next.href = url;
		hop->location = hop->location_other = location;
		hop->error_detail = hop->ip = header;
		for (unsigned k = 0; k < HEADER_COUNT; k++)
			hop->header[k] = header;
	}
	record->chain.page = (struct page){ .title = header, .canonical = url, .robots = header, .refresh = header };
	record->finding = arena_alloc(&record->arena, finding_count * sizeof(*record->finding));
	record->finding_count = finding_count;
	for (uint32_t i = 0; i < finding_count; i++)
		record->finding[i] =
			(struct finding){ .rule = "some-rule", .severity = SEVERITY_ERROR, .message = header };
	return record;
}

static size_t occurrences(struct span text, const char *word)
{
	size_t count = 0;
	const char *at = text.bytes;

	while ((at = memmem(at, text.len - (size_t)(at - text.bytes), word, strlen(word))) != NULL) {
		count++;
		at += strlen(word);
	}
	return count;
}

static void test_too_long_rows_are_cut(void **state)
{
	static const struct {
		struct span unit;
		uint32_t finding_count;
		size_t findings_kept;
	} cases[] = {
		{ SPAN("a"), 0, 0 },
		{ SPAN("a"), 1000, 1000 },
		{ SPAN("\x01"), 500, 500 },     /* six bytes for one */
		{ SPAN("\xFF"), 500, 500 },     /* three for one, and base64 beside it */
		{ SPAN("\xC3\xA9"), 500, 500 }, /* must not be split */
		{ SPAN("\xE2\x82\xAC"), 500, 500 },
		{ SPAN("\xF0\x9F\x92\xA9"), 500, 500 },
		{ SPAN("\x01"), 20000, 512 },
	};
	struct buf out;

	(void)state;
	buf_init(&out, 2 * ROW_BYTES_MAX);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct record *record = largest(cases[i].unit, cases[i].finding_count);
		struct span row;

		/* A row in front: cutting this one must leave it alone. */
		buf_clear(&out);
		buf_add_text(&out, "first\n");
		row_write(&out, record, SPAN("r1"));
		row = (struct span){ out.bytes + 6, out.len - 6 };
		if (memcmp(out.bytes, "first\n", 6) != 0 || out.overflow)
			fail_msg("case %zu: the row before is gone", i);
		if (row.len > ROW_BYTES_MAX || row.len < ROW_BYTES_MAX / 4)
			fail_msg("case %zu: %zu bytes", i, row.len);
		if (memchr(row.bytes, '\n', row.len) != row.bytes + row.len - 1)
			fail_msg("case %zu: not one line", i);
		if (!utf8_is_valid(row))
			fail_msg("case %zu: not UTF-8", i);
		if (utf8_is_valid(cases[i].unit) && (occurrences(row, "\xEF\xBF\xBD") || occurrences(row, "%")))
			fail_msg("case %zu: a character was split", i);
		if (occurrences(row, "\"truncated\":true,\"max_redirects\":20}\n") != 1 ||
		    occurrences(row, "\"status\":301,") != 65)
			fail_msg("case %zu: flag or hops missing", i);
		if (occurrences(row, "\"some-rule\"") != cases[i].findings_kept)
			fail_msg("case %zu: %zu findings", i, occurrences(row, "\"some-rule\""));
		record_free(record);
	}
	buf_release(&out);
}

/* One byte more than fits is cut; a row of exactly the limit is not. */
static void test_limit_is_exact(void **state)
{
	struct record *record = sample_record(1, "", OUTCOME_OK);
	struct buf out;
	size_t empty_len;

	(void)state;
	buf_init(&out, 2 * ROW_BYTES_MAX);
	row_write(&out, record, SPAN("r1"));
	empty_len = out.len;
	for (size_t over = 0; over <= 1; over++) {
		record->input_url = repeat(&record->arena, SPAN("x"), ROW_BYTES_MAX - empty_len + over);
		buf_clear(&out);
		row_write(&out, record, SPAN("r1"));
		assert_int_equal(occurrences(buf_span(&out), "\"truncated\":true"), over);
		if (over)
			assert_int_equal(out.len, empty_len - 1 + LOCATION_BYTES_MAX); /* "true" for "false" */
		else
			assert_int_equal(out.len, ROW_BYTES_MAX);
	}
	buf_release(&out);
	record_free(record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_too_long_rows_are_cut),
		cmocka_unit_test(test_limit_is_exact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
