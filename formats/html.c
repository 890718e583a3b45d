#include "formats/html.h"

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static struct span skip(struct span text, size_t len)
{
	return (struct span){ .bytes = text.bytes + len, .len = text.len - len };
}

/* Offset of `c` in `text` from `at` on; text.len if there is none. */
static size_t find_char(struct span text, size_t at, char c)
{
	const char *found = at < text.len ? memchr(text.bytes + at, c, text.len - at) : NULL;

	return found ? (size_t)(found - text.bytes) : text.len;
}

static bool has_at(struct span text, size_t at, struct span word)
{
	return text.len - at >= word.len && memcmp(text.bytes + at, word.bytes, word.len) == 0;
}

static bool has_at_nocase(struct span text, size_t at, struct span word)
{
	return text.len - at >= word.len && strncasecmp(text.bytes + at, word.bytes, word.len) == 0;
}

struct span html_trim(struct span text)
{
	while (text.len && html_is_blank(text.bytes[0]))
		text = skip(text, 1);
	while (text.len && html_is_blank(text.bytes[text.len - 1]))
		text.len--;
	return text;
}

/* True if a tag's name may end before the byte at `at`. */
static bool name_ends_at(struct span text, size_t at)
{
	return at < text.len && (html_is_blank(text.bytes[at]) || text.bytes[at] == '/' || text.bytes[at] == '>');
}

struct html html_begin(struct span page)
{
	return (struct html){ .rest = page };
}

/* --- Tags --- */

/* Sections 13.2.5.32 to 13.2.5.39. `at` is behind a tag's name or an attribute. Returns the offset behind the next
 * attribute; 0 if the tag ends, or the text does. */
static size_t scan_attribute(struct span text, size_t at, struct span *name, struct span *value)
{
	size_t begin;

	while (at < text.len && (html_is_blank(text.bytes[at]) || text.bytes[at] == '/'))
		at++;
	if (at == text.len || text.bytes[at] == '>')
		return 0;
	/* A "=" in the first place is part of the name. */
	begin = at++;
	while (at < text.len && !name_ends_at(text, at) && text.bytes[at] != '=')
		at++;
	*name = (struct span){ .bytes = text.bytes + begin, .len = at - begin };
	*value = SPAN("");
	begin = at;
	while (at < text.len && html_is_blank(text.bytes[at]))
		at++;
	if (at == text.len || text.bytes[at] != '=')
		return begin;
	at++;
	while (at < text.len && html_is_blank(text.bytes[at]))
		at++;
	if (at == text.len || text.bytes[at] == '>')
		return at;
	begin = at;
	if (text.bytes[at] == '"' || text.bytes[at] == '\'') {
		at = find_char(text, at + 1, text.bytes[at]);
		*value = (struct span){ .bytes = text.bytes + begin + 1, .len = at - begin - 1 };
		return at < text.len ? at + 1 : at;
	}
	while (at < text.len && !html_is_blank(text.bytes[at]) && text.bytes[at] != '>')
		at++;
	*value = (struct span){ .bytes = text.bytes + begin, .len = at - begin };
	return at;
}

bool html_attribute(struct span *rest, struct span *name, struct span *value)
{
	size_t at = scan_attribute(*rest, 0, name, value);

	if (at == 0)
		return false;
	*rest = skip(*rest, at);
	return true;
}

static struct span take_name(struct span text, size_t at)
{
	size_t end = at;

	while (end < text.len && !name_ends_at(text, end))
		end++;
	return (struct span){ .bytes = text.bytes + at, .len = end - at };
}

/* What a tag that was read means for the text behind it. Only in SVG and MathML can "/>" end an element. */
static void switch_text(struct html *html, const struct html_token *tag, struct span name, bool ended)
{
	bool foreign = tag->element == ELEMENT_SVG || tag->element == ELEMENT_MATH;

	if (tag->type == HTML_END_TAG) {
		html->foreign -= html->foreign && foreign;
	} else if (foreign) {
		html->foreign += !ended;
	} else if ((html_element_traits(tag->element) & HTML_RAW) && !(html->foreign && ended)) {
		html->raw_name = name;
		html->raw_element = tag->element;
	}
}

/* `at` is where the name begins. False if the page ends within the tag. */
static bool take_tag(struct html *html, size_t at, enum html_token_type type, struct html_token *token)
{
	struct span text = html->rest, tag_name = take_name(text, at), name, value;
	size_t next, begin;

	begin = at += tag_name.len;
	while ((next = scan_attribute(text, at, &name, &value)))
		at = next;
	at = find_char(text, at, '>');
	html->rest = skip(text, at < text.len ? at + 1 : at);
	if (at == text.len)
		return false;
	*token = (struct html_token){
		.type = type,
		.element = html_element_of(tag_name),
		.attributes = { .bytes = text.bytes + begin, .len = at - begin },
	};
	switch_text(html, token, tag_name, text.bytes[at - 1] == '/');
	return true;
}

