#include "crawler/response.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "formats/limits.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Takes the text line by line; the state after the last line. */
static enum response_state take(struct response *response, struct span text)
{
	enum response_state state = RESPONSE_MORE;

	for (size_t at = 0; at < text.len;) {
		const char *end = memchr(text.bytes + at, '\n', text.len - at);
		size_t len = end ? (size_t)(end - text.bytes) - at + 1 : text.len - at;

		state = response_take_line(response, text.bytes + at, len);
		at += len;
	}
	return state;
}

struct answer {
	struct response response;
	struct arena arena;
	struct hop hop;
	enum response_state state;
};

static void answer_init(struct answer *answer, struct span text)
{
	arena_init(&answer->arena);
	response_init(&answer->response);
	response_begin(&answer->response, &answer->arena);
	answer->hop = (struct hop){ .status = 0 };
	answer->state = take(&answer->response, text);
	response_store(&answer->response, &answer->hop);
}

static void answer_release(struct answer *answer)
{
	response_release(&answer->response);
	arena_release(&answer->arena);
}

static const struct {
	const char *line;
	unsigned status;
	unsigned http_version;
	enum response_state state; /* after a blank line */
} status_lines[] = {
	{ "HTTP/1.1 200 OK\r\n", 200, 11, RESPONSE_COMPLETE },
	{ "HTTP/1.0 301 Moved Permanently\r\n", 301, 10, RESPONSE_COMPLETE },
	{ "HTTP/1.1 308\r\n", 308, 11, RESPONSE_COMPLETE },
	{ "HTTP/1.1 404 \r\n", 404, 11, RESPONSE_COMPLETE },
	{ "HTTP/1.1   302   Found\r\n", 302, 11, RESPONSE_COMPLETE },
	{ "HTTP/2 301 \r\n", 301, 20, RESPONSE_COMPLETE },
	{ "HTTP/2 200\n", 200, 20, RESPONSE_COMPLETE },
	{ "http/1.1 200 ok\r\n", 200, 11, RESPONSE_COMPLETE },
	{ "HTTP/1.1 999 Denied\r\n", 999, 11, RESPONSE_COMPLETE },
	{ "HTTP/1.1 101 Switching Protocols\r\n", 101, 11, RESPONSE_COMPLETE },
	{ "HTTP/1.1 100 Continue\r\n", 100, 11, RESPONSE_MORE },
	{ "HTTP/1.1 103 Early Hints\r\n", 103, 11, RESPONSE_MORE },
	{ "HTTP/1.1 3012 Moved\r\n", 301, 11, RESPONSE_COMPLETE },
	{ "HTTP/1.1 099 Low\r\n", 99, 11, RESPONSE_MORE },
	{ "HTTP/1.1\r\n", 0, 11, RESPONSE_MORE },
	{ "HTTP/1.1 OK\r\n", 0, 11, RESPONSE_MORE },
	{ "HTTP/ 200 OK\r\n", 200, 0, RESPONSE_COMPLETE },
	{ "HTTPS 200 OK\r\n", 0, 0, RESPONSE_MORE },
	{ "ICY 200 OK\r\n", 0, 0, RESPONSE_MORE },
	{ "HTTP/\r\n", 0, 0, RESPONSE_MORE },
};

static void reads_status_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(status_lines); i++) {
		struct answer answer;
		enum response_state after;

		answer_init(&answer, span_of(status_lines[i].line));
		after = take(&answer.response, SPAN("\r\n"));
		if (answer.hop.status != status_lines[i].status ||
		    answer.hop.http_version != status_lines[i].http_version || after != status_lines[i].state)
			fail_msg("%s: status %u, version %u, state %d", status_lines[i].line, answer.hop.status,
				 answer.hop.http_version, (int)after);
		answer_release(&answer);
	}
}

#define MOVED "HTTP/1.1 301 Moved Permanently\r\n"

