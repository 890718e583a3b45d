#include "audit/rule.h"

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (hop->status == 306)
			report_hop_as(report, i, SEVERITY_ERROR, 100,
				      "%.*s answers 306, which is reserved and means nothing; browsers stay there.",
				      SPAN_ARG(hop->url.href));
		else if (hop->status > 308 && hop->status < 400)
			report_hop(report, i, "%.*s answers %u, which no standard defines; browsers stay there.",
				   SPAN_ARG(hop->url.href), hop->status);
	}
}

const struct rule rule_unknown_3xx = {
	.name = "unknown-3xx",
	.title = "3xx status that is no standard's",
	.severity = SEVERITY_WARNING,
	.why = "Browsers and what keeps to Fetch follow 301, 302, 303, 307 and 308 only. Of any other 3xx they show the "
	       "body, if there is one, while programs that do not look closely follow its Location: one link, two "
	       "places. 306 is an error, for nobody may use it; the others may be somebody's private code.",
	.fix = "Redirect with 301 or 308 for good, or with 302 or 307 for now.",
	.spec = "RFC 9110, sections 15.4 and 15.4.7; IANA HTTP Status Code Registry; Fetch, \"redirect status\"",
	.bad = (const char *const[]){ "306 http://a.example/ !\n",
				      "301 http://a.example/\n"
				      "399 https://a.example/ !\n"
				      "  Location: /b\n",
				      "309 http://a.example/ !\n", NULL },
	.good = (const char *const[]){ "308 http://a.example/\n"
				       "200 http://a.example/b\n",
				       /* They have rules of their own. */
				       "305 http://a.example/\n", "300 http://a.example/\n", "304 http://a.example/\n",
				       "400 http://a.example/\n", NULL },
	.check = check,
};
