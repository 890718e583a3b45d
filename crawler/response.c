#include "crawler/response.h"

#include <assert.h>
#include <ctype.h>

#include "formats/limits.h"

/* Buffers above this are given back after the answer that needed them. */
#define BUFFER_KEEP_BYTES 2048

void response_init(struct response *response)
{
	*response = (struct response){ .status = 0 };
	buf_init(&response->line, HEADER_BYTES_MAX);
	buf_init(&response->location, LOCATION_BYTES_MAX);
	buf_init(&response->location_other, LOCATION_BYTES_MAX);
	for (size_t i = 0; i < HEADER_COUNT; i++)
		buf_init(&response->value[i], HEADER_VALUE_BYTES_MAX);
}

void response_release(struct response *response)
{
	buf_release(&response->line);
	buf_release(&response->location);
	buf_release(&response->location_other);
	for (size_t i = 0; i < HEADER_COUNT; i++)
		buf_release(&response->value[i]);
}

static void empty(struct buf *buf)
{
	if (buf->size > BUFFER_KEEP_BYTES)
		buf_release(buf);
	else
		buf_clear(buf);
}

/* All but the count of bytes, which is over all answers of the transfer. */
static void forget_answer(struct response *response)
{
	response->status = 0;
	response->in_answer = false;
	response->complete = response->chunked = response->has_content_length = false;
	response->content_length = 0;
	response->http_version = 0;
	response->location_count = 0;
	response->location_cut = response->has_location_other = false;
	empty(&response->line);
	empty(&response->location);
	empty(&response->location_other);
	for (size_t i = 0; i < HEADER_COUNT; i++)
		empty(&response->value[i]);
}

void response_clear(struct response *response)
{
	forget_answer(response);
	response->header_bytes = 0;
}

/* "HTTP/1.1 301 Moved"; libcurl has refused lines that are none. */
static void take_status_line(struct response *response, struct span line)
{
	size_t at = 5;

	forget_answer(response);
	response->in_answer = true;
	if (at < line.len && isdigit((unsigned char)line.bytes[at]))
		response->http_version = (uint8_t)((line.bytes[at++] - '0') * 10);
	if (at + 1 < line.len && line.bytes[at] == '.' && isdigit((unsigned char)line.bytes[at + 1])) {
		response->http_version = (uint8_t)(response->http_version + line.bytes[at + 1] - '0');
		at += 2;
	}
	while (at < line.len && line.bytes[at] == ' ')
		at++;
	for (int digits = 0; digits < 3 && at < line.len && isdigit((unsigned char)line.bytes[at]); digits++)
		response->status = response->status * 10 + (unsigned)(line.bytes[at++] - '0');
}

static struct span trim(struct span span)
{
	while (span.len && (span.bytes[0] == ' ' || span.bytes[0] == '\t')) {
		span.bytes++;
		span.len--;
	}
	while (span.len && memchr(" \t\r\n", span.bytes[span.len - 1], 4))
		span.len--;
	return span;
}

/* Adds as much as there is room for; true if something had to be left out. */
static bool add_cut(struct buf *buf, struct span span)
{
	size_t room = buf->size_max - buf->len;

	buf_add(buf, span.bytes, span.len < room ? span.len : room);
	return span.len > room;
}

static void take_location(struct response *response, struct span value)
{
	struct span first;

	if (response->location_count < UINT8_MAX)
		response->location_count++;
	if (response->location_count == 1) {
		response->location_cut = add_cut(&response->location, value);
		return;
	}
	if (value.len > LOCATION_BYTES_MAX)
		value.len = LOCATION_BYTES_MAX;
	first = buf_span(&response->location);
	if (!response->has_location_other && !span_equal(first, value)) {
		response->has_location_other = true;
		buf_add_span(&response->location_other, value);
	}
}

static void take_content_length(struct response *response, struct span value)
{
	uint64_t length = 0;

	if (value.len == 0 || value.len > 18)
		return;
	for (size_t i = 0; i < value.len; i++) {
		if (!isdigit((unsigned char)value.bytes[i]))
			return;
		length = length * 10 + (uint64_t)(value.bytes[i] - '0');
	}
	response->has_content_length = true;
	response->content_length = length;
}

