#include "audit/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "audit/example.h"
#include "audit/rule_settings.h"

static const char loop[] = "301 http://a.example/\n302 http://b.example/\n301 http://a.example/\n= loop 0 2\n";
static const char dead[] = "301 http://a.example/x\ntls-expired https://a.example/x\n";
static const char fine[] = "200 http://c.example/\n";

/* Audits the example as input line `seq`; the times to the first byte are 1,000 us, 2,000 us ... */
static struct record *audit(struct example *example, const char *text, uint64_t seq)
{
	struct rule_settings settings;
	uint32_t line;

	rule_settings_init(&settings);
	assert_true(example_parse(example, text, &line));
	example->record->seq = seq;
	for (uint32_t i = 0; i < example->record->chain.hop_count; i++) {
		struct hop *hop = &example->record->chain.hop[i];

		hop->first_byte_us = hop->status ? (i + 1) * 1000 : 0;
	}
	audit_record(example->record, &settings);
	return example->record;
}

static void add(struct tally *tally, const char *text, uint64_t seq)
{
	struct example example;

	tally_add(tally, audit(&example, text, seq));
	example_release(&example);
}

static uint64_t by_requests(const struct tally_host *host)
{
	return host->requests;
}

static void a_record_is_counted_everywhere(void **state)
{
	struct tally_top top[4];
	struct tally tally;

	(void)state;
	tally_init(&tally);
	add(&tally, loop, 7);
	add(&tally, dead, 3);
	add(&tally, fine, 9);
	assert_int_equal(tally.rows, 3);
	assert_int_equal(tally.redirected_rows, 2);
	assert_int_equal(tally.outcome[OUTCOME_LOOP], 1);
	assert_int_equal(tally.outcome[OUTCOME_TLS_ERROR], 1);
	assert_int_equal(tally.outcome[OUTCOME_OK], 1);
	assert_int_equal(tally.hops, 6);
	assert_int_equal(tally.requests, 6);
	assert_int_equal(tally.rule[RULE_redirect_loop].chains, 1);
	assert_int_equal(tally.rule[RULE_redirect_loop].findings[SEVERITY_ERROR], 1);
	assert_int_equal(tally.rule[RULE_redirect_loop].example[SEVERITY_ERROR].seq, 7);
	assert_memory_equal(tally.rule[RULE_redirect_loop].example[SEVERITY_ERROR].url, "http://a.example/", 17);
	assert_int_equal(tally_top_hosts(&tally, by_requests, top, 4), 3);
	assert_true(span_equal(top[0].name, SPAN("a.example")));
	assert_int_equal(top[0].host.requests, 4);
	assert_int_equal(top[0].host.redirects, 3);
	assert_int_equal(top[0].host.errors, 1);
	assert_int_equal(top[0].host.answers, 3);
	assert_int_equal(top[0].host.first_byte_us_sum, 5000);
	assert_int_equal(top[0].host.first_byte_us_max, 3000);
	assert_true(span_equal(top[1].name, SPAN("b.example")));
	assert_true(span_equal(top[2].name, SPAN("c.example")));
	assert_int_equal(tally_top_hosts(&tally, by_requests, top, 1), 1);
	assert_true(span_equal(top[0].name, SPAN("a.example")));
	tally_release(&tally);
}

static void memo_and_own_faults_are_no_requests(void **state)
{
	struct example example;
	struct tally tally;

	(void)state;
	tally_init(&tally);
	audit(&example, loop, 1);
	example.record->chain.hop[2].memo = true;
	example.record->passes = 2;
	tally_add(&tally, example.record);
	example_release(&example);
	add(&tally, "no-ports http://d.example/\n", 2);
	add(&tally, "host-set-aside http://e.example/\n", 3);
	add(&tally, "address-not-public http://f.example/\n", 4);
	add(&tally, "robots-disallowed http://g.example/\n  robots = disallowed Disallow: /\n", 5);
	assert_int_equal(tally.hops, 7);
	assert_int_equal(tally.robots_rows, 1);
	assert_int_equal(tally.memo_hops, 1);
	assert_int_equal(tally.again_rows, 1);
	assert_int_equal(tally.again_ok_rows, 0);
	assert_int_equal(tally.requests, 2);
	assert_int_equal(tally.host_count, 2);
	tally_release(&tally);
}

