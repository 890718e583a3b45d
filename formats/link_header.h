/* The Link header: RFC 8288, section 3. Pure; safe in any thread. */
#ifndef FORMATS_LINK_HEADER_H
#define FORMATS_LINK_HEADER_H

#include "formats/page_links.h"

/* Sets the page's links of LINK_SOURCE_HEADER to those that `value`, a Link field of `url`'s answer, has: canonicals
 * and alternates with hreflang, as page_links.h tells. Links with another context (anchor) and what is no link are left
 * out; so is the last link of a value that is about as long as HEADER_VALUE_BYTES_MAX, because it was perhaps cut. */
void link_header_read(struct arena *arena, struct span value, const struct url *url, struct page *page);

#endif
