#include "audit/rule.h"

static void check(const struct chain *chain, struct report *report)
{
	uint32_t last = chain->redirects;
	const struct hop *hop;

	if (last == 0 || last + 1 != chain->hop_count)
		return;
	hop = &chain->hop[last];
	if (hop->robots == ROBOTS_DISALLOWED)
		report_hop(report, last,
			   "The redirect leads to %.*s, which its robots.txt disallows in line %u (%.*s).",
			   SPAN_ARG(hop->url.href), hop->robots_line, SPAN_ARG(hop->robots_rule));
}

const struct rule rule_target_blocked_by_robots = {
	.name = "target-blocked-by-robots",
	.title = "Redirect to a page that robots.txt disallows",
	.severity = SEVERITY_WARNING,
	.why = "Search engines do not fetch the target, so what links are worth to the old URL is lost, and Search "
	       "Console reports the old URL as blocked. Where sign-in pages or carts are disallowed on purpose, it is "
	       "the links to them that are in doubt.",
	.fix = "Allow the target in its robots.txt, or redirect to a page that is allowed. To keep a page out of the "
	       "index, let it be fetched and mark it noindex.",
	.spec = "RFC 9309, section 2.2; Google Search Central, \"How Google interprets the robots.txt specification\"",
	.bad =
		(const char *const[]){
			"301 http://a.example/old\n"
			"200 http://a.example/private/new !\n"
			"  robots = disallowed Disallow: /private\n",
			/* With --robots obey it is not asked for. */
			"301 http://a.example/old\n"
			"robots-disallowed http://a.example/private/new !\n"
			"  robots = disallowed Disallow: /private\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/old\n"
			"200 http://a.example/private/open\n"
			"  robots = allowed Allow: /private/open\n",
			/* Nobody has redirected to it. */
			"200 http://a.example/private/new\n"
			"  robots = disallowed Disallow: /private\n",
			/* That may pass. */
			"301 http://a.example/old\n"
			"200 http://a.example/new\n"
			"  robots = unreachable\n",
			"301 http://a.example/private\n"
			"  robots = disallowed Disallow: /private\n"
			"200 http://a.example/new\n"
			"  robots = allowed\n",
			NULL,
		},
	.check = check,
};
