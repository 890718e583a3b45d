#include "audit/rule.h"

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

static void report_strict(const struct hop *hop, uint32_t index, struct report *report)
{
	struct arena *arena = report_arena(report);
	struct url_rfc3986 strict, lenient_too;
	enum severity severity = SEVERITY_WARNING;
	unsigned byte;

	url_resolve_rfc3986(arena, hop->location, &hop->url, &strict);
	if (strict.valid || strict.invalid_at >= hop->location.len)
		return;
	url_resolve_rfc3986(arena, without_lenient(arena, hop->location), &hop->url, &lenient_too);
	if (lenient_too.valid)
		severity = SEVERITY_NOTICE;
	byte = (unsigned char)hop->location.bytes[strict.invalid_at];
	if (byte > ' ' && byte < 0x7F)
		report_hop_as(
			report, index, severity, 100,
			"The Location \"%.*s\" is no URI reference: \"%c\" at offset %zu must be encoded or is out "
			"of place.",
			SPAN_ARG(hop->location), (int)byte, strict.invalid_at);
	else
		report_hop_as(report, index, severity, 100,
			      "The Location \"%.*s\" is no URI reference: byte %02X at offset %zu must be encoded.",
			      SPAN_ARG(hop->location), byte, strict.invalid_at);
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
		else if (url_is_web(&hop->next) && !url_reads_plainly(hop->location, &hop->url, &hop->next))
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
			"  Location: /a b\n"
			"200 http://a.example/a%20b\n",
			"301 http://a.example/ !\n"
			"  Location: /caf\xC3\xA9\n"
			"200 http://a.example/caf%C3%A9\n",
			"301 http://a.example/ !\n"
			"  Location: /100%\n"
			"200 http://a.example/100%\n",
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
			"  Location:\n",
			"301 http://a.example/\n"
			"  Location: mailto:a@b.example\n",
			"200 http://a.example/\n"
			"  Location: http://a.example:99999/\n",
			NULL,
		},
	.check = check,
};
