#include "formats/buf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "formats/arena.h"

void buf_init(struct buf *buf, size_t size_max)
{
	*buf = (struct buf){ .size_max = size_max };
}

void buf_release(struct buf *buf)
{
	free(buf->bytes);
	buf_init(buf, buf->size_max);
}

void buf_clear(struct buf *buf)
{
	buf_cut(buf, 0);
}

void buf_cut(struct buf *buf, size_t len)
{
	assert(len <= buf->len);
	buf->len = len;
	buf->overflow = false;
}

char *buf_room(struct buf *buf, size_t len)
{
	size_t size = buf->size ? buf->size : 256;

	if (buf->overflow || len > buf->size_max - buf->len) {
		buf->overflow = true;
		return NULL;
	}
	while (size < buf->len + len)
		size *= 2;
	if (size > buf->size_max)
		size = buf->size_max;
	if (size > buf->size) {
		buf->bytes = memory_resize(buf->bytes, size);
		buf->size = size;
	}
	return buf->bytes + buf->len;
}

void buf_add(struct buf *buf, const char *bytes, size_t len)
{
	char *room = len ? buf_room(buf, len) : NULL;

	if (!room)
		return;
	memcpy(room, bytes, len);
	buf->len += len;
}

void buf_add_span(struct buf *buf, struct span span)
{
	buf_add(buf, span.bytes, span.len);
}

void buf_add_text(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void buf_add_char(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

char *buf_put_uint(char *at, uint64_t value)
{
	size_t len = 1;

	for (uint64_t rest = value; rest >= 10; rest /= 10)
		len++;
	for (size_t i = len; i > 0; value /= 10)
		at[--i] = (char)('0' + value % 10);
	return at + len;
}

void buf_add_uint(struct buf *buf, uint64_t value)
{
	char digits[BUF_UINT_ROOM];

	buf_add(buf, digits, (size_t)(buf_put_uint(digits, value) - digits));
}

void buf_addf(struct buf *buf, const char *format, ...)
{
	char small[512];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(small, sizeof(small), format, args);
	va_end(args);
	assert(len >= 0);
	if ((size_t)len < sizeof(small)) {
		buf_add(buf, small, (size_t)len);
		return;
	}
	char *large = memory_alloc((size_t)len + 1);

	va_start(args, format);
	vsnprintf(large, (size_t)len + 1, format, args);
	va_end(args);
	buf_add(buf, large, (size_t)len);
	free(large);
}
