#include "formats/page_reader.h"

#include "formats/charset.h"
#include "formats/html_text.h"
#include "formats/page.h"
#include "formats/refresh.h"
#include "formats/script_target.h"
#include "formats/utf8.h"

/* The attributes that any element is asked for; NULL bytes: not there. */
struct attributes {
	struct span name, content, http_equiv, charset; /* <meta> */
	struct span rel, href, hreflang, media;         /* <link>, <base> */
	struct span type, lang, src;
};

static struct attributes read_attributes(struct span rest)
{
	struct attributes all = { .name = { .bytes = NULL } };
	const struct {
		struct span name;
		struct span *value;
	} wanted[] = {
		{ SPAN("name"), &all.name },
		{ SPAN("content"), &all.content },
		{ SPAN("http-equiv"), &all.http_equiv },
		{ SPAN("charset"), &all.charset },
		{ SPAN("rel"), &all.rel },
		{ SPAN("href"), &all.href },
		{ SPAN("hreflang"), &all.hreflang },
		{ SPAN("media"), &all.media },
		{ SPAN("type"), &all.type },
		{ SPAN("lang"), &all.lang },
		{ SPAN("src"), &all.src },
	};
	struct span name, value;

	while (html_attribute(&rest, &name, &value)) {
		for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
			if (!wanted[i].value->bytes && span_equal_nocase(name, wanted[i].name))
				*wanted[i].value = html_trim(value);
	}
	return all;
}

/* The value with its character references replaced; of one that is longer than any we want, the beginning. */
static struct span value_of(struct page_reader *reader, struct span raw)
{
	if (raw.len == 0 || (!memchr(raw.bytes, '&', raw.len) && !memchr(raw.bytes, '\0', raw.len)))
		return raw;
	buf_clear(&reader->value);
	html_add_value(&reader->value, raw);
	return html_trim(arena_copy(reader->arena, buf_span(&reader->value)));
}

static void keep_first(struct page_reader *reader, struct span raw, bool *has, struct span *text)
{
	if (*has || raw.len == 0)
		return;
	*has = true;
	*text = value_of(reader, raw);
}

/* --- Elements --- */

static void start_link(struct page_reader *reader, const struct attributes *attributes)
{
	struct link_read link = {
		.href = value_of(reader, attributes->href),
		.rel = value_of(reader, attributes->rel),
		.hreflang = value_of(reader, attributes->hreflang),
		.narrowed = attributes->media.bytes || attributes->type.bytes || attributes->lang.bytes,
	};
	enum link_rel rel;

	if (!page_link_is_kept(&link, &rel))
		return;
	if (rel == LINK_CANONICAL ? reader->canonical_count >= PAGE_CANONICALS_MAX
				  : reader->link_count - reader->canonical_count >= PAGE_ALTERNATES_MAX)
		return;
	reader->canonical_count += rel == LINK_CANONICAL;
	reader->link[reader->link_count++] = link;
}

/* The first valid one acts; one in <noscript> only where there is no other. */
static void take_refresh(struct page_reader *reader, struct span raw, bool noscript)
{
	struct span value = value_of(reader, raw);
	struct refresh refresh;
	bool valid = refresh_parse(value, &refresh);

	if (value.len == 0)
		return;
	if (reader->has_refresh && (noscript || !reader->refresh_noscript) && (!valid || reader->refresh_valid))
		return;
	reader->has_refresh = true;
	reader->refresh = value;
	reader->refresh_valid = valid;
	reader->refresh_noscript = noscript;
}

static void add_robots(struct page_reader *reader, struct buf *out, struct span raw)
{
	if (out->len)
		buf_add_text(out, ", ");
	buf_add_span(out, utf8_cut(value_of(reader, raw), PAGE_TEXT_BYTES_MAX));
}

static void take_charset(struct page_reader *reader, const struct attributes *attributes)
{
	if (reader->charset_named)
		return;
	if (attributes->charset.bytes)
		reader->charset_named = charset_find(attributes->charset);
	else if (span_equal_nocase(attributes->http_equiv, SPAN("content-type")))
		reader->charset_named = charset_in(attributes->content);
	/* A <meta> that can be read is not in UTF-16, whatever it says (HTML section 13.2.3.2). */
	if (reader->charset_named && strncmp(reader->charset_named, "UTF-16", 6) == 0)
		reader->charset_named = CHARSET_UTF8;
}

