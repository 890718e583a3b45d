#include "audit/example.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void parse(struct example *example, const char *text)
{
	uint32_t line = 0;

	if (!example_parse(example, text, &line))
		fail_msg("line %u of this example is wrong:\n%s", line, text);
}

static void assert_span(struct span got, const char *wanted)
{
	if (!span_equal(got, span_of(wanted)))
		fail_msg("expected \"%s\", got \"%.*s\"", wanted, (int)got.len, got.bytes);
}

static void facts_and_pages_are_lines_too(void **state)
{
	struct example example;
	const struct chain *chain;

	(void)state;
	parse(&example, "301 http://a.example/x\n"
			"  first_byte_ms = 1500\n"
			"  total_ms = 1600\n"
			"  body_bytes = 200000\n"
			"  robots = disallowed Disallow: /x\n"
			"200 http://a.example/y\n"
			"  robots = allowed\n"
			"<title>One &amp;\n"
			"<!-- --> two</title>\n"
			"<link rel=canonical href=/z>\n");
	chain = &example.record->chain;
	assert_int_equal(chain->hop[0].first_byte_us, 1500000);
	assert_int_equal(chain->hop[0].total_us, 1600000);
	assert_int_equal(chain->hop[0].body_bytes, 200000);
	assert_int_equal(chain->hop[0].robots, ROBOTS_DISALLOWED);
	assert_span(chain->hop[0].robots_rule, "Disallow: /x");
	assert_int_equal(chain->hop[1].robots, ROBOTS_ALLOWED);
	assert_true(chain->page.read);
	assert_span(chain->page.canonical, "http://a.example/z");
	example_release(&example);
}

static void hops_are_what_the_lines_say(void **state)
{
	struct example example;
	const struct chain *chain = NULL;

	(void)state;
	parse(&example, "POST 301 http://a.example/x#f\n"
			"  Location: /y\n"
			"  Cache-Control: no-store\n"
			"  Vary: Cookie\n"
			"  Vary: Accept\n"
			"302 http://a.example/y !\n"
			"tls-expired https://a.example/z\n");
	chain = &example.record->chain;
	assert_int_equal(chain->hop_count, 3);
	assert_int_equal(chain->hop[0].method, METHOD_POST);
	assert_int_equal(chain->hop[0].status, 301);
	assert_span(chain->hop[0].location, "/y");
	assert_span(chain->hop[0].header[HEADER_CACHE_CONTROL], "no-store");
	assert_span(chain->hop[0].header[HEADER_VARY], "Cookie, Accept");
	assert_span(chain->hop[0].next.href, "http://a.example/y#f");
	assert_int_equal(chain->hop[1].method, METHOD_GET);
	assert_span(chain->hop[1].url.href, "http://a.example/y#f");
	assert_span(chain->hop[1].location, "https://a.example/z");
	assert_int_equal(chain->hop[1].location_count, 1);
	assert_int_equal(chain->hop[2].status, 0);
	assert_int_equal(chain->hop[2].error, HOP_ERROR_TLS_EXPIRED);
	assert_false(example.blamed[0]);
	assert_true(example.blamed[1]);
	assert_false(example.blamed[2]);
	assert_int_equal(chain->outcome, OUTCOME_TLS_ERROR);
	assert_int_equal(chain->error, HOP_ERROR_TLS_EXPIRED);
	assert_int_equal(chain->redirects, 2);
	assert_int_equal(chain->max_redirects, 20);
	assert_span(chain->final_url, "https://a.example/z#f");
	assert_span(example.record->input_url, "http://a.example/x#f");
	assert_int_equal(example.record->method, METHOD_POST);
	example_release(&example);
}

static const struct {
	const char *text;
	enum outcome outcome;
	uint32_t max_redirects;
} outcomes[] = {
	{ "204 http://a.example/\n", OUTCOME_OK, 20 },
	{ "410 http://a.example/\n", OUTCOME_CLIENT_ERROR, 20 },
	{ "503 http://a.example/\n", OUTCOME_SERVER_ERROR, 20 },
	{ "304 http://a.example/\n", OUTCOME_NOT_FOLLOWED, 20 },
	{ "301 http://a.example/\n", OUTCOME_MISSING_LOCATION, 20 },
	{ "301 http://a.example/\n  No-Location\n", OUTCOME_MISSING_LOCATION, 20 },
	{ "301 http://a.example/\n  Location:\n", OUTCOME_EMPTY_LOCATION, 20 },
	{ "301 http://a.example/\n  Location: http://b.example:x/\n", OUTCOME_INVALID_LOCATION, 20 },
	{ "301 http://a.example/\n  Location: mailto:me@a.example\n", OUTCOME_UNSUPPORTED_SCHEME, 20 },
	{ "301 http://a.example/\n  Location: /a\n  Location: /b\n", OUTCOME_CONFLICTING_LOCATION, 20 },
	{ "301 http://a.example/\n  Location: /a\n  Location: /a\n200 http://a.example/a\n", OUTCOME_OK, 20 },
	{ "301 http://a.example/\n301 http://a.example/\n= loop 0 1\n", OUTCOME_LOOP, 20 },
	{ "301 http://a.example/[1-4]\n= redirect_limit\n", OUTCOME_REDIRECT_LIMIT, 3 },
	{ "301 http://a.example/[1-30]\n200 http://a.example/\n", OUTCOME_OK, 30 },
	{ "dns-nxdomain http://a.example/\n", OUTCOME_DNS_ERROR, 20 },
	{ "= invalid_input\n", OUTCOME_INVALID_INPUT, 20 },
};

