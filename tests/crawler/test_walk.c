#include "crawler/walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "formats/limits.h"
#include "tests/crawler/walked.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct walk_limits usual = { .max_redirects = 20 };

/* Every status from 100 to 999 with a Location: five are followed, the others tell how it ended. */
static void follows_five_statuses(void **state)
{
	static const char *const by_class[10] = {
		[2] = "ok",           [3] = "not_followed", [4] = "client_error", [5] = "server_error",
		[6] = "server_error", [7] = "server_error", [8] = "server_error", [9] = "server_error"
	};

	(void)state;
	for (unsigned status = 100; status < 1000; status++) {
		bool followed = status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
		const char *outcome = by_class[status / 100] ? by_class[status / 100] : "protocol_error bad-response";
		char text[200];

		if (followed)
			snprintf(text, sizeof(text), "/ %u > /b\n/b %u\n= missing_location", status, status);
		else
			snprintf(text, sizeof(text), "/ %u > /b\n= %s", status, outcome);
		walk_text(text, &usual);
	}
	walk_text("/ 0\n= protocol_error bad-response", &usual);
}

static const char *const location_chains[] = {
	/* Every form of a reference. */
	"/x/y?q 301 > https://b.example/z?r\nhttps://b.example/z?r 200\n= ok",
	"/x/y?q 301 > //b.example/z\nhttp://b.example/z 200\n= ok",
	"https://a.example/x/y 301 > //b.example\nhttps://b.example/ 200\n= ok",
	"/x/y?q 301 > /z\n/z 200\n= ok",
	"/x/y?q 301 > z\n/x/z 200\n= ok",
	"/x/y?q 301 > ./z\n/x/z 200\n= ok",
	"/x/y?q 301 > ../z\n/z 200\n= ok",
	"/x/y?q 301 > ../../../z\n/z 200\n= ok",
	"/x/y?q 301 > ?r\n/x/y?r 200\n= ok",
	"/x/y?q 301 > ?\n/x/y? 200\n= ok",
	"/x/y?q 301 > #f\n/x/y?q#f 200\n= ok",
	"http://a.example:8080/x 301 > /z\nhttp://a.example:8080/z 200\n= ok",
	"http://a.example:8080/x 301 > http://a.example/z\n/z 200\n= ok",
	"/ 301 > HTTPS://B.Example:443/Z\nhttps://b.example/Z 200\n= ok",
	/* As browsers read what RFC 3986 does not allow. */
	"/x/y 301 > http:z\n/x/z 200\n= ok",
	"/ 301 > https:b.example/z\nhttps://b.example/z 200\n= ok",
	"/ 301 > /\\b.example/z\nhttp://b.example/z 200\n= ok",
	"/ 301 > \\z\n/z 200\n= ok",
	"/ 301 > http:///b.example/\nhttp://b.example/ 200\n= ok",
	"/ 301 > /a b\n/a%20b 200\n= ok",
	"/ 301 > /\xC3\xBC\n/%C3%BC 200\n= ok",
	"/ 301 > http://b\xC3\xBC.example/\nhttp://xn--b-eha.example/ 200\n= ok",
	"/ 301 > http://0x7f.1/\nhttp://127.0.0.1/ 200\n= ok",
	/* A user name is not part of what is asked for. */
	"/ 301 > http://u:p@b.example/\nhttp://b.example/ 200\n= ok",
	/* What is no use. */
	"/ 301\n= missing_location",
	"/ 301 >\n= empty_location",
	"/ 301 > http://\n= invalid_location url-empty-host",
	"/ 301 > http://b.example:99999/\n= invalid_location url-port",
	"/ 301 > http://b.example:x/\n= invalid_location url-port",
	"/ 301 > http://[::1/\n= invalid_location url-ipv6",
	"/ 301 > http://1.2.3.256/\n= invalid_location url-ipv4",
	"/ 301 > http://b%00.example/\n= invalid_location url-host-code-point",
	"/ 301 > mailto:b@b.example\n= unsupported_scheme",
	"/ 301 > javascript:alert(1)\n= unsupported_scheme",
	"/ 301 > ftp://b.example/\n= unsupported_scheme",
	"/ 301 > b.example:80/z\n= unsupported_scheme",
	"/ 301 > file:///etc/passwd\n= unsupported_scheme",
	"/ 301 > app://b.example/#x\n= unsupported_scheme",
	"/ 301 > /b >> /c\n= conflicting_location",
	"/ 301 > /b >>\n= conflicting_location",
	"/ 301 >  >> /c\n= conflicting_location",
	/* On a later hop: the redirects up to it count. */
	"/ 301 > /b\n/b 302\n= missing_location",
	"/ 301 > /b\n/b 302 > http://[/\n= invalid_location url-ipv6",
	"/ 301 > /b\n/b 404 > /c\n= client_error",
	"/ 301 > /b\n/b 304\n= not_followed",
	"/ 301 > /b\n/b 503\n= server_error",
};

