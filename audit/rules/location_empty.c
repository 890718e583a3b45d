#include "audit/rule.h"

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (status_is_redirect(hop->status) && hop->has_location && hop->location.len == 0 &&
		    !hop->location_conflict)
			report_hop(report, i, "%.*s answers %u with a blank Location.", SPAN_ARG(hop->url.href),
				   hop->status);
	}
}

const struct rule rule_location_empty = {
	.name = "location-empty",
	.title = "Location present but blank",
	.severity = SEVERITY_ERROR,
	.why = "By the letter of RFC 3986 a blank Location leads back to the same URL, libcurl takes it for absent, "
	       "and Google reports it as an error: no visitor and no crawler reaches a page.",
	.fix = "Find out why the application computes an empty target, and send the absolute URL.",
	.spec = "RFC 9110, section 10.2.2; RFC 3986, section 5.2.2",
	.bad =
		(const char *const[]){
			"302 http://a.example/ !\n"
			"  Location:\n",
			"301 http://a.example/\n"
			"307 http://a.example/b !\n"
			"  Location:   \n",
			/* Two blank lines are still blank. */
			"301 http://a.example/ !\n"
			"  Location:\n"
			"  Location:\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"302 http://a.example/\n"
			"  No-Location\n",
			"302 http://a.example/\n"
			"  Location: /b\n"
			"200 http://a.example/b\n",
			/* Blank and not blank contradict each other: location-multiple. */
			"302 http://a.example/\n"
			"  Location:\n"
			"  Location: /b\n",
			"200 http://a.example/\n"
			"  Location:\n",
			NULL,
		},
	.check = check,
};
