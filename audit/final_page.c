#include "audit/final_page.h"

#include "formats/url_compare.h"

/* Most pages name their own URL, which is parsed already. */
static bool parse_web(struct arena *arena, const struct chain *chain, struct span text, struct url *out)
{
	const struct url *own = &chain->hop[chain->redirects].url;

	if (span_equal(text, own->href)) {
		*out = *own;
		return true;
	}
	return url_parse(arena, text, NULL, out) == URL_OK && url_is_web(out);
}

bool final_page_canonical(struct arena *arena, const struct chain *chain, struct url *out)
{
	const struct page *page = &chain->page;
	struct span first = page->canonical;
	struct url other;

	*out = (struct url){ .scheme = URL_SCHEME_NONE };
	if (chain->hop_count == 0 || (first.len && !parse_web(arena, chain, first, out)))
		goto none;
	for (uint32_t i = 0; i < page->link_count; i++) {
		const struct page_link *link = &page->link[i];

		if (link->rel != LINK_CANONICAL || (first.len && span_equal(link->url, first)))
			continue;
		if (!parse_web(arena, chain, link->url, &other))
			goto none;
		if (!first.len) {
			first = link->url;
			*out = other;
		} else if (!url_same_resource(out, &other)) {
			goto none;
		}
	}
	return first.len > 0;
none:
	*out = (struct url){ .scheme = URL_SCHEME_NONE };
	return false;
}

bool final_page_is_own_alternate(const struct chain *chain)
{
	struct span own;

	if (chain->hop_count == 0)
		return false;
	own = url_wire_key(&chain->hop[chain->hop_count - 1].url);
	for (uint32_t i = 0; i < chain->page.link_count; i++)
		if (chain->page.link[i].rel == LINK_ALTERNATE && span_equal(chain->page.link[i].url, own))
			return true;
	return false;
}
