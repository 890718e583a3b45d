#include "formats/url_compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_segments(void **state)
{
	static const struct {
		const char *segment;
		bool wanted;
	} cases[] = {
		{ "en", true },      { "EN", true },   { "de-at", true },    { "pt_BR", true }, { "es-419", true },
		{ "zh-hant", true }, { "us", true },   { "", false },        { "e", false },    { "xx", false },
		{ "n ", false },     { "eng", false }, { "en-", false },     { "en-g", false }, { "en-g1", false },
		{ "en-4a9", false }, { "js", false },  { "en-shop", false }, { "1n", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (url_is_locale(span_of(cases[i].segment)) != cases[i].wanted)
			fail_msg("\"%s\"", cases[i].segment);
}

static void test_paths(void **state)
{
	static const struct {
		const char *path, *wanted;
	} cases[] = {
		{ "/", "" },      { "/d", "" },    { "/de", "de" }, { "/de/", "de" }, { "/de-AT/x", "de-AT" },
		{ "/x/de/", "" }, { "//de/", "" }, { "/demo", "" }, { "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (!span_equal(url_path_locale(span_of(cases[i].path)), span_of(cases[i].wanted)))
			fail_msg("\"%s\"", cases[i].path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
