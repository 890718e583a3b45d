#include "audit/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void chance_is_told_from_words(void **state)
{
	static const struct {
		const char *text;
		bool random;
	} cases[] = {
		{ "7f3a1c9e2b64d05811ee", true },
		{ "9b2f4c1e-7a3d-4e58-b6c0-1f8d2a5e7c93", true },
		{ "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", true },
		{ "dGhpcyBpcyBh3ZlcnkgbG9uZ1x2Yzf4Bw%3D%3D", true },
		{ "", false },
		{ "7f3a1c9e2b64d05811e", false },
		{ "10-best-places-to-visit-in-2026", false },
		{ "internationalization", false },
		{ "20261122101112131415", false },
		{ "a1a1a1a1a1a1a1a1a1a1", false },
		{ "https%3A%2F%2Fa.example%2F5f4e3d2c1b0a9", false },
		{ "2026-11-22T10:11:12+01:00", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (token_is_random(span_of(cases[i].text)) != cases[i].random)
			fail_msg("\"%s\" is wrong", cases[i].text);
}

static void a_token_counts_where_it_is_added(void **state)
{
	static const struct {
		const char *from, *to;
		bool added;
	} cases[] = {
		{ "https://a.example/x", "https://a.example/x?s=7f3a1c9e2b64d05811ee", true },
		{ "https://a.example/x", "https://a.example/x?a=1&s=7f3a1c9e2b64d05811ee&b=2", true },
		{ "https://a.example/x", "https://a.example/s/7f3a1c9e2b64d05811ee/x", true },
		{ "https://a.example/7f3a1c9e2b64d05811ee", "https://b.example/7f3a1c9e2b64d05811ee", false },
		{ "https://a.example/7f3a1c9e2b64d05811ee", "https://b.example/x?id=7f3a1c9e2b64d05811ee", false },
		{ "https://a.example/x?s=7f3a1c9e2b64d05811ee", "https://a.example/x", false },
		{ "https://a.example/x", "https://a.example/x?7f3a1c9e2b64d05811ee=1", false },
		{ "https://a.example/x", "https://7f3a1c9e2b64d05811ee.example/x", false },
		{ "https://a.example/x", "https://a.example/red-shoes?colour=blue", false },
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct url from, to;

		assert_int_equal(url_parse(&arena, span_of(cases[i].from), NULL, &from), URL_OK);
		assert_int_equal(url_parse(&arena, span_of(cases[i].to), NULL, &to), URL_OK);
		if (token_is_added(&from, &to) != cases[i].added)
			fail_msg("%s to %s is wrong", cases[i].from, cases[i].to);
	}
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chance_is_told_from_words),
		cmocka_unit_test(a_token_counts_where_it_is_added),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
