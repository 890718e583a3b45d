#include "audit/rule.h"

/* Statuses that often say more about us, or about the visitor, than about the target. */
static const struct {
	unsigned status;
	const char *meaning;
} doubtful[] = {
	{ 401, "the target asks for credentials" },
	{ 403, "the target may refuse crawlers only" },
	{ 406, "the target may refuse crawlers only" },
	{ 407, "the target asks for credentials of a proxy" },
	{ 429, "the target says that it was asked too often" },
	{ 451, "the target may be open in other countries" },
};

static void check(const struct chain *chain, struct report *report)
{
	uint32_t last = chain->redirects;

	if (chain->outcome != OUTCOME_CLIENT_ERROR || chain->redirects == 0 || chain->hop_count == 0)
		return;
	for (size_t i = 0; i < sizeof(doubtful) / sizeof(doubtful[0]); i++) {
		if (doubtful[i].status != chain->final_status)
			continue;
		report_hop_as(report, last, SEVERITY_WARNING, 100, "%.*s redirects to %.*s, which answers %u: %s.",
			      SPAN_ARG(chain->hop[0].url.href), SPAN_ARG(chain->final_url), chain->final_status,
			      doubtful[i].meaning);
		return;
	}
	report_hop(report, last, "%.*s redirects to %.*s, which answers %u.", SPAN_ARG(chain->hop[0].url.href),
		   SPAN_ARG(chain->final_url), chain->final_status);
}

const struct rule rule_target_client_error = {
	.name = "target-client-error",
	.title = "Redirect to a page that does not exist",
	.severity = SEVERITY_ERROR,
	.why = "Visitors are led to an error page, and what links are worth to the old URL is lost: to Google a 4xx "
	       "other than 429 means that there is no content. 401, 403, 406, 407, 429 and 451 are a warning, "
	       "because a browser may get another answer.",
	.fix = "Redirect to the page that replaces the old one. If there is none, answer 404 or 410 at the old URL.",
	.spec = "RFC 9110, section 15.5",
	.bad = (const char *const[]){ "301 http://a.example/old\n"
				      "404 http://a.example/new !\n",
				      "301 http://a.example/old\n"
				      "302 http://a.example/new\n"
				      "403 http://a.example/newer !\n",
				      NULL },
	.good = (const char *const[]){ "404 http://a.example/old\n",
				       "301 http://a.example/old\n"
				       "200 http://a.example/new\n",
				       "301 http://a.example/old\n"
				       "500 http://a.example/new\n",
				       NULL },
	.check = check,
};
