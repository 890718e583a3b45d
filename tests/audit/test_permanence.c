#include "audit/permanence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "audit/example.h"
#include "audit/facts.h"

static struct example parse(const char *text)
{
	struct example example;
	uint32_t line = 0;

	if (!example_parse(&example, text, &line))
		fail_msg("line %u of this example is wrong:\n%s", line, text);
	return example;
}

/* Of the first hop. */
struct result {
	unsigned pct;
	enum temporary_reason reason;
	int shape;
};

static struct result weigh(const char *text)
{
	struct example example = parse(text);
	const struct marks *marks = facts_derive(example.record);
	const struct hop *hop = &example.record->chain.hop[0];
	struct result result = { .pct = hop->permanent_pct, .reason = hop->temporary_reason };

	if (result.pct)
		result.shape = permanence_explain(&example.record->arena, &example.record->chain, 0, marks).shape;
	example_release(&example);
	return result;
}

struct confidence_case {
	const char *text;
	unsigned pct;
	int shape;
};

static void check_confidences(const struct confidence_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct result result = weigh(cases[i].text);

		if (result.pct != cases[i].pct || result.shape != cases[i].shape || result.reason != TEMPORARY_NONE)
			fail_msg("%u %%, shape %d, reason %u; wanted %u %%, %d:\n%s", result.pct, result.shape,
				 result.reason, cases[i].pct, cases[i].shape, cases[i].text);
	}
}

#define CHECK_CONFIDENCES(cases) check_confidences(cases, sizeof(cases) / sizeof((cases)[0]))

/* The logistic function of the weights less 1.5. */
static void shapes_and_counter_features(void **state)
{
	static const struct confidence_case cases[] = {
		{ "307 http://a.example/x\n200 https://a.example/x\n", 88, 35 },
		{ "307 http://a.example/x\n200 https://www.a.example/x\n", 82, 30 },
		{ "307 https://a.example/x\n200 https://www.a.example/x\n", 82, 30 },
		{ "307 https://a.example/x\n200 https://a.example/x/\n", 73, 25 },
		{ "307 https://a.example/x.html\n200 https://a.example/x\n", 73, 25 },
		{ "307 http://a.example/x\n200 https://www.a.example/x/\n", 73, 25 },
		{ "307 https://a.example/x?y\n200 https://b.example/x?y\n", 62, 20 },
		{ "307 http://a.example/x\n200 https://b.example/x\n", 62, 20 },
		{ "307 https://a.example/x?gclid=1\n200 https://a.example/x\n", 50, 15 },
		{ "307 https://a.example/x\n200 https://a.example/x?gclid=1\n", 38, 10 },
		{ "307 https://a.example/red-shoes\n200 https://a.example/p/red-shoes\n", 38, 10 },
		{ "307 https://a.example/x\n200 https://a.example/y\n", 18, 0 },
		{ "307 https://a.example/x\n200 http://b.example/x\n", 18, 0 },
		/* The way back to http is none to make permanent, however alike the names. */
		{ "307 https://a.example/x\n200 http://a.example/x\n", 18, 0 },
		/* Counter features add up: -1.0 and -0.8 here. */
		{ "302 http://a.example/api/x\n  Set-Cookie: s\n200 https://a.example/api/x\n", 55, 35 },
		{ "303 http://a.example/x\n200 https://a.example/x\n", 82, 35 },
		{ "302 http://a.example/\n  Vary: Accept-Language\n200 https://a.example/\n", 38, 35 },
		{ "302 http://a.example/\n  Vary: Cookie\n200 https://a.example/\n", 50, 35 },
		{ "307 http://a.example/\n  Vary: Upgrade-Insecure-Requests\n200 https://a.example/\n", 50, 35 },
		{ "302 https://a.example/latest\n200 https://a.example/v2\n", 2, 0 },
		{ "302 https://www.a.example/x\n200 https://www3.a.example/x\n", 5, 10 },
		{ "302 https://a.example/x\n200 https://a.example/x?ab_test=1\n", 8, 10 },
		{ "302 https://a.example/x\n200 https://a.example/login\n", 3, 0 },
		{ "302 https://a.example/x\n200 https://a.example/cart\n", 5, 0 },
		{ "302 https://a.example/x\n200 https://a.example/2026-11-22/x\n", 12, 10 },
		{ "302 https://a.example/x\n200 https://a.example/x?t=7f3a1c9e2b64d05811ee\n", 12, 10 },
		/* No more than -5: it would be -6.3. What was weighed is never 0. */
		{ "303 https://a.example/\n  Vary: Accept-Language, Cookie\n  Set-Cookie: ab_home\n"
		  "200 https://a.example/de/login\n",
		  1, 0 },
	};

	(void)state;
	CHECK_CONFIDENCES(cases);
}

