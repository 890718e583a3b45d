/* The basic URL parser of the URL Standard, section 4.4, for http and https. The standard's states
 * are a walk over code points; here the input is cut at its delimiters first, which gives the same
 * parts, since none of them changes its meaning by what comes later. */
#include "formats/url.h"

#include "formats/url_host.h"
#include "formats/url_path.h"
#include "formats/url_text.h"
#include "formats/utf8.h"

#define PORT_MAX 65535

static const struct {
	struct span name;
	enum url_scheme scheme;
	uint16_t port;
} schemes[] = {
	{ { "http", 4 }, URL_SCHEME_HTTP, 80 },
	{ { "https", 5 }, URL_SCHEME_HTTPS, 443 },
};

/* One parse under way. The spans of `url` point into the two texts until place() moves them. */
struct parser {
	const struct url *base; /* NULL, or http or https */
	struct span rest;       /* what is left of the input */
	struct span query, fragment;
	struct url url;
	struct url_text href;
	struct url_text userinfo; /* user name and password behind one another */
};

static bool is_control_or_space(char c)
{
	return (unsigned char)c <= ' ';
}

static bool is_tab_or_newline(char c)
{
	return c == '\t' || c == '\n' || c == '\r';
}

static struct span trim(struct span input)
{
	while (input.len && is_control_or_space(input.bytes[0]))
		input = url_skip(input, 1);
	while (input.len && is_control_or_space(input.bytes[input.len - 1]))
		input.len--;
	return input;
}

/* Bytes that are no UTF-8, percent-encoded as they are. The standard, which begins with characters, would
 * have them replaced; Chromium and libcurl keep them in a Location, and servers that send Latin-1 there
 * expect it back. */
static struct span escape_invalid(struct arena *arena, struct span input)
{
	static const char hex[] = "0123456789ABCDEF";
	struct span rest = input;
	size_t len = 0;
	char *copy;

	if (utf8_is_valid(input))
		return input;
	copy = arena_alloc(arena, input.len * 3);
	while (rest.len) {
		struct utf8_char c = utf8_decode(rest);

		for (size_t i = 0; i < c.len; i++) {
			unsigned char byte = (unsigned char)rest.bytes[i];

			if (c.valid) {
				copy[len++] = rest.bytes[i];
				continue;
			}
			copy[len++] = '%';
			copy[len++] = hex[byte >> 4];
			copy[len++] = hex[byte & 15];
		}
		rest = (struct span){ .bytes = rest.bytes + c.len, .len = rest.len - c.len };
	}
	return (struct span){ .bytes = copy, .len = len };
}

/* Steps 1 to 3 of the parser. Decoding comes before taking out tabs: a tab inside a character makes
 * two broken ones. */
static struct span clean(struct arena *arena, struct span input)
{
	char *copy;
	size_t len = 0, at = 0;

	input = escape_invalid(arena, trim(input));
	while (at < input.len && !is_tab_or_newline(input.bytes[at]))
		at++;
	if (at == input.len)
		return input;
	copy = arena_alloc(arena, input.len);
	for (at = 0; at < input.len; at++)
		if (!is_tab_or_newline(input.bytes[at]))
			copy[len++] = input.bytes[at];
	return (struct span){ .bytes = copy, .len = len };
}

/* Copies both texts into one piece of `arena`, and `parser->url` with its spans moved to `out`. */
static enum url_error place(struct arena *arena, const struct parser *parser, struct url *out)
{
	const struct url_text *href = &parser->href, *userinfo = &parser->userinfo;
	const struct url *url = &parser->url;
	char *copy;

	if (href->overflow || userinfo->overflow)
		return URL_ERROR_TOO_LONG;
	copy = arena_alloc(arena, href->len + userinfo->len + 1);
	memcpy(copy, href->bytes, href->len);
	memcpy(copy + href->len, userinfo->bytes, userinfo->len);
	*out = *url;
	out->href = (struct span){ .bytes = copy, .len = href->len };
	out->scheme_name = url_span_moved(url->scheme_name, href->bytes, copy);
	out->host = url_span_moved(url->host, href->bytes, copy);
	out->path = url_span_moved(url->path, href->bytes, copy);
	out->query = url_span_moved(url->query, href->bytes, copy);
	out->fragment = url_span_moved(url->fragment, href->bytes, copy);
	out->username = url_span_moved(url->username, userinfo->bytes, copy + href->len);
	out->password = url_span_moved(url->password, userinfo->bytes, copy + href->len);
	return URL_OK;
}

