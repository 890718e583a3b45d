#include "audit/hops.h"

static void check(const struct chain *chain, struct report *report)
{
	hops_report_above(chain, report, report_limit(report), 10,
			  "monitors and fetchers of robots.txt that stop after 5 never see the page");
}

const struct rule rule_hops_exceed_5 = {
	.name = "hops-exceed-5",
	.title = "More than 5 redirects",
	.severity = SEVERITY_WARNING,
	.why = "Five is where careful clients stop: RFC 2068 recommended it as the maximum and RFC 9110 still warns "
	       "of clients with that limit. Monitoring services report more as a failure, and a robots.txt behind "
	       "more may be taken as not there. Above 10 the rule hops-exceed-10 reports the chain instead.",
	.fix = "Let the first URL redirect straight to the last one. For a monitor that already gives up at the "
	       "fifth redirect, set the limit to 4.",
	.spec = "RFC 9110, section 15.4; RFC 2068, section 10.3; RFC 9309, section 2.3.1.2",
	.limit = { .unit = "redirects", .min = 1, .max = 10, .default_value = 5 },
	.bad = (const char *const[]){ "301 http://a.example/[1-5]\n"
				      "301 http://a.example/6 !\n"
				      "200 http://a.example/7\n",
				      "301 http://a.example/[1-5]\n"
				      "301 http://a.example/6 !\n"
				      "= redirect_limit\n",
				      NULL },
	.good = (const char *const[]){ "301 http://a.example/[1-5]\n"
				       "200 http://a.example/6\n",
				       "301 http://a.example/[1-11]\n"
				       "200 http://a.example/12\n",
				       /* Not too long, but endless. */
				       "301 http://a.example/[1-8]\n"
				       "301 http://a.example/1\n"
				       "= loop 0 8\n",
				       NULL },
	.check = check,
};
