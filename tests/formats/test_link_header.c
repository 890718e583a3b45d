#include "formats/link_header.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "formats/buf.h"
#include "formats/limits.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The links, as "canonical url" or "hreflang url". */
static const struct {
	const char *value, *links;
} cases[] = {
	{ "<https://shop.example/b>; rel=\"canonical\"", "canonical https://shop.example/b\n" },
	{ "</b>;rel=canonical", "canonical https://shop.example/b\n" },
	{ "< b > ; REL = Canonical ", "canonical https://shop.example/a/b\n" },
	{ "</de>; rel=\"alternate\"; hreflang=\"de\", </>; hreflang=x-default; rel=alternate",
	  "de https://shop.example/de\nx-default https://shop.example/\n" },
	{ "</a,b>; title=\"x, <y>; rel=canonical\"; rel=canonical, </c>; rel=next",
	  "canonical https://shop.example/a,b\n" },
	{ "</b>; rel=\"next canonical\"", "canonical https://shop.example/b\n" },
	{ "</b>; title=\"a\\\"; rel=x\"; rel=canonical", "canonical https://shop.example/b\n" },
	{ "</b>; rel=next; rel=canonical", "" },
	{ "</b>; rel=canonical; anchor=\"/c\"", "" },
	{ "</b>; rel=canonical; media=print, </c>; rel=canonical; type=\"text/html\"", "" },
	{ "</b>; rel=canonical; hreflang=de", "" },
	{ "</b>; rel=alternate", "" },
	{ "</b>; rel=\"\"", "" },
	{ "</b>", "" },
	{ "<>; rel=canonical", "" },
	{ ", ,</b>; rel=canonical,", "canonical https://shop.example/b\n" },
	{ "</b>; rel=canonical;", "canonical https://shop.example/b\n" },
	{ "</b>;; ;rel=canonical", "canonical https://shop.example/b\n" },
	{ "</b> strange, </c>; rel=canonical", "canonical https://shop.example/c\n" },
	{ "/b; rel=canonical", "" },
	{ "</b; rel=canonical", "" },
	{ "<http://[/>; rel=canonical", "canonical \n" },
	{ "</b>; rel=canonical; title=\"open", "canonical https://shop.example/b\n" },
	{ "", "" },
	{ ",", "" },
	{ "<", "" },
};

static void expect(const struct page *page, const char *value, const char *expected)
{
	struct buf text;

	buf_init(&text, 4096);
	for (uint32_t n = 0; n < page->link_count; n++) {
		const struct page_link *link = &page->link[n];

		assert_int_equal(link->source, LINK_SOURCE_HEADER);
		buf_add_span(&text, link->rel == LINK_CANONICAL ? SPAN("canonical") : link->hreflang);
		buf_addf(&text, " %.*s\n", (int)link->url.len, link->url.bytes);
	}
	if (!span_equal(buf_span(&text), span_of(expected)))
		fail_msg("%s: %.*s", value, (int)text.len, text.bytes);
	buf_release(&text);
}

static void parse_url(struct arena *arena, struct url *url)
{
	assert_int_equal(url_parse(arena, SPAN("https://shop.example/a/page"), NULL, url), URL_OK);
}

static void headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct page page = { .read = false };
		struct arena arena;
		struct url url;

		arena_init(&arena);
		parse_url(&arena, &url);
		link_header_read(&arena, span_of(cases[i].value), &url, &page);
		expect(&page, cases[i].value, cases[i].links);
		arena_release(&arena);
	}
}

static void a_second_reading_changes_nothing(void **state)
{
	const struct link_read link = { .href = SPAN("/html"), .rel = SPAN("canonical") };
	struct page page = { .read = true };
	struct arena arena;
	struct url url;

	(void)state;
	arena_init(&arena);
	parse_url(&arena, &url);
	page_links_add(&arena, &page, LINK_SOURCE_HTML, &link, &url);
	for (int i = 0; i < 3; i++) {
		link_header_read(&arena, SPAN("</b>; rel=canonical"), &url, &page);
		assert_int_equal(page.link_count, 2);
		assert_true(span_equal(page.link[0].href, SPAN("/html")));
		assert_int_equal(page.link[0].source, LINK_SOURCE_HTML);
		assert_true(span_equal(page.link[1].href, SPAN("/b")));
	}
	link_header_read(&arena, SPAN(""), &url, &page);
	assert_int_equal(page.link_count, 1);
	arena_release(&arena);
}

/* The last link of a value that may be cut is not trusted. A cut leaves up to three bytes of a character out. */
static void a_cut_value(void **state)
{
	const char *last = ">; rel=canonical";

	(void)state;
	for (size_t missing = 0; missing <= 4; missing++) {
		struct page page = { .read = false };
		struct arena arena;
		struct buf value;
		struct url url;

		arena_init(&arena);
		parse_url(&arena, &url);
		buf_init(&value, HEADER_VALUE_BYTES_MAX);
		buf_add_text(&value, "</a>; rel=canonical, </b");
		while (value.len + missing < HEADER_VALUE_BYTES_MAX - strlen(last))
			buf_add_char(&value, 'x');
		buf_add_text(&value, last);
		link_header_read(&arena, buf_span(&value), &url, &page);
		assert_int_equal(page.link_count, missing <= 3 ? 1 : 2);
		assert_true(span_equal(page.link[0].href, SPAN("/a")));
		buf_release(&value);
		arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers),
		cmocka_unit_test(a_second_reading_changes_nothing),
		cmocka_unit_test(a_cut_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
