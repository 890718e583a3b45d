#include "audit/rule.h"

static void check(const struct chain *chain, struct report *report)
{
	const struct hop *last;
	bool maintenance;

	if (chain->outcome != OUTCOME_SERVER_ERROR || chain->redirects == 0 || chain->hop_count == 0)
		return;
	last = &chain->hop[chain->hop_count - 1];
	maintenance = last->status == 503 && last->header[HEADER_RETRY_AFTER].len != 0;
	report_hop_as(report, chain->hop_count - 1, maintenance ? SEVERITY_WARNING : SEVERITY_ERROR, 100,
		      "%.*s redirects to %.*s, which answers %u%s.", SPAN_ARG(chain->hop[0].url.href),
		      SPAN_ARG(last->url.href), last->status,
		      maintenance ? " with Retry-After: it says that it is under maintenance" : "");
}

const struct rule rule_target_server_error = {
	.name = "target-server-error",
	.title = "Redirect to a page that fails",
	.severity = SEVERITY_ERROR,
	.why = "Visitors are led to an error page. If it stays so, search engines crawl the host more slowly and "
	       "drop the URL in the end. A 503 with Retry-After is a warning: it announces maintenance.",
	.fix = "Repair the target, or redirect to a page that works.",
	.spec = "RFC 9110, section 15.6",
	.bad = (const char *const[]){ "301 http://a.example/old\n"
				      "500 http://a.example/new !\n",
				      "301 http://a.example/old\n"
				      "503 http://a.example/new !\n"
				      "  Retry-After: 600\n",
				      NULL },
	.good = (const char *const[]){ "503 http://a.example/old\n",
				       "301 http://a.example/old\n"
				       "404 http://a.example/new\n",
				       NULL },
	.check = check,
};
