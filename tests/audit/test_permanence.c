#include "audit/permanence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "audit/example.h"

static struct example parse(const char *text)
{
	struct example example;
	uint32_t line = 0;

	if (!example_parse(&example, text, &line))
		fail_msg("line %u of this example is wrong:\n%s", line, text);
	return example;
}

static bool weigh_first(struct record *record, struct permanence *out)
{
	struct marks marks = marks_of_hop(&record->chain, 0);

	return permanence_weigh(&record->arena, &record->chain, 0, &marks, out);
}

/* Confidence of the first hop in percent, rounded down; -1 if it is out of the question. */
static int confidence_pct(const char *text, struct permanence *out)
{
	struct example example = parse(text);
	struct record *record = example.record;
	int pct = -1;

	*out = (struct permanence){ .shape = 0 };
	if (weigh_first(record, out))
		pct = (int)(out->confidence * 100);
	example_release(&example);
	return pct;
}

static void test_confidence(void **state)
{
	static const struct {
		const char *text;
		int pct;
		double shape;
	} cases[] = {
		/* Shapes: the logistic function of the weight less 1.5. */
		{ "307 http://a.example/x\n200 https://a.example/x\n", 88, 3.5 },
		{ "307 http://a.example/x\n200 https://www.a.example/x\n", 81, 3.0 },
		{ "307 https://a.example/x\n200 https://www.a.example/x\n", 81, 3.0 },
		{ "307 https://a.example/x\n200 https://a.example/x/\n", 73, 2.5 },
		{ "307 https://a.example/x.html\n200 https://a.example/x\n", 73, 2.5 },
		{ "307 http://a.example/x\n200 https://www.a.example/x/\n", 73, 2.5 },
		{ "307 https://a.example/x?y\n200 https://b.example/x?y\n", 62, 2.0 },
		{ "307 http://a.example/x\n200 https://b.example/x\n", 62, 2.0 },
		{ "307 https://a.example/x?gclid=1\n200 https://a.example/x\n", 50, 1.5 },
		{ "307 https://a.example/x\n200 https://a.example/x?gclid=1\n", 37, 1.0 },
		{ "307 https://a.example/red-shoes\n200 https://a.example/p/red-shoes\n", 37, 1.0 },
		{ "307 https://a.example/x\n200 https://a.example/y\n", 18, 0 },
		{ "307 https://a.example/x\n200 http://b.example/x\n", 18, 0 },
		/* Counter features add up: -1.0 and -0.8 here. */
		{ "302 http://a.example/api/x\n  Set-Cookie: s\n200 https://a.example/api/x\n", 54, 3.5 },
		{ "303 http://a.example/x\n200 https://a.example/x\n", 81, 3.5 },
		{ "302 http://a.example/\n  Vary: Accept-Language\n200 https://a.example/\n", 37, 3.5 },
		{ "302 http://a.example/\n  Vary: Cookie\n200 https://a.example/\n", 50, 3.5 },
		/* No more than -5: without the cap it would be 0. */
		{ "303 https://a.example/\n  Vary: Accept-Language, Cookie\n  Set-Cookie: ab_home\n"
		  "200 https://a.example/de/login\n",
		  0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct permanence out;
		int pct = confidence_pct(cases[i].text, &out);

		if (pct != cases[i].pct || out.shape < cases[i].shape || out.shape > cases[i].shape)
			fail_msg("%d %%, shape %.1f; wanted %d %%, %.1f:\n%s", pct, out.shape, cases[i].pct,
				 cases[i].shape, cases[i].text);
	}
}

static void test_counter_features_have_a_floor(void **state)
{
	struct permanence out;

	(void)state;
	/* -1.5 - 5.0; the features alone come to -9.8. */
	confidence_pct("303 https://a.example/\n  Vary: Accept-Language, Cookie\n  Set-Cookie: ab_home\n"
		       "200 https://a.example/de/login/cart/2026-11-promo\n",
		       &out);
	assert_in_range((int)(out.confidence * 100000), 150, 151);
}

static void test_gate_and_vetoes(void **state)
{
	static const char *const out_of_question[] = {
		"301 http://a.example/\n200 https://a.example/\n",
		"200 http://a.example/\n",
		"HEAD 302 http://a.example/\n200 https://a.example/\n",
		"302 http://a.example/\n  Location: mailto:a@b.example\n",
		"302 http://a.example/\n  Location:\n",
		"302 http://a.example/\n  Location: https://a.example/\n  Location: /b\n",
		"302 http://a.example/\n  Location: http://a.example:80/#x\n",
		"302 http://a.example/\n302 https://a.example/\n302 http://a.example/\n= loop 0 2\n",
		"302 http://a.example/\n  Retry-After: 60\n200 https://a.example/\n",
		"302 http://a.example/\n429 https://a.example/\n",
		"302 http://a.example/\n503 https://a.example/\n",
		"302 http://a.example/\n407 https://a.example/\n",
		"302 http://a.example/x\n200 https://a.example/login?next=%2Fx\n",
		"302 http://a.example/checkout\n200 https://a.example/checkout\n",
		"302 http://a.example/f?X-Amz-Signature=1\n200 https://a.example/f?X-Amz-Signature=1\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(out_of_question) / sizeof(out_of_question[0]); i++) {
		struct permanence out;

		if (confidence_pct(out_of_question[i], &out) != -1)
			fail_msg("not out of the question:\n%s", out_of_question[i]);
	}
}

static void test_canonical_of_an_experiment(void **state)
{
	struct example example = parse("302 https://a.example/x\n  Set-Cookie: ab_x\n200 https://a.example/x/\n");
	struct record *record = example.record;
	struct permanence out;

	(void)state;
	assert_true(weigh_first(record, &out));
	record->chain.page.canonical = SPAN("https://a.example/x/");
	assert_true(weigh_first(record, &out));
	record->chain.page.canonical = SPAN("https://a.example/x");
	assert_false(weigh_first(record, &out));
	example_release(&example);
}

static void test_the_evidence_is_told(void **state)
{
	struct example example = parse("303 http://a.example/\n200 https://a.example/\n");
	struct record *record = example.record;
	struct marks marks = marks_of_hop(&record->chain, 0);

	(void)state;
	assert_true(span_equal(permanence_why(&record->arena, &record->chain, 0, &marks),
			       SPAN("only http becomes https (+3.5), it is a 303 (-0.5)")));
	example_release(&example);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_confidence),           cmocka_unit_test(test_counter_features_have_a_floor),
		cmocka_unit_test(test_gate_and_vetoes),      cmocka_unit_test(test_canonical_of_an_experiment),
		cmocka_unit_test(test_the_evidence_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
