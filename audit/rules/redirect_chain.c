#include "audit/hops.h"
#include "audit/marks.h"

static bool is_www_of(struct span www, struct span host)
{
	return www.len == host.len + 4 && memcmp(www.bytes, "www.", 4) == 0 &&
	       memcmp(www.bytes + 4, host.bytes, host.len) == 0;
}

/* http://x, https://x, https://www.x: the order that a host must keep to be taken into the HSTS
 * preload list, although it costs a redirect more than going to www at once. */
static bool is_hsts_order(const struct chain *chain, struct report *report)
{
	const struct hop *hop = chain->hop;

	return chain->redirects == 2 && report_marks(report, 0)->changes == URL_CHANGE_SCHEME_UPGRADE &&
	       report_marks(report, 1)->changes == URL_CHANGE_WWW && is_www_of(hop[2].url.host, hop[1].url.host);
}

static void check(const struct chain *chain, struct report *report)
{
	uint32_t redirects = hops_redirects(chain);
	enum severity severity = redirects > 2 ? SEVERITY_WARNING : SEVERITY_NOTICE;

	if (chain->hop_count == 0 || redirects < 2 || !hops_have_an_end(chain))
		return;
	if (chain->outcome == OUTCOME_REDIRECT_LIMIT)
		report_hop_as(report, 0, severity, 100, "At least %u redirects, where one would do.", redirects);
	else if (!is_hsts_order(chain, report))
		report_hop_as(report, 0, severity, 100, "%u redirects, where %.*s could redirect to %.*s at once.",
			      redirects, SPAN_ARG(chain->hop[0].url.href), SPAN_ARG(chain->final_url));
}

const struct rule rule_redirect_chain = {
	.name = "redirect-chain",
	.title = "More than one redirect",
	.severity = SEVERITY_WARNING,
	.why = "Each redirect is a round trip that the user waits for and a request that a crawler spends; Google "
	       "advises to redirect to the final destination directly. Two redirects are a notice, more are a "
	       "warning.",
	.fix = "Let the first URL redirect to the last one, and point links and sitemaps at the last one. The order "
	       "http://x, https://x, https://www.x is not reported: HSTS preloading asks for it.",
	.spec = "Google Search Central, \"Site moves with URL changes\"; hstspreload.org, submission requirements",
	.bad = (const char *const[]){ "301 http://a.example/old !\n"
				      "301 https://a.example/old\n"
				      "200 https://a.example/new\n",
				      "301 http://a.example/ !\n"
				      "301 http://www.a.example/\n"
				      "200 https://www.a.example/\n",
				      "301 http://a.example/1 !\n"
				      "302 http://a.example/2\n"
				      "301 http://a.example/3\n"
				      "404 http://a.example/4\n",
				      /* The order of HSTS, and then one more. */
				      "301 http://a.example/ !\n"
				      "301 https://a.example/\n"
				      "301 https://www.a.example/\n"
				      "200 https://www.a.example/home\n",
				      NULL },
	.good = (const char *const[]){ "301 http://a.example/\n"
				       "301 https://a.example/\n"
				       "200 https://www.a.example/\n",
				       "308 http://a.example/p?x=1\n"
				       "307 https://a.example/p?x=1\n"
				       "200 https://www.a.example/p?x=1\n",
				       "301 http://a.example/old\n"
				       "200 https://a.example/new\n",
				       "301 http://a.example/\n"
				       "301 http://a.example/b\n"
				       "301 http://a.example/\n"
				       "= loop 0 2\n",
				       NULL },
	.check = check,
};
