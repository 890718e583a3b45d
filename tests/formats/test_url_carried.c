#include "formats/url_compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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
		{ "u=%252525%2Fx", "http://a.example/x", false },
		{ "u=%25252Fx", "http://a.example/x", true },
		{ "u=%2525252Fx", "http://a.example/x", false },
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
		if (url_is_carried(&source, span_of(cases[i].query)) != cases[i].wanted)
			fail_msg("\"%s\" and %s", cases[i].query, cases[i].source);
	}
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queries_that_name_the_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
