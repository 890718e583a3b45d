#include "formats/page_reader.h"

#include "formats/charset.h"
#include "formats/html.h"
#include "formats/html_element.h"
#include "formats/page.h"
#include "formats/refresh.h"
#include "formats/script_target.h"
#include "formats/utf8.h"

/* Shown text that tells pages with hardly any from others, and how much is read for the first heading. */
#define TEXT_BYTES_ENOUGH    2048
#define TEXT_BYTES_TO_A_HEAD 8192

/* A script that only redirects is shorter. */
#define SCRIPT_BYTES_MAX 16384

static void keep_first(struct page_reader *reader, struct span value, bool *has, struct span *text)
{
	if (*has || value.len == 0)
		return;
	*has = true;
	*text = arena_copy(reader->arena, value);
}

/* Adds `text`, each run of blanks as one space, without one at the beginning of `out`. */
static void add_words(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.len && !out->overflow; i++) {
		if (!html_is_blank(text.bytes[i]))
			buf_add_char(out, text.bytes[i]);
		else if (out->len && out->bytes[out->len - 1] != ' ')
			buf_add_char(out, ' ');
	}
}

/* --- Elements --- */

static void start_html(struct page_reader *reader, const struct html_attributes *attributes)
{
	keep_first(reader, html_attribute(attributes, "lang"), &reader->has_lang, &reader->lang);
}

static void start_title(struct page_reader *reader, const struct html_attributes *attributes)
{
	(void)attributes;
	reader->in_title = !reader->head_over && !reader->has_title;
	reader->has_title |= reader->in_title;
}

static void start_base(struct page_reader *reader, const struct html_attributes *attributes)
{
	keep_first(reader, html_attribute(attributes, "href"), &reader->has_base, &reader->base);
}

static bool link_fits(const struct page_reader *reader, enum link_rel rel)
{
	return rel == LINK_CANONICAL ? reader->canonical_count < PAGE_CANONICALS_MAX
				     : reader->link_count - reader->canonical_count < PAGE_ALTERNATES_MAX;
}

static struct span copy(struct page_reader *reader, struct span text)
{
	return text.len ? arena_copy(reader->arena, text) : text;
}

static void start_link(struct page_reader *reader, const struct html_attributes *attributes)
{
	struct link_read link = {
		.href = html_attribute(attributes, "href"),
		.rel = html_attribute(attributes, "rel"),
		.hreflang = html_attribute(attributes, "hreflang"),
		.narrowed = html_attribute(attributes, "media").bytes || html_attribute(attributes, "type").bytes ||
			    html_attribute(attributes, "lang").bytes,
	};
	enum link_rel rel;

	if (reader->head_over || !page_link_is_kept(&link, &rel) || !link_fits(reader, rel))
		return;
	link.href = copy(reader, link.href);
	link.rel = copy(reader, link.rel);
	link.hreflang = copy(reader, link.hreflang);
	reader->canonical_count += rel == LINK_CANONICAL;
	reader->link[reader->link_count++] = link;
}

/* The first valid one acts; one in <noscript> only where there is no other. */
static void take_refresh(struct page_reader *reader, struct span value)
{
	const bool noscript = reader->noscripts > 0;
	struct refresh refresh;
	bool valid = refresh_parse(value, &refresh);

	if (value.len == 0)
		return;
	if (reader->has_refresh && (noscript || !reader->refresh_noscript) && (!valid || reader->refresh_valid))
		return;
	reader->has_refresh = true;
	reader->refresh = arena_copy(reader->arena, value);
	reader->refresh_valid = valid;
	reader->refresh_noscript = noscript;
}

static void add_robots(struct buf *out, struct span value)
{
	if (out->len)
		buf_add_text(out, ", ");
	buf_add_span(out, utf8_cut(value, PAGE_TEXT_BYTES_MAX));
}

static void take_charset(struct page_reader *reader, const struct html_attributes *attributes)
{
	struct span charset = html_attribute(attributes, "charset");

	if (reader->charset_named)
		return;
	if (charset.bytes)
		reader->charset_named = charset_find(charset);
	else if (span_equal_nocase(html_attribute(attributes, "http-equiv"), SPAN("content-type")))
		reader->charset_named = charset_in(html_attribute(attributes, "content"));
	/* A <meta> that can be read is not in UTF-16, whatever it says (HTML section 13.2.3.2). */
	if (reader->charset_named && strncmp(reader->charset_named, "UTF-16", 6) == 0)
		reader->charset_named = CHARSET_UTF8;
}

