#include "audit/walls.h"

bool wall_is_end(const struct chain *chain)
{
	return chain->redirects > 0 && chain->hop_count > chain->redirects &&
	       (chain->outcome == OUTCOME_OK || chain->outcome == OUTCOME_BLOCKED_ROBOTS);
}

uint32_t wall_first_hop(const struct chain *chain, struct report *report, unsigned marks)
{
	uint32_t i = 0;

	while (i < chain->hop_count && !(report_marks(report, i)->set & marks))
		i++;
	return i;
}

const struct pattern_sets *wall_source(struct report *report)
{
	return &report_marks(report, 0)->from;
}

const struct pattern_sets *wall_target(const struct chain *chain, struct report *report)
{
	return &report_marks(report, chain->redirects - 1)->to;
}

bool wall_names_return(const struct chain *chain, struct report *report)
{
	unsigned added = wall_target(chain, report)->query & ~wall_source(report)->query;

	return pattern_in(added, PATTERN_RETURN_PARAMETER) ||
	       url_is_carried(&chain->hop[0].url, chain->hop[chain->redirects].url.query);
}