static void merging_is_adding(void **state)
{
	struct tally whole, left, right;
	struct tally_top top[4], top_whole[4];

	(void)state;
	tally_init(&whole);
	tally_init(&left);
	tally_init(&right);
	add(&whole, loop, 7);
	add(&whole, dead, 8);
	add(&whole, loop, 5);
	add(&whole, fine, 9);
	add(&left, loop, 7);
	add(&right, dead, 8);
	add(&right, loop, 5);
	add(&left, fine, 9);
	add(&whole, "200 http://a.example/\n  robots = disallowed Disallow: /\n", 10);
	add(&right, "200 http://a.example/\n  robots = disallowed Disallow: /\n", 10);
	tally_merge(&left, &right);
	assert_int_equal(left.robots_rows, 1);
	assert_int_equal(left.rows, whole.rows);
	assert_int_equal(left.redirected_rows, whole.redirected_rows);
	assert_int_equal(left.requests, whole.requests);
	assert_int_equal(left.hops, whole.hops);
	assert_int_equal(left.host_count, whole.host_count);
	assert_memory_equal(left.outcome, whole.outcome, sizeof(left.outcome));
	assert_memory_equal(left.findings, whole.findings, sizeof(left.findings));
	assert_int_equal(left.rule[RULE_redirect_loop].chains, 2);
	assert_int_equal(left.rule[RULE_redirect_loop].example[SEVERITY_ERROR].seq, 5);
	assert_int_equal(whole.rule[RULE_redirect_loop].example[SEVERITY_ERROR].seq, 5);
	assert_int_equal(tally_top_hosts(&left, by_requests, top, 4), 3);
	assert_int_equal(tally_top_hosts(&whole, by_requests, top_whole, 4), 3);
	for (size_t i = 0; i < 3; i++) {
		assert_true(span_equal(top[i].name, top_whole[i].name));
		assert_memory_equal(&top[i].host, &top_whole[i].host, sizeof(top[i].host));
	}
	tally_release(&whole);
	tally_release(&left);
	tally_release(&right);
}

static void the_worst_is_the_highest_level_seen(void **state)
{
	struct tally tally;

	(void)state;
	tally_init(&tally);
	assert_int_equal(tally_worst(&tally), SEVERITY_OFF);
	tally.findings[SEVERITY_NOTICE] = 1;
	assert_int_equal(tally_worst(&tally), SEVERITY_NOTICE);
	tally.findings[SEVERITY_ERROR] = 1;
	assert_int_equal(tally_worst(&tally), SEVERITY_ERROR);
	tally_release(&tally);
}

static void hosts_beyond_the_limit_share_one_place(void **state)
{
	const unsigned extra = 10;
	struct tally_top top;
	struct tally tally;

	(void)state;
	tally_init(&tally);
	for (unsigned i = 0; i < TALLY_HOSTS_MAX + extra; i++) {
		struct record *record = record_new();
		struct hop *hop = record_add_hop(record);
		char host[32];

		snprintf(host, sizeof(host), "h%u.example", i);
		hop->url = (struct url){ .scheme = URL_SCHEME_HTTP, .host = span_of(host) };
		hop->status = 200;
		tally_add(&tally, record);
		record_free(record);
	}
	assert_int_equal(tally.host_count, TALLY_HOSTS_MAX);
	assert_int_equal(tally.other_hosts.requests, extra);
	assert_int_equal(tally.requests, TALLY_HOSTS_MAX + extra);
	assert_int_equal(tally_top_hosts(&tally, by_requests, &top, 1), 1);
	assert_true(span_equal(top.name, SPAN("h0.example")));
	tally_release(&tally);
}

static void long_examples_are_cut(void **state)
{
	char text[400] = "404 http://a.example/";
	char chain[1200];
	struct tally tally;

	(void)state;
	memset(text + strlen(text), 'x', sizeof(text) - strlen(text) - 1);
	snprintf(chain, sizeof(chain), "301%s\n404 http://b.example/\n", text + 3);
	tally_init(&tally);
	add(&tally, chain, 1);
	assert_int_equal(tally.rule[RULE_target_client_error].example[SEVERITY_ERROR].len, TALLY_EXAMPLE_BYTES_MAX);
	assert_true(tally.rule[RULE_target_client_error].example[SEVERITY_ERROR].cut);
	tally_release(&tally);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_is_counted_everywhere),
		cmocka_unit_test(memo_and_own_faults_are_no_requests),
		cmocka_unit_test(merging_is_adding),
		cmocka_unit_test(the_worst_is_the_highest_level_seen),
		cmocka_unit_test(hosts_beyond_the_limit_share_one_place),
		cmocka_unit_test(long_examples_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
