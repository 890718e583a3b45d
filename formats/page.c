#include "formats/page.h"

#include "formats/charset.h"
#include "formats/page_reader.h"
#include "formats/utf8.h"

/* Reads `html` as `charset`; with another one, and page_reader_misread(), where <meta> says so. */
static void read_as(struct page_reader *reader, struct span html, const char *charset, bool certain)
{
	reader->charset = charset;
	reader->charset_certain = certain;
	page_reader_read(reader, charset_decode(reader->arena, html, charset));
}

/* HTML section 13.2.3.2: a byte order mark, else Content-Type, else <meta>, else what it looks like. */
static void read_page(struct page_reader *reader, struct span html, struct span content_type)
{
	size_t mark_len;
	const char *charset = charset_of_mark(html, &mark_len), *named;
	bool certain;

	html.bytes += mark_len;
	html.len -= mark_len;
	if (!charset)
		charset = charset_in(content_type);
	certain = charset != NULL;
	/* Up to three bytes of a character may be cut off at the end. */
	if (!certain)
		charset = utf8_invalid_at(html) + 3 >= html.len ? CHARSET_UTF8 : CHARSET_DEFAULT;
	read_as(reader, html, charset, certain);
	if (!page_reader_misread(reader))
		return;
	named = reader->charset_named;
	page_reader_release(reader);
	page_reader_init(reader, reader->arena);
	read_as(reader, html, named, true);
}

static struct span keep_up_to(struct arena *arena, struct span text, size_t len_max)
{
	return arena_copy(arena, html_trim(utf8_cut(text, len_max)));
}

static struct span keep(struct arena *arena, struct span text)
{
	return keep_up_to(arena, text, PAGE_TEXT_BYTES_MAX);
}

static struct span keep_robots(struct arena *arena, struct page_reader *reader)
{
	if (reader->googlebot.len) {
		buf_cut(&reader->robots, utf8_cut(buf_span(&reader->robots), PAGE_TEXT_BYTES_MAX).len);
		buf_add_text(&reader->robots, reader->robots.len ? ", googlebot: " : "googlebot: ");
		buf_add_span(&reader->robots, utf8_cut(buf_span(&reader->googlebot), PAGE_TEXT_BYTES_MAX));
	}
	return keep(arena, buf_span(&reader->robots));
}

/* The links against <base>, which itself is resolved against the page: HTML section 2.4.1. */
static void keep_links(struct arena *arena, const struct page_reader *reader, const struct url *page_url,
		       struct page *out)
{
	struct url base;

	if (!reader->has_base || url_parse(reader->arena, reader->base, page_url, &base) != URL_OK ||
	    !url_is_web(&base))
		base = *page_url;
	for (uint32_t i = 0; i < reader->link_count; i++)
		page_links_add(arena, out, LINK_SOURCE_HTML, &reader->link[i], &base);
	for (uint32_t i = 0; i < out->link_count && out->canonical.len == 0; i++)
		if (out->link[i].rel == LINK_CANONICAL)
			out->canonical = out->link[i].url.len ? out->link[i].url : out->link[i].href;
}

void page_read(struct arena *arena, struct span html, struct span content_type, const struct url *page_url,
	       struct page *out)
{
	struct arena scratch;
	struct page_reader reader;

	arena_init(&scratch);
	page_reader_init(&reader, &scratch);
	read_page(&reader, html, content_type);
	*out = (struct page){
		.read = true,
		.refresh_noscript = reader.refresh_noscript,
		.password = reader.password,
		.title = keep(arena, buf_span(&reader.title)),
		.robots = keep_robots(arena, &reader),
		.refresh = keep(arena, reader.refresh),
		.lang = keep(arena, reader.lang),
		.base = keep(arena, reader.base),
		.script = keep(arena, reader.script),
		.h1 = keep(arena, buf_span(&reader.h1)),
		.text = keep_up_to(arena, buf_span(&reader.text), PAGE_TEXT_SHOWN_BYTES_MAX),
		.text_bytes = reader.text_bytes - (reader.text_bytes > 0),
	};
	keep_links(arena, &reader, page_url, out);
	page_reader_release(&reader);
	arena_release(&scratch);
}
