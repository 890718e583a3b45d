/* Page facts of any bytes. The first line is the Content-Type, the rest the page. */
#include "formats/page.h"

#include <assert.h>
#include <stdint.h>

#include "formats/limits.h"
#include "formats/utf8.h"

static void check(struct span text, size_t len_max)
{
	assert(text.len <= len_max);
	assert(utf8_is_valid(text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span html = { .bytes = (const char *)data, .len = size }, content_type = SPAN("");
	const char *lf = size ? memchr(data, '\n', size) : NULL;
	struct arena arena;
	struct page page;
	struct url url;

	arena_init(&arena);
	if (lf) {
		content_type = (struct span){ .bytes = html.bytes, .len = (size_t)(lf - html.bytes) };
		html = (struct span){ .bytes = lf + 1, .len = size - content_type.len - 1 };
	}
	assert(url_parse(&arena, SPAN("https://shop.example/a/b"), NULL, &url) == URL_OK);
	page_read(&arena, html, content_type, &url, &page);
	assert(page.read && !page.cut);
	check(page.title, PAGE_TEXT_BYTES_MAX);
	check(page.canonical, URL_BYTES_MAX);
	check(page.robots, PAGE_TEXT_BYTES_MAX);
	check(page.refresh, PAGE_TEXT_BYTES_MAX);
	check(page.lang, PAGE_TEXT_BYTES_MAX);
	check(page.base, PAGE_TEXT_BYTES_MAX);
	check(page.script, PAGE_TEXT_BYTES_MAX);
	check(page.h1, PAGE_TEXT_BYTES_MAX);
	check(page.text, PAGE_TEXT_SHOWN_BYTES_MAX);
	assert(page.text.len <= page.text_bytes && page.text_bytes <= 3 * html.len + 3);
	assert(page.link_count <= PAGE_LINKS_MAX);
	for (uint32_t i = 0; i < page.link_count; i++) {
		check(page.link[i].hreflang, PAGE_TEXT_BYTES_MAX);
		check(page.link[i].href, PAGE_TEXT_BYTES_MAX);
		check(page.link[i].url, URL_BYTES_MAX);
	}
	arena_release(&arena);
	return 0;
}