static void start_meta(struct page_reader *reader, const struct attributes *attributes)
{
	if (span_equal_nocase(attributes->http_equiv, SPAN("refresh")))
		take_refresh(reader, attributes->content, false);
	if (reader->head_over)
		return;
	if (attributes->content.bytes && span_equal_nocase(attributes->name, SPAN("robots")))
		add_robots(reader, &reader->robots, attributes->content);
	else if (attributes->content.bytes && span_equal_nocase(attributes->name, SPAN("googlebot")))
		add_robots(reader, &reader->googlebot, attributes->content);
	take_charset(reader, attributes);
}

/* Types that browsers run: HTML section 4.12.1.1. Others hold data. */
static bool is_script(const struct attributes *attributes)
{
	static const char *const types[] = { "",
					     "module",
					     "text/javascript",
					     "application/javascript",
					     "application/x-javascript",
					     "text/ecmascript",
					     "application/ecmascript" };

	if (attributes->src.bytes)
		return false;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (span_equal_nocase(attributes->type, span_of(types[i])))
			return true;
	return false;
}

static void start_title(struct page_reader *reader)
{
	reader->in_title = !reader->head_over && !reader->has_title;
	reader->has_title |= reader->in_title;
}

static bool is_heading(enum html_element element)
{
	return element >= ELEMENT_H1 && element <= ELEMENT_H6;
}

/* What parts words in what is shown. */
static void part_words(struct page_reader *reader, enum html_element element)
{
	if (html_element_traits(element) & HTML_IN_WORDS)
		return;
	reader->blank_due = true;
	if (reader->in_h1)
		html_add_text(&reader->h1, SPAN(" "));
	if (!is_heading(element))
		return;
	/* An <h1> that shows a picture only is no first one. */
	reader->in_h1 = reader->in_h1 && html_trim(buf_span(&reader->h1)).len == 0;
}

static void start_element(struct page_reader *reader, const struct html_token *token, bool *runs)
{
	struct attributes attributes;

	if (!(html_element_traits(token->element) & HTML_IN_HEAD))
		reader->head_over = true;
	part_words(reader, token->element);
	switch (token->element) {
	case ELEMENT_HTML:
		keep_first(reader, read_attributes(token->attributes).lang, &reader->has_lang, &reader->lang);
		break;
	case ELEMENT_BASE:
		keep_first(reader, read_attributes(token->attributes).href, &reader->has_base, &reader->base);
		break;
	case ELEMENT_TITLE:
		start_title(reader);
		break;
	case ELEMENT_LINK:
		attributes = read_attributes(token->attributes);
		if (!reader->head_over)
			start_link(reader, &attributes);
		break;
	case ELEMENT_META:
		attributes = read_attributes(token->attributes);
		start_meta(reader, &attributes);
		break;
	case ELEMENT_SCRIPT:
		attributes = read_attributes(token->attributes);
		*runs = is_script(&attributes);
		break;
	case ELEMENT_INPUT:
		reader->password |= span_equal_nocase(read_attributes(token->attributes).type, SPAN("password"));
		break;
	case ELEMENT_H1:
		reader->in_h1 = html_trim(buf_span(&reader->h1)).len == 0;
		break;
	default:
		break;
	}
}

static void end_element(struct page_reader *reader, enum html_element element)
{
	part_words(reader, element);
	if (element == ELEMENT_H1)
		reader->in_h1 = false;
	if (element == ELEMENT_HEAD || element == ELEMENT_BODY || element == ELEMENT_HTML)
		reader->head_over = true;
}

/* --- Texts --- */

/* Without a branch for each word: they would be guessed wrong. */
static void count_plain_text(struct page_reader *reader, struct span text)
{
	uint32_t bytes = 0, blank_before = reader->blank_due;

	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.bytes[i];
		uint32_t blank = (c == ' ') | ((unsigned)c - '\t' <= '\r' - '\t');

		bytes += (1 - blank) + (blank_before & (1 - blank));
		blank_before = blank;
	}
	reader->text_bytes += bytes;
	reader->blank_due = blank_before;
}

