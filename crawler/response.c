#include "crawler/response.h"

#include <assert.h>
#include <ctype.h>

#include "formats/limits.h"
#include "formats/utf8.h"

/* A line buffer above this is given back after the answer that needed it. */
#define LINE_KEEP_BYTES 2048

void response_init(struct response *response)
{
	*response = (struct response){ .status = 0 };
	buf_init(&response->line, HEADER_BYTES_MAX);
}

void response_release(struct response *response)
{
	buf_release(&response->line);
}

/* The bytes are counted over all answers of the transfer. */
static void forget_answer(struct response *response)
{
	*response = (struct response){ .arena = response->arena,
				       .header_bytes = response->header_bytes,
				       .line = response->line };
	if (response->line.size > LINE_KEEP_BYTES)
		buf_release(&response->line);
	else
		buf_clear(&response->line);
}

void response_begin(struct response *response, struct arena *arena)
{
	forget_answer(response);
	response->arena = arena;
	response->header_bytes = 0;
}

/* An interim answer leaves nothing but its line. */
static bool is_final(unsigned status)
{
	return status >= 200 || status == 101;
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

static struct span cut(struct span span, size_t len_max)
{
	return (struct span){ .bytes = span.bytes, .len = span.len < len_max ? span.len : len_max };
}

static void append(struct header_value *kept, struct span span)
{
	span = cut(span, kept->size - kept->len);
	memcpy(kept->bytes + kept->len, span.bytes, span.len);
	kept->len += (uint32_t)span.len;
}

static void make_room(struct response *response, struct header_value *kept, size_t size)
{
	char *bytes = arena_alloc(response->arena, size + 1);

	if (kept->len)
		memcpy(bytes, kept->bytes, kept->len);
	kept->bytes = bytes;
	kept->size = (uint32_t)size;
}

/* The first line of a field gets the room it needs, and the second as much as all may have together. */
static void take_value(struct response *response, struct header_value *kept, struct span value)
{
	if (!value.len)
		return;
	value = cut(value, HEADER_VALUE_BYTES_MAX);
	if (!kept->len) {
		make_room(response, kept, value.len);
	} else {
		if (kept->size < HEADER_VALUE_BYTES_MAX)
			make_room(response, kept, HEADER_VALUE_BYTES_MAX);
		append(kept, SPAN(", "));
	}
	append(kept, value);
}

static void take_location(struct response *response, struct span value)
{
	struct span kept = cut(value, LOCATION_BYTES_MAX);

	if (response->location_count < UINT8_MAX)
		response->location_count++;
	if (response->location_count == 1) {
		response->location_cut = kept.len < value.len;
		response->location = arena_copy(response->arena, kept);
	} else if (!response->location_other.bytes && !span_equal(response->location, kept)) {
		response->location_other = arena_copy(response->arena, kept);
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
	take_value(response, &response->value[header], value);
}

/* The line before this one is whole: nothing continues it. */
static void take_pending(struct response *response)
{
	if (response->line.len && is_final(response->status))
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
		response->complete = is_final(response->status);
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

/* As the row will have it, so that rules see what is kept of it; they can be run on the row again. */
static struct span as_utf8(struct arena *arena, struct span value)
{
	return utf8_cut(utf8_repair(arena, value), HEADER_VALUE_BYTES_MAX);
}

void response_store(const struct response *response, struct hop *hop)
{
	hop->status = (uint16_t)response->status;
	hop->http_version = response->http_version;
	hop->has_location = response->location_count > 0;
	hop->location_count = response->location_count;
	hop->location_cut = response->location_cut;
	hop->location = response->location;
	hop->location_conflict = response->location_other.bytes != NULL;
	hop->location_other = response->location_other;
	for (size_t i = 0; i < HEADER_COUNT; i++)
		hop->header[i] = as_utf8(response->arena, response_value(response, (enum header)i));
}
