#include "formats/page_links.h"

#include "formats/html.h"
#include "formats/page.h"
#include "formats/utf8.h"

/* True if `word` is one of the words of `text`, in any case. */
static bool has_word(struct span text, struct span word)
{
	for (size_t at = 0, end; at < text.len; at = end + 1) {
		for (end = at; end < text.len && !html_is_blank(text.bytes[end]);)
			end++;
		if (span_equal_nocase((struct span){ .bytes = text.bytes + at, .len = end - at }, word))
			return true;
	}
	return false;
}

bool page_link_is_kept(const struct link_read *link, enum link_rel *rel)
{
	if (link->href.len == 0)
		return false;
	if (has_word(link->rel, SPAN("canonical")) && !link->narrowed && !link->hreflang.bytes) {
		*rel = LINK_CANONICAL;
		return true;
	}
	*rel = LINK_ALTERNATE;
	return link->hreflang.len && has_word(link->rel, SPAN("alternate")) && !has_word(link->rel, SPAN("stylesheet"));
}

static uint32_t count(const struct page *page, enum link_rel rel, enum link_source source)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < page->link_count; i++)
		found += page->link[i].rel == rel && page->link[i].source == source;
	return found;
}

static bool has_room(const struct page *page, enum link_rel rel, enum link_source source)
{
	uint32_t alternates =
		count(page, LINK_ALTERNATE, LINK_SOURCE_HTML) + count(page, LINK_ALTERNATE, LINK_SOURCE_HEADER);

	if (rel == LINK_CANONICAL)
		return count(page, LINK_CANONICAL, source) < PAGE_CANONICALS_MAX;
	return alternates < PAGE_ALTERNATES_MAX;
}

void page_links_add(struct arena *arena, struct page *page, enum link_source source, const struct link_read *link,
		    const struct url *base)
{
	enum link_rel rel;
	struct url url;

	if (!page_link_is_kept(link, &rel) || !has_room(page, rel, source))
		return;
	if (!page->link)
		page->link = arena_alloc(arena, PAGE_LINKS_MAX * sizeof(page->link[0]));
	page->link[page->link_count++] = (struct page_link){
		.rel = rel,
		.source = source,
		.hreflang = arena_copy(arena, utf8_cut(link->hreflang, PAGE_TEXT_BYTES_MAX)),
		.href = arena_copy(arena, utf8_cut(link->href, PAGE_TEXT_BYTES_MAX)),
		.url = url_parse(arena, link->href, base, &url) == URL_OK ? url.href : SPAN(""),
	};
}

void page_links_drop(struct page *page, enum link_source source)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < page->link_count; i++)
		if (page->link[i].source != source)
			page->link[kept++] = page->link[i];
	page->link_count = kept;
}
