#include "formats/credentials.h"

#define MASK "***"

/* The authority that begins at `at`: up to the first byte that ends one. */
static size_t authority_len(struct span text, size_t at)
{
	size_t len = 0;

	while (at + len < text.len && !memchr("/?#\\", text.bytes[at + len], 4))
		len++;
	return len;
}

/* Where the next userinfo begins, from `at` on, and its length; false if there is none. */
static bool find_userinfo(struct span text, size_t at, size_t *begin, size_t *len)
{
	for (; at + 2 < text.len; at++) {
		const char *end;

		if (text.bytes[at] != '/' || text.bytes[at + 1] != '/')
			continue;
		end = memrchr(text.bytes + at + 2, '@', authority_len(text, at + 2));
		if (end) {
			*begin = at + 2;
			*len = (size_t)(end - text.bytes) - *begin;
			return true;
		}
	}
	return false;
}

struct span credentials_mask(struct arena *arena, struct span text)
{
	size_t done = 0, used = 0, begin, len;
	char *out;

	if (!text.len || !memchr(text.bytes, '@', text.len) || !find_userinfo(text, 0, &begin, &len))
		return text;
	/* An empty userinfo grows by the mask, and "//@" is three bytes. */
	out = arena_alloc(arena, text.len * 2 + 1);
	while (find_userinfo(text, done, &begin, &len)) {
		memcpy(out + used, text.bytes + done, begin - done);
		used += begin - done;
		memcpy(out + used, MASK, sizeof(MASK) - 1);
		used += sizeof(MASK) - 1;
		done = begin + len;
	}
	memcpy(out + used, text.bytes + done, text.len - done);
	return (struct span){ .bytes = out, .len = used + text.len - done };
}
