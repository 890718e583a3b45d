#include "audit/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/example.h"

#define SET(change) (1u << CHANGE_##change)

static const struct {
	const char *text;
	uint32_t changes; /* of the first hop */
	enum freshness freshness;
	uint32_t fresh_s;
} cases[] = {
	{ "301 http://a.example/x\n200 https://a.example/x\n", SET(SCHEME), FRESHNESS_HEURISTIC, 0 },
	{ "307 http://a.example/x\n200 https://www.a.example/x/\n", SET(SCHEME) | SET(WWW) | SET(SLASH), FRESHNESS_NONE,
	  0 },
	{ "308 https://a.example/X\n  Cache-Control: max-age=60\n200 https://b.example/x\n", SET(SITE) | SET(CASE),
	  FRESHNESS_EXPLICIT, 60 },
	{ "308 https://a.example/x\n  Cache-Control: no-store\n200 https://a.example/login?next=x\n",
	  SET(LOGIN) | SET(PATH) | SET(QUERY), FRESHNESS_NONE, 0 },
	{ "302 https://a.example/x\n  Cache-Control: public\n200 https://a.example/age-check\n",
	  SET(CONSENT) | SET(PATH), FRESHNESS_HEURISTIC, 0 },
	{ "302 https://a.example/index.html?utm_source=x\n200 https://a.example/\n", SET(INDEX) | SET(TRACKING),
	  FRESHNESS_NONE, 0 },
	{ "302 https://a.example/x\n200 https://a.example/de/x\n", SET(LOCALE), FRESHNESS_NONE, 0 },
	{ "302 https://a.example/account\n200 https://a.example/my/account\n", SET(PATH), FRESHNESS_NONE, 0 },
	{ "302 https://a.example/account\n200 https://a.example/my/account\n<link rel=alternate hreflang=my href=/my/>\n",
	  SET(LOCALE), FRESHNESS_NONE, 0 },
	{ "200 https://a.example/\n", 0, FRESHNESS_HEURISTIC, 0 },
	{ "dns-nxdomain https://a.example/\n", 0, FRESHNESS_UNKNOWN, 0 },
};

/* And once more: nothing is added to what was derived already. */
static void facts_follow_from_the_answers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct example example;
		uint32_t line;

		if (!example_parse(&example, cases[i].text, &line))
			fail_msg("line %u is wrong:\n%s", line, cases[i].text);
		for (unsigned round = 0; round < 2; round++) {
			const struct hop *hop = &example.record->chain.hop[0];

			assert_non_null(facts_derive(example.record));
			if (hop->changes != cases[i].changes || hop->freshness != cases[i].freshness ||
			    hop->fresh_s != cases[i].fresh_s)
				fail_msg("changes %#x, freshness %u, fresh_s %u:\n%s", hop->changes, hop->freshness,
					 hop->fresh_s, cases[i].text);
		}
		example_release(&example);
	}
}

static void nothing_follows_from_nothing(void **state)
{
	struct record *record = record_new();

	(void)state;
	assert_null(facts_derive(record));
	record_free(record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_follow_from_the_answers),
		cmocka_unit_test(nothing_follows_from_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