static const struct {
	const char *name;
	struct span text; /* of the whole header */
	struct span location;
	const char *other; /* NULL: there is none */
	unsigned count;
} locations[] = {
	{ "usual", SPAN(MOVED "Location: /b\r\n\r\n"), SPAN("/b"), NULL, 1 },
	{ "none", SPAN(MOVED "Server: x\r\n\r\n"), SPAN(""), NULL, 0 },
	{ "another field", SPAN(MOVED "Content-Location: /b\r\nX-Location: /c\r\n\r\n"), SPAN(""), NULL, 0 },
	{ "lower case", SPAN(MOVED "location: /b\r\n\r\n"), SPAN("/b"), NULL, 1 },
	{ "upper case", SPAN(MOVED "LOCATION: /b\r\n\r\n"), SPAN("/b"), NULL, 1 },
	{ "no blank", SPAN(MOVED "Location:/b\r\n\r\n"), SPAN("/b"), NULL, 1 },
	{ "blanks around", SPAN(MOVED "Location: \t /b \t \r\n\r\n"), SPAN("/b"), NULL, 1 },
	{ "blank before colon", SPAN(MOVED "Location : /b\r\n\r\n"), SPAN("/b"), NULL, 1 },
	{ "blanks inside", SPAN(MOVED "Location: /b c\td\r\n\r\n"), SPAN("/b c\td"), NULL, 1 },
	{ "newline only", SPAN("HTTP/1.1 301 M\nLocation: /b\n\n"), SPAN("/b"), NULL, 1 },
	{ "colons", SPAN(MOVED "Location: http://b.example:80/:\r\n\r\n"), SPAN("http://b.example:80/:"), NULL, 1 },
	{ "UTF-8", SPAN(MOVED "Location: /b\xC3\xBC\r\n\r\n"), SPAN("/b\xC3\xBC"), NULL, 1 },
	{ "Latin-1", SPAN(MOVED "Location: /b\xFC\r\n\r\n"), SPAN("/b\xFC"), NULL, 1 },
	{ "blank", SPAN(MOVED "Location:\r\n\r\n"), SPAN(""), NULL, 1 },
	{ "only blanks", SPAN(MOVED "Location: \t \r\n\r\n"), SPAN(""), NULL, 1 },
	{ "no colon", SPAN(MOVED "Location /b\r\n\r\n"), SPAN(""), NULL, 0 },
	{ "twice the same", SPAN(MOVED "Location: /b\r\nLocation: /b \r\n\r\n"), SPAN("/b"), NULL, 2 },
	{ "two", SPAN(MOVED "Location: /b\r\nLocation: /c\r\n\r\n"), SPAN("/b"), "/c", 2 },
	{ "same, then another", SPAN(MOVED "Location: /b\r\nLocation: /b\r\nLocation: /c\r\n\r\n"), SPAN("/b"), "/c",
	  3 },
	{ "three", SPAN(MOVED "Location: /b\r\nLocation: /c\r\nLocation: /d\r\n\r\n"), SPAN("/b"), "/c", 3 },
	{ "blank, then one", SPAN(MOVED "Location:\r\nLocation: /c\r\n\r\n"), SPAN(""), "/c", 2 },
	{ "one, then blank", SPAN(MOVED "Location: /b\r\nLocation:\r\n\r\n"), SPAN("/b"), "", 2 },
	{ "folded", SPAN(MOVED "Location:\r\n /b\r\n\r\n"), SPAN("/b"), NULL, 1 },
	{ "folded twice", SPAN(MOVED "Location: /b\r\n\tc \r\n  d\r\n\r\n"), SPAN("/b c d"), NULL, 1 },
	{ "folded, then another", SPAN(MOVED "Location:\r\n /b\r\nLocation: /c\r\n\r\n"), SPAN("/b"), "/c", 2 },
	{ "folded status line", SPAN(MOVED " Location: /x\r\nServer: x\r\n\r\n"), SPAN(""), NULL, 0 },
	{ "in an interim answer", SPAN("HTTP/1.1 103 Early Hints\r\nLocation: /x\r\n\r\n" MOVED "Server: x\r\n\r\n"),
	  SPAN(""), NULL, 0 },
	{ "in both", SPAN("HTTP/1.1 103 Early Hints\r\nLocation: /x\r\n\r\n" MOVED "Location: /b\r\n\r\n"), SPAN("/b"),
	  NULL, 1 },
	{ "in two interim answers",
	  SPAN("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 E\r\nLocation: /x\r\n\r\n" MOVED "Location: /b\r\n\r\n"),
	  SPAN("/b"), NULL, 1 },
	{ "in the trailers", SPAN(MOVED "Server: x\r\n\r\nLocation: /x\r\n\r\n"), SPAN(""), NULL, 0 },
	{ "status line as a field", SPAN(MOVED "HTTP/1.1 200 OK\r\nLocation: /b\r\n\r\n"), SPAN("/b"), NULL, 1 },
	{ "NUL at the end", SPAN(MOVED "Location: /b\0\r\n\r\n"), SPAN("/b\0"), NULL, 1 },
};

