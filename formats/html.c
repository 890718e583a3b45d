#include "formats/html.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <pthread.h>

#include "formats/utf8.h"

/* Bytes given to the parser at once. Between two pieces we may stop: most pages are read no further than the beginning
 * of their body. Smaller pieces stop sooner and cost more calls. */
#define PIECE_BYTES 4096

/* No page that is meant to be read has a longer tag, or more open elements. 64 KiB in one tag took 230 ms. */
#define TAG_BYTES_MAX 8192
#define DEPTH_MAX     512

/* What libxml2's callbacks are given. */
struct reading {
	const struct html_handler *handler;
	void *reader;
};

struct span html_trim(struct span text)
{
	while (text.len && html_is_blank(text.bytes[0]))
		text.bytes++, text.len--;
	while (text.len && html_is_blank(text.bytes[text.len - 1]))
		text.len--;
	return text;
}

struct span html_attribute(const struct html_attributes *attributes, const char *name)
{
	for (const xmlChar *const *at = (const xmlChar *const *)(const void *)attributes; at && at[0]; at += 2) {
		if (strcasecmp((const char *)at[0], name) == 0)
			return at[1] ? html_trim(span_of((const char *)at[1])) : SPAN("");
	}
	return (struct span){ .bytes = NULL };
}

static void start_element(void *context, const xmlChar *name, const xmlChar **attributes)
{
	struct reading *reading = context;

	reading->handler->start(reading->reader, (const char *)name, (const void *)attributes);
}

static void end_element(void *context, const xmlChar *name)
{
	struct reading *reading = context;

	reading->handler->end(reading->reader, (const char *)name);
}

static void characters(void *context, const xmlChar *text, int len)
{
	struct reading *reading = context;

	reading->handler->text(reading->reader, (struct span){ .bytes = (const char *)text, .len = (size_t)len });
}

/* What is not named here is of no interest; without `error` nothing is ever printed. */
static const xmlSAXHandler sax = {
	.startElement = start_element,
	.endElement = end_element,
	.characters = characters,
	.cdataBlock = characters,
	.ignorableWhitespace = characters,
	.initialized = 1,
};

/* True if the parser waits for the end of a tag that is longer than any we want. */
static bool tag_is_too_long(const xmlParserCtxt *parser)
{
	const xmlChar *at = parser->input->cur;

	return parser->input->end - at > TAG_BYTES_MAX && at[0] == '<' && at[1] != '!' && at[1] != '/';
}

/* True if the bytes from `at` on, and those that the parser holds, are to be read. */
static bool goes_on(const struct reading *reading, const xmlParserCtxt *parser, struct span page, size_t at)
{
	size_t held = (size_t)(parser->input->end - parser->input->cur), from = held < at ? at - held : 0;

	return parser->nameNr <= DEPTH_MAX && !tag_is_too_long(parser) &&
	       reading->handler->wants_more(reading->reader,
					    (struct span){ .bytes = page.bytes + from, .len = page.len - from });
}

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

void html_read(struct arena *arena, struct span page, const struct html_handler *handler, void *reader)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct reading reading = { .handler = handler, .reader = reader };
	htmlParserCtxtPtr parser;
	size_t at = 0, len;

	pthread_once(&once, xmlInitParser);
	parser = htmlCreatePushParserCtxt((htmlSAXHandlerPtr)&sax, &reading, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
	if (!parser)
		return;
	page = replace_nul(arena, page);
	htmlCtxtUseOptions(parser, HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
					   HTML_PARSE_IGNORE_ENC);
	for (; at < page.len && goes_on(&reading, parser, page, at); at += len) {
		len = page.len - at < PIECE_BYTES ? page.len - at : PIECE_BYTES;
		htmlParseChunk(parser, page.bytes + at, (int)len, 0);
	}
	if (goes_on(&reading, parser, page, at))
		htmlParseChunk(parser, NULL, 0, 1);
	htmlFreeParserCtxt(parser);
}