/* Counts what is shown, and one blank before each word. */
static void count_text(struct page_reader *reader, struct span text)
{
	char character[HTML_CHARACTER_BYTES_MAX];
	size_t taken, len;

	for (; text.len; text.bytes += taken, text.len -= taken) {
		const char *reference = memchr(text.bytes, '&', text.len);

		taken = reference ? (size_t)(reference - text.bytes) : text.len;
		count_plain_text(reader, (struct span){ .bytes = text.bytes, .len = taken });
		if (taken == text.len)
			return;
		text = (struct span){ .bytes = reference, .len = text.len - taken };
		taken = html_reference(text, false, character, &len);
		count_plain_text(reader, taken ? (struct span){ .bytes = character, .len = len } : SPAN("&"));
		taken += taken == 0;
	}
}

static void take_text(struct page_reader *reader, struct span text)
{
	if (!reader->head_over && html_trim(text).len == 0)
		return;
	reader->head_over = true;
	if (!reader->text.overflow) {
		if (reader->blank_due)
			html_add_text(&reader->text, SPAN(" "));
		html_add_text(&reader->text, text);
	}
	if (reader->in_h1)
		html_add_text(&reader->h1, text);
	count_text(reader, text);
}

/* As a browser reads it that runs no scripts, which sees tags here. */
static void take_noscript(struct page_reader *reader, struct span text)
{
	struct html html = html_begin(text);
	struct html_token token;

	while (html_next(&html, &token)) {
		if (token.type == HTML_START_TAG && token.element == ELEMENT_META) {
			struct attributes attributes = read_attributes(token.attributes);

			if (span_equal_nocase(attributes.http_equiv, SPAN("refresh")))
				take_refresh(reader, attributes.content, true);
		}
	}
}

static void take_raw_text(struct page_reader *reader, const struct html_token *token, bool runs)
{
	if (token->element == ELEMENT_TITLE && reader->in_title)
		html_add_text(&reader->title, token->text);
	else if (token->element == ELEMENT_NOSCRIPT)
		take_noscript(reader, token->text);
	else if (token->element == ELEMENT_SCRIPT && runs && reader->script.len == 0)
		reader->script = script_target(token->text);
	reader->in_title = false;
}

/* --- The page --- */

void page_reader_init(struct page_reader *reader, struct arena *arena)
{
	memset(reader, 0, offsetof(struct page_reader, link));
	reader->arena = arena;
	reader->blank_due = true;
	buf_init(&reader->value, 2 * URL_BYTES_MAX);
	/* One byte more than is kept, so that utf8_cut() sees whether a character is split. */
	buf_init(&reader->title, PAGE_TEXT_BYTES_MAX + 1);
	buf_init(&reader->h1, PAGE_TEXT_BYTES_MAX + 1);
	buf_init(&reader->text, PAGE_TEXT_SHOWN_BYTES_MAX + 1);
	/* An overflow then means that more than is kept is there already. */
	buf_init(&reader->robots, 2 * PAGE_TEXT_BYTES_MAX + 2);
	buf_init(&reader->googlebot, 2 * PAGE_TEXT_BYTES_MAX + 2);
}

void page_reader_release(struct page_reader *reader)
{
	buf_release(&reader->value);
	buf_release(&reader->title);
	buf_release(&reader->h1);
	buf_release(&reader->text);
	buf_release(&reader->robots);
	buf_release(&reader->googlebot);
}

bool page_reader_misread(const struct page_reader *reader)
{
	return !reader->charset_certain && reader->charset_named && strcmp(reader->charset_named, reader->charset) != 0;
}

/* Counts <template>s in and out. True if the token is in none. */
static bool is_there(struct page_reader *reader, const struct html_token *token)
{
	bool there = reader->templates == 0;

	if (token->element == ELEMENT_TEMPLATE && token->type == HTML_START_TAG)
		reader->templates++;
	else if (token->element == ELEMENT_TEMPLATE && token->type == HTML_END_TAG)
		reader->templates -= reader->templates > 0;
	return there;
}

void page_reader_read(struct page_reader *reader, struct span html)
{
	struct html rest = html_begin(html);
	struct html_token token;
	bool runs = false;

	while (!page_reader_misread(reader) && html_next(&rest, &token)) {
		if (!is_there(reader, &token))
			continue;
		switch (token.type) {
		case HTML_START_TAG:
			start_element(reader, &token, &runs);
			break;
		case HTML_END_TAG:
			end_element(reader, token.element);
			break;
		case HTML_TEXT:
			take_text(reader, token.text);
			break;
		case HTML_RAW_TEXT:
			take_raw_text(reader, &token, runs);
			break;
		}
	}
}
