#include "formats/link_header.h"

#include "formats/limits.h"

struct link_value {
	struct link_read link;
	bool anchored; /* it is about another resource than the one that was asked for */
	bool whole;    /* another link follows it */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void skip(struct span *rest, size_t len)
{
	rest->bytes += len;
	rest->len -= len;
}

static void skip_blanks(struct span *rest)
{
	while (rest->len && is_blank(rest->bytes[0]))
		skip(rest, 1);
}

static bool skip_char(struct span *rest, char c)
{
	if (rest->len == 0 || rest->bytes[0] != c)
		return false;
	skip(rest, 1);
	return true;
}

/* Up to one of `ends`, blanks at the end dropped. */
static struct span take_until(struct span *rest, const char *ends)
{
	struct span text = { .bytes = rest->bytes, .len = 0 };

	while (text.len < rest->len && !memchr(ends, rest->bytes[text.len], strlen(ends)))
		text.len++;
	skip(rest, text.len);
	return span_trim(text);
}

/* RFC 9110 section 5.6.4, behind its first quote. Backslashes stay: none of the values that we want has any. */
static struct span take_quoted(struct span *rest)
{
	struct span text = { .bytes = rest->bytes, .len = 0 };

	while (text.len < rest->len && rest->bytes[text.len] != '"')
		text.len += rest->bytes[text.len] == '\\' && text.len + 1 < rest->len ? 2 : 1;
	skip(rest, text.len < rest->len ? text.len + 1 : text.len);
	return text;
}

/* The first parameter of a name counts (section 3.3), so `out` is set once. */
static void set_once(struct span *out, struct span value)
{
	if (!out->bytes)
		*out = value.len ? value : SPAN("");
}

static void take_parameter(struct span *rest, struct link_value *out)
{
	struct span name, value = SPAN("");

	skip_blanks(rest);
	name = take_until(rest, "=;,");
	if (skip_char(rest, '=')) {
		skip_blanks(rest);
		value = skip_char(rest, '"') ? take_quoted(rest) : take_until(rest, ";,");
	}
	if (span_equal_nocase(name, SPAN("rel")))
		set_once(&out->link.rel, value);
	else if (span_equal_nocase(name, SPAN("hreflang")))
		set_once(&out->link.hreflang, span_trim(value));
	else if (span_equal_nocase(name, SPAN("anchor")))
		out->anchored = true;
	else if (span_equal_nocase(name, SPAN("media")) || span_equal_nocase(name, SPAN("type")))
		out->link.narrowed = true;
}

/* Section B.2: cuts the next link off `rest`. False at the end, and where no link begins. */
static bool take_link(struct span *rest, struct link_value *out)
{
	const char *end;

	*out = (struct link_value){ .anchored = false };
	while (rest->len && (is_blank(rest->bytes[0]) || rest->bytes[0] == ','))
		skip(rest, 1);
	if (!skip_char(rest, '<') || !(end = memchr(rest->bytes, '>', rest->len)))
		return false;
	out->link.href = span_trim((struct span){ .bytes = rest->bytes, .len = (size_t)(end - rest->bytes) });
	skip(rest, (size_t)(end - rest->bytes) + 1);
	skip_blanks(rest);
	while (skip_char(rest, ';')) {
		take_parameter(rest, out);
		skip_blanks(rest);
	}
	out->whole = rest->len && rest->bytes[0] == ',';
	/* Behind something strange the next link is looked for. */
	(void)take_until(rest, ",");
	return true;
}

void link_header_read(struct arena *arena, struct span value, const struct url *url, struct page *page)
{
	/* A cut leaves up to three bytes of a character out. */
	bool maybe_cut = value.len + 3 >= HEADER_VALUE_BYTES_MAX;
	struct link_value next;

	page_links_drop(page, LINK_SOURCE_HEADER);
	while (take_link(&value, &next))
		if (!next.anchored && (next.whole || !maybe_cut))
			page_links_add(arena, page, LINK_SOURCE_HEADER, &next.link, url);
}
