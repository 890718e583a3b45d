#include "audit/locale.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
	const char *locale, *lang, *hreflang;
	bool wanted;
} cases[] = {
	{ "de", "", "", true },      { "my-mm", "", "", true },  { "my", "", "", false },
	{ "My", "", "", false },     { "it", "it", "", true },   { "it", "IT-ch", "", true },
	{ "it", "en", "", false },   { "it", "ita", "", false }, { "it", "en", "it-IT", true },
	{ "it", "en", "de", false }, { "IT", "", "it", true },
};

static void a_word_is_meant_if_the_page_says_so(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct page_link link = { .rel = LINK_ALTERNATE, .hreflang = span_of(cases[i].hreflang) };
		struct page page = { .lang = span_of(cases[i].lang), .link = &link, .link_count = 1 };

		if (locale_is_meant(span_of(cases[i].locale), &page) != cases[i].wanted)
			fail_msg("\"%s\", lang \"%s\", hreflang \"%s\"", cases[i].locale, cases[i].lang,
				 cases[i].hreflang);
		link.rel = LINK_CANONICAL;
		if (locale_is_meant(span_of(cases[i].locale), &page) && !cases[i].lang[0] && cases[i].hreflang[0])
			fail_msg("\"%s\": a canonical link has no hreflang", cases[i].locale);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_is_meant_if_the_page_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
