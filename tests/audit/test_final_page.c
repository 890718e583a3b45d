#include "audit/final_page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "audit/example.h"

#define LINKS_MAX 3

/* A page with these links, and canonical as its first one in the head; "" ends them. */
struct page_case {
	const char *canonical;
	struct page_link link[LINKS_MAX];
	const char *agreed; /* "": nothing that is clear */
};

#define NO_LINKS                              \
	{                                     \
		{                             \
			.rel = LINK_CANONICAL \
		}                             \
	}

#define LINK_TO(kind, place, to)                                                                     \
	{                                                                                            \
		.rel = LINK_##kind, .source = LINK_SOURCE_##place, .href = SPAN(to), .url = SPAN(to) \
	}

static struct example page_of(const struct page_case *page)
{
	struct example example;
	uint32_t line;

	assert_true(example_parse(&example, "301 http://a.example/x\n200 https://a.example/x#top\n", &line));
	struct page *out = &example.record->chain.page;

	out->canonical = span_of(page->canonical);
	out->link = arena_alloc(&example.record->arena, sizeof(page->link));
	memcpy(out->link, page->link, sizeof(page->link));
	while (out->link_count < LINKS_MAX && page->link[out->link_count].href.len)
		out->link_count++;
	return example;
}

static void canonical_links_must_agree(void **state)
{
	static const struct page_case cases[] = {
		{ "", NO_LINKS, "" },
		{ "https://a.example/y", NO_LINKS, "https://a.example/y" },
		{ "https://a.example/y", { LINK_TO(CANONICAL, HTML, "https://a.example/y") }, "https://a.example/y" },
		{ "https://a.example/~y",
		  { LINK_TO(CANONICAL, HTML, "https://a.example/~y"),
		    LINK_TO(CANONICAL, HTML, "https://a.example/%7Ey") },
		  "https://a.example/~y" },
		{ "https://a.example/y",
		  { LINK_TO(CANONICAL, HTML, "https://a.example/y"), LINK_TO(CANONICAL, HTML, "https://a.example/z") },
		  "" },
		/* The head against the header, and the header of an answer that has no head. */
		{ "https://a.example/y", { LINK_TO(CANONICAL, HEADER, "https://a.example/z") }, "" },
		{ "", { LINK_TO(CANONICAL, HEADER, "https://a.example/y") }, "https://a.example/y" },
		{ "",
		  { LINK_TO(CANONICAL, HEADER, "https://a.example/y"),
		    LINK_TO(CANONICAL, HEADER, "https://a.example/z") },
		  "" },
		{ "https://:x/", NO_LINKS, "" },
		{ "mailto:x@a.example", NO_LINKS, "" },
		{ "https://a.example/y", { LINK_TO(CANONICAL, HTML, "mailto:x@a.example") }, "" },
		{ "", { LINK_TO(ALTERNATE, HTML, "https://a.example/y") }, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct example example = page_of(&cases[i]);
		struct url canonical;
		bool found = final_page_canonical(&example.record->arena, &example.record->chain, &canonical);

		if (found != (*cases[i].agreed != '\0') || found != (canonical.scheme != URL_SCHEME_NONE) ||
		    !span_equal(canonical.href, span_of(cases[i].agreed)))
			fail_msg("case %zu: \"%.*s\" instead of \"%s\"", i, (int)canonical.href.len,
				 canonical.href.bytes, cases[i].agreed);
		example_release(&example);
	}
}

static void a_page_may_name_itself(void **state)
{
	static const struct page_case itself = { "",
						 { LINK_TO(ALTERNATE, HTML, "https://a.example/de"),
						   LINK_TO(ALTERNATE, HTML, "https://a.example/x") },
						 "" };
	static const struct page_case others = { "",
						 { LINK_TO(ALTERNATE, HTML, "https://a.example/de"),
						   LINK_TO(CANONICAL, HTML, "https://a.example/x") },
						 "" };
	struct example example = page_of(&itself);
	struct chain none = { .hop_count = 0 };

	(void)state;
	assert_true(final_page_is_own_alternate(&example.record->chain));
	example_release(&example);
	example = page_of(&others);
	assert_false(final_page_is_own_alternate(&example.record->chain));
	example_release(&example);
	assert_false(final_page_is_own_alternate(&none));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_links_must_agree),
		cmocka_unit_test(a_page_may_name_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
