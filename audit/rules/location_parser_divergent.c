#include "audit/location.h"
#include "audit/marks.h"
#include "audit/rule.h"

/* A control byte by which only the path may differ is the rule location-control-chars'. */
static bool is_told_elsewhere(const struct hop *hop, enum location_reading reading)
{
	return reading == LOCATION_OTHER_PATH && location_has_control(hop->location);
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];
		struct url_rfc3986 strict;
		enum location_reading reading;

		if (!status_is_redirect(hop->status) || hop->location.len == 0 || !url_is_web(&hop->next) ||
		    report_marks(report, i)->reads_plainly)
			continue;
		reading = location_read(report_arena(report), hop, &strict);
		if (reading != LOCATION_READ_ALIKE && !is_told_elsewhere(hop, reading))
			report_hop_as(report, i, reading == LOCATION_OTHER_HOST ? SEVERITY_ERROR : SEVERITY_WARNING,
				      100,
				      "Browsers read the Location \"%.*s\" as %.*s, but by RFC 3986 it is \"%.*s\".",
				      SPAN_ARG(hop->location), SPAN_ARG(hop->next.href), SPAN_ARG(strict.target));
	}
}

const struct rule rule_location_parser_divergent = {
	.name = "location-parser-divergent",
	.title = "Location that programs read differently",
	.severity = SEVERITY_ERROR,
	.why = "Browsers follow the URL Standard, other programs RFC 3986. Where the two name different hosts, a "
	       "filter may pass what a browser then takes elsewhere: an open redirect for attackers to use. Where "
	       "only the path may differ it is a warning: some clients miss the page.",
	.fix = "Send a clean absolute URL: a scheme, two slashes, no backslash, no tab and no line break. If the "
	       "target comes from a request, check it after parsing it.",
	.spec = "URL Standard, section 4.4; RFC 3986, section 5.2.2",
	.bad =
		(const char *const[]){
			/* Another host. */
			"302 http://a.example/ !\n"
			"  Location: \\\\b.example\\x\n"
			"200 http://b.example/x\n",
			"302 http://a.example/ !\n"
			"  Location: /\\b.example/x\n"
			"200 http://b.example/x\n",
			"302 http://a.example/ !\n"
			"  Location: http://b.example\\@c.example/\n"
			"200 http://b.example/@c.example/\n",
			"302 http://a.example/dir/ !\n"
			"  Location: http:/b.example/x\n"
			"200 http://a.example/b.example/x\n",
			"302 http://a.example/dir/ !\n"
			"  Location: http:b.example/x\n"
			"200 http://a.example/dir/b.example/x\n",
			"302 http://a.example/ !\n"
			"  Location: http://b.exa\tmple/\n"
			"200 http://b.example/\n",
			/* One host, or none named. */
			"302 http://a.example/ !\n"
			"  Location: https:/b.example/x\n"
			"200 https://b.example/x\n",
			"302 http://a.example/ !\n"
			"  Location: http:///b.example/x\n"
			"200 http://b.example/x\n",
			"302 http://a.example/ !\n"
			"  Location: /b\\c\n"
			"200 http://a.example/b/c\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"302 http://a.example/\n"
			"  Location: //b.example/x\n"
			"200 http://b.example/x\n",
			"302 http://a.example/\n"
			"  Location: HTTP://user@B.example:80/%7ex?y\\z\n"
			"200 http://b.example/%7ex?y\\z\n",
			/* Equal once dot segments and escapes are normalised. */
			"302 http://a.example/dir/\n"
			"  Location: ../b/%2e%2e/c\n"
			"200 http://a.example/c\n",
			"302 http://a.example/\n"
			"  Location: /b c\n"
			"200 http://a.example/b%20c\n",
			"302 http://a.example/\n"
			"  Location: http://m\xC3\xBCnchen.example/\n"
			"200 http://xn--mnchen-3ya.example/\n",
			/* One host, and location-control-chars speaks of the tab. */
			"302 http://a.example/\n"
			"  Location: /b\tc\n"
			"200 http://a.example/bc\n",
			"302 http://a.example/\n"
			"  Location: ?y\n"
			"200 http://a.example/?y\n",
			NULL,
		},
	.check = check,
};
