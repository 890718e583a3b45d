#include "audit/hops.h"

static void check(const struct chain *chain, struct report *report)
{
	hops_report_above(chain, report, 10, 20, "Googlebot follows 10 by default");
}

const struct rule rule_hops_exceed_10 = {
	.name = "hops-exceed-10",
	.title = "More than 10 redirects",
	.severity = SEVERITY_ERROR,
	.why = "Google documents that its crawlers follow up to 10 redirects by default; Search Console calls a "
	       "longer chain a redirect error. Above 20 the rule hops-exceed-20 reports the chain instead.",
	.fix = "Let the first URL redirect straight to the last one, by one rule that does what the present ones do "
	       "one after the other.",
	.spec = "Google Search Central, \"How HTTP status codes affect Google's crawlers\"; RFC 9110, section 15.4",
	.bad = (const char *const[]){ "301 http://a.example/[1-10]\n"
				      "301 http://a.example/11 !\n"
				      "200 http://a.example/12\n",
				      "301 http://a.example/[1-10]\n"
				      "301 http://a.example/11 !\n"
				      "= redirect_limit\n",
				      NULL },
	.good = (const char *const[]){ "301 http://a.example/[1-10]\n"
				       "200 http://a.example/11\n",
				       "301 http://a.example/[1-21]\n"
				       "200 http://a.example/22\n",
				       NULL },
	.check = check,
};
