/* The facts of an HTML page that tell search engines and browsers where to go: title, canonical,
 * robots, refresh, language. The HTML is parsed as leniently as browsers do it by libxml2; nothing is
 * loaded, no entity is expanded but HTML's own characters. Scripts are not run. */
#ifndef FORMATS_PAGE_H
#define FORMATS_PAGE_H

#include "formats/record.h"

/* Each text of a page is cut at this length, between characters; only a canonical that is a URL may
 * be as long as a URL. Titles and directives that are seen by anybody are far shorter. */
#define PAGE_TEXT_BYTES_MAX 1024

/* Once, before the first thread reads a page; page_end() when no thread reads one any more. */
void page_init(void);
void page_end(void);

/* Fills `out`, its texts in `arena`, from a page's beginning; bytes behind PAGE_BYTES_MAX are not
 * looked at, and then `out->cut` is set. `content_type` is the header's value, for its charset;
 * `page_url` is what a relative canonical is resolved against, by way of <base>.
 *
 * The title and robots are taken from the head only, as crawlers do; so is the canonical, which is
 * given as written if it is no URL. A refresh counts anywhere in the page: HTML section 4.2.5.3.
 * All texts are valid UTF-8, blanks around them dropped; those inside the title are one space each.
 * Any thread, several at once. Takes about 20 ms at most, whatever the bytes are. */
void page_read(struct arena *arena, struct span html, struct span content_type, const struct url *page_url,
	       struct page *out);

#endif
