#include "audit/location.h"
#include "audit/marks.h"
#include "audit/rule.h"

/* Browsers drop C0 controls, and DEL is none, at both ends (URL Standard, section 4.4). */
static bool is_dropped(char c)
{
	return (unsigned char)c < ' ';
}

/* Offset of the first control byte that browsers do not drop from the ends; the length if there is none. */
static size_t find_inside(struct span location)
{
	size_t end = location.len, at = 0;

	while (end > 0 && is_dropped(location.bytes[end - 1]))
		end--;
	while (at < end && is_dropped(location.bytes[at]))
		at++;
	while (at < end && !location_is_control(location.bytes[at]))
		at++;
	return at < end ? at : location.len;
}

static size_t find_first(struct span location)
{
	size_t at = 0;

	while (at < location.len && !location_is_control(location.bytes[at]))
		at++;
	return at;
}

static void report_at(struct report *report, uint32_t index, enum severity severity, const struct hop *hop, size_t at)
{
	report_hop_as(report, index, severity, 100,
		      "The Location \"%.*s\" has the control byte %02X at offset %zu; browsers ask for %.*s.",
		      SPAN_ARG(hop->location), (unsigned char)hop->location.bytes[at], at, SPAN_ARG(hop->next.href));
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];
		struct url_rfc3986 strict;
		size_t inside;

		if (!status_is_redirect(hop->status) || !url_is_web(&hop->next) ||
		    report_marks(report, i)->reads_plainly || !location_has_control(hop->location))
			continue;
		/* Where the byte makes another host of it, location-parser-divergent says the graver thing. */
		if (location_read(report_arena(report), hop, &strict) == LOCATION_OTHER_HOST)
			continue;
		inside = find_inside(hop->location);
		if (inside < hop->location.len)
			report_at(report, i, SEVERITY_ERROR, hop, inside);
		else
			report_at(report, i, SEVERITY_WARNING, hop, find_first(hop->location));
	}
}

const struct rule rule_location_control_chars = {
	.name = "location-control-chars",
	.title = "Control byte in a Location",
	.severity = SEVERITY_ERROR,
	.why = "Some clients drop such bytes, some encode them and some refuse the answer, so visitors end in different "
	       "places. They also show that text from outside gets into the header as it is: where a control byte does, "
	       "a line break may, and with it a header or a page of an attacker's making. At the ends of the value all "
	       "browsers drop them, which makes it a warning.",
	.fix = "Percent-encode or refuse control characters in whatever the target is made of, at the latest where the "
	       "header is written.",
	.spec = "RFC 9110, section 5.5; RFC 9112, section 11.1; URL Standard, section 4.4",
	.bad =
		(const char *const[]){
			"302 http://a.example/ !\n"
			"  Location: /b\tc\n"
			"200 http://a.example/bc\n",
			"302 http://a.example/ !\n"
			"  Location: /b?c=\x01\n"
			"200 http://a.example/b?c=\n",
			"302 http://a.example/ !\n"
			"  Location: /b\x7F"
			"c\n"
			"200 http://a.example/b%7Fc\n",
			"302 http://a.example/ !\n"
			"  Location: /b\x7F\n"
			"200 http://a.example/b%7F\n",
			/* Read alike, for browsers drop what stands at the end. */
			"302 http://a.example/ !\n"
			"  Location: /b\x1F\n"
			"200 http://a.example/b\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"302 http://a.example/\n"
			"  Location: /b%09c%7F\n"
			"200 http://a.example/b%09c%7F\n",
			"302 http://a.example/\n"
			"  Location: /b c\n"
			"200 http://a.example/b%20c\n",
			/* No URL: location-invalid. */
			"302 http://a.example/\n"
			"  Location: http://a\x01.example/\n",
			/* Another host: location-parser-divergent. */
			"302 http://a.example/\n"
			"  Location: http://b.exa\tmple/\n"
			"200 http://b.example/\n",
			"302 http://a.example/\n"
			"  Location: /\t/b.example/\n"
			"200 http://b.example/\n",
			"302 http://a.example/\n"
			"  Location: java\tscript:alert(1)\n",
			NULL,
		},
	.check = check,
};
