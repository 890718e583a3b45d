#include "audit/walls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/example.h"

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
		cmocka_unit_test(walks_that_end_on_a_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