/* Adds `part` to `text` and returns where it stands there. */
static struct span add(struct url_text *text, struct span part)
{
	size_t start = text->len;

	url_text_add(text, part);
	return url_text_from(text, start);
}

static struct span add_encoded(struct url_text *text, struct span part, const struct url_bytes *set)
{
	size_t start = text->len;

	url_text_add_encoded(text, part, set);
	return url_text_from(text, start);
}

/* Which of `schemes` it is; URL_SCHEME_OTHER if it is none. Adds its name in lower case. */
static void add_scheme(struct parser *parser, struct span name)
{
	struct url *url = &parser->url;

	url->scheme = URL_SCHEME_OTHER;
	url->scheme_name = add(&parser->href, name);
	for (size_t i = 0; i < url->scheme_name.len; i++)
		parser->href.bytes[i] = url_lower(parser->href.bytes[i]);
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (span_equal(url->scheme_name, schemes[i].name)) {
			url->scheme = schemes[i].scheme;
			url->port = schemes[i].port;
		}
	}
}

/* "user:password", without the "@". Each "@" but the last one of an authority belongs here. */
static void add_userinfo(struct parser *parser, struct span userinfo)
{
	const char *colon = memchr(userinfo.bytes, ':', userinfo.len);
	size_t name_len = colon ? (size_t)(colon - userinfo.bytes) : userinfo.len;

	parser->url.username = add_encoded(&parser->userinfo, url_first(userinfo, name_len), &url_encode_userinfo);
	if (colon)
		parser->url.password =
			add_encoded(&parser->userinfo, url_skip(userinfo, name_len + 1), &url_encode_userinfo);
}

static void add_port(struct parser *parser, uint16_t port)
{
	if (port == parser->url.port)
		return;
	parser->url.port = port;
	parser->url.has_port = true;
	url_text_add_char(&parser->href, ':');
	url_text_add_uint(&parser->href, port);
}

static enum url_error parse_port(struct parser *parser, struct span digits)
{
	unsigned port = 0;

	if (digits.len == 0)
		return URL_OK;
	for (size_t i = 0; i < digits.len; i++) {
		if (!url_is_digit(digits.bytes[i]))
			return URL_ERROR_PORT;
		port = port * 10 + (unsigned)(digits.bytes[i] - '0');
		if (port > PORT_MAX)
			return URL_ERROR_PORT;
	}
	add_port(parser, (uint16_t)port);
	return URL_OK;
}

/* Offset of the colon before the port, which stands outside brackets; `len` without one. */
static size_t host_len(struct span host_and_port)
{
	bool in_brackets = false;
	size_t at;

	for (at = 0; at < host_and_port.len; at++) {
		char c = host_and_port.bytes[at];

		if (c == '[')
			in_brackets = true;
		else if (c == ']')
			in_brackets = false;
		else if (c == ':' && !in_brackets)
			break;
	}
	return at;
}

/* Takes the authority off `rest`: states "authority", "host" and "port". */
static enum url_error parse_authority(struct parser *parser)
{
	struct span authority = parser->rest;
	const char *at_sign;
	enum url_error error;
	size_t len = 0, start;

	while (len < authority.len && !url_is_slash(authority.bytes[len]))
		len++;
	authority.len = len;
	parser->rest = url_skip(parser->rest, len);
	at_sign = authority.len ? memrchr(authority.bytes, '@', authority.len) : NULL;
	if (at_sign) {
		size_t userinfo_len = (size_t)(at_sign - authority.bytes);

		add_userinfo(parser, url_first(authority, userinfo_len));
		authority = url_skip(authority, userinfo_len + 1);
	}
	len = host_len(authority);
	start = parser->href.len;
	error = url_add_host(&parser->href, url_first(authority, len));
	parser->url.host = url_text_from(&parser->href, start);
	if (error == URL_OK && len < authority.len)
		error = parse_port(parser, url_skip(authority, len + 1));
	return error;
}

/* The base's authority, user name and password too. */
static void inherit_authority(struct parser *parser)
{
	const struct url *base = parser->base;

	parser->url.username = add(&parser->userinfo, base->username);
	parser->url.password = add(&parser->userinfo, base->password);
	parser->url.host = add(&parser->href, base->host);
	add_port(parser, base->port);
}

