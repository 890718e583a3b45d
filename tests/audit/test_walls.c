#include "audit/walls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/example.h"

static void queries_that_name_the_source(void **state)
{
	static const struct {
		const char *query, *source;
		bool wanted;
	} cases[] = {
		{ "u=/x/y", "http://a.example/x/y", true },
		{ "u=%2Fx%2Fy", "http://a.example/x/y", true },
		{ "u=https%3A%2F%2Fa.example%2Fx%2Fy%3Fz%3D1", "http://a.example/x/y?z=1", true },
		{ "u=https%253A%252F%252Fa.example%252Fx%252Fy", "http://a.example/x/y", true },
		{ "u=%2Fcaf%25C3%25A9", "http://a.example/caf%C3%A9", true },
		{ "u=/x/y/z", "http://a.example/x/y", false },
		{ "u=/x/y/", "http://a.example/x/y", true },
		{ "u=/w/x/y", "http://a.example/x/y", false },
		{ "u=/x/yy&v=/x/y", "http://a.example/x/y", true },
		{ "u=http://a.example/", "http://a.example/", true },
		{ "u=/", "http://a.example/", false },
		{ "", "http://a.example/x", false },
		{ "u=%2", "http://a.example/x", false },
		{ "%", "http://a.example/x", false },
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct url source;

		assert_int_equal(url_parse(&arena, span_of(cases[i].source), NULL, &source), URL_OK);
		if (wall_query_names(&arena, span_of(cases[i].query), &source) != cases[i].wanted)
			fail_msg("\"%s\" and %s", cases[i].query, cases[i].source);
	}
	arena_release(&arena);
}

static void walks_that_end_on_a_page(void **state)
{
	static const struct {
		const char *text;
		bool wanted;
	} cases[] = {
		{ "301 http://a.example/x\n200 http://a.example/y\n", true },
		{ "200 http://a.example/x\n", false },
		{ "301 http://a.example/x\n404 http://a.example/y\n", false },
		{ "301 http://a.example/x\n301 http://a.example/x\n= loop 0 1\n", false },
		{ "301 http://a.example/x\nconnect-refused http://a.example/y\n", false },
		{ "301 http://a.example/x\n  Location: http://a.example/y\n= redirect_limit\n", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct example example;
		uint32_t line;

		assert_true(example_parse(&example, cases[i].text, &line));
		if (wall_is_end(&example.record->chain) != cases[i].wanted)
			fail_msg("%s", cases[i].text);
		example_release(&example);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queries_that_name_the_source),
		cmocka_unit_test(walks_that_end_on_a_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
