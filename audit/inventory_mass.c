#include "audit/inventory_mass.h"

bool inventory_is_mass(const struct inventory_target *target, const struct inventory_report *report)
{
	return target->templates >= inventory_limit(report) &&
	       (target->host_urls == 0 || inventory_share(target->host_sources, target->host_urls) >= MASS_SHARE_MIN);
}

bool inventory_is_consolidation(const struct inventory_target *target)
{
	return 2 * target->alike >= target->sources;
}

struct span inventory_mass_pages(const struct inventory_target *target, struct inventory_report *report)
{
	if (target->host_sources == target->sources)
		return inventory_text(report, "%llu different pages of %.*s", (unsigned long long)target->sources,
				      SPAN_ARG(target->host.text));
	return inventory_text(report, "%llu different pages, %llu of them of %.*s,",
			      (unsigned long long)target->sources, (unsigned long long)target->host_sources,
			      SPAN_ARG(target->host.text));
}

struct inventory_claim inventory_mass_claim(const struct inventory_target *target, enum severity severity,
					    struct inventory_report *report)
{
	return (struct inventory_claim){
		.scope = INVENTORY_SCOPE_RUN,
		.subject = target->url.text,
		.severity = severity,
		.count = target->sources,
		.count_of = "URLs that redirect there",
		.part = target->host_sources,
		.whole = target->host_urls,
		.share_of = inventory_text(report, "URLs of %.*s that were requested", SPAN_ARG(target->host.text)),
		.seqs = &target->seqs,
		.action = inventory_text(report,
					 "Redirect each page to the one that replaces it, and answer 404 or 410 for "
					 "those that nothing replaces."),
	};
}
