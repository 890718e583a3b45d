/* The facts of an HTML page that tell search engines and browsers where to go, and what it looks like. The HTML is read
 * as browsers do it (html.h), without a tree; nothing is loaded, and scripts are looked at but not run. */
#ifndef FORMATS_PAGE_H
#define FORMATS_PAGE_H

#include "formats/record.h"

/* Each text of a page is cut at this length, between characters; only a URL may be as long as a URL. Titles and
 * directives that are seen by anybody are far shorter. */
#define PAGE_TEXT_BYTES_MAX 1024

/* Fills `out`, its texts in `arena`, from a page or its beginning; that it was cut is for the caller to say.
 * `content_type` is the header's value, for its charset; `page_url` is what relative links are resolved against, by way
 * of <base>.
 *
 * The title, robots and links are taken from the head only, as crawlers do. `canonical` is the first canonical link,
 * given as written if it is no URL. `robots` has the values of <meta name=robots> and behind them, as in X-Robots-Tag,
 * "googlebot: " and those for Google alone. A refresh counts anywhere in the page, the first valid one: HTML section
 * 4.2.5.3. A script counts as script_target.h tells. Shown text is what is in no <script>, <style>, <noscript>,
 * <title>, <template> or <textarea>; whether a style sheet hides it is not known.
 *
 * All texts are valid UTF-8, blanks around them dropped; those inside the title, a heading and the text are one space
 * each. Any thread, several at once. Takes as long as html.h says. */
void page_read(struct arena *arena, struct span html, struct span content_type, const struct url *page_url,
	       struct page *out);

#endif