static void reads_locations(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(locations); i++) {
		struct answer answer;
		const struct hop *hop = &answer.hop;

		answer_init(&answer, locations[i].text);
		if (hop->status != 301 || hop->has_location != (locations[i].count > 0) ||
		    hop->location_count != locations[i].count || hop->location_cut)
			fail_msg("%s: status %u, count %u", locations[i].name, hop->status, hop->location_count);
		if (!span_equal(hop->location, locations[i].location))
			fail_msg("%s: location \"%.*s\"", locations[i].name, (int)hop->location.len,
				 hop->location.bytes);
		if ((hop->location_other.bytes != NULL) != (locations[i].other != NULL) ||
		    (locations[i].other && !span_equal(hop->location_other, span_of(locations[i].other))))
			fail_msg("%s: other \"%.*s\"", locations[i].name, (int)hop->location_other.len,
				 hop->location_other.bytes);
		answer_release(&answer);
	}
}

static const struct {
	const char *lines; /* between status line and blank line */
	enum header header;
	const char *value;
} fields[] = {
	{ "Server: nginx\r\n", HEADER_SERVER, "nginx" },
	{ "SERVER:nginx\r\n", HEADER_SERVER, "nginx" },
	{ "sErVeR: \tnginx\t\r\n", HEADER_SERVER, "nginx" },
	{ "Server:\r\n", HEADER_SERVER, "" },
	{ "X-Server: nginx\r\n", HEADER_SERVER, "" },
	{ "Server: a: b\r\n", HEADER_SERVER, "a: b" },
	{ ": nginx\r\n", HEADER_SERVER, "" },
	{ "Vary: Accept\r\nVary: Cookie\r\n", HEADER_VARY, "Accept, Cookie" },
	{ "Vary: Accept\r\nvary:\r\nVARY: Cookie\r\n", HEADER_VARY, "Accept, Cookie" },
	{ "Vary:\r\nVary: Cookie\r\n", HEADER_VARY, "Cookie" },
	{ "Cache-Control: no-store,\r\n  max-age=0\r\n", HEADER_CACHE_CONTROL, "no-store, max-age=0" },
	{ "Content-Length: 12\r\n", HEADER_CONTENT_LENGTH, "12" },
	{ "X-Robots-Tag: noindex\r\nX-Robots-Tag: googlebot: nofollow\r\n", HEADER_X_ROBOTS_TAG,
	  "noindex, googlebot: nofollow" },
	/* Cookies: their names and nothing else. */
	{ "Set-Cookie: sid=s3cr3t; Path=/; HttpOnly\r\n", HEADER_SET_COOKIE, "sid" },
	{ "Set-Cookie: sid=s3cr3t=; Path=/\r\n", HEADER_SET_COOKIE, "sid" },
	{ "Set-Cookie: a=1\r\nset-cookie: b=2; Secure\r\n", HEADER_SET_COOKIE, "a, b" },
	{ "Set-Cookie:  sid  =s3cr3t\r\n", HEADER_SET_COOKIE, "sid" },
	{ "Set-Cookie: s3cr3t; Path=/\r\n", HEADER_SET_COOKIE, "" },
	{ "Set-Cookie: s3cr3t\r\n", HEADER_SET_COOKIE, "" },
	{ "Set-Cookie: =s3cr3t\r\n", HEADER_SET_COOKIE, "" },
	{ "Set-Cookie: ; a=s3cr3t\r\n", HEADER_SET_COOKIE, "" },
	{ "Set-Cookie: a=1\r\n s3cr3t=2\r\n", HEADER_SET_COOKIE, "a" },
};

