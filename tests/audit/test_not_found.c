#include "audit/not_found.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void titles_that_say_so(void **state)
{
	static const struct {
		const char *text;
		bool says;
	} cases[] = {
		{ "Page not found", true },
		{ "PAGE NOT FOUND | Lumen", true },
		{ "404 - Lumen", true },
		{ "Seite nicht gefunden", true },
		{ "Not Found", true },
		{ "", false },
		{ "Peugeot 404", false },
		{ "404 lamps for you", false },
		{ "What to do when a page is not found", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (not_found_says(span_of(cases[i].text)) != cases[i].says)
			fail_msg("\"%s\" is wrong", cases[i].text);
}

static void addresses_of_error_pages(void **state)
{
	static const struct {
		const char *url;
		bool is;
	} cases[] = {
		{ "https://a.example/404.html", true },   { "https://a.example/de/Page-Not-Found/", true },
		{ "https://a.example/error", true },      { "https://a.example/", false },
		{ "https://a.example/404/lamps", false }, { "https://a.example/x?404", false },
		{ "https://a.example/errors-in", false },
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct url url;

		assert_int_equal(url_parse(&arena, span_of(cases[i].url), NULL, &url), URL_OK);
		if (not_found_is_address(&url) != cases[i].is)
			fail_msg("%s is wrong", cases[i].url);
	}
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(titles_that_say_so),
		cmocka_unit_test(addresses_of_error_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
