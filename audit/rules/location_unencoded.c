#include "audit/location.h"
#include "audit/marks.h"
#include "audit/rule.h"
#include "formats/utf8.h"

/* Offset of the first space or byte outside ASCII; the length if there is none. */
static size_t find_unencoded(struct span location)
{
	size_t at = 0;

	while (at < location.len && location.bytes[at] != ' ' && (unsigned char)location.bytes[at] < 0x80)
		at++;
	return at;
}

static void report_at(struct report *report, uint32_t index, const struct hop *hop, size_t at)
{
	size_t invalid_at = utf8_invalid_at(hop->location);

	if (invalid_at < hop->location.len)
		report_hop_as(
			report, index, SEVERITY_WARNING, 100,
			"The Location of %.*s has bytes at offset %zu that are no UTF-8: Chromium makes %.*s of it, and "
			"other clients may not.",
			SPAN_ARG(hop->url.href), invalid_at, SPAN_ARG(hop->next.href));
	else
		report_hop(report, index, "The Location \"%.*s\" has a raw %s at offset %zu; browsers ask for %.*s.",
			   SPAN_ARG(hop->location),
			   hop->location.bytes[at] == ' ' ? "space" : "character outside ASCII", at,
			   SPAN_ARG(hop->next.href));
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];
		size_t at;

		/* The space behind a comma that joins two lines is no part of either. */
		if (!status_is_redirect(hop->status) || !url_is_web(&hop->next) ||
		    report_marks(report, i)->reads_plainly || location_looks_merged(hop->location))
			continue;
		at = find_unencoded(hop->location);
		if (at < hop->location.len)
			report_at(report, i, hop, at);
	}
}

const struct rule rule_location_unencoded = {
	.name = "location-unencoded",
	.title = "Raw space or non-ASCII byte in a Location",
	.severity = SEVERITY_NOTICE,
	.why = "A URI reference is ASCII without spaces. Browsers encode what is left raw, all in one way as long as it is "
	       "UTF-8; simpler clients send it as it is, stop at the space or give up. Bytes that are no UTF-8, such as "
	       "Latin-1, are read in different ways by browsers too: a warning.",
	.fix = "Percent-encode the target's path and query as UTF-8 (\"%20\" for a space) and write its host as an A-label "
	       "(xn--...).",
	.spec = "RFC 9110, section 10.2.2; RFC 3986, section 2; RFC 3987, section 3.1",
	.bad =
		(const char *const[]){
			"301 http://a.example/ !\n"
			"  Location: /a b\n"
			"200 http://a.example/a%20b\n",
			"301 http://a.example/ !\n"
			"  Location: /caf\xC3\xA9\n"
			"200 http://a.example/caf%C3%A9\n",
			"301 http://a.example/ !\n"
			"  Location: http://m\xC3\xBCnchen.example/#a b\n"
			"200 http://xn--mnchen-3ya.example/\n",
			/* Latin-1. */
			"301 http://a.example/ !\n"
			"  Location: /caf\xE9\n"
			"200 http://a.example/caf%E9\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/\n"
			"  Location: /a%20b/caf%C3%A9?x=a+b\n"
			"200 http://a.example/a%20b/caf%C3%A9?x=a+b\n",
			/* Blanks around the value are no part of it. */
			"301 http://a.example/\n"
			"  Location:   /b  \n"
			"200 http://a.example/b\n",
			/* Other rules' business. */
			"301 http://a.example/\n"
			"  Location: http://a .example/\n",
			"301 http://a.example/\n"
			"  Location: /b, /c\n"
			"404 http://a.example/b,%20/c\n",
			"301 http://a.example/\n"
			"  Location: mailto:a b\n",
			"301 http://a.example/\n"
			"  Location: /b|c\td\n"
			"200 http://a.example/b|cd\n",
			NULL,
		},
	.check = check,
};
