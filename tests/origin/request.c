#include "tests/origin/request.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static struct span slice(struct span span, size_t from, size_t to)
{
	return (struct span){ .bytes = span.bytes + from, .len = to - from };
}

static struct span trim(struct span span)
{
	while (span.len && (span.bytes[0] == ' ' || span.bytes[0] == '\t'))
		span = slice(span, 1, span.len);
	while (span.len && strchr(" \t\r", span.bytes[span.len - 1]))
		span.len--;
	return span;
}

/* What stands before `c`, which is taken off `rest` as well. False if there is no `c`. */
static bool cut_at(struct span *rest, char c, struct span *before)
{
	const char *at = rest->len ? memchr(rest->bytes, c, rest->len) : NULL;

	if (!at)
		return false;
	*before = slice(*rest, 0, (size_t)(at - rest->bytes));
	*rest = slice(*rest, before->len + 1, rest->len);
	return true;
}

bool request_next_header(struct span *lines, struct span *name, struct span *value)
{
	struct span line;

	while (cut_at(lines, '\n', &line)) {
		if (cut_at(&line, ':', name)) {
			*value = trim(line);
			return true;
		}
	}
	return false;
}

static bool has_word(struct span list, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i + len <= list.len; i++)
		if (strncasecmp(list.bytes + i, word, len) == 0)
			return true;
	return false;
}

/* The URL of a request line's target and Host (RFC 9112 section 3.3), and its parts. */
static void build_url(struct request *out, struct span host, bool tls, uint16_t port, struct buf *url)
{
	char own[8];
	struct span target = out->target;
	struct span scheme = tls ? SPAN("https") : SPAN("http");

	if (target.len > 7 &&
	    (strncasecmp(target.bytes, "http://", 7) == 0 || has_word(slice(target, 0, 8), "https://"))) {
		struct span rest = slice(target, target.bytes[4] == ':' ? 7 : 8, target.len);
		size_t end = 0;

		while (end < rest.len && !strchr("/?#", rest.bytes[end]))
			end++;
		scheme = rest.bytes == target.bytes + 7 ? SPAN("http") : SPAN("https");
		host = slice(rest, 0, end);
		target = slice(rest, end, rest.len);
	}
	out->authority = host;
	snprintf(own, sizeof(own), ":%u", port);
	for (const char *const *suffix = (const char *const[]){ scheme.len == 5 ? ":443" : ":80", own, NULL }; *suffix;
	     suffix++) {
		size_t len = strlen(*suffix);

		if (host.len > len && memcmp(host.bytes + host.len - len, *suffix, len) == 0) {
			host.len -= len;
			break;
		}
	}
	buf_clear(url);
	buf_add_span(url, scheme);
	buf_add_text(url, "://");
	for (size_t i = 0; i < host.len; i++)
		buf_add_char(url, (char)tolower((unsigned char)host.bytes[i]));
	if (target.len == 0)
		target = SPAN("/");
	buf_add_span(url, target);

	const char *query = memchr(target.bytes, '?', target.len);
	size_t at = scheme.len + 3 + host.len;

	out->url = buf_span(url);
	out->scheme = slice(out->url, 0, scheme.len);
	out->host = slice(out->url, scheme.len + 3, at);
	out->path = slice(out->url, at, at + (query ? (size_t)(query - target.bytes) : target.len));
	out->query = slice(out->url, at + out->path.len, out->url.len);
}

static bool parse_length(struct span value, size_t *length)
{
	*length = 0;
	for (size_t i = 0; i < value.len; i++) {
		if (!isdigit((unsigned char)value.bytes[i]) || *length > REQUEST_BODY_BYTES_MAX)
			return false;
		*length = *length * 10 + (size_t)(value.bytes[i] - '0');
	}
	return value.len > 0;
}

/* Reads the header lines; 200 or the status to refuse with. */
static int read_headers(struct request *out, struct span *host, size_t *body_len)
{
	struct span lines = out->lines, name, value;
	bool has_host = false;

	while (request_next_header(&lines, &name, &value)) {
		if (span_equal_nocase(name, SPAN("host"))) {
			*host = value;
			has_host = true;
		} else if (span_equal_nocase(name, SPAN("connection"))) {
			out->keep_alive = out->http_1_0 ? has_word(value, "keep-alive") : !has_word(value, "close");
		} else if (span_equal_nocase(name, SPAN("content-length"))) {
			if (!parse_length(value, body_len))
				return 400;
		} else if (span_equal_nocase(name, SPAN("transfer-encoding"))) {
			return 501;
		} else if (span_equal_nocase(name, SPAN("expect"))) {
			out->expect_continue = has_word(value, "100-continue");
		} else if (span_equal_nocase(name, SPAN("cookie")) && !out->cookie.bytes) {
			out->cookie = value;
		}
	}
	/* RFC 9112 section 3.2: a 1.1 request without Host is a bad request. */
	return has_host || out->http_1_0 ? 200 : 400;
}

int request_parse(struct span bytes, bool tls, uint16_t port, struct buf *url, struct request *out)
{
	const char *end = bytes.len >= 4 ? memmem(bytes.bytes, bytes.len, "\r\n\r\n", 4) : NULL;
	struct span rest, line, host = { 0 };
	size_t body_len = 0;
	int status;

	*out = (struct request){ 0 };
	if (!end)
		return bytes.len > REQUEST_HEAD_BYTES_MAX ? 431 : 0;
	out->head_len = (size_t)(end - bytes.bytes) + 4;
	rest = slice(bytes, 0, out->head_len - 2);
	if (!cut_at(&rest, '\n', &line))
		return 400;
	out->lines = rest;
	if (!cut_at(&line, ' ', &out->method) || !cut_at(&line, ' ', &out->target) || out->target.len == 0)
		return 400;
	out->version = trim(line);
	out->http_1_0 = span_equal(out->version, SPAN("HTTP/1.0"));
	if (!out->http_1_0 && !span_equal(out->version, SPAN("HTTP/1.1")))
		return 400;
	out->keep_alive = !out->http_1_0;
	status = read_headers(out, &host, &body_len);
	build_url(out, host, tls, port, url);
	if (status != 200)
		return status;
	if (body_len > REQUEST_BODY_BYTES_MAX)
		return 413;
	if (bytes.len - out->head_len < body_len)
		return 0;
	out->body = slice(bytes, out->head_len, out->head_len + body_len);
	return 200;
}
