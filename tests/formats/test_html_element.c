#include "formats/html_element.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The first, the last and some between: the table is searched by halves. */
static void elements_have_their_traits(void **state)
{
	static const struct {
		const char *name;
		unsigned traits;
	} cases[] = {
		{ "a", HTML_IN_WORDS },
		{ "abbr", HTML_IN_WORDS },
		{ "base", HTML_IN_HEAD },
		{ "iframe", HTML_HIDDEN },
		{ "noscript", HTML_IN_HEAD | HTML_HIDDEN },
		{ "script", HTML_IN_HEAD | HTML_HIDDEN },
		{ "span", HTML_IN_WORDS },
		{ "title", HTML_IN_HEAD | HTML_HIDDEN },
		{ "wbr", HTML_IN_WORDS },
		{ "p", 0 },
		{ "body", 0 },
		{ "x-y", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (html_element_traits(cases[i].name) != cases[i].traits)
			fail_msg("%s", cases[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_have_their_traits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
