#include "audit/rule.h"

static void check(const struct chain *chain, struct report *report)
{
	if (chain->hop_count < 3 || !url_is_https(&chain->hop[0].url) ||
	    !url_is_https(&chain->hop[chain->hop_count - 1].url))
		return;
	for (uint32_t i = 1; i + 1 < chain->hop_count; i++)
		if (url_is_http(&chain->hop[i].url))
			report_hop(report, i, "The chain begins and ends with https but goes through %.*s.",
				   SPAN_ARG(chain->hop[i].url.href));
}

const struct rule rule_insecure_middle_hop = {
	.name = "insecure-middle-hop",
	.title = "https chain that goes through http",
	.severity = SEVERITY_ERROR,
	.why = "The http hop sends the visitor's cookies and the address in clear, and whoever is on the path can "
	       "lead them elsewhere. To Google an http page on the way is a sign against the https URL. Browsers "
	       "that know the host's HSTS hide it, so it is seldom noticed.",
	.fix = "Make the hop before it redirect to the https: URL straight away.",
	.spec = "Google Search Central, \"Consolidate duplicate URLs\"; RFC 6797, section 7.2",
	.bad =
		(const char *const[]){
			"301 https://a.example/old\n"
			"301 http://a.example/new !\n"
			"200 https://a.example/new\n",
			"301 https://a.example/\n"
			"301 http://a.example/b !\n"
			"301 http://b.example/b !\n"
			"200 https://b.example/b\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/\n"
			"301 http://b.example/\n"
			"200 https://b.example/\n",
			"301 https://a.example/\n"
			"200 http://a.example/\n",
			"301 https://a.example/\n"
			"301 https://b.example/\n"
			"200 https://c.example/\n",
			NULL,
		},
	.check = check,
};
