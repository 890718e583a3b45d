#include "audit/walls.h"

bool wall_is_end(const struct chain *chain)
{
	return chain->redirects > 0 && chain->hop_count > chain->redirects &&
	       (chain->outcome == OUTCOME_OK || chain->outcome == OUTCOME_BLOCKED_ROBOTS);
}

uint32_t wall_first_hop(const struct chain *chain, struct report *report, unsigned marks)
{
	uint32_t i = 0;

	while (i < chain->hop_count && !(report_marks(report, i)->set & marks))
		i++;
	return i;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent-decodes `text` into `out`, which has room for it and may be its bytes. Returns the length. */
static size_t decode(char *out, struct span text)
{
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		int high = text.bytes[i] == '%' && i + 2 < text.len ? hex_digit(text.bytes[i + 1]) : -1;
		int low = high >= 0 ? hex_digit(text.bytes[i + 2]) : -1;

		out[len++] = low >= 0 ? (char)(high * 16 + low) : text.bytes[i];
		i += low >= 0 ? 2 : 0;
	}
	return len;
}

static bool ends_with(struct span text, struct span tail)
{
	return text.len >= tail.len && memcmp(text.bytes + text.len - tail.len, tail.bytes, tail.len) == 0;
}

/* True if `text` has `path` as the whole path of a value: behind "=" or the host, and nothing but a query after it. */
static bool has_path_value(struct span text, struct span host, struct span path)
{
	const char *from = text.bytes, *at;

	while ((at = memmem(from, text.len - (size_t)(from - text.bytes), path.bytes, path.len)) != NULL) {
		struct span before = { .bytes = text.bytes, .len = (size_t)(at - text.bytes) };
		const char *end = at + path.len, *last = text.bytes + text.len;

		/* A slash comes and goes. */
		if (end < last && *end == '/')
			end++;
		if ((ends_with(before, SPAN("=")) || ends_with(before, host)) && (end == last || strchr("&?#;", *end)))
			return true;
		from = at + 1;
	}
	return false;
}

bool wall_query_names(struct arena *arena, struct span query, const struct url *source)
{
	char *path = arena_alloc(arena, source->path.len + 1);
	char *text = arena_alloc(arena, query.len + 1);
	struct span wanted = { .bytes = path, .len = decode(path, source->path) };
	struct span decoded = { .bytes = text, .len = query.len };

	if (query.len == 0)
		return false;
	memcpy(text, query.bytes, query.len);
	/* A URL within a URL within a parameter is encoded more than once. */
	for (int times = 0; times < 3; times++) {
		/* "/" alone is everywhere; behind the host it is a URL. */
		if (wanted.len > 1 ? has_path_value(decoded, source->host, wanted)
				   : memmem(decoded.bytes, decoded.len, source->host.bytes, source->host.len) != NULL)
			return true;
		decoded.len = decode(text, decoded);
	}
	return false;
}

const struct pattern_sets *wall_source(struct report *report)
{
	return &report_marks(report, 0)->from;
}

const struct pattern_sets *wall_target(const struct chain *chain, struct report *report)
{
	return &report_marks(report, chain->redirects - 1)->to;
}

bool wall_names_return(const struct chain *chain, struct report *report)
{
	unsigned added = wall_target(chain, report)->query & ~wall_source(report)->query;

	return pattern_in(added, PATTERN_RETURN_PARAMETER) ||
	       wall_query_names(report_arena(report), chain->hop[chain->hop_count - 1].url.query, &chain->hop[0].url);
}
