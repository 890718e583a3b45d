/* Two URLs, one a line: what compares them must agree with itself. */
#include <assert.h>

#include "formats/url_compare.h"

static bool parse_line(struct arena *arena, struct span *rest, struct url *url)
{
	const char *end = rest->len ? memchr(rest->bytes, '\n', rest->len) : NULL;
	struct span line = { .bytes = rest->bytes, .len = end ? (size_t)(end - rest->bytes) : rest->len };
	size_t taken = line.len + (end != NULL);

	rest->bytes += taken;
	rest->len -= taken;
	return url_parse(arena, line, NULL, url) == URL_OK;
}

/* The path of `url` as a parameter's value. */
static struct span own_query(struct arena *arena, const struct url *url)
{
	char *bytes = arena_alloc(arena, url->path.len + 2);

	memcpy(bytes, "u=", 2);
	memcpy(bytes + 2, url->path.bytes, url->path.len);
	return (struct span){ .bytes = bytes, .len = url->path.len + 2 };
}

static void check_alone(struct arena *arena, const struct url *url)
{
	struct span normal = url_normal_form(arena, url), again, site = url_site(url);
	struct url parsed;

	assert(normal.len <= url_wire_key(url).len);
	assert(url_same_resource(url, url));
	assert(site.len <= url->host.len);
	if (!url_is_web(url))
		return;
	assert(url_same_site(url, url));
	assert(url_changes(url, url) == 0);
	assert(url->path.len == 1 || url_is_carried(url, own_query(arena, url)));
	/* A normal form is a URL and has itself as its normal form. */
	assert(url_parse(arena, normal, NULL, &parsed) == URL_OK);
	again = url_normal_form(arena, &parsed);
	assert(span_equal(again, normal));
}

static void check_pair(struct arena *arena, const struct url *a, const struct url *b)
{
	bool same = url_same_resource(a, b);

	assert(same == url_same_resource(b, a));
	assert(same == span_equal(url_normal_form(arena, a), url_normal_form(arena, b)));
	if (!url_is_web(a) || !url_is_web(b))
		return;
	assert(url_same_site(a, b) == url_same_site(b, a));
	assert(url_slug_similarity_pct(a, b) == url_slug_similarity_pct(b, a));
	assert(url_slug_similarity_pct(a, b) <= 100);
	/* A host that is not there cannot be carried with the path "/". */
	assert(a->path.len > 1 || b->query.len >= a->host.len || !url_is_carried(a, b->query));
	if (same)
		assert((url_changes(a, b) & ~(unsigned)URL_CHANGE_CLEANUP) == 0);
	else
		assert(url_changes(a, b) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { .bytes = (const char *)data, .len = size };
	struct arena arena;
	struct url a, b;

	arena_init(&arena);
	if (parse_line(&arena, &rest, &a)) {
		check_alone(&arena, &a);
		if (parse_line(&arena, &rest, &b)) {
			check_alone(&arena, &b);
			check_pair(&arena, &a, &b);
		}
	}
	arena_release(&arena);
	return 0;
}