static void the_outcome_follows_from_the_last_hop(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
		struct example example;

		parse(&example, outcomes[i].text);
		if (example.record->chain.outcome != outcomes[i].outcome ||
		    example.record->chain.max_redirects != outcomes[i].max_redirects)
			fail_msg("expected %s within %u, got %s within %u:\n%s", outcome_name(outcomes[i].outcome),
				 outcomes[i].max_redirects, outcome_name(example.record->chain.outcome),
				 example.record->chain.max_redirects, outcomes[i].text);
		example_release(&example);
	}
}

static void brackets_stand_for_several_hops(void **state)
{
	struct example example;

	(void)state;
	parse(&example, "301 http://a.example/[8-10]/x !\n200 http://[::1]/\n");
	assert_int_equal(example.record->chain.hop_count, 4);
	assert_span(example.record->chain.hop[0].url.href, "http://a.example/8/x");
	assert_span(example.record->chain.hop[2].url.href, "http://a.example/10/x");
	assert_span(example.record->chain.hop[2].next.href, "http://[::1]/");
	assert_false(example.blamed[1]);
	assert_true(example.blamed[2]);
	example_release(&example);
}

static void a_loop_goes_round(void **state)
{
	struct example example;
	const struct chain *chain = NULL;

	(void)state;
	parse(&example, "301 http://a.example/\n302 http://a.example/b\n301 http://a.example/c\n"
			"302 http://a.example/b\n= cookie_loop 1 2\ncookie ok 200 http://a.example/d\n");
	chain = &example.record->chain;
	assert_int_equal(chain->loop_entry, 1);
	assert_int_equal(chain->loop_length, 2);
	assert_span(chain->hop[3].next.href, "http://a.example/c");
	assert_true(chain->cookie_pass);
	assert_int_equal(chain->cookie_outcome, OUTCOME_OK);
	assert_int_equal(chain->cookie_final_status, 200);
	assert_span(chain->cookie_final_url, "http://a.example/d");
	example_release(&example);
}

static const struct {
	const char *text;
	uint32_t line;
} wrong[] = {
	{ "http://a.example/\n", 1 },
	{ "99 http://a.example/\n", 1 },
	{ "2000 http://a.example/\n", 1 },
	{ "200 a.example\n", 1 },
	{ "200 ftp://a.example/\n", 1 },
	{ "200\n", 1 },
	{ "200 http://a.example/ ?\n", 1 },
	{ "200 http://a.example/ ! x\n", 1 },
	{ "FETCH 200 http://a.example/\n", 1 },
	{ "301 http://a.example/\n\n200 http://a.example/b\n", 2 },
	{ "  Location: /x\n", 1 },
	{ "200 http://a.example/\n  Location\n", 2 },
	{ "200 http://a.example/\n  X-Unknown: 1\n", 2 },
	{ "301 http://a.example/\n  Location: /b\n200 http://a.example/c\n", 1 },
	{ "200 http://a.example/\n200 http://a.example/b\n", 1 },
	{ "301 http://a.example/[1-99]\n", 1 },
	{ "301 http://a.example/[1-60]\n301 http://a.example/[61-70]\n", 2 },
	{ "200 http://a.example/\n= fine\n", 2 },
	{ "301 http://a.example/\n= loop 0\n", 2 },
	{ "301 http://a.example/\n= loop 0 1 2\n", 2 },
	{ "301 http://a.example/\ncookie ok http://a.example/\n", 2 },
};

static void wrong_lines_are_refused_by_number(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct example example;
		uint32_t line = 0;

		if (example_parse(&example, wrong[i].text, &line) || line != wrong[i].line)
			fail_msg("expected line %u to be wrong, got %u:\n%s", wrong[i].line, line, wrong[i].text);
		example_release(&example);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hops_are_what_the_lines_say),
		cmocka_unit_test(facts_and_pages_are_lines_too),
		cmocka_unit_test(the_outcome_follows_from_the_last_hop),
		cmocka_unit_test(brackets_stand_for_several_hops),
		cmocka_unit_test(a_loop_goes_round),
		cmocka_unit_test(wrong_lines_are_refused_by_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