static void reads_locations(void **state)
{
	(void)state;
	walk_all(location_chains, COUNT(location_chains), &usual);
}

static const char *const fragment_chains[] = {
	/* RFC 9110 section 10.2.2: inherited unless Location has its own, an empty one too. */
	"/#f 301 > /b\n/b#f 200\n= ok",
	"/#f 301 > /b#g\n/b#g 200\n= ok",
	"/#f 301 > /b#\n/b# 200\n= ok",
	"/ 301 > /b#g\n/b#g 200\n= ok",
	"/#f 301 > http://b.example/?q\nhttp://b.example/?q#f 200\n= ok",
	"/#f 301 > /b\n/b#f 302 > /c\n/c#f 307 > /d#g\n/d#g 308 > /e\n/e#g 200\n= ok",
	"/#f 301 > /b#\n/b# 302 > /c\n/c# 200\n= ok",
};

static void inherits_fragments(void **state)
{
	(void)state;
	walk_all(fragment_chains, COUNT(fragment_chains), &usual);
}

/* Fetch, HTTP-redirect fetch, step 12: what each method becomes after 301, 302, 303, 307 and 308. */
static const struct {
	enum method method;
	enum method after[5];
} method_changes[] = {
	{ METHOD_GET, { METHOD_GET, METHOD_GET, METHOD_GET, METHOD_GET, METHOD_GET } },
	{ METHOD_HEAD, { METHOD_HEAD, METHOD_HEAD, METHOD_HEAD, METHOD_HEAD, METHOD_HEAD } },
	{ METHOD_POST, { METHOD_GET, METHOD_GET, METHOD_GET, METHOD_POST, METHOD_POST } },
	{ METHOD_PUT, { METHOD_PUT, METHOD_PUT, METHOD_GET, METHOD_PUT, METHOD_PUT } },
	{ METHOD_PATCH, { METHOD_PATCH, METHOD_PATCH, METHOD_GET, METHOD_PATCH, METHOD_PATCH } },
	{ METHOD_DELETE, { METHOD_DELETE, METHOD_DELETE, METHOD_GET, METHOD_DELETE, METHOD_DELETE } },
	{ METHOD_OPTIONS, { METHOD_OPTIONS, METHOD_OPTIONS, METHOD_GET, METHOD_OPTIONS, METHOD_OPTIONS } },
};

static void changes_methods(void **state)
{
	static const unsigned statuses[5] = { 301, 302, 303, 307, 308 };

	(void)state;
	assert_int_equal(COUNT(method_changes), METHOD_COUNT);
	for (size_t i = 0; i < COUNT(method_changes); i++) {
		for (size_t s = 0; s < COUNT(statuses); s++) {
			char text[200];

			snprintf(text, sizeof(text), "%s / %u > /b\n%s /b 200\n= ok",
				 method_name(method_changes[i].method), statuses[s],
				 method_name(method_changes[i].after[s]));
			walk_text(text, &usual);
		}
	}
	walk_text("POST / 307 > /b\nPOST /b 302 > /c\n/c 307 > /d\n/d 200\n= ok", &usual);
}

/* How many redirects a server sends, and how the walk ends with each limit. */
static const struct {
	uint32_t max_redirects, redirects_sent;
	const char *end;
	uint32_t redirects;
} limit_cases[] = {
	{ 0, 0, "ok", 0 },
	{ 0, 1, "redirect_limit", 0 },
	{ 1, 1, "ok", 1 },
	{ 1, 2, "redirect_limit", 1 },
	{ 20, 19, "ok", 19 },
	{ 20, 20, "ok", 20 },
	{ 20, 21, "redirect_limit", 20 },
	{ 20, 30, "redirect_limit", 20 },
	{ 21, 21, "ok", 21 },
	{ 21, 22, "redirect_limit", 21 },
	{ REDIRECTS_MAX, REDIRECTS_MAX, "ok", REDIRECTS_MAX },
	{ REDIRECTS_MAX, REDIRECTS_MAX + 1, "redirect_limit", REDIRECTS_MAX },
};