static void keeps_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(fields); i++) {
		struct answer answer;
		char text[512];
		struct span value;

		snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\n%s\r\n", fields[i].lines);
		answer_init(&answer, span_of(text));
		value = answer.hop.header[fields[i].header];
		assert_int_equal(answer.state, RESPONSE_COMPLETE);
		if (!span_equal(value, span_of(fields[i].value)))
			fail_msg("%s: \"%.*s\"", fields[i].lines, (int)value.len, value.bytes);
		answer_release(&answer);
	}
}

static const struct {
	const char *lines;
	bool chunked, has_content_length;
	uint64_t content_length;
} framings[] = {
	{ "", false, false, 0 },
	{ "Content-Length: 0\r\n", false, true, 0 },
	{ "Content-Length: 123456789012345678\r\n", false, true, UINT64_C(123456789012345678) },
	{ "Content-Length: 1234567890123456789\r\n", false, false, 0 },
	{ "Content-Length: -1\r\n", false, false, 0 },
	{ "Content-Length: 1 2\r\n", false, false, 0 },
	{ "Content-Length: 0x10\r\n", false, false, 0 },
	{ "Content-Length:\r\n", false, false, 0 },
	{ "Transfer-Encoding: chunked\r\n", true, false, 0 },
	{ "transfer-encoding: gzip, chunked\r\n", true, false, 0 },
};

static void reads_framing(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(framings); i++) {
		struct answer answer;
		const struct response *response = &answer.response;
		char text[512];

		snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\n%s\r\n", framings[i].lines);
		answer_init(&answer, span_of(text));
		if (response->chunked != framings[i].chunked ||
		    response->has_content_length != framings[i].has_content_length ||
		    response->content_length != framings[i].content_length)
			fail_msg("%s: %d %d", framings[i].lines, response->chunked, response->has_content_length);
		answer_release(&answer);
	}
}

/* An interim answer's framing and fields are gone too. */
static void forgets_interim_answers(void **state)
{
	struct answer answer;

	(void)state;
	answer_init(&answer,
		    SPAN("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n"
			 "Set-Cookie: a=1\r\n\r\nHTTP/1.1 200 OK\r\nServer: x\r\n\r\n"));
	assert_int_equal(answer.state, RESPONSE_COMPLETE);
	assert_int_equal(answer.hop.status, 200);
	assert_int_equal(answer.hop.header[HEADER_LINK].len, 0);
	assert_int_equal(answer.hop.header[HEADER_SET_COOKIE].len, 0);
	assert_int_equal(answer.hop.header[HEADER_CONTENT_LENGTH].len, 0);
	assert_int_equal(answer.hop.header[HEADER_SERVER].len, 1);
	assert_false(answer.response.chunked);
	assert_false(answer.response.has_content_length);
	answer_release(&answer);
}

/* The blank line is told once, so that whoever acts on it acts once. */
static void is_complete_once(void **state)
{
	struct answer answer;

	(void)state;
	answer_init(&answer, SPAN("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n"));
	assert_int_equal(answer.state, RESPONSE_COMPLETE);
	assert_int_equal(take(&answer.response, SPAN("Server: trailer\r\n")), RESPONSE_MORE);
	assert_int_equal(take(&answer.response, SPAN("\r\n")), RESPONSE_MORE);
	response_store(&answer.response, &answer.hop);
	assert_true(span_equal(answer.hop.header[HEADER_SERVER], SPAN("x")));
	answer_release(&answer);
}

static void is_used_again(void **state)
{
	struct answer answer;

	(void)state;
	answer_init(&answer,
		    SPAN(MOVED "Location: /b\r\nLocation: /c\r\nServer: x\r\nTransfer-Encoding: chunked\r\n\r\n"));
	response_begin(&answer.response, &answer.arena);
	assert_int_equal(answer.response.header_bytes, 0);
	assert_int_equal(take(&answer.response, SPAN("HTTP/2 204 \r\n\r\n")), RESPONSE_COMPLETE);
	answer.hop = (struct hop){ .status = 0 };
	response_store(&answer.response, &answer.hop);
	assert_int_equal(answer.hop.status, 204);
	assert_int_equal(answer.hop.http_version, 20);
	assert_false(answer.hop.has_location);
	assert_null(answer.hop.location_other.bytes);
	assert_int_equal(answer.hop.header[HEADER_SERVER].len, 0);
	assert_false(answer.response.chunked);
	answer_release(&answer);
}

