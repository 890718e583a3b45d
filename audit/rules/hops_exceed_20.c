#include "audit/hops.h"

static void check(const struct chain *chain, struct report *report)
{
	hops_report_above(chain, report, 20, UINT32_MAX, "browsers follow 20 and then show an error");
}

const struct rule rule_hops_exceed_20 = {
	.name = "hops-exceed-20",
	.title = "More than 20 redirects",
	.severity = SEVERITY_ERROR,
	.why = "The Fetch standard makes the 21st redirect a network error, so no browser shows the page. With "
	       "--max-redirects below 20 such a chain is not walked far enough to be told apart.",
	.fix = "Let the first URL redirect straight to the last one. If the chain has no end, find the rule that "
	       "applies to its own result.",
	.spec = "Fetch, \"HTTP-redirect fetch\" (redirect count 20)",
	.bad = (const char *const[]){ "301 http://a.example/[1-20]\n"
				      "301 http://a.example/21 !\n"
				      "= redirect_limit\n",
				      "301 http://a.example/[1-20]\n"
				      "301 http://a.example/21 !\n"
				      "200 http://a.example/22\n",
				      NULL },
	.good = (const char *const[]){ "301 http://a.example/[1-20]\n"
				       "200 http://a.example/21\n",
				       "301 http://a.example/[1-11]\n"
				       "= redirect_limit\n",
				       NULL },
	.check = check,
};
