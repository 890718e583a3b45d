#include "audit/inventory_edge.h"

#include <assert.h>

static_assert(CHANGE_COUNT <= 16, "a set of changes fits into two bytes");
static_assert(FEATURE_SETS <= 256, "a set of features fits into one byte");

static struct span last_segment(struct span path)
{
	const char *slash = memrchr(path.bytes, '/', path.len);
	size_t from = slash ? (size_t)(slash - path.bytes) + 1 : 0;

	return (struct span){ .bytes = path.bytes + from, .len = path.len - from };
}

static bool begins_with(struct span text, struct span word)
{
	return text.len >= word.len && strncasecmp(text.bytes, word.bytes, word.len) == 0;
}

static bool has_upper(struct span path)
{
	for (size_t i = 0; i < path.len; i++) {
		/* The hex digits behind a "%" are no letters of the path. */
		if (path.bytes[i] == '%')
			i += 2;
		else if (path.bytes[i] >= 'A' && path.bytes[i] <= 'Z')
			return true;
	}
	return false;
}

unsigned inventory_features(const struct url *url)
{
	const struct span name = last_segment(url->path);
	bool is_index = begins_with(name, SPAN("index.")) || begins_with(name, SPAN("default."));
	unsigned set = 0;

	set |= url_is_https(url) ? FEATURE_HTTPS : 0;
	set |= url->path.len == 1 ? FEATURE_ROOT : 0;
	set |= url->path.len > 1 && name.len == 0 ? FEATURE_SLASH : 0;
	set |= has_upper(url->path) ? FEATURE_UPPER : 0;
	set |= is_index ? FEATURE_INDEX : 0;
	set |= !is_index && name.len && memchr(name.bytes, '.', name.len) ? FEATURE_EXTENSION : 0;
	set |= url->has_query ? FEATURE_QUERY : 0;
	return set;
}

unsigned inventory_features_for(uint32_t changes)
{
	const unsigned file = FEATURE_INDEX | FEATURE_EXTENSION;
	unsigned set = FEATURE_HTTPS;

	set |= changes & 1u << CHANGE_SLASH ? FEATURE_SLASH | FEATURE_ROOT | file : 0;
	set |= changes & 1u << CHANGE_CASE ? FEATURE_UPPER : 0;
	set |= changes & (1u << CHANGE_INDEX | 1u << CHANGE_EXTENSION) ? file : 0;
	set |= changes & 1u << CHANGE_TRACKING ? FEATURE_QUERY : 0;
	return set;
}

/* Line numbers have five bytes: 10^12 of them. */
#define SEQ_BYTES 5

void inventory_out_put(uint8_t bytes[INVENTORY_OUT_BYTES], const struct inventory_out *out)
{
	uint8_t *at = sorter_put(bytes, out->url, 8);

	at = sorter_put(at, out->target, 8);
	at = sorter_put(at, out->seq, SEQ_BYTES);
	at = sorter_put(at, out->hop, 1);
	at = sorter_put(at, out->host, 8);
	at = sorter_put(at, out->target_host, 8);
	at = sorter_put(at, out->changes, 2);
	at = sorter_put(at, out->status, 1);
	at = sorter_put(at, out->features, 1);
	at = sorter_put(at, out->flags, 1);
	assert(at == bytes + INVENTORY_OUT_BYTES);
}

struct inventory_out inventory_out_get(const uint8_t *bytes)
{
	struct inventory_out out;

	out.url = sorter_get(&bytes, 8);
	out.target = sorter_get(&bytes, 8);
	out.seq = sorter_get(&bytes, SEQ_BYTES);
	out.hop = (uint8_t)sorter_get(&bytes, 1);
	out.host = sorter_get(&bytes, 8);
	out.target_host = sorter_get(&bytes, 8);
	out.changes = (uint16_t)sorter_get(&bytes, 2);
	out.status = (uint8_t)sorter_get(&bytes, 1);
	out.features = (uint8_t)sorter_get(&bytes, 1);
	out.flags = (uint8_t)sorter_get(&bytes, 1);
	return out;
}

void inventory_in_put(uint8_t bytes[INVENTORY_IN_BYTES], const struct inventory_in *in)
{
	uint8_t *at = sorter_put(bytes, in->url, 8);

	at = sorter_put(at, in->host, 8);
	at = sorter_put(at, in->template, 4);
	at = sorter_put(at, in->source, 8);
	at = sorter_put(at, in->seq, SEQ_BYTES);
	at = sorter_put(at, in->flags, 1);
	assert(at == bytes + INVENTORY_IN_BYTES);
}

struct inventory_in inventory_in_get(const uint8_t *bytes)
{
	struct inventory_in in;

	in.url = sorter_get(&bytes, 8);
	in.host = sorter_get(&bytes, 8);
	in.template = (uint32_t)sorter_get(&bytes, 4);
	in.source = sorter_get(&bytes, 8);
	in.seq = sorter_get(&bytes, SEQ_BYTES);
	in.flags = (uint8_t)sorter_get(&bytes, 1);
	return in;
}

void inventory_visit_put(uint8_t bytes[INVENTORY_VISIT_BYTES], const struct inventory_visit *visit)
{
	uint8_t *at = sorter_put(bytes, visit->host, 8);

	at = sorter_put(at, visit->kind, 1);
	at = sorter_put(at, visit->target, 8);
	at = sorter_put(at, visit->changes, 2);
	at = sorter_put(at, visit->features, 1);
	at = sorter_put(at, visit->status, 1);
	at = sorter_put(at, visit->seq, SEQ_BYTES);
	at = sorter_put(at, visit->flags, 1);
	assert(at == bytes + INVENTORY_VISIT_BYTES);
}

struct inventory_visit inventory_visit_get(const uint8_t *bytes)
{
	struct inventory_visit visit;

	visit.host = sorter_get(&bytes, 8);
	visit.kind = (uint8_t)sorter_get(&bytes, 1);
	visit.target = sorter_get(&bytes, 8);
	visit.changes = (uint16_t)sorter_get(&bytes, 2);
	visit.features = (uint8_t)sorter_get(&bytes, 1);
	visit.status = (uint8_t)sorter_get(&bytes, 1);
	visit.seq = sorter_get(&bytes, SEQ_BYTES);
	visit.flags = (uint8_t)sorter_get(&bytes, 1);
	return visit;
}

void inventory_page_put(uint8_t bytes[INVENTORY_PAGE_BYTES], const struct inventory_page *page)
{
	uint8_t *at = sorter_put(bytes, page->host, 8);

	at = sorter_put(at, page->page, 8);
	at = sorter_put(at, page->variant, 1);
	at = sorter_put(at, page->seq, SEQ_BYTES);
	assert(at == bytes + INVENTORY_PAGE_BYTES);
}

struct inventory_page inventory_page_get(const uint8_t *bytes)
{
	struct inventory_page page;

	page.host = sorter_get(&bytes, 8);
	page.page = sorter_get(&bytes, 8);
	page.variant = (uint8_t)sorter_get(&bytes, 1);
	page.seq = sorter_get(&bytes, SEQ_BYTES);
	return page;
}
