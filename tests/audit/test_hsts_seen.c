#include "audit/hsts_seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "audit/example.h"

static void test_whom_a_policy_holds_for(void **state)
{
	static const struct {
		const char *text, *host;
		bool seen;
	} cases[] = {
		{ "200 https://a.example/\n  Strict-Transport-Security: max-age=60\n", "a.example", true },
		{ "200 https://a.example/\n  Strict-Transport-Security: max-age=60\n", "www.a.example", false },
		{ "200 https://a.example/\n  Strict-Transport-Security: max-age=60; includeSubDomains\n",
		  "www.a.example", true },
		{ "200 https://a.example/\n  Strict-Transport-Security: max-age=60; includeSubDomains\n",
		  "a.b.a.example", true },
		/* Names that only end alike, and the way up. */
		{ "200 https://a.example/\n  Strict-Transport-Security: max-age=60; includeSubDomains\n", "ba.example",
		  false },
		{ "200 https://www.a.example/\n  Strict-Transport-Security: max-age=60; includeSubDomains\n",
		  "a.example", false },
		/* Policies that are none. */
		{ "200 https://a.example/\n", "a.example", false },
		{ "200 https://a.example/\n  Strict-Transport-Security: max-age=0\n", "a.example", false },
		{ "200 https://a.example/\n  Strict-Transport-Security: includeSubDomains\n", "a.example", false },
		{ "200 http://a.example/\n  Strict-Transport-Security: max-age=60\n", "a.example", false },
		{ "200 https://192.0.2.1/\n  Strict-Transport-Security: max-age=60\n", "192.0.2.1", false },
		/* Any answer counts. */
		{ "301 https://a.example/\n  Strict-Transport-Security: max-age=60\n200 https://b.example/\n",
		  "a.example", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct example example;
		uint32_t line = 0;

		assert_true(example_parse(&example, cases[i].text, &line));
		if (hsts_seen_for(&example.record->chain, span_of(cases[i].host)) != cases[i].seen)
			fail_msg("%s: expected %d:\n%s", cases[i].host, cases[i].seen, cases[i].text);
		example_release(&example);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_whom_a_policy_holds_for) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