/* States "relative" and "relative slash": what `rest` does not say comes from the base. */
static void parse_relative(struct parser *parser)
{
	const struct url *base = parser->base;
	size_t path_start;

	inherit_authority(parser);
	path_start = parser->href.len;
	if (parser->rest.len && url_is_slash(parser->rest.bytes[0])) {
		url_add_path(&parser->href, path_start, url_skip(parser->rest, 1));
	} else if (parser->rest.len) {
		url_text_add(&parser->href, base->path);
		url_shorten_path(&parser->href, path_start);
		url_add_path(&parser->href, path_start, parser->rest);
	} else {
		url_text_add(&parser->href, base->path);
		if (!parser->url.has_query) {
			parser->url.has_query = base->has_query;
			parser->query = base->query;
		}
	}
	parser->url.path = url_text_from(&parser->href, path_start);
}

/* `rest` begins with any number of slashes, then the authority. */
static enum url_error parse_absolute(struct parser *parser)
{
	enum url_error error;
	size_t path_start;

	while (parser->rest.len && url_is_slash(parser->rest.bytes[0]))
		parser->rest = url_skip(parser->rest, 1);
	error = parse_authority(parser);
	if (error != URL_OK)
		return error;
	path_start = parser->href.len;
	url_add_path(&parser->href, path_start, url_skip(parser->rest, parser->rest.len > 0));
	parser->url.path = url_text_from(&parser->href, path_start);
	return URL_OK;
}

static void add_tail(struct parser *parser)
{
	if (parser->url.has_query) {
		url_text_add_char(&parser->href, '?');
		parser->url.query = add_encoded(&parser->href, parser->query, &url_encode_query);
	}
	if (parser->url.has_fragment) {
		url_text_add_char(&parser->href, '#');
		parser->url.fragment = add_encoded(&parser->href, parser->fragment, &url_encode_fragment);
	}
}

/* What stands behind the scheme's colon, or all of it without a scheme. */
static enum url_error parse_web(struct parser *parser)
{
	const struct url *base = parser->base;
	const struct span *rest = &parser->rest;
	enum url_error error = URL_OK;

	url_text_add(&parser->href, SPAN("://"));
	parser->url.has_fragment = url_cut_tail(&parser->rest, '#', &parser->fragment);
	parser->url.has_query = url_cut_tail(&parser->rest, '?', &parser->query);
	/* "http:foo" is a relative reference where the base is http as well. */
	if (base && base->scheme == parser->url.scheme &&
	    !(rest->len >= 2 && url_is_slash(rest->bytes[0]) && url_is_slash(rest->bytes[1])))
		parse_relative(parser);
	else
		error = parse_absolute(parser);
	add_tail(parser);
	return error;
}

static enum url_error parse(struct parser *parser)
{
	size_t scheme_len = url_scheme_len(parser->rest);

	if (scheme_len == 0 && !parser->base)
		return parser->rest.len ? URL_ERROR_NO_SCHEME : URL_ERROR_EMPTY;
	if (scheme_len == 0) {
		add_scheme(parser, parser->base->scheme_name);
		return parse_web(parser);
	}
	add_scheme(parser, url_first(parser->rest, scheme_len));
	if (parser->url.scheme == URL_SCHEME_OTHER) {
		url_text_add(&parser->href, url_skip(parser->rest, scheme_len));
		return URL_OK;
	}
	parser->rest = url_skip(parser->rest, scheme_len + 1);
	return parse_web(parser);
}

enum url_error url_parse(struct arena *arena, struct span input, const struct url *base, struct url *out)
{
	struct parser parser;
	enum url_error error;

	/* Member by member: the texts are 16 KiB that need no zeroing. */
	parser.base = base && url_is_web(base) ? base : NULL;
	parser.rest = clean(arena, input);
	parser.query = parser.fragment = (struct span){ .len = 0 };
	parser.url = (struct url){ .scheme = URL_SCHEME_NONE };
	url_text_init(&parser.href);
	url_text_init(&parser.userinfo);
	error = parse(&parser);
	if (error == URL_OK)
		error = place(arena, &parser, out);
	if (error != URL_OK)
		*out = (struct url){ .scheme = URL_SCHEME_NONE };
	return error;
}
