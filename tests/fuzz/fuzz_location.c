/* A base on the first line and a reference, any bytes, behind it. Both readings of the reference
 * are made, and what the browsers' one gives must read back as itself, with the base and without. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/limits.h"
#include "formats/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(struct span part, struct span whole)
{
	assert(part.len == 0 || (part.bytes >= whole.bytes && part.bytes + part.len <= whole.bytes + whole.len));
}

static void check_browsers(struct arena *arena, struct span reference, const struct url *base)
{
	struct url url, again;

	if (url_parse(arena, reference, base, &url) != URL_OK)
		return;
	assert(url.href.len > 0 && url.href.len <= URL_BYTES_MAX);
	check_inside(url.host, url.href);
	check_inside(url.path, url.href);
	check_inside(url.query, url.href);
	check_inside(url.fragment, url.href);
	assert(url_parse(arena, url.href, NULL, &again) == URL_OK && span_equal(url.href, again.href));
	assert(url_parse(arena, url.href, base, &again) == URL_OK && span_equal(url.href, again.href));
	again = url_with_fragment(arena, &url, base);
	assert(span_equal(url_wire_key(&url), url_wire_key(&again)));
}

static void check_rfc3986(struct arena *arena, struct span reference, const struct url *base)
{
	struct url_rfc3986 out, again;

	url_resolve_rfc3986(arena, reference, base, &out);
	assert(out.valid || out.invalid_at < reference.len);
	assert(out.target.len <= base->href.len + reference.len + 4);
	check_inside(out.scheme, out.target);
	check_inside(out.host, out.target);
	assert(out.scheme.len > 0 && (out.has_authority || out.host.len == 0));
	/* Resolved, so resolving it once more changes nothing. Without an authority it may: the path
	 * "/..//a" becomes "//a", which then reads as one. */
	url_resolve_rfc3986(arena, out.target, base, &again);
	assert(span_equal(out.target, again.target) || !out.has_authority);
}

/* What is called plain at a glance is plain by the whole readings too. */
static void check_plain(struct arena *arena, struct span reference, const struct url *base)
{
	struct url url, again;
	struct url_rfc3986 strict;

	if (url_parse(arena, reference, base, &url) != URL_OK)
		return;
	url = url_with_fragment(arena, &url, base);
	if (!url_reads_plainly(reference, base, &url))
		return;
	url_resolve_rfc3986(arena, reference, base, &strict);
	assert(strict.valid && span_equal(strict.host, url.host));
	assert(url_parse(arena, strict.target, NULL, &again) == URL_OK);
	assert(span_equal(url_wire_key(&again), url_wire_key(&url)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	const char *newline = size ? memchr(bytes, '\n', size) : NULL;
	size_t base_len = newline ? (size_t)(newline - bytes) : size;
	size_t start = newline ? base_len + 1 : size;
	struct span reference = { .bytes = bytes + start, .len = size - start };
	struct arena arena;
	struct url base;

	arena_init(&arena);
	if (url_parse(&arena, (struct span){ bytes, base_len }, NULL, &base) == URL_OK && url_is_web(&base)) {
		check_browsers(&arena, reference, &base);
		check_rfc3986(&arena, reference, &base);
		check_plain(&arena, reference, &base);
	}
	arena_release(&arena);
	return 0;
}
