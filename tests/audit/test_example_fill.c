#include "audit/example_fill.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void test_fillings(void **state)
{
	static const struct {
		const char *line, *wanted;
	} cases[] = {
		{ "", "" },
		{ "no filling", "no filling" },
		{ "a{3}", "axxx" },
		{ "a{2}b{1}{04}c", "axxbxxxxxc" },
		{ "a{0}b", "ab" },
		{ "{2", "{2" },
		{ "{}", "{}" },
		{ "{-1}{a}{1 }{{1}", "{-1}{a}{1 }{x" },
		{ "{100000}", "{100000}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena;
		struct span got;

		arena_init(&arena);
		got = example_fill(&arena, span_of(cases[i].line));
		if (!span_equal(got, span_of(cases[i].wanted)))
			fail_msg("\"%s\" is filled as \"%.*s\"", cases[i].line, (int)got.len, got.bytes);
		arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_fillings) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