/* --- What is between tags --- */

/* Section 13.2.5.43 and following: behind "<!--". Returns the offset behind the comment. */
static size_t skip_comment(struct span text)
{
	size_t at = 4;

	if (has_at(text, at, SPAN(">")))
		return at + 1;
	if (has_at(text, at, SPAN("->")))
		return at + 2;
	for (; (at = find_char(text, at, '-')) < text.len; at++) {
		if (has_at(text, at, SPAN("-->")))
			return at + 3;
		if (has_at(text, at, SPAN("--!>")))
			return at + 4;
	}
	return text.len;
}

static size_t skip_declaration(struct span text)
{
	size_t at = find_char(text, 0, '>');

	return at < text.len ? at + 1 : at;
}

/* Section 13.2.5.6. True with a tag; false if something else was skipped. */
static bool take_markup(struct html *html, struct html_token *token)
{
	struct span text = html->rest;

	if (is_letter(text.bytes[1]))
		return take_tag(html, 1, HTML_START_TAG, token);
	if (text.bytes[1] == '/' && text.len > 2 && is_letter(text.bytes[2]))
		return take_tag(html, 2, HTML_END_TAG, token);
	html->rest = skip(text, has_at(text, 0, SPAN("<!--")) ? skip_comment(text) : skip_declaration(text));
	return false;
}

static bool begins_markup(struct span text, size_t at)
{
	return at + 1 < text.len && (is_letter(text.bytes[at + 1]) || memchr("!/?", text.bytes[at + 1], 3));
}

static void take_text(struct html *html, struct html_token *token)
{
	struct span text = html->rest;
	size_t at = 0;

	while ((at = find_char(text, at, '<')) < text.len && !begins_markup(text, at))
		at++;
	*token = (struct html_token){ .type = HTML_TEXT, .text = { .bytes = text.bytes, .len = at } };
	html->rest = skip(text, at);
}

static bool ends_element(struct span text, size_t at, struct span name)
{
	return text.bytes[at + 1] == '/' && has_at_nocase(text, at + 2, name) && name_ends_at(text, at + 2 + name.len);
}

/* The offset of the end tag of a script. One within "<!-- <script> -->" does not count: sections 13.2.5.20 to 31. */
static size_t find_script_end(struct span text)
{
	const struct span name = SPAN("script");
	bool escaped = false, nested = false;
	size_t at = 0, next;

	for (; at < text.len; at = next + 1) {
		next = find_char(text, at, '<');
		if (escaped && memmem(text.bytes + at, next - at, "-->", 3))
			escaped = nested = false;
		if (next + 1 >= text.len)
			return text.len;
		if (has_at(text, next, SPAN("<!--")) && !escaped) {
			escaped = true;
			next++; /* its dashes may be those of "-->" */
		} else if (ends_element(text, next, name)) {
			if (!nested)
				return next;
			nested = false;
		} else if (escaped && has_at_nocase(text, next + 1, name) && name_ends_at(text, next + 1 + name.len)) {
			nested = true;
		}
	}
	return text.len;
}

static size_t find_raw_end(struct span text, enum html_element element, struct span name)
{
	size_t at = 0;

	if (element == ELEMENT_PLAINTEXT)
		return text.len;
	if (element == ELEMENT_SCRIPT)
		return find_script_end(text);
	while ((at = find_char(text, at, '<')) + 1 < text.len && !ends_element(text, at, name))
		at++;
	return at + 1 < text.len ? at : text.len;
}

static bool take_raw_text(struct html *html, struct html_token *token)
{
	struct span text = html->rest;
	size_t len = find_raw_end(text, html->raw_element, html->raw_name);

	*token = (struct html_token){
		.type = HTML_RAW_TEXT,
		.element = html->raw_element,
		.text = { .bytes = text.bytes, .len = len },
	};
	html->rest = skip(text, len);
	html->raw_name = SPAN("");
	return len > 0;
}

bool html_next(struct html *html, struct html_token *token)
{
	while (html->rest.len) {
		if (html->raw_name.len) {
			if (take_raw_text(html, token))
				return true;
		} else if (html->rest.bytes[0] == '<' && begins_markup(html->rest, 0)) {
			if (take_markup(html, token))
				return true;
		} else {
			take_text(html, token);
			return true;
		}
	}
	return false;
}
