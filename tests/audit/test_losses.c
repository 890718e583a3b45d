#include "audit/losses.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/example.h"

static void homes_and_their_other_names(void **state)
{
	static const struct {
		const char *url;
		bool home, alias;
	} cases[] = {
		{ "http://a.example/", true, false },
		{ "http://a.example//", true, false },
		{ "http://a.example/index.html", true, true },
		{ "http://a.example/Default.aspx", true, true },
		{ "http://a.example/de", true, false },
		{ "http://a.example/pt_BR/index.php", true, true },
		{ "http://a.example/index.html/x", false, false },
		{ "http://a.example/de/x", false, false },
		{ "http://a.example/Welcome/", false, true },
		{ "http://a.example/en/start.html", false, true },
		{ "http://a.example/blog/home", false, false },
		{ "http://a.example/shop/index.html", false, false },
		{ "http://a.example/home/index.html", false, true },
		{ "http://a.example/page/1/", false, true },
		{ "http://a.example/de/page/1", false, true },
		{ "http://a.example/page/12", false, false },
		{ "http://a.example/page/1/x", false, false },
		{ "http://a.example/page", false, false },
		{ "http://a.example/home/lamps", false, false },
		{ "http://a.example/homes", false, false },
		{ "http://a.example/.html", false, false },
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct url url;

		assert_int_equal(url_parse(&arena, span_of(cases[i].url), NULL, &url), URL_OK);
		if (losses_is_home(&url) != cases[i].home || losses_is_home_alias(&url) != cases[i].alias)
			fail_msg("%s", cases[i].url);
	}
	arena_release(&arena);
}

static void parameters_are_cut_off(void **state)
{
	struct span query = SPAN("&a=1&&b&"), parameter;

	(void)state;
	assert_true(losses_next_parameter(&query, &parameter));
	assert_true(span_equal(parameter, SPAN("a=1")));
	assert_true(losses_next_parameter(&query, &parameter));
	assert_true(span_equal(parameter, SPAN("b")));
	assert_false(losses_next_parameter(&query, &parameter));
	assert_true(losses_is_tracking_only(SPAN("")));
	assert_true(losses_is_tracking_only(SPAN("&utm_source=x&gclid=1")));
	assert_false(losses_is_tracking_only(SPAN("utm_source=x&id=1")));
}

static void what_the_first_hop_loses(void **state)
{
	static const struct {
		const char *text;
		bool path, names_page, in_loop;
	} cases[] = {
		{ "301 http://a.example/x/y\n200 https://a.example/\n", true, false, false },
		{ "301 http://a.example/x?id=1\n200 http://www.a.example/\n", true, false, false },
		{ "301 http://a.example/x#1\n200 https://a.example/#1\n", true, false, false },
		{ "301 http://a.example/x\n200 https://a.example/#x\n", false, true, false },
		{ "301 http://a.example/x?id=1\n200 https://a.example/?id=1\n", false, true, false },
		{ "301 http://a.example/x\n200 https://a.example/x\n", false, false, false },
		{ "301 http://a.example/x\n200 http://a.example/\n", false, false, false },
		{ "301 http://a.example/x\n200 https://m.a.example/\n", false, false, false },
		{ "301 http://a.example/x\n301 https://a.example/\n301 http://a.example/x\n= loop 0 2\n", true, false,
		  true },
		{ "301 http://a.example/x\n301 https://a.example/\n301 https://a.example/\n= loop 1 1\n", true, false,
		  false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct example example;
		struct chain *chain;
		struct marks marks;
		uint32_t line;

		assert_true(example_parse(&example, cases[i].text, &line));
		chain = &example.record->chain;
		marks = marks_of_hop(chain, 0, NULL);
		if (losses_path(&chain->hop[0], &marks) != cases[i].path ||
		    losses_target_names_page(&chain->hop[0]) != cases[i].names_page ||
		    losses_in_loop(chain, 0) != cases[i].in_loop)
			fail_msg("%s", cases[i].text);
		example_release(&example);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(homes_and_their_other_names),
		cmocka_unit_test(parameters_are_cut_off),
		cmocka_unit_test(what_the_first_hop_loses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
