/* The links of a page that say which URL counts: how they are kept, wherever they were read. */
#ifndef FORMATS_PAGE_LINKS_H
#define FORMATS_PAGE_LINKS_H

#include "formats/limits.h"
#include "formats/record.h"

/* Of PAGE_LINKS_MAX, canonicals of one source: a third one tells nothing that two do not. */
#define PAGE_CANONICALS_MAX 4

/* The rest is for alternates. */
#define PAGE_ALTERNATES_MAX (PAGE_LINKS_MAX - 2 * PAGE_CANONICALS_MAX)

/* A link as it was read. An attribute that is not there is an empty span with NULL bytes. */
struct link_read {
	struct span href, rel, hreflang;
	bool narrowed; /* it has an attribute media or type, or lang of <link> */
};

/* True if the link is kept, and then what it is. An alternate is one with hreflang. A canonical with hreflang, lang,
 * media or type is none: it tells of another version (Google, "How to specify a canonical URL with rel=canonical"). */
bool page_link_is_kept(const struct link_read *link, enum link_rel *rel);

/* Adds a link to `page`, resolved against `base`, while there is room. Texts are copied to `arena`, `href` cut at
 * PAGE_TEXT_BYTES_MAX. */
void page_links_add(struct arena *arena, struct page *page, enum link_source source, const struct link_read *link,
		    const struct url *base);

/* Takes the links of `source` away. */
void page_links_drop(struct page *page, enum link_source source);

#endif
