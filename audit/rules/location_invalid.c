#include <assert.h>

#include "audit/marks.h"
#include "audit/rule.h"
#include "formats/limits.h"

/* What browsers send in a query as it is, though RFC 3986 has no place for it. */
static const char lenient[] = "|^[]{}`\\";

/* `location` with "x" for every lenient byte of its query. */
static struct span without_lenient(struct arena *arena, struct span location)
{
	struct span copy = arena_copy(arena, location);
	char *bytes = (char *)copy.bytes;
	bool query = false;

	for (size_t i = 0; i < copy.len && bytes[i] != '#'; i++) {
		if (query && bytes[i] && strchr(lenient, bytes[i]))
			bytes[i] = 'x';
		query |= bytes[i] == '?';
	}
	return copy;
}

/* Bytes that are out of place in a URI reference and have rules of their own: location-unencoded,
 * location-control-chars and, for a backslash before the query, location-parser-divergent. */
static bool is_told_elsewhere(char c, bool before_query)
{
	unsigned char byte = (unsigned char)c;

	return byte <= ' ' || byte >= 0x7F || (c == '\\' && before_query);
}

/* `location` without these bytes; `*offset_of` gets the offset in `location` of each byte that is left. */
static struct span without_told_elsewhere(struct arena *arena, struct span location, uint16_t **offset_of)
{
	char *bytes = arena_alloc(arena, location.len + 1);
	uint16_t *offsets = arena_alloc(arena, (location.len + 1) * sizeof(*offsets));
	bool before_query = true;
	size_t len = 0;

	static_assert(LOCATION_BYTES_MAX <= UINT16_MAX, "an offset fits");
	for (size_t i = 0; i < location.len; i++) {
		before_query &= location.bytes[i] != '?' && location.bytes[i] != '#';
		if (is_told_elsewhere(location.bytes[i], before_query))
			continue;
		offsets[len] = (uint16_t)i;
		bytes[len++] = location.bytes[i];
	}
	*offset_of = offsets;
	return (struct span){ .bytes = bytes, .len = len };
}

static void report_strict(const struct hop *hop, uint32_t index, struct report *report)
{
	struct arena *arena = report_arena(report);
	struct url_rfc3986 strict, lenient_too;
	uint16_t *offset_of;
	struct span left = without_told_elsewhere(arena, hop->location, &offset_of);

	url_resolve_rfc3986(arena, left, &hop->url, &strict);
	if (strict.valid || strict.invalid_at >= left.len)
		return;
	url_resolve_rfc3986(arena, without_lenient(arena, left), &hop->url, &lenient_too);
	report_hop_as(
		report, index, lenient_too.valid ? SEVERITY_NOTICE : SEVERITY_WARNING, 100,
		"The Location \"%.*s\" is no URI reference: \"%c\" at offset %u must be encoded or is out of place.",
		SPAN_ARG(hop->location), left.bytes[strict.invalid_at], offset_of[strict.invalid_at]);
}

static void report_no_url(const struct hop *hop, uint32_t index, struct report *report)
{
	struct url url;
	enum url_error error = url_parse(report_arena(report), hop->location, &hop->url, &url);

	if (error != URL_OK)
		report_hop(report, index, "The Location \"%.*s\" is no URL: %s", SPAN_ARG(hop->location),
			   url_error_text(error));
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (!status_is_redirect(hop->status) || hop->location.len == 0 || hop->location_conflict)
			continue;
		if (hop->location_cut)
			report_hop(report, i, "The Location is longer than 16 KiB; it was not followed.");
		else if (hop->next.scheme == URL_SCHEME_NONE)
			report_no_url(hop, i, report);
		else if (url_is_web(&hop->next) && !report_marks(report, i)->reads_plainly)
			report_strict(hop, i, report);
	}
}

const struct rule rule_location_invalid = {
	.name = "location-invalid",
	.title = "Location is no valid URL",
	.severity = SEVERITY_ERROR,
	.why = "Where browsers cannot parse the Location, visitors get a network error and crawlers lose the URL. "
	       "Where only the grammar of URIs is broken it is a warning: programs repair such bytes in different "
	       "ways. What all of them let pass in a query (\"|\", \"[\" and the like) is a notice.",
	.fix = "Percent-encode the target's bytes as UTF-8, write its host as an A-label (xn--...) and its port, if "
	       "any, as a number.",
	.spec = "RFC 9110, section 10.2.2; RFC 3986, appendix A; URL Standard, section 4.4",
	.bad =
		(const char *const[]){
			"301 http://a.example/ !\n"
			"  Location: http://a.example:99999/\n",
			"301 http://a.example/ !\n"
			"  Location: http://a .example/\n",
			"301 http://a.example/ !\n"
			"  Location: http:///\n",
			/* Browsers repair these. */
			"301 http://a.example/ !\n"
			"  Location: /100%\n"
			"200 http://a.example/100%\n",
			"301 http://a.example/ !\n"
			"  Location: /caf\xC3\xA9/<b>\n"
			"200 http://a.example/caf%C3%A9/%3Cb%3E\n",
			/* Everybody lets this pass. */
			"301 http://a.example/ !\n"
			"  Location: /b?filter[]=red|blue\n"
			"200 http://a.example/b?filter[]=red|blue\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/\n"
			"  Location: /caf%C3%A9?a=(b)&c='d'#e\n"
			"200 http://a.example/caf%C3%A9?a=(b)&c='d'#e\n",
			"301 http://a.example/\n"
			"  Location: //b.example:8080/?\n"
			"200 http://b.example:8080/?\n",
			/* Other rules' business. */
			"301 http://a.example/\n"
			"  Location: /a b\n"
			"200 http://a.example/a%20b\n",
			"301 http://a.example/\n"
			"  Location: http://m\xC3\xBCnchen.example/caf\xC3\xA9?\x01=\n"
			"200 http://xn--mnchen-3ya.example/caf%C3%A9?%01=\n",
			"301 http://a.example/\n"
			"  Location: /b\\c\n"
			"200 http://a.example/b/c\n",
			"301 http://a.example/\n"
			"  Location:\n",
			"301 http://a.example/\n"
			"  Location: mailto:a@b.example\n",
			"200 http://a.example/\n"
			"  Location: http://a.example:99999/\n",
			NULL,
		},
	.check = check,
};
