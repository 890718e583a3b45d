#include "audit/rule.h"

static void check(const struct chain *chain, struct report *report)
{
	/* No request of ours is conditional, so any 304 is unsolicited. */
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		if (chain->hop[i].status == 304)
			report_hop(report, i, "%.*s answers 304 to a request without a condition.",
				   SPAN_ARG(chain->hop[i].url.href));
	}
}

const struct rule rule_not_modified_unsolicited = {
	.name = "not-modified-unsolicited",
	.title = "304 Not Modified without being asked",
	.severity = SEVERITY_ERROR,
	.why = "304 answers a request that has a condition such as If-None-Match, and it carries no content. Whoever "
	       "asks for the first time, like a crawler, gets an empty page.",
	.fix = "Look at the cache or CDN in front: its key mixes up conditional and plain requests, or it stored a "
	       "304 as if it were the page.",
	.spec = "RFC 9110, section 15.4.5",
	.bad = (const char *const[]){ "304 http://a.example/ !\n",
				      "301 http://a.example/\n"
				      "304 https://a.example/ !\n",
				      NULL },
	.good = (const char *const[]){ "301 http://a.example/\n"
				       "200 https://a.example/\n",
				       "204 http://a.example/\n", NULL },
	.check = check,
};
