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

	page_init();
	arena_init(&arena);
	if (lf) {
		content_type = (struct span){ .bytes = html.bytes, .len = (size_t)(lf - html.bytes) };
		html = (struct span){ .bytes = lf + 1, .len = size - content_type.len - 1 };
	}
	assert(url_parse(&arena, SPAN("https://shop.example/a/b"), NULL, &url) == URL_OK);
	page_read(&arena, html, content_type, &url, &page);
	assert(page.read && page.cut == (html.len > PAGE_BYTES_MAX));
	check(page.title, PAGE_TEXT_BYTES_MAX);
	check(page.canonical, URL_BYTES_MAX);
	check(page.robots, PAGE_TEXT_BYTES_MAX);
	check(page.refresh, PAGE_TEXT_BYTES_MAX);
	check(page.lang, PAGE_TEXT_BYTES_MAX);
	arena_release(&arena);
	return 0;
}
