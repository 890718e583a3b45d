#include "audit/hops.h"

uint32_t hops_redirects(const struct chain *chain)
{
	return chain->redirects + (chain->outcome == OUTCOME_REDIRECT_LIMIT);
}

bool hops_have_an_end(const struct chain *chain)
{
	return chain->outcome != OUTCOME_LOOP && chain->outcome != OUTCOME_COOKIE_LOOP &&
	       chain->outcome != OUTCOME_GROWING_URL;
}

void hops_report_above(const struct chain *chain, struct report *report, uint32_t limit, uint32_t up_to,
		       const char *who)
{
	uint32_t redirects = hops_redirects(chain);

	if (!hops_have_an_end(chain) || redirects <= limit || redirects > up_to || limit >= chain->hop_count)
		return;
	report_hop(report, limit, "%s%u redirects from %.*s to %.*s; %s.",
		   chain->outcome == OUTCOME_REDIRECT_LIMIT ? "At least " : "", redirects,
		   SPAN_ARG(chain->hop[0].url.href), SPAN_ARG(chain->final_url), who);
}
