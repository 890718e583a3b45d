/* A path on the first line, a robots.txt behind it. What decides must be a rule that matches, and its last line, taken
 * as a pattern, must match as a plain but slow matcher says. */
#include <assert.h>
#include <stdlib.h>

#include "formats/buf.h"
#include "formats/robots.h"

/* The slow matcher takes time in proportion to both lengths multiplied. */
#define SLOW_BYTES_MAX 256

/* Keeps for each place in `path` whether the pattern's part so far can end there. */
static bool matches_slowly(struct span pattern, struct span path)
{
	bool ends[SLOW_BYTES_MAX + 1] = { true };
	bool any = true;

	for (size_t i = 0; i < pattern.len && any; i++) {
		char c = pattern.bytes[i];

		if (c == '$' && i + 1 == pattern.len)
			return ends[path.len];
		any = false;
		if (c == '*') {
			for (size_t at = 0; at <= path.len; at++)
				any = ends[at] = any || ends[at];
			continue;
		}
		for (size_t at = path.len; at > 0; at--)
			any |= ends[at] = ends[at - 1] && path.bytes[at - 1] == c;
		ends[0] = false;
	}
	return any;
}

/* Bytes that stand for themselves in a pattern and in a path, or for what the slow matcher knows. */
static bool is_plain(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.bytes[i] <= ' ' || text.bytes[i] > '~' || text.bytes[i] == '%' || text.bytes[i] == '#')
			return false;
	return text.len > 0 && text.len <= SLOW_BYTES_MAX;
}

static void check_pattern(struct span pattern, struct span path)
{
	struct robots *robots;
	struct buf file;

	if (!is_plain(pattern) || !is_plain(path) || span_equal(path, SPAN("/robots.txt")))
		return;
	buf_init(&file, 4096);
	buf_add_text(&file, "User-agent: *\nDisallow: ");
	buf_add_span(&file, pattern);
	robots = robots_new(ROBOTS_FILE_FOUND, buf_span(&file), SPAN(""));
	assert(robots_allows(robots, path) == !matches_slowly(pattern, path));
	robots_free(robots);
	buf_release(&file);
}

static void check_decision(const struct robots_decision *decision, struct span path)
{
	assert((decision->line == 0) == (decision->pattern.len == 0));
	for (size_t i = 0; i < decision->pattern.len; i++)
		assert((unsigned char)decision->pattern.bytes[i] < 0x80);
	if (decision->line == 0)
		assert(decision->allowed);
	else if (!decision->allowed && is_plain(path))
		assert(matches_slowly(decision->pattern, path));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span input = { .bytes = (const char *)data, .len = size };
	const char *end = size ? memchr(data, '\n', size) : NULL;
	struct span path = { .bytes = input.bytes, .len = end ? (size_t)(end - input.bytes) : size };
	struct span file = { .bytes = input.bytes + path.len, .len = size - path.len };
	const char *last = file.len ? memrchr(file.bytes, '\n', file.len) : NULL;
	struct robots_decision decision;
	struct robots *robots;

	/* The line end stays with the file: its first line is line 2 of the input. */
	robots = robots_new(ROBOTS_FILE_FOUND, file, SPAN("detour"));
	decision = robots_check(robots, path);
	check_decision(&decision, path);
	robots_free(robots);
	if (last)
		check_pattern((struct span){ .bytes = last + 1, .len = (size_t)(input.bytes + size - last - 1) }, path);
	return 0;
}
