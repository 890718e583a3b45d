#include "audit/pkix.h"
#include "audit/rule.h"

/* No page, which a captive portal's check asks for, or a file that has to be on http. */
static bool has_no_page(const struct hop *answer)
{
	return answer->status == 204 || pkix_is_file(answer);
}

static void check(const struct chain *chain, struct report *report)
{
	const struct hop *last;

	if (chain->outcome != OUTCOME_OK || chain->hop_count == 0)
		return;
	last = &chain->hop[chain->hop_count - 1];
	if (url_is_http(&chain->hop[0].url) && url_is_http(&last->url) && !has_no_page(last))
		report_hop(report, chain->hop_count - 1, "%.*s answers %u over plain http and never leads to https.",
			   SPAN_ARG(last->url.href), last->status);
}

const struct rule rule_http_not_upgraded = {
	.name = "http-not-upgraded",
	.title = "http URL that stays on http",
	.severity = SEVERITY_WARNING,
	.why = "Browsers mark the page as not secure, and if the same page is also there over https, search engines "
	       "see it twice.",
	.fix = "Serve the page over https and redirect the http URL there with 301 or 308.",
	.spec = "RFC 6797, section 7.2",
	.bad =
		(const char *const[]){
			"200 http://a.example/ !\n",
			"301 http://a.example/\n"
			"200 http://www.a.example/ !\n",
			"301 http://a.example/\n"
			"301 https://a.example/\n"
			"200 http://b.example/ !\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/\n"
			"200 https://a.example/\n",
			/* A downgrade, which has a rule of its own. */
			"301 https://a.example/\n"
			"200 http://a.example/\n",
			"404 http://a.example/\n",
			/* No pages. */
			"204 http://a.example/generate_204\n",
			"200 http://a.example/root.crl\n"
			"  Content-Type: application/pkix-crl\n",
			NULL,
		},
	.check = check,
};
