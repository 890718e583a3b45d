#include "audit/example_facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void facts_are_told_from_headers(void **state)
{
	static const struct {
		const char *line;
		bool is_fact, is_right;
	} cases[] = {
		{ "  total_ms = 5", true, true },
		{ "  body_bytes = 1000000000", true, true },
		{ "  robots = allowed", true, true },
		{ "  robots = disallowed Disallow: /a", true, true },
		{ "  robots = unreachable", true, true },
		{ "  total_ms = 5000000", true, false }, /* more microseconds than fit */
		{ "  total_ms = x", true, false },
		{ "  total_ms = ", false, false },
		{ "  robots = perhaps", true, false },
		{ "  other = 5", true, false },
		{ "  Location: /a = b", false, false },
		{ "  cache-control: a = b", false, false },
		{ "  No-Location", false, false },
		{ "", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct hop hop = { .status = 200 };
		struct arena arena;

		arena_init(&arena);
		if (example_is_fact(span_of(cases[i].line)) != cases[i].is_fact ||
		    example_set_fact(&arena, &hop, span_of(cases[i].line)) != cases[i].is_right)
			fail_msg("%s", cases[i].line);
		arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts_are_told_from_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