#define SELF_CANONICAL "<link rel=canonical href=https://www.a.example/x>\n"

static void canonical_links(void **state)
{
	static const struct confidence_case cases[] = {
		/* 2.3, -2.5 and 1.0: with itself, the source and another one. */
		{ "302 https://a.example/x\n200 https://www.a.example/x\n" SELF_CANONICAL, 91, 30 },
		{ "302 https://a.example/x\n200 https://www.a.example/x\n<link rel=canonical href=https://a.example/x>\n",
		  8, 30 },
		{ "302 https://a.example/x\n200 https://www.a.example/x\n<link rel=canonical href=https://b.example/x>\n",
		  73, 30 },
		/* Percent-encodings are no difference. */
		{ "302 https://a.example/%7Ex\n200 https://www.a.example/%7Ex\n"
		  "<link rel=canonical href=https://www.a.example/~x>\n",
		  91, 30 },
		/* One that is no URL to ask for says nothing. */
		{ "302 https://a.example/x\n200 https://www.a.example/x\n<link rel=canonical href=mailto:x@a.example>\n",
		  82, 30 },
	};

	(void)state;
	CHECK_CONFIDENCES(cases);
}

static void caching(void **state)
{
	static const struct confidence_case cases[] = {
		/* 3.3, 2.8, 1.4; and 2.0 where neither is said. */
		{ "302 http://a.example/x\n  Cache-Control: max-age=2592000\n200 https://a.example/x\n", 96, 35 },
		{ "302 http://a.example/x\n  Cache-Control: max-age=86400\n200 https://a.example/x\n", 94, 35 },
		{ "302 http://a.example/x\n  Cache-Control: no-store\n200 https://a.example/x\n", 80, 35 },
		{ "302 http://a.example/x\n  Cache-Control: private\n200 https://a.example/x\n", 80, 35 },
		{ "302 http://a.example/x\n  Cache-Control: max-age=0\n200 https://a.example/x\n", 80, 35 },
		{ "302 http://a.example/x\n  Cache-Control: max-age=3600\n200 https://a.example/x\n", 88, 35 },
		{ "302 http://a.example/x\n  Cache-Control: public\n200 https://a.example/x\n", 88, 35 },
		/* The strongest counts alone. */
		{ "302 http://a.example/x\n  Cache-Control: private, max-age=86400\n200 https://a.example/x\n", 94,
		  35 },
	};

	(void)state;
	CHECK_CONFIDENCES(cases);
}

#define STRICT "  Strict-Transport-Security: "

static void hsts(void **state)
{
	static const struct confidence_case cases[] = {
		/* 3.0, 3.5; 2.5 where "www." changes too; 2.0 without. */
		{ "302 http://a.example/x\n200 https://a.example/x\n" STRICT "max-age=15768000\n", 95, 35 },
		{ "302 http://a.example/x\n200 https://a.example/x\n" STRICT "max-age=31536000; preload\n", 97, 35 },
		{ "302 http://a.example/x\n200 https://www.a.example/x\n" STRICT "max-age=31536000\n", 92, 30 },
		{ "302 http://a.example/x\n200 https://a.example/x\n" STRICT "max-age=15767999; preload\n", 88, 35 },
		{ "302 http://a.example/x\n200 https://a.example/x\n" STRICT "preload\n", 88, 35 },
		{ "302 http://192.0.2.1/x\n200 https://192.0.2.1/x\n" STRICT "max-age=31536000\n", 88, 35 },
		/* Over http it means nothing, and without an upgrade it says nothing. */
		{ "302 http://a.example/x\n" STRICT "max-age=31536000\n200 https://a.example/x\n", 88, 35 },
		{ "302 https://a.example/x\n200 https://www.a.example/x\n" STRICT "max-age=31536000\n", 82, 30 },
	};

	(void)state;
	CHECK_CONFIDENCES(cases);
}

