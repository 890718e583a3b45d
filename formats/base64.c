#include "formats/base64.h"

#include <stdint.h>

/* The six bits of a character; 64 if it is none of the alphabet. */
static uint32_t bits_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (uint32_t)(c - 'A');
	if (c >= 'a' && c <= 'z')
		return (uint32_t)(c - 'a' + 26);
	if (c >= '0' && c <= '9')
		return (uint32_t)(c - '0' + 52);
	return c == '+' ? 62 : c == '/' ? 63 : 64;
}

static size_t padding_of(struct span text)
{
	if (text.bytes[text.len - 1] != '=')
		return 0;
	return text.bytes[text.len - 2] == '=' ? 2 : 1;
}

bool base64_decode(struct arena *arena, struct span text, struct span *bytes)
{
	size_t padding, len = 0;
	char *out;

	*bytes = (struct span){ .len = 0 };
	if (text.len == 0 || text.len % 4)
		return text.len == 0;
	padding = padding_of(text);
	out = arena_alloc(arena, text.len / 4 * 3);
	for (size_t i = 0; i < text.len; i += 4) {
		uint32_t group = 0;

		for (size_t j = i; j < i + 4; j++) {
			uint32_t bits = j < text.len - padding ? bits_of(text.bytes[j]) : 0;

			if (bits == 64)
				return false;
			group = group << 6 | bits;
		}
		out[len++] = (char)(group >> 16);
		out[len++] = (char)(group >> 8);
		out[len++] = (char)group;
	}
	*bytes = (struct span){ .bytes = out, .len = len - padding };
	return true;
}
