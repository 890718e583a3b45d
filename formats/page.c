#include "formats/page.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>

#include "formats/buf.h"
#include "formats/charset.h"
#include "formats/limits.h"
#include "formats/utf8.h"

/* Bytes given to the parser at once. Between two pieces we may stop: most pages are read no further
 * than the end of their head. Smaller pieces stop sooner and cost more calls. */
#define PIECE_BYTES 4096

/* The parser compares each attribute of a tag with all before it, and each end tag with all open
 * elements. These two bounds keep a hostile page from making that quadratic work felt: 64 KiB in
 * one tag took 230 ms. No page that is meant to be read has so much. */
#define TAG_BYTES_MAX 8192
#define DEPTH_MAX     512

/* Where the texts of one parse are gathered. */
struct reader {
	struct arena *arena;       /* for the parse only */
	const char *charset;       /* of the bytes that are parsed */
	bool charset_certain;      /* whatever <meta> says */
	const char *charset_named; /* by the first <meta> that names one */
	struct buf title;
	struct buf robots;
	struct span canonical, base, refresh, lang; /* as written */
	bool has_title, has_canonical, has_base, has_refresh, has_lang;
	bool in_title;
	bool head_over;
	bool body_read; /* there is reason to read on behind the head */
};

static struct span span_of_xml(const xmlChar *text)
{
	return span_of((const char *)text);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static struct span trim(struct span text)
{
	while (text.len && is_blank(text.bytes[0]))
		text.bytes++, text.len--;
	while (text.len && is_blank(text.bytes[text.len - 1]))
		text.len--;
	return text;
}

/* The first attribute with this name, trimmed. False if there is none. */
static bool find_attribute(const xmlChar **attribute, const char *name, struct span *value)
{
	for (; attribute && attribute[0]; attribute += 2) {
		if (strcasecmp((const char *)attribute[0], name) != 0)
			continue;
		*value = attribute[1] ? trim(span_of_xml(attribute[1])) : SPAN("");
		return true;
	}
	return false;
}

static bool attribute_is(const xmlChar **attribute, const char *name, const char *wanted)
{
	struct span value;

	return find_attribute(attribute, name, &value) && span_equal_nocase(value, span_of(wanted));
}

/* True if `word` is one of the words of `text`, in any case. */
static bool has_word(struct span text, struct span word)
{
	for (size_t at = 0, end; at < text.len; at = end + 1) {
		for (end = at; end < text.len && !is_blank(text.bytes[end]);)
			end++;
		if (span_equal_nocase((struct span){ .bytes = text.bytes + at, .len = end - at }, word))
			return true;
	}
	return false;
}

/* Keeps the attribute's value if it is the first one. */
static void keep_first(struct reader *reader, const xmlChar **attribute, const char *name, bool *has, struct span *text)
{
	struct span value;

	if (*has || !find_attribute(attribute, name, &value) || value.len == 0)
		return;
	*has = true;
	*text = arena_copy(reader->arena, value);
}

static void start_html(struct reader *reader, const xmlChar **attribute)
{
	keep_first(reader, attribute, "lang", &reader->has_lang, &reader->lang);
}

static void start_title(struct reader *reader, const xmlChar **attribute)
{
	(void)attribute;
	reader->in_title = !reader->head_over && !reader->has_title;
	reader->has_title = true;
}

static void start_base(struct reader *reader, const xmlChar **attribute)
{
	keep_first(reader, attribute, "href", &reader->has_base, &reader->base);
}

static void start_link(struct reader *reader, const xmlChar **attribute)
{
	struct span rel;

	if (!reader->head_over && find_attribute(attribute, "rel", &rel) && has_word(rel, SPAN("canonical")))
		keep_first(reader, attribute, "href", &reader->has_canonical, &reader->canonical);
}

static void start_meta(struct reader *reader, const xmlChar **attribute)
{
	struct span value;

	if (attribute_is(attribute, "http-equiv", "refresh"))
		keep_first(reader, attribute, "content", &reader->has_refresh, &reader->refresh);
	if (reader->head_over)
		return;
	if (attribute_is(attribute, "name", "robots") && find_attribute(attribute, "content", &value)) {
		if (reader->robots.len)
			buf_add_text(&reader->robots, ", ");
		buf_add_span(&reader->robots, utf8_cut(value, PAGE_TEXT_BYTES_MAX));
	}
	if (reader->charset_named)
		return;
	if (find_attribute(attribute, "charset", &value))
		reader->charset_named = charset_find(value);
	else if (attribute_is(attribute, "http-equiv", "content-type") && find_attribute(attribute, "content", &value))
		reader->charset_named = charset_in(value);
	/* A <meta> that can be read is not in UTF-16, whatever it says (HTML section 13.2.3.2). */
	if (reader->charset_named && strncmp(reader->charset_named, "UTF-16", 6) == 0)
		reader->charset_named = CHARSET_UTF8;
}

/* The elements that a head may have: HTML section 13.2.6.4.4. Any other begins the body, whether or
 * not there is a <body>. */
static const struct {
	const char *name;
	void (*start)(struct reader *reader, const xmlChar **attribute);
} head_elements[] = {
	{ "html", start_html }, { "head", NULL },       { "title", start_title }, { "base", start_base },
	{ "link", start_link }, { "meta", start_meta }, { "script", NULL },       { "style", NULL },
	{ "noscript", NULL },   { "template", NULL },   { "noframes", NULL },     { "basefont", NULL },
	{ "bgsound", NULL },
};

static void start_element(void *context, const xmlChar *name, const xmlChar **attribute)
{
	struct reader *reader = context;

	reader->in_title = false;
	for (size_t i = 0; i < sizeof(head_elements) / sizeof(head_elements[0]); i++) {
		if (strcmp((const char *)name, head_elements[i].name) != 0)
			continue;
		if (head_elements[i].start)
			head_elements[i].start(reader, attribute);
		return;
	}
	reader->head_over = true;
}

static void end_element(void *context, const xmlChar *name)
{
	struct reader *reader = context;

	reader->in_title = false;
	if (strcmp((const char *)name, "head") == 0)
		reader->head_over = true;
}

static void characters(void *context, const xmlChar *text, int len)
{
	struct reader *reader = context;
	struct buf *title = &reader->title;

	for (int i = 0; reader->in_title && i < len; i++) {
		if (!is_blank((char)text[i]))
			buf_add_char(title, (char)text[i]);
		else if (title->len && title->bytes[title->len - 1] != ' ')
			buf_add_char(title, ' ');
	}
}

/* What is not named here is of no interest; without `error` nothing is ever printed. */
static const xmlSAXHandler handler = {
	.startElement = start_element,
	.endElement = end_element,
	.characters = characters,
	.initialized = 1,
};

/* True if the parser waits for the end of a tag that is longer than any we want. */
static bool tag_is_too_long(const xmlParserCtxt *parser)
{
	const xmlChar *at = parser->input->cur;

	return parser->input->end - at > TAG_BYTES_MAX && at[0] == '<' && at[1] != '!' && at[1] != '/';
}

/* True if <meta> names another encoding than the one that was guessed. */
static bool is_misread(const struct reader *reader)
{
	return !reader->charset_certain && reader->charset_named && strcmp(reader->charset_named, reader->charset) != 0;
}

static bool may_have_refresh(struct span text)
{
	/* The rarest letter of "http-equiv" in ordinary pages, where it stands, and its upper case. */
	static const char letters[] = "qQ";
	const struct span name = SPAN("http-equiv");
	const size_t letter_at = 6;

	for (const char *letter = letters; *letter; letter++) {
		const char *end = text.bytes + text.len, *at = text.bytes;

		while ((at = memchr(at, *letter, (size_t)(end - at)))) {
			if ((size_t)(at - text.bytes) >= letter_at && (size_t)(end - at) >= name.len - letter_at &&
			    strncasecmp(at - letter_at, name.bytes, name.len) == 0)
				return true;
			at++;
		}
	}
	return false;
}

/* True if the bytes from `at` on can still change a fact. */
static bool wants_more(struct reader *reader, const xmlParserCtxt *parser, struct span html, size_t at)
{
	if (is_misread(reader) || parser->nameNr > DEPTH_MAX || tag_is_too_long(parser))
		return false;
	if (reader->head_over && !reader->body_read) {
		size_t held = (size_t)(parser->input->end - parser->input->cur), from = held < at ? at - held : 0;

		reader->body_read = may_have_refresh((struct span){ html.bytes + from, html.len - from });
	}
	return !reader->head_over || (reader->body_read && !reader->has_refresh);
}

static void parse(struct reader *reader, struct span html)
{
	size_t at = 0, len;
	htmlParserCtxtPtr parser =
		htmlCreatePushParserCtxt((htmlSAXHandlerPtr)&handler, reader, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);

	if (!parser)
		return;
	htmlCtxtUseOptions(parser, HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
					   HTML_PARSE_IGNORE_ENC);
	for (; at < html.len && wants_more(reader, parser, html, at); at += len) {
		len = html.len - at < PIECE_BYTES ? html.len - at : PIECE_BYTES;
		htmlParseChunk(parser, html.bytes + at, (int)len, 0);
	}
	if (wants_more(reader, parser, html, at))
		htmlParseChunk(parser, NULL, 0, 1);
	htmlFreeParserCtxt(parser);
}

/* A NUL would end a text for the parser. HTML section 13.2.5 reads it as U+FFFD or not at all. */
static struct span replace_nul(struct arena *arena, struct span text)
{
	char *copy;
	size_t len = 0;