static void generators(void **state)
{
	static const struct confidence_case cases[] = {
		{ "307 http://a.example/x\n  Server: Kestrel\n200 https://a.example/x\n", 94, 35 },
		{ "302 http://a.example/x\n  X-Powered-By: ASP.NET\n200 https://a.example/x\n", 94, 35 },
		{ "307 https://a.example/x\n  Server: uvicorn\n200 https://a.example/x/\n", 86, 25 },
		{ "307 https://a.example/x\n  Server: Vercel\n200 https://www.a.example/x\n", 91, 30 },
		{ "307 https://a.example/x\n  X-Powered-By: Next.js\n200 https://www.a.example/x\n", 91, 30 },
		{ "307 https://a.example/x.html\n  Server: cloudflare\n200 https://a.example/x\n", 86, 25 },
		/* What net/http writes for this Location: <a href="/x/?a=1&amp;b=2">Temporary Redirect</a>. */
		{ "307 https://a.example/x?a=1&b=2\n  Location: /x/?a=1&b=2\n  Content-Length: 51\n"
		  "  Content-Type: text/html; charset=utf-8\n200 https://a.example/x/?a=1&b=2\n",
		  86, 25 },
		{ "307 https://a.example/x?a=1&b=2\n  Location: /x/?a=1&b=2\n  Content-Length: 50\n"
		  "  Content-Type: text/html; charset=utf-8\n200 https://a.example/x/?a=1&b=2\n",
		  73, 25 },
		/* Another status or another shape than the default's. */
		{ "303 http://a.example/x\n  Server: Kestrel\n200 https://a.example/x\n", 82, 35 },
		{ "302 https://a.example/x\n  Server: uvicorn\n200 https://a.example/x/\n", 73, 25 },
		{ "307 https://a.example/x\n  Server: Kestrel\n200 https://a.example/x/\n", 73, 25 },
		{ "307 http://a.example/x\n  Server: uvicorn\n200 https://a.example/x\n", 88, 35 },
		{ "307 https://a.example/x\n  Server: Vercel\n200 https://a.example/y\n", 18, 0 },
		{ "307 https://a.example/x\n  Server: cloudflare\n200 https://a.example/X\n", 73, 25 },
	};

	(void)state;
	CHECK_CONFIDENCES(cases);
}

/* Computed by hand from the weights. */
static void worked_examples(void **state)
{
	static const struct confidence_case cases[] = {
		/* -1.5 + 3.5 = 2.0 */
		{ "307 http://a.example/\n200 https://a.example/\n", 88, 35 },
		/* -1.5 + 3.5 + 1.0 = 3.0 */
		{ "307 http://a.example/\n200 https://a.example/\n" STRICT "max-age=31536000\n", 95, 35 },
		/* -1.5 + 3.0 + 0.8 + 0.8 = 3.1 */
		{ "307 https://a.example/x\n  Server: Vercel\n200 https://www.a.example/x\n" SELF_CANONICAL, 96, 30 },
		/* -1.5 + 2.5 = 1.0 */
		{ "307 https://a.example/users\n200 https://a.example/users/\n", 73, 25 },
		/* -1.5 + 2.0 + 0.8 = 1.3 */
		{ "302 https://old.example/x\n200 https://www.a.example/x\n" SELF_CANONICAL, 79, 20 },
		/* -1.5 - 2.5 - 1.0 = -5.0 */
		{ "307 https://a.example/\n  Vary: Accept-Language\n200 https://a.example/en/\n", 1, 0 },
		/* -1.5 + 1.0 - 4.0 = -4.5 */
		{ "302 https://a.example/red-shoes-large\n200 https://a.example/red-shoes-xl-large\n"
		  "<link rel=canonical href=/red-shoes-large>\n",
		  1, 10 },
	};

	(void)state;
	CHECK_CONFIDENCES(cases);
}

static void some_are_out_of_the_question(void **state)
{
	static const char *const texts[] = {
		"301 http://a.example/\n200 https://a.example/\n",
		"301 http://a.example/\n  Retry-After: 5\n200 https://a.example/\n",
		"200 http://a.example/\n",
		"HEAD 302 http://a.example/\n200 https://a.example/\n",
		"302 http://a.example/\n  Location: mailto:a@b.example\n",
		"302 http://a.example/\n  Location:\n",
		"302 http://a.example/\n  Location: https://a.example/\n  Location: /b\n",
		"302 http://a.example/\n  Location: http://a.example:80/#x\n",
		"302 http://a.example/\n302 https://a.example/\n302 http://a.example/\n= loop 0 2\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const struct result result = weigh(texts[i]);

		if (result.pct || result.reason != TEMPORARY_NONE)
			fail_msg("%u %%, reason %u:\n%s", result.pct, result.reason, texts[i]);
	}
}