static void ends_at_the_limit(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(limit_cases); i++) {
		const struct walk_limits limits = { .max_redirects = limit_cases[i].max_redirects };
		struct walked walked;
		char name[100];

		snprintf(name, sizeof(name), "limit %" PRIu32 ", %" PRIu32 " redirects", limits.max_redirects,
			 limit_cases[i].redirects_sent);
		walked_init(&walked, name, &limits);
		walked.step.action = WALK_REQUEST;
		for (uint32_t n = 0; walked.step.action == WALK_REQUEST; n++) {
			struct arena *arena = &walked.record->arena;
			char url[100], text[100];

			snprintf(url, sizeof(url), "/hop/%" PRIu32, n);
			snprintf(text, sizeof(text), n < limit_cases[i].redirects_sent ? "301 > /hop/%" PRIu32 : "200",
				 n + 1);
			walked_answer(&walked, walked_ask(&walked, arena_copy(arena, span_of(url)), METHOD_GET),
				      arena_copy(arena, span_of(text)));
		}
		walked_expect(&walked, span_of(limit_cases[i].end));
		assert_int_equal(walked.record->chain.redirects, limit_cases[i].redirects);
		record_free(walked.record);
	}
}

/* What is worse than one redirect too many is told instead of it. */
static void limit_comes_last(void **state)
{
	static const struct walk_limits none = { .max_redirects = 0 }, one = { .max_redirects = 1 };

	(void)state;
	walk_text("/ 301\n= missing_location", &none);
	walk_text("/ 301 > http://[/\n= invalid_location url-ipv6", &none);
	walk_text("/ 301 > mailto:a@a.example\n= unsupported_scheme", &none);
	walk_text("/ 301 > /\n/ 301 > /\n= loop 0 1", &one);
	walk_text("/ 301 > /\n= redirect_limit", &none);
}

/* Every error there is ends the walk as its table says. */
static void errors_end_the_walk(void **state)
{
	(void)state;
	for (enum hop_error error = HOP_OK + 1; error < HOP_ERROR_COUNT; error++) {
		char text[200];

		snprintf(text, sizeof(text), "/ 301 > /b\n/b %s\n= %s %s", hop_error_name(error),
			 outcome_name(hop_error_outcome(error)), hop_error_name(error));
		walk_text(text, &usual);
	}
}

static struct walk_step step_of(struct record *record, struct span location, bool cut)
{
	struct hop *hop = record_add_hop(record);

	assert_int_equal(url_parse(&record->arena, SPAN("http://a.example/#f"), NULL, &hop->url), URL_OK);
	hop->status = 301;
	hop->has_location = true;
	hop->location_count = 1;
	hop->location = location;
	hop->location_cut = cut;
	return walk_next(record, &usual);
}

static void refuses_long_locations(void **state)
{
	static char text[LOCATION_BYTES_MAX];
	static const struct {
		size_t len;
		bool cut;
		enum hop_error error; /* HOP_OK: followed */
	} cases[] = {
		/* "/" is 17 bytes; the slash is the text's first byte. */
		{ URL_BYTES_MAX - 16, false, HOP_OK },
		{ URL_BYTES_MAX - 15, false, HOP_ERROR_URL_TOO_LONG },
		{ LOCATION_BYTES_MAX, false, HOP_ERROR_URL_TOO_LONG },
		{ LOCATION_BYTES_MAX, true, HOP_ERROR_LOCATION_TOO_LONG },
		{ 10, true, HOP_ERROR_LOCATION_TOO_LONG },
	};

	(void)state;
	memset(text, 'x', sizeof(text));
	text[0] = '/';
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct record *record = record_new();
		struct walk_step step = step_of(record, (struct span){ text, cases[i].len }, cases[i].cut);

		assert_int_equal(step.action, cases[i].error ? WALK_DONE : WALK_REQUEST);
		assert_int_equal(record->chain.error, cases[i].error);
		assert_int_equal(record->chain.hop[0].error, cases[i].error);
		if (cases[i].error)
			assert_int_equal(record->chain.outcome, OUTCOME_INVALID_LOCATION);
		else /* and the fragment has no room */
			assert_int_equal(step.url.href.len, URL_BYTES_MAX);
		record_free(record);
	}
}