static void start_meta(struct page_reader *reader, const struct html_attributes *attributes)
{
	struct span name = html_attribute(attributes, "name"), content = html_attribute(attributes, "content");

	if (span_equal_nocase(html_attribute(attributes, "http-equiv"), SPAN("refresh")))
		take_refresh(reader, content);
	if (reader->head_over || reader->noscripts)
		return;
	if (content.bytes && span_equal_nocase(name, SPAN("robots")))
		add_robots(&reader->robots, content);
	else if (content.bytes && span_equal_nocase(name, SPAN("googlebot")))
		add_robots(&reader->googlebot, content);
	take_charset(reader, attributes);
}

/* Types that browsers run: HTML section 4.12.1.1. Others hold data. */
static bool is_run(const struct html_attributes *attributes)
{
	static const char *const types[] = { "",
					     "module",
					     "text/javascript",
					     "application/javascript",
					     "application/x-javascript",
					     "text/ecmascript",
					     "application/ecmascript" };
	const struct span type = html_attribute(attributes, "type");

	if (html_attribute(attributes, "src").bytes)
		return false;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (span_equal_nocase(type, span_of(types[i])))
			return true;
	return false;
}

static void start_script(struct page_reader *reader, const struct html_attributes *attributes)
{
	reader->in_script = reader->script.len == 0 && !reader->noscripts && is_run(attributes);
	buf_clear(&reader->script_text);
}

static void end_script(struct page_reader *reader)
{
	struct span target;

	if (!reader->in_script)
		return;
	reader->in_script = false;
	target = reader->script_text.overflow ? SPAN("") : script_target(buf_span(&reader->script_text));
	if (target.len)
		reader->script = arena_copy(reader->arena, target);
}

static void start_input(struct page_reader *reader, const struct html_attributes *attributes)
{
	reader->password |= span_equal_nocase(html_attribute(attributes, "type"), SPAN("password"));
}

static bool has_heading(const struct page_reader *reader)
{
	return html_trim(buf_span(&reader->h1)).len > 0;
}

/* An <h1> that shows a picture only is no first one. */
static void start_h1(struct page_reader *reader, const struct html_attributes *attributes)
{
	(void)attributes;
	reader->in_h1 = !has_heading(reader);
}

static const struct {
	const char *name;
	void (*start)(struct page_reader *reader, const struct html_attributes *attributes);
} starts[] = {
	{ "base", start_base }, { "h1", start_h1 },     { "html", start_html },     { "input", start_input },
	{ "link", start_link }, { "meta", start_meta }, { "script", start_script }, { "title", start_title },
};

/* Counts what is open of the elements whose content counts for less. */
static void count_open(struct page_reader *reader, unsigned traits, const char *name, bool start)
{
	unsigned *const counts[] = { traits & HTML_HIDDEN ? &reader->hidden : NULL,
				     strcmp(name, "noscript") == 0 ? &reader->noscripts : NULL,
				     strcmp(name, "template") == 0 ? &reader->templates : NULL };

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		if (counts[i] && start)
			++*counts[i];
		else if (counts[i] && *counts[i] > 0)
			--*counts[i];
	}
}

/* What parts words in what is shown. */
static void part_words(struct page_reader *reader, unsigned traits, const char *name)
{
	if (traits & HTML_IN_WORDS)
		return;
	reader->blank_due = true;
	if (reader->in_h1)
		add_words(&reader->h1, SPAN(" "));
	/* Another heading ends one that was not ended. */
	if (name[0] == 'h' && name[1] >= '1' && name[1] <= '6' && !name[2])
		reader->in_h1 = reader->in_h1 && !has_heading(reader);
}

/* False within what a browser takes for text: libxml2 sees tags there. */
static bool is_there(const struct page_reader *reader)
{
	return reader->hidden == reader->noscripts;
}

static void on_start(void *context, const char *name, const struct html_attributes *attributes)
{
	struct page_reader *reader = context;
	const unsigned traits = html_element_traits(name);

	reader->in_title = false;
	part_words(reader, traits, name);
	/* libxml2 puts a body around what <noscript> has; browsers that run scripts see none. */
	if (!reader->templates && !reader->noscripts && !(traits & HTML_IN_HEAD))
		reader->head_over = true;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]) && is_there(reader); i++)
		if (strcmp(name, starts[i].name) == 0)
			starts[i].start(reader, attributes);
	count_open(reader, traits, name, true);
}