static void vetoes_have_reasons(void **state)
{
	static const struct {
		const char *text;
		enum temporary_reason reason;
	} cases[] = {
		{ "302 http://a.example/\n  Retry-After: 60\n200 https://a.example/\n", TEMPORARY_RETRY_AFTER },
		{ "302 http://a.example/\n429 https://a.example/\n", TEMPORARY_MAINTENANCE },
		{ "302 http://a.example/\n503 https://a.example/\n", TEMPORARY_MAINTENANCE },
		{ "302 http://a.example/\n301 https://a.example/\n503 https://a.example/b\n", TEMPORARY_MAINTENANCE },
		{ "302 http://a.example/\n401 https://a.example/\n", TEMPORARY_SIGN_IN },
		{ "302 http://a.example/\n407 https://a.example/\n", TEMPORARY_SIGN_IN },
		{ "302 http://a.example/x\n200 https://a.example/login?next=%2Fx\n", TEMPORARY_SIGN_IN },
		{ "302 http://a.example/checkout\n200 https://a.example/checkout\n", TEMPORARY_TRANSACTION },
		{ "302 http://a.example/f?X-Amz-Signature=1\n200 https://a.example/f?X-Amz-Signature=1\n",
		  TEMPORARY_SIGNED_URL },
		{ "302 https://a.example/p\n308 https://b.example/p\n302 https://a.example/p\n200 https://c.example/p\n",
		  TEMPORARY_SEVERAL_TARGETS },
		{ "302 https://a.example/x\n  Set-Cookie: ab_x\n200 https://a.example/x/\n<link rel=canonical href=/x>\n",
		  TEMPORARY_EXPERIMENT },
		{ "302 http://a.example/\n404 https://a.example/\n", TEMPORARY_DEAD_END },
		{ "302 http://a.example/\ndns-nxdomain https://a.example/\n", TEMPORARY_DEAD_END },
		{ "302 http://a.example/\n301 https://a.example/\n301 https://a.example/b\n301 https://a.example/\n"
		  "= loop 1 2\n",
		  TEMPORARY_DEAD_END },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct result result = weigh(cases[i].text);

		if (result.pct || result.reason != cases[i].reason)
			fail_msg("%u %%, reason %u, wanted %u:\n%s", result.pct, result.reason, cases[i].reason,
				 cases[i].text);
	}
}

/* -1.5 + 3.0 + 0.2: the only link of the final page is its own, by hreflang. */
static void hreflang_counts_a_little(void **state)
{
	struct page_link link = { .rel = LINK_ALTERNATE, .url = SPAN("https://www.a.example/x") };
	struct example example = parse("302 https://a.example/x\n200 https://www.a.example/x\n");

	(void)state;
	example.record->chain.page.link = &link;
	example.record->chain.page.link_count = 1;
	facts_derive(example.record);
	assert_int_equal(example.record->chain.hop[0].permanent_pct, 85);
	link.url = SPAN("https://www.a.example/de");
	facts_derive(example.record);
	assert_int_equal(example.record->chain.hop[0].permanent_pct, 82);
	example_release(&example);
}

/* An experiment's cookie alone is a counter feature, and the canonical link another one. */
static void an_experiment_needs_its_canonical(void **state)
{
	(void)state;
	assert_int_equal(weigh("302 https://a.example/x\n  Set-Cookie: ab_x\n200 https://a.example/x/\n").pct, 14);
	assert_int_equal(weigh("302 https://a.example/x\n  Set-Cookie: ab_x\n200 https://a.example/x/\n"
			       "<link rel=canonical href=/x/>\n")
				 .pct,
			 27);
}

static void each_hop_is_weighed(void **state)
{
	struct example example = parse("302 http://a.example/x\n301 https://a.example/x\n"
				       "302 https://www.a.example/x\n200 https://www.a.example/y\n");
	const struct hop *hop = example.record->chain.hop;

	(void)state;
	facts_derive(example.record);
	for (unsigned round = 0; round < 2; round++) {
		assert_int_equal(hop[0].permanent_pct, 88);
		assert_int_equal(hop[1].permanent_pct, 0);
		assert_int_equal(hop[2].permanent_pct, 18);
		assert_int_equal(hop[3].permanent_pct, 0);
		facts_derive(example.record);
	}
	example_release(&example);
}

static void the_evidence_is_told(void **state)
{
	struct example example = parse("303 http://a.example/\n  Cache-Control: no-store\n200 https://a.example/\n"
				       "<link rel=canonical href=/>\n");
	const struct marks *marks = facts_derive(example.record);
	struct permanence permanence = permanence_explain(&example.record->arena, &example.record->chain, 0, &marks[0]);

	(void)state;
	assert_int_equal(permanence.shape, 35);
	if (!span_equal(permanence.why, SPAN("only http becomes https (+3.5), the final page is its own canonical URL "
					     "(+0.8), caches may not keep it, or only the visitor's own (-0.6), it is "
					     "a 303 (-0.5)")))
		fail_msg("%.*s", (int)permanence.why.len, permanence.why.bytes);
	example_release(&example);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shapes_and_counter_features),
		cmocka_unit_test(canonical_links),
		cmocka_unit_test(hreflang_counts_a_little),
		cmocka_unit_test(caching),
		cmocka_unit_test(hsts),
		cmocka_unit_test(generators),
		cmocka_unit_test(worked_examples),
		cmocka_unit_test(some_are_out_of_the_question),
		cmocka_unit_test(vetoes_have_reasons),
		cmocka_unit_test(an_experiment_needs_its_canonical),
		cmocka_unit_test(each_hop_is_weighed),
		cmocka_unit_test(the_evidence_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