/* "NAME: xxxx...x", `len` times x. */
static struct span long_field(char *out, const char *name, size_t len)
{
	size_t at = (size_t)snprintf(out, 64, "%s: ", name);

	memset(out + at, 'x', len);
	memcpy(out + at + len, "\r\n", 2);
	return (struct span){ .bytes = out, .len = at + len + 2 };
}

static const struct {
	size_t given, kept;
	bool cut;
} location_lengths[] = {
	{ LOCATION_BYTES_MAX - 1, LOCATION_BYTES_MAX - 1, false },
	{ LOCATION_BYTES_MAX, LOCATION_BYTES_MAX, false },
	{ LOCATION_BYTES_MAX + 1, LOCATION_BYTES_MAX, true },
	{ 4 * LOCATION_BYTES_MAX, LOCATION_BYTES_MAX, true },
};

static void caps_locations(void **state)
{
	static char line[5 * LOCATION_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(location_lengths); i++) {
		struct answer answer;

		answer_init(&answer, SPAN(MOVED));
		take(&answer.response, SPAN("Server: s\r\n"));
		take(&answer.response, long_field(line, "Location", location_lengths[i].given));
		assert_int_equal(take(&answer.response, SPAN("\r\n")), RESPONSE_COMPLETE);
		response_store(&answer.response, &answer.hop);
		assert_int_equal(answer.hop.location.len, location_lengths[i].kept);
		assert_int_equal(answer.hop.location_cut, location_lengths[i].cut);
		answer_release(&answer);
	}
}

static void caps_the_other_location(void **state)
{
	static char line[2 * LOCATION_BYTES_MAX];
	struct answer answer;

	(void)state;
	answer_init(&answer, SPAN(MOVED "Location: /b\r\n"));
	take(&answer.response, long_field(line, "Location", LOCATION_BYTES_MAX + 100));
	assert_int_equal(take(&answer.response, SPAN("\r\n")), RESPONSE_COMPLETE);
	response_store(&answer.response, &answer.hop);
	assert_false(answer.hop.location_cut);
	assert_int_equal(answer.hop.location_other.len, LOCATION_BYTES_MAX);
	answer_release(&answer);
}

static void values_are_utf8(void **state)
{
	static char line[2 * HEADER_VALUE_BYTES_MAX + 64];
	struct answer answer;
	size_t len;

	(void)state;
	answer_init(&answer, SPAN(MOVED "Server: caf\xE9\r\nVia: caf\xC3\xA9\r\n"));
	/* The cap falls into a character. */
	len = long_field(line, "Vary", HEADER_VALUE_BYTES_MAX + 1).len;
	memcpy(line + len - 4, "\xC3\xA9", 2);
	take(&answer.response, (struct span){ line, len });
	assert_int_equal(take(&answer.response, SPAN("\r\n")), RESPONSE_COMPLETE);
	response_store(&answer.response, &answer.hop);
	assert_true(span_equal(answer.hop.header[HEADER_SERVER], SPAN("caf\xEF\xBF\xBD")));
	assert_true(span_equal(answer.hop.header[HEADER_VIA], SPAN("caf\xC3\xA9")));
	assert_int_equal(answer.hop.header[HEADER_VARY].len, HEADER_VALUE_BYTES_MAX - 1);
	answer_release(&answer);
}

static void caps_values(void **state)
{
	static char line[2 * HEADER_VALUE_BYTES_MAX + 64];
	struct answer answer;

	(void)state;
	for (size_t len = HEADER_VALUE_BYTES_MAX - 4; len < HEADER_VALUE_BYTES_MAX + 4; len++) {
		struct span value;

		answer_init(&answer, SPAN(MOVED));
		take(&answer.response, long_field(line, "Vary", len));
		take(&answer.response, SPAN("Vary: yyyy\r\nVary: zzzz\r\n\r\n"));
		response_store(&answer.response, &answer.hop);
		value = answer.hop.header[HEADER_VARY];
		assert_int_equal(value.len, HEADER_VALUE_BYTES_MAX);
		assert_int_equal(value.bytes[0], 'x');
		answer_release(&answer);
	}
}

