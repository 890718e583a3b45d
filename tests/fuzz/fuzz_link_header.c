/* Any bytes as the value of a Link header. */
#include "formats/link_header.h"

#include <assert.h>

#include "formats/limits.h"
#include "formats/page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct span value = { .bytes = (const char *)data,
				    .len = size < HEADER_VALUE_BYTES_MAX ? size : HEADER_VALUE_BYTES_MAX };
	struct page page = { .read = false };
	uint32_t canonicals = 0, count;
	struct arena arena;
	struct url url;

	arena_init(&arena);
	assert(url_parse(&arena, SPAN("https://shop.example/a/b"), NULL, &url) == URL_OK);
	link_header_read(&arena, value, &url, &page);
	count = page.link_count;
	for (uint32_t i = 0; i < count; i++) {
		const struct page_link *link = &page.link[i];

		assert(link->source == LINK_SOURCE_HEADER && link->href.len > 0);
		assert(link->href.len <= PAGE_TEXT_BYTES_MAX && link->url.len <= URL_BYTES_MAX);
		assert((link->rel == LINK_ALTERNATE) == (link->hreflang.len > 0));
		canonicals += link->rel == LINK_CANONICAL;
	}
	assert(count <= PAGE_LINKS_MAX && canonicals <= PAGE_CANONICALS_MAX);
	/* Again, as for a record whose facts are derived twice. */
	link_header_read(&arena, value, &url, &page);
	assert(page.link_count == count);
	arena_release(&arena);
	return 0;
}
