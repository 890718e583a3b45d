/* A header block, one field a line ("Cache-Control: no-store"), read as an answer's cache fields.
 * The parsers take any bytes; what they say must hold together. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "formats/cache_control.h"
#include "formats/http_date.h"

#define NOW_S 1795219200

static struct span take_line(struct span *rest)
{
	const char *end = memchr(rest->bytes, '\n', rest->len);
	struct span line = { .bytes = rest->bytes, .len = end ? (size_t)(end - rest->bytes) : rest->len };
	size_t taken = line.len + (end != NULL);

	rest->bytes += taken;
	rest->len -= taken;
	return line;
}

static void keep(struct hop *hop, struct span line)
{
	const char *colon = line.len ? memchr(line.bytes, ':', line.len) : NULL;
	enum header header;
	size_t name_len;

	if (!colon)
		return;
	name_len = (size_t)(colon - line.bytes);
	if (header_find((struct span){ .bytes = line.bytes, .len = name_len }, &header))
		hop->header[header] = span_trim((struct span){ .bytes = colon + 1, .len = line.len - name_len - 1 });
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = { .bytes = (const char *)data, .len = size };
	struct hop hop = { .status = size % 2 ? 308 : 307, .started_at_us = NOW_S * INT64_C(1000000) };
	struct cache_lifetime lifetime;
	uint32_t seconds;

	while (rest.len)
		keep(&hop, take_line(&rest));

	lifetime = cache_lifetime_of(&hop);
	assert(lifetime.basis == CACHE_EXPLICIT || lifetime.seconds == 0);
	if (cache_control_parse(hop.header[HEADER_CACHE_CONTROL]).no_store)
		assert(lifetime.basis == CACHE_FORBIDDEN);
	retry_after_parse(hop.header[HEADER_RETRY_AFTER], NOW_S, &seconds);
	return 0;
}