/* A cookie's value may be somebody's session; its name is all that rules need. What has no "=" before
 * the first ";" is no cookie (RFC 6265 section 5.2). */
static struct span cookie_name(struct span value)
{
	const char *semicolon = memchr(value.bytes, ';', value.len);
	size_t pair_len = semicolon ? (size_t)(semicolon - value.bytes) : value.len;
	const char *equals = memchr(value.bytes, '=', pair_len);

	return trim((struct span){ .bytes = value.bytes, .len = equals ? (size_t)(equals - value.bytes) : 0 });
}

static void take_field(struct response *response, struct span line)
{
	const char *colon = memchr(line.bytes, ':', line.len);
	struct span name, value;
	enum header header;

	if (!colon)
		return;
	name = trim((struct span){ .bytes = line.bytes, .len = (size_t)(colon - line.bytes) });
	value = trim((struct span){ .bytes = colon + 1, .len = line.len - (size_t)(colon + 1 - line.bytes) });
	if (span_equal_nocase(name, SPAN("location"))) {
		take_location(response, value);
		return;
	}
	if (span_equal_nocase(name, SPAN("transfer-encoding"))) {
		response->chunked = true;
		return;
	}
	if (!header_find(name, &header))
		return;
	if (header == HEADER_CONTENT_LENGTH)
		take_content_length(response, value);
	if (header == HEADER_SET_COOKIE)
		value = cookie_name(value);
	if (response->value[header].len && value.len)
		add_cut(&response->value[header], SPAN(", "));
	add_cut(&response->value[header], value);
}

/* The line before this one is whole: nothing continues it. */
static void take_pending(struct response *response)
{
	if (response->line.len)
		take_field(response, buf_span(&response->line));
	buf_clear(&response->line);
}

enum response_state response_take_line(struct response *response, const char *line, size_t len)
{
	struct span whole = { .bytes = line, .len = len }, text;

	if (response->complete)
		return RESPONSE_MORE; /* a trailer section */
	response->header_bytes += len;
	if (response->header_bytes > HEADER_BYTES_MAX)
		return RESPONSE_TOO_LARGE;
	/* The blank line; "\n" alone ends a header too (RFC 9112 section 2.2). */
	if (len == 0 || line[0] == '\n' || (len >= 2 && line[0] == '\r' && line[1] == '\n')) {
		take_pending(response);
		response->in_answer = false;
		response->complete = response->status >= 200 || response->status == 101;
		return response->complete ? RESPONSE_COMPLETE : RESPONSE_MORE;
	}
	if (!response->in_answer && len > 5 && strncasecmp(line, "HTTP/", 5) == 0) {
		take_status_line(response, whole);
		return RESPONSE_MORE;
	}
	if (line[0] == ' ' || line[0] == '\t') {
		/* RFC 9112 section 2.2: behind the status line it continues nothing and is not looked at. */
		if (!response->line.len)
			return RESPONSE_MORE;
		/* Section 5.2: a folded line's break is one space. */
		text = trim(whole);
		buf_add_char(&response->line, ' ');
		buf_add_span(&response->line, text);
		return RESPONSE_MORE;
	}
	take_pending(response);
	while (whole.len && memchr("\r\n", whole.bytes[whole.len - 1], 2))
		whole.len--;
	buf_add_span(&response->line, whole);
	return RESPONSE_MORE;
}

void response_store(const struct response *response, struct arena *arena, struct hop *hop)
{
	hop->status = (uint16_t)response->status;
	hop->http_version = response->http_version;
	hop->has_location = response->location_count > 0;
	hop->location_count = response->location_count;
	hop->location_cut = response->location_cut;
	if (response->location.len)
		hop->location = arena_copy(arena, buf_span(&response->location));
	if (response->has_location_other)
		hop->location_other = arena_copy(arena, buf_span(&response->location_other));
	for (size_t i = 0; i < HEADER_COUNT; i++) {
		if (response->value[i].len)
			hop->header[i] = arena_copy(arena, buf_span(&response->value[i]));
	}
}