	if (text.len == 0 || !memchr(text.bytes, '\0', text.len))
		return text;
	copy = arena_alloc(arena, text.len * UTF8_REPLACEMENT.len);
	for (size_t i = 0; i < text.len; i++) {
		struct span add = text.bytes[i] ? (struct span){ text.bytes + i, 1 } : UTF8_REPLACEMENT;

		memcpy(copy + len, add.bytes, add.len);
		len += add.len;
	}
	return (struct span){ .bytes = copy, .len = len };
}

static void reader_init(struct reader *reader, struct arena *arena)
{
	*reader = (struct reader){ .arena = arena };
	/* One byte more than is kept, so that utf8_cut() sees whether a character is split. */
	buf_init(&reader->title, PAGE_TEXT_BYTES_MAX + 1);
	/* An overflow then means that more than is kept is there already. */
	buf_init(&reader->robots, 2 * PAGE_TEXT_BYTES_MAX + 2);
}

static void reader_release(struct reader *reader)
{
	buf_release(&reader->title);
	buf_release(&reader->robots);
}

/* Parses `html` as `charset`; with another one, and `charset_named` set, where <meta> says so. */
static void read_as(struct reader *reader, struct span html, const char *charset, bool certain)
{
	reader->charset = charset;
	reader->charset_certain = certain;
	parse(reader, replace_nul(reader->arena, charset_decode(reader->arena, html, charset)));
}

/* HTML section 13.2.3.2: a byte order mark, else Content-Type, else <meta>, else what it looks like. */
static void read_page(struct reader *reader, struct span html, struct span content_type)
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
	if (!is_misread(reader))
		return;
	named = reader->charset_named;
	reader_release(reader);
	reader_init(reader, reader->arena);
	read_as(reader, html, named, true);
}

