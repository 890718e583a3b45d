/* A URL from any bytes: its serialisation is plain, bounded, and reads back as itself. */
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

static void check_parts(const struct url *url)
{
	assert(url->href.len > 0 && url->href.len <= URL_BYTES_MAX);
	check_inside(url->scheme_name, url->href);
	check_inside(url->host, url->href);
	check_inside(url->path, url->href);
	check_inside(url->query, url->href);
	check_inside(url->fragment, url->href);
	if (!url_is_web(url))
		return;
	assert(url->host.len > 0 && url->path.len > 0 && url->path.bytes[0] == '/');
	for (size_t i = 0; i < url->href.len; i++)
		assert(url->href.bytes[i] > ' ' && url->href.bytes[i] < 0x7F);
}

static void check_same(const struct url *a, const struct url *b)
{
	assert(span_equal(a->href, b->href));
	assert(a->scheme == b->scheme && a->port == b->port && a->has_port == b->has_port);
	assert(a->has_query == b->has_query && a->has_fragment == b->has_fragment);
	assert(span_equal(a->scheme_name, b->scheme_name) && span_equal(a->host, b->host));
	assert(span_equal(a->path, b->path) && span_equal(a->query, b->query) && span_equal(a->fragment, b->fragment));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span input = { .bytes = (const char *)data, .len = size };
	struct arena arena;
	struct url url, again;

	arena_init(&arena);
	if (url_parse(&arena, input, NULL, &url) == URL_OK) {
		check_parts(&url);
		assert(url_parse(&arena, url.href, NULL, &again) == URL_OK);
		check_same(&url, &again);
		again = url_with_fragment(&arena, &url, &url);
		check_same(&url, &again);
	} else {
		assert(url.scheme == URL_SCHEME_NONE && url.href.len == 0);
	}
	arena_release(&arena);
	return 0;
}
