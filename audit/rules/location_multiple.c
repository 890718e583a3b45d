#include "audit/location.h"
#include "audit/rule.h"

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (!status_is_redirect(hop->status))
			continue;
		if (hop->location_conflict)
			report_hop(report, i, "%.*s sends %u Location lines that differ: \"%.*s\" and \"%.*s\".",
				   SPAN_ARG(hop->url.href), hop->location_count, SPAN_ARG(hop->location),
				   SPAN_ARG(hop->location_other));
		else if (hop->location_count > 1)
			report_hop_as(report, i, SEVERITY_NOTICE, 100, "%.*s sends the same Location %u times.",
				      SPAN_ARG(hop->url.href), hop->location_count);
		else if (location_looks_merged(hop->location))
			report_hop_as(report, i, SEVERITY_WARNING, 100,
				      "The Location of %.*s looks like two that were merged: \"%.*s\".",
				      SPAN_ARG(hop->url.href), SPAN_ARG(hop->location));
	}
}

const struct rule rule_location_multiple = {
	.name = "location-multiple",
	.title = "Several Location lines",
	.severity = SEVERITY_ERROR,
	.why = "Chrome, Firefox and libcurl since 8.17 refuse an answer whose Location lines differ; older programs "
	       "take the first. Visitors get an error or a target nobody chose. Equal lines are only a notice.",
	.fix = "Remove one of them; usually the application and a proxy in front of it both add the field.",
	.spec = "RFC 9110, section 10.2.2; RFC 9110, section 5.3",
	.bad =
		(const char *const[]){
			"301 http://a.example/ !\n"
			"  Location: /b\n"
			"  Location: /c\n",
			/* Equal lines: followed, and told. */
			"301 http://a.example/ !\n"
			"  Location: /b\n"
			"  Location: /b\n"
			"200 http://a.example/b\n",
			"302 http://a.example/ !\n"
			"  Location: /b\n"
			"  Location:\n",
			"301 http://a.example/ !\n"
			"  Location: /b, http://a.example/b\n"
			"404 http://a.example/b,%20http://a.example/b\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/\n"
			"  Location: /b\n"
			"200 http://a.example/b\n",
			/* Commas are good characters of a URL. */
			"301 http://a.example/\n"
			"  Location: /map/48.2,16.4\n"
			"200 http://a.example/map/48.2,16.4\n",
			"301 http://a.example/\n"
			"  Location: /b,/c\n"
			"200 http://a.example/b,/c\n",
			"301 http://a.example/\n"
			"  Location: /b, c\n"
			"200 http://a.example/b,%20c\n",
			"200 http://a.example/\n"
			"  Location: /b\n"
			"  Location: /c\n",
			NULL,
		},
	.check = check,
};
