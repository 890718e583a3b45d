/* The facts of an HTML page as its elements come. page.h is the way in; see there for what each fact is. */
#ifndef FORMATS_PAGE_READER_H
#define FORMATS_PAGE_READER_H

#include "formats/buf.h"
#include "formats/html.h"
#include "formats/limits.h"
#include "formats/page_links.h"

/* Where the facts of one reading are gathered. Texts are as the page has them, character references replaced, not cut.
 */
struct page_reader {
	struct arena *arena;       /* for this reading only */
	const char *charset;       /* that the page was decoded from */
	bool charset_certain;      /* whatever <meta> says */
	const char *charset_named; /* by the first <meta> that names one */
	struct buf title, robots, googlebot, h1, text;
	struct buf script_text; /* of the script that is open */
	struct span base, refresh, lang, script;
	bool has_title, has_base, has_refresh, has_lang;
	bool refresh_valid, refresh_noscript, password;
	bool in_title, in_h1, in_script, head_over;
	bool searched;       /* `rest` was looked at once */
	bool may_have_more;  /* behind the beginning of the body: a refresh, a password */
	bool blank_due;      /* before the next character of the shown text */
	uint32_t text_bytes; /* shown, and one for a blank before the first of them */
	unsigned templates;  /* that are open: what is in them is not there yet */
	unsigned noscripts;  /* that are open: what is in them is not there for those who run scripts */
	unsigned hidden;     /* that are open: scripts, styles and others whose text is not shown */
	uint32_t link_count, canonical_count;
	struct link_read link[PAGE_ALTERNATES_MAX + PAGE_CANONICALS_MAX];
};

void page_reader_init(struct page_reader *reader, struct arena *arena);
void page_reader_release(struct page_reader *reader);

/* Reads `html`, which is UTF-8. Stops, with page_reader_misread(), at a <meta> that names another encoding. */
void page_reader_read(struct page_reader *reader, struct span html);
bool page_reader_misread(const struct page_reader *reader);

#endif
