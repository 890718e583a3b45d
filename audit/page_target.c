#include "audit/page_target.h"

#include "audit/marks.h"

bool page_target_is_end(const struct chain *chain)
{
	return chain->outcome == OUTCOME_OK && chain->hop_count > 0 && chain->final_status / 100 == 2;
}

bool page_target_find(const struct chain *chain, struct report *report, struct span written, bool with_base,
		      struct url *out)
{
	const struct url *page = &chain->hop[chain->hop_count - 1].url;
	struct arena *arena = report_arena(report);
	struct url base;

	if (!with_base || !chain->page.base.len || url_parse(arena, chain->page.base, page, &base) != URL_OK ||
	    !url_is_web(&base))
		base = *page;
	return written.len > 0 && url_parse(arena, written, &base, out) == URL_OK && url_is_web(out) &&
	       !url_same_resource(out, page);
}

static bool only_query_differs(const struct url *a, const struct url *b)
{
	return (url_changes(a, b) & ~(unsigned)(URL_CHANGE_QUERY | URL_CHANGE_TRACKING)) == 0;
}

void page_target_report_refresh(const struct chain *chain, struct report *report, struct span value, bool in_page,
				const char *means)
{
	const struct url *page;
	struct refresh refresh;
	struct url target;
	bool slow;

	if (!page_target_is_end(chain) || !refresh_parse(value, &refresh) ||
	    !page_target_find(chain, report, refresh.url, in_page, &target))
		return;
	page = &chain->hop[chain->hop_count - 1].url;
	slow = refresh.delay_s > report_limit(report);
	if (slow && only_query_differs(page, &target))
		return;
	report_hop_as(report, chain->hop_count - 1,
		      slow || (in_page && chain->page.refresh_noscript) ? SEVERITY_NOTICE : SEVERITY_WARNING, 100,
		      "%.*s answers %u, and %s leads on to %.*s after %u seconds%s.", SPAN_ARG(page->href),
		      chain->final_status, means, SPAN_ARG(target.href), refresh.delay_s,
		      in_page && chain->page.refresh_noscript ? ", in browsers without scripts" : "");
}
