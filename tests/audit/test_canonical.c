#include "audit/canonical.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "audit/example.h"
#include "audit/facts.h"

/* Which hop redirects from the URL, whether for ever, and whether the page is a variant. */
static const struct {
	const char *chain, *url;
	uint32_t hop; /* 9: none */
	bool for_ever, of_variant;
} cases[] = {
	{ "301 http://a.example/a\n200 http://a.example/b\n", "http://a.example/a", 0, true, false },
	{ "301 http://a.example/a\n200 http://a.example/b\n", "http://a.example/b", 9, false, false },
	{ "301 http://a.example/a\n200 http://a.example/b\n", "http://a.example/c", 9, false, false },
	{ "301 http://a.example/%61\n200 http://a.example/b\n", "http://a.example/a#x", 0, true, false },
	{ "302 http://a.example/a\n301 http://a.example/b\n200 http://a.example/c\n", "http://a.example/a", 0, false,
	  false },
	{ "302 http://a.example/a\n301 http://a.example/b\n200 http://a.example/c\n", "http://a.example/b", 1, true,
	  false },
	/* The page has the URL itself, as after a redirect to set a cookie. */
	{ "301 http://a.example/a\n301 http://a.example/b\n200 http://a.example/a\n", "http://a.example/a", 9, false,
	  false },
	{ "301 http://a.example/a\n  Vary: Accept-Encoding, User-Agent\n200 http://a.example/b\n", "http://a.example/a",
	  0, true, true },
	{ "301 http://a.example/a\n  Vary: Accept-Encoding\n200 http://a.example/b\n", "http://a.example/a", 0, true,
	  false },
	{ "301 http://a.example/a\n200 http://m.a.example/a\n", "http://a.example/a", 0, true, true },
	/* What the page itself varies by tells nothing of the redirect. */
	{ "301 http://a.example/a\n200 http://a.example/b\n  Vary: Cookie\n", "http://a.example/a", 0, true, false },
};

static void hops(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct chain *chain;
		struct example example;
		struct url url;
		uint32_t line, hop;

		assert_true(example_parse(&example, cases[i].chain, &line));
		chain = &example.record->chain;
		assert_int_equal(url_parse(&example.record->arena, span_of(cases[i].url), NULL, &url), URL_OK);
		hop = canonical_hop(chain, &url);
		if (hop != (cases[i].hop == 9 ? chain->hop_count : cases[i].hop))
			fail_msg("%s: hop %u", cases[i].chain, hop);
		if (hop < chain->hop_count && canonical_is_left_for_ever(chain, hop) != cases[i].for_ever)
			fail_msg("%s: for ever?", cases[i].chain);
		if (hop < chain->hop_count && canonical_is_of_variant(chain, hop) != cases[i].of_variant)
			fail_msg("%s: a variant?", cases[i].chain);
		example_release(&example);
	}
}

/* The page's links are those of its head and of the Link header, however often the facts are derived. */
static void links_of_the_header(void **state)
{
	struct example example;
	struct page *page;
	uint32_t line;

	(void)state;
	assert_true(example_parse(&example,
				  "301 http://a.example/a\n  Link: </no>; rel=canonical\n200 http://a.example/b\n"
				  "  Link: </de>; rel=alternate; hreflang=de\n<link rel=canonical href=/b>\n",
				  &line));
	page = &example.record->chain.page;
	for (int i = 0; i < 2; i++) {
		facts_derive(example.record);
		assert_int_equal(page->link_count, 2);
		assert_int_equal(page->link[0].source, LINK_SOURCE_HTML);
		assert_int_equal(page->link[1].source, LINK_SOURCE_HEADER);
		assert_true(span_equal(page->link[1].url, SPAN("http://a.example/de")));
	}
	example_release(&example);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hops),
		cmocka_unit_test(links_of_the_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
