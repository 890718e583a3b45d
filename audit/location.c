#include "audit/location.h"

#include "formats/url_compare.h"

bool location_has_control(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (location_is_control(text.bytes[i]))
			return true;
	return false;
}

/* A backslash before the query: browsers take it for a slash, RFC 3986 knows no such thing. */
static bool has_backslash(struct span text)
{
	for (size_t i = 0; i < text.len && text.bytes[i] != '?' && text.bytes[i] != '#'; i++)
		if (text.bytes[i] == '\\')
			return true;
	return false;
}

/* The host that `host`, as somebody wrote it, names once it is normalised; false if none. */
static bool normalise_host(struct arena *arena, struct span host, struct url *out)
{
	struct span scheme = SPAN("http://");
	char *text = arena_alloc(arena, scheme.len + host.len + 1);

	memcpy(text, scheme.bytes, scheme.len);
	memcpy(text + scheme.len, host.bytes, host.len);
	return url_parse(arena, (struct span){ .bytes = text, .len = scheme.len + host.len }, NULL, out) == URL_OK;
}

/* RFC 3986 sees no host, so a strict reader goes nowhere else. A browser may ("///b.example" is a host to
 * it), and so may lenient readers of "http:/b.example", where the browser stays. */
static enum location_reading read_without_host(struct arena *arena, const struct url_rfc3986 *strict,
					       const struct hop *hop)
{
	struct url lenient;

	if (!span_equal(hop->next.host, hop->url.host))
		return LOCATION_OTHER_HOST;
	if (strict->has_authority || url_parse(arena, strict->target, NULL, &lenient) != URL_OK ||
	    !url_is_web(&lenient))
		return LOCATION_OTHER_PATH;
	return span_equal(lenient.host, hop->next.host) ? LOCATION_OTHER_PATH : LOCATION_OTHER_HOST;
}

enum location_reading location_read(struct arena *arena, const struct hop *hop, struct url_rfc3986 *strict)
{
	struct url host, target;

	url_resolve_rfc3986(arena, hop->location, &hop->url, strict);
	if (strict->host.len == 0)
		return read_without_host(arena, strict, hop);
	/* Where browsers end the host at a backslash or drop a tab, others go on or give up. */
	if (has_backslash(strict->host) || location_has_control(strict->host) ||
	    !normalise_host(arena, strict->host, &host) || !span_equal(host.host, hop->next.host))
		return LOCATION_OTHER_HOST;
	if (location_has_control(hop->location) || has_backslash(hop->location))
		return LOCATION_OTHER_PATH;
	if (url_parse(arena, strict->target, NULL, &target) != URL_OK || !url_same_resource(&target, &hop->next))
		return LOCATION_OTHER_PATH;
	return LOCATION_READ_ALIKE;
}

bool location_looks_merged(struct span location)
{
	const char *comma = location.len ? memchr(location.bytes, ',', location.len) : NULL;
	size_t at = comma ? (size_t)(comma - location.bytes) + 1 : location.len;
	struct span rest;

	if (at >= location.len || (location.bytes[at] != ' ' && location.bytes[at] != '\t'))
		return false;
	rest = span_trim((struct span){ .bytes = location.bytes + at, .len = location.len - at });
	if (rest.len == 0)
		return false;
	return rest.bytes[0] == '/' || (rest.len > 5 && strncasecmp(rest.bytes, "http:", 5) == 0) ||
	       (rest.len > 6 && strncasecmp(rest.bytes, "https:", 6) == 0);
}