/* The canonical against <base>, which itself is resolved against the page: HTML section 2.4.1. */
static struct span resolve_canonical(struct arena *arena, const struct reader *reader, const struct url *page_url)
{
	struct url base, url;

	if (!reader->has_canonical)
		return SPAN("");
	if (!reader->has_base || url_parse(reader->arena, reader->base, page_url, &base) != URL_OK ||
	    !url_is_web(&base))
		base = *page_url;
	if (url_parse(arena, reader->canonical, &base, &url) != URL_OK)
		return arena_copy(arena, utf8_cut(reader->canonical, PAGE_TEXT_BYTES_MAX));
	return url.href;
}

static struct span keep(struct arena *arena, struct span text)
{
	return arena_copy(arena, trim(utf8_cut(text, PAGE_TEXT_BYTES_MAX)));
}

void page_read(struct arena *arena, struct span html, struct span content_type, const struct url *page_url,
	       struct page *out)
{
	struct arena scratch;
	struct reader reader;
	bool cut = html.len > PAGE_BYTES_MAX;

	if (cut)
		html.len = PAGE_BYTES_MAX;
	arena_init(&scratch);
	reader_init(&reader, &scratch);
	read_page(&reader, html, content_type);
	*out = (struct page){
		.read = true,
		.cut = cut,
		.title = keep(arena, buf_span(&reader.title)),
		.canonical = resolve_canonical(arena, &reader, page_url),
		.robots = keep(arena, buf_span(&reader.robots)),
		.refresh = keep(arena, reader.refresh),
		.lang = keep(arena, reader.lang),
	};
	reader_release(&reader);
	arena_release(&scratch);
}

void page_init(void)
{
	xmlInitParser();
}

void page_end(void)
{
	xmlCleanupParser();
}
