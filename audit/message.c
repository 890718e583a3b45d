#include "audit/message.h"

#include <assert.h>
#include <stdio.h>

static bool is_utf8_continuation(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

struct span message_format(struct arena *arena, const char *format, va_list arguments)
{
	static const struct span mark = SPAN("...");
	char text[MESSAGE_BYTES_MAX + 1];
	int wanted = vsnprintf(text, sizeof(text), format, arguments);
	size_t len;

	assert(wanted >= 0);
	len = (size_t)wanted;
	if (len > MESSAGE_BYTES_MAX) {
		len = MESSAGE_BYTES_MAX - mark.len;
		while (len > 0 && is_utf8_continuation(text[len]))
			len--;
		memcpy(text + len, mark.bytes, mark.len);
		len += mark.len;
	}
	return arena_copy(arena, (struct span){ .bytes = text, .len = len });
}