static void on_end(void *context, const char *name)
{
	struct page_reader *reader = context;
	const unsigned traits = html_element_traits(name);

	reader->in_title = false;
	count_open(reader, traits, name, false);
	part_words(reader, traits, name);
	if (strcmp(name, "script") == 0)
		end_script(reader);
	if (strcmp(name, "h1") == 0)
		reader->in_h1 = false;
	if (strcmp(name, "head") == 0 && !reader->noscripts)
		reader->head_over = true;
}

/* --- Texts --- */

/* Counts what is shown, and one blank before each word. Without a branch for each word: they would be guessed wrong. */
static void count_text(struct page_reader *reader, struct span text)
{
	uint32_t bytes = 0, blank_before = reader->blank_due;

	for (size_t i = 0; i < text.len; i++) {
		uint32_t blank = html_is_blank(text.bytes[i]);

		bytes += (1 - blank) + (blank_before & (1 - blank));
		blank_before = blank;
	}
	reader->text_bytes += bytes;
	reader->blank_due = blank_before;
}

static void on_text(void *context, struct span text)
{
	struct page_reader *reader = context;

	if (reader->in_title)
		add_words(&reader->title, text);
	if (reader->in_script)
		buf_add_span(&reader->script_text, text);
	if (reader->hidden || (!reader->head_over && html_trim(text).len == 0))
		return;
	reader->head_over = true;
	if (reader->blank_due)
		add_words(&reader->text, SPAN(" "));
	add_words(&reader->text, text);
	if (reader->in_h1)
		add_words(&reader->h1, text);
	count_text(reader, text);
}

/* --- The page --- */

/* True if `text` has `word`, which is in small letters. `rare` is the place of its rarest letter in ordinary pages. */
static bool may_have(struct span text, struct span word, size_t rare)
{
	const char letters[] = { word.bytes[rare], (char)(word.bytes[rare] - 'a' + 'A'), '\0' };
	const char *end = text.bytes + text.len;

	for (const char *letter = letters; *letter; letter++) {
		for (const char *at = text.bytes; (at = memchr(at, *letter, (size_t)(end - at))); at++)
			if ((size_t)(at - text.bytes) >= rare && (size_t)(end - at) >= word.len - rare &&
			    strncasecmp(at - rare, word.bytes, word.len) == 0)
				return true;
	}
	return false;
}

/* Most pages are read to the beginning of their body only. */
static bool wants_more(void *context, struct span rest)
{
	struct page_reader *reader = context;

	if (page_reader_misread(reader))
		return false;
	if (!reader->head_over || reader->text_bytes < TEXT_BYTES_ENOUGH ||
	    (reader->text_bytes < TEXT_BYTES_TO_A_HEAD && !has_heading(reader)))
		return true;
	if (!reader->searched) {
		reader->searched = true;
		reader->may_have_more = may_have(rest, SPAN("http-equiv"), 6) ||
					may_have(rest, SPAN("\"password"), 5) || may_have(rest, SPAN("=password"), 5);
	}
	return reader->may_have_more;
}

void page_reader_init(struct page_reader *reader, struct arena *arena)
{
	memset(reader, 0, offsetof(struct page_reader, link));
	reader->arena = arena;
	reader->blank_due = true;
	/* One byte more than is kept, so that utf8_cut() sees whether a character is split. */
	buf_init(&reader->title, PAGE_TEXT_BYTES_MAX + 1);
	buf_init(&reader->h1, PAGE_TEXT_BYTES_MAX + 1);
	buf_init(&reader->text, PAGE_TEXT_SHOWN_BYTES_MAX + 1);
	/* An overflow then means that more than is kept is there already. */
	buf_init(&reader->robots, 2 * PAGE_TEXT_BYTES_MAX + 2);
	buf_init(&reader->googlebot, 2 * PAGE_TEXT_BYTES_MAX + 2);
	buf_init(&reader->script_text, SCRIPT_BYTES_MAX);
}

void page_reader_release(struct page_reader *reader)
{
	buf_release(&reader->title);
	buf_release(&reader->h1);
	buf_release(&reader->text);
	buf_release(&reader->robots);
	buf_release(&reader->googlebot);
	buf_release(&reader->script_text);
}

bool page_reader_misread(const struct page_reader *reader)
{
	return !reader->charset_certain && reader->charset_named && strcmp(reader->charset_named, reader->charset) != 0;
}

void page_reader_read(struct page_reader *reader, struct span html)
{
	static const struct html_handler handler = { on_start, on_end, on_text, wants_more };

	html_read(reader->arena, html, &handler, reader);
	end_script(reader);
}