/* However many lines there are, and in interim answers none at all. */
static void takes_no_more_memory_than_it_keeps(void **state)
{
	struct answer answer;

	(void)state;
	answer_init(&answer, SPAN("HTTP/1.1 103 Early Hints\r\nLocation: /x\r\nLink: </a>\r\n\r\n"));
	assert_int_equal(answer.arena.total, 0);
	take(&answer.response, SPAN(MOVED));
	for (int i = 0; i < 3000; i++)
		take(&answer.response, SPAN("Location: /b\r\nVary: a\r\nAge: 1\r\nVia: b\r\n"));
	assert_int_equal(take(&answer.response, SPAN("\r\n")), RESPONSE_COMPLETE);
	response_store(&answer.response, &answer.hop);
	assert_int_equal(answer.hop.header[HEADER_VIA].len, HEADER_VALUE_BYTES_MAX);
	assert_in_range(answer.arena.total, 1, 8192);
	answer_release(&answer);
}

static void counts_locations_up_to_255(void **state)
{
	struct answer answer;

	(void)state;
	answer_init(&answer, SPAN(MOVED));
	for (int i = 0; i < 300; i++)
		take(&answer.response, SPAN("Location: /b\r\n"));
	take(&answer.response, SPAN("\r\n"));
	response_store(&answer.response, &answer.hop);
	assert_int_equal(answer.hop.location_count, UINT8_MAX);
	assert_null(answer.hop.location_other.bytes);
	answer_release(&answer);
}

/* All lines count, those of interim answers too, up to the limit and not beyond. */
static void refuses_too_large_headers(void **state)
{
	static char line[HEADER_BYTES_MAX];
	const struct span interim = SPAN("HTTP/1.1 100 Continue\r\n\r\n"), status = SPAN(MOVED);
	const size_t room = HEADER_BYTES_MAX - interim.len - status.len - 2;

	(void)state;
	for (size_t more = 0; more < 2; more++) {
		struct answer answer;

		answer_init(&answer, interim);
		take(&answer.response, status);
		take(&answer.response, long_field(line, "Server", room + more - sizeof("Server: ") - 1));
		assert_int_equal(take(&answer.response, SPAN("\r\n")), more ? RESPONSE_TOO_LARGE : RESPONSE_COMPLETE);
		answer_release(&answer);
	}
}

static void stays_too_large(void **state)
{
	static char line[HEADER_BYTES_MAX + 64];
	struct answer answer;

	(void)state;
	answer_init(&answer, SPAN(MOVED));
	assert_int_equal(take(&answer.response, long_field(line, "Server", HEADER_BYTES_MAX)), RESPONSE_TOO_LARGE);
	assert_int_equal(take(&answer.response, SPAN("\r\n")), RESPONSE_TOO_LARGE);
	response_begin(&answer.response, &answer.arena);
	assert_int_equal(take(&answer.response, SPAN("HTTP/1.1 200 OK\r\n\r\n")), RESPONSE_COMPLETE);
	answer_release(&answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_status_lines),
		cmocka_unit_test(reads_locations),
		cmocka_unit_test(keeps_fields),
		cmocka_unit_test(reads_framing),
		cmocka_unit_test(forgets_interim_answers),
		cmocka_unit_test(is_complete_once),
		cmocka_unit_test(is_used_again),
		cmocka_unit_test(caps_locations),
		cmocka_unit_test(caps_the_other_location),
		cmocka_unit_test(values_are_utf8),
		cmocka_unit_test(caps_values),
		cmocka_unit_test(takes_no_more_memory_than_it_keeps),
		cmocka_unit_test(counts_locations_up_to_255),
		cmocka_unit_test(refuses_too_large_headers),
		cmocka_unit_test(stays_too_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