/* `next` is where Location leads, followed or not. */
static void tells_where_it_leads(void **state)
{
	static const struct {
		const char *location, *next;
	} cases[] = {
		{ "/b", "http://a.example/b#f" },
		{ "/b#g", "http://a.example/b#g" },
		{ "MAILTO:b@b.example", "mailto:b@b.example" },
		{ "http://[", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct record *record = record_new();

		step_of(record, span_of(cases[i].location), false);
		assert_true(span_equal(record->chain.hop[0].next.href, span_of(cases[i].next)));
		record_free(record);
	}
}

static const struct {
	enum hop_error error;
	uint16_t status;
	bool may_pass;
} failures[] = {
	{ HOP_OK, 200, false },
	{ HOP_OK, 301, false },
	{ HOP_OK, 404, false },
	{ HOP_OK, 408, true },
	{ HOP_OK, 410, false },
	{ HOP_OK, 429, true },
	{ HOP_OK, 500, true },
	{ HOP_OK, 503, true },
	{ HOP_OK, 599, true },
	{ HOP_OK, 999, false },
	{ HOP_ERROR_DNS_NXDOMAIN, 0, false },
	{ HOP_ERROR_DNS_SERVFAIL, 0, true },
	{ HOP_ERROR_DNS_TIMEOUT, 0, true },
	{ HOP_ERROR_CONNECT_REFUSED, 0, true },
	{ HOP_ERROR_CONNECT_TIMEOUT, 0, true },
	{ HOP_ERROR_TLS_EXPIRED, 0, false },
	{ HOP_ERROR_TLS_TIMEOUT, 0, true },
	{ HOP_ERROR_RESET, 0, true },
	{ HOP_ERROR_BAD_RESPONSE, 0, false },
	{ HOP_ERROR_RESPONSE_TIMEOUT, 0, true },
	{ HOP_ERROR_ADDRESS_NOT_PUBLIC, 0, false },
	{ HOP_ERROR_LOCATION_TOO_LONG, 301, false },
	{ HOP_ERROR_HOST_SET_ASIDE, 0, true },
	{ HOP_ERROR_NO_DESCRIPTORS, 0, true },
};

static void tells_what_may_pass(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		const struct hop hop = { .error = failures[i].error, .status = failures[i].status };

		if (walk_may_pass(&hop) != failures[i].may_pass)
			fail_msg("%s, status %u", hop_error_name(hop.error), hop.status);
	}
}

static void ends_a_chain_without_hops(void **state)
{
	struct record *record = record_new();

	(void)state;
	walk_end(record, OUTCOME_NOT_REACHED);
	assert_int_equal(record->chain.outcome, OUTCOME_NOT_REACHED);
	assert_int_equal(record->chain.redirects, 0);
	assert_int_equal(record->chain.final_url.len, 0);
	assert_int_equal(record->chain.final_status, 0);
	record_free(record);
}

static void ends_a_chain_early(void **state)
{
	struct record *record = record_new();
	struct hop *hop;

	(void)state;
	assert_int_equal(step_of(record, SPAN("/b"), false).action, WALK_REQUEST);
	hop = record_add_hop(record);
	hop->url = record->chain.hop[0].next;
	hop->error = HOP_ERROR_WALK_TIMEOUT;
	walk_end(record, hop_error_outcome(hop->error));
	assert_int_equal(record->chain.outcome, OUTCOME_TIMEOUT);
	assert_int_equal(record->chain.error, HOP_ERROR_WALK_TIMEOUT);
	assert_int_equal(record->chain.redirects, 1);
	assert_true(span_equal(record->chain.final_url, SPAN("http://a.example/b#f")));
	assert_int_equal(record->chain.final_status, 0);
	record_free(record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(follows_five_statuses), cmocka_unit_test(reads_locations),
		cmocka_unit_test(inherits_fragments),    cmocka_unit_test(changes_methods),
		cmocka_unit_test(ends_at_the_limit),     cmocka_unit_test(limit_comes_last),
		cmocka_unit_test(errors_end_the_walk),   cmocka_unit_test(refuses_long_locations),
		cmocka_unit_test(tells_where_it_leads),  cmocka_unit_test(ends_a_chain_without_hops),
		cmocka_unit_test(tells_what_may_pass),   cmocka_unit_test(ends_a_chain_early),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
