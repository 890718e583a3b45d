#include "audit/example_fill.h"

#define DIGITS_MAX 5

/* Length of the "{N}" that `text` begins with, or 0. */
static size_t parse_filling(struct span text, size_t *count)
{
	size_t len = 1;

	*count = 0;
	if (text.len == 0 || text.bytes[0] != '{')
		return 0;
	while (len < text.len && len <= DIGITS_MAX && text.bytes[len] >= '0' && text.bytes[len] <= '9')
		*count = *count * 10 + (size_t)(text.bytes[len++] - '0');
	return len > 1 && len < text.len && text.bytes[len] == '}' ? len + 1 : 0;
}

/* Writes the filled text to `out`, unless that is NULL, and returns its length. */
static size_t fill(struct span line, char *out)
{
	size_t len = 0, count;

	while (line.len) {
		size_t taken = parse_filling(line, &count);

		if (taken == 0)
			taken = count = 1;
		if (out)
			memset(out + len, taken > 1 ? 'x' : line.bytes[0], count);
		len += count;
		line = (struct span){ .bytes = line.bytes + taken, .len = line.len - taken };
	}
	return len;
}

struct span example_fill(struct arena *arena, struct span line)
{
	size_t len = fill(line, NULL);
	char *bytes;

	if (line.len == 0 || (len == line.len && !memchr(line.bytes, '{', len)))
		return line;
	bytes = arena_alloc(arena, len + 1);
	fill(line, bytes);
	return (struct span){ .bytes = bytes, .len = len };
}
