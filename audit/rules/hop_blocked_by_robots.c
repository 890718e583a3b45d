#include "audit/rule.h"

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 1; i + 1 < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (hop->robots == ROBOTS_DISALLOWED)
			report_hop(report, i,
				   "The chain goes through %.*s, which its robots.txt disallows in line %u (%.*s).",
				   SPAN_ARG(hop->url.href), hop->robots_line, SPAN_ARG(hop->robots_rule));
	}
}

const struct rule rule_hop_blocked_by_robots = {
	.name = "hop-blocked-by-robots",
	.title = "Chain through a URL that robots.txt disallows",
	.severity = SEVERITY_WARNING,
	.why = "Search engines ask robots.txt before each hop and stop at the first that is disallowed: they never see "
	       "where the chain ends, though every browser does. Click counters are often the cause.",
	.fix = "Redirect straight to the end of the chain, or allow the hop in its robots.txt.",
	.spec = "RFC 9309, section 2.2; Google Search Central, \"How Google interprets the robots.txt specification\"",
	.bad =
		(const char *const[]){
			"301 http://a.example/old\n"
			"302 http://count.example/click !\n"
			"  robots = disallowed Disallow: /click\n"
			"200 http://a.example/new\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/old\n"
			"302 http://count.example/click\n"
			"  robots = unreachable\n"
			"200 http://a.example/new\n",
			/* The first and the last hop are no way through. */
			"301 http://a.example/old\n"
			"  robots = disallowed Disallow: /old\n"
			"200 http://a.example/new\n"
			"  robots = disallowed Disallow: /new\n",
			"301 http://a.example/old\n"
			"  robots = disallowed Disallow: /old\n"
			"302 http://a.example/step\n"
			"  robots = allowed\n"
			"200 http://a.example/new\n",
			NULL,
		},
	.check = check,
};
