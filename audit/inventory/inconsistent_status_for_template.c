#include "audit/inventory_rule.h"
#include "audit/permanence.h"

/* Fewer URLs are exceptions rather than a pattern. */
#define URLS_MIN 10

static uint64_t sum(const struct inventory_pattern *pattern)
{
	uint64_t all = 0;

	for (unsigned i = INVENTORY_301; i < INVENTORY_STATUS_COUNT; i++)
		all += pattern->urls[i];
	return all;
}

static uint64_t permanent_urls(const struct inventory_pattern *pattern)
{
	return pattern->urls[INVENTORY_301] + pattern->urls[INVENTORY_308];
}

/* "301 (18), 302 (2)", of the statuses that are no exceptions. */
static struct span list_statuses(struct inventory_report *report, const struct inventory_pattern *pattern,
				 uint64_t least)
{
	struct span text = SPAN("");

	for (unsigned i = INVENTORY_301; i < INVENTORY_STATUS_COUNT; i++) {
		if (pattern->urls[i] >= least)
			text = inventory_text(report, "%.*s%s%u (%llu)", SPAN_ARG(text), text.len ? ", " : "",
					      inventory_status_code((enum inventory_status)i),
					      (unsigned long long)pattern->urls[i]);
	}
	return text;
}

static void check(const struct inventory_pattern *pattern, struct inventory_report *report)
{
	const uint64_t urls = sum(pattern), permanent = permanent_urls(pattern), temporary = urls - permanent;
	const uint64_t least = (urls * inventory_limit(report) + 99) / 100;
	enum inventory_status usual = INVENTORY_301, odd = INVENTORY_NO_REDIRECT;
	unsigned statuses = 0;

	for (unsigned i = INVENTORY_301; i < INVENTORY_STATUS_COUNT; i++) {
		statuses += pattern->urls[i] >= least && pattern->urls[i] > 0;
		usual = pattern->urls[i] > pattern->urls[usual] ? (enum inventory_status)i : usual;
	}
	if (!pattern->narrow || urls < URLS_MIN || statuses < 2)
		return;
	for (unsigned i = INVENTORY_301; i < INVENTORY_STATUS_COUNT; i++) {
		if (i != usual && pattern->urls[i] >= least &&
		    (odd == INVENTORY_NO_REDIRECT || pattern->urls[i] > pattern->urls[odd]))
			odd = (enum inventory_status)i;
	}
	const bool both = permanent >= least && temporary >= least;
	const struct span subject = inventory_pattern_text(report, pattern);
	const struct inventory_claim claim = {
		.scope = INVENTORY_SCOPE_PATTERN,
		.subject = subject,
		.severity = both ? SEVERITY_WARNING : SEVERITY_NOTICE,
		.count = urls - pattern->urls[usual],
		.count_of = "URLs with another status than most",
		.part = urls - pattern->urls[usual],
		.whole = urls,
		.share_of = inventory_text(report, "redirects from %.*s", SPAN_ARG(subject)),
		.seqs = &pattern->seqs[odd],
		.action = inventory_text(report,
					 "Find the layer of %.*s that answers %u, and let one layer answer for all.",
					 SPAN_ARG(pattern->from.text), inventory_status_code(odd)),
	};
	const struct span list = list_statuses(report, pattern, least);

	inventory_report(report, &claim, "The same redirect from %.*s has several statuses: %.*s.%s", SPAN_ARG(subject),
			 SPAN_ARG(list),
			 both ? " That it is permanent for the siblings speaks for making the temporary ones permanent "
				"(group H of the model " PERMANENCE_MODEL ", +1.5)."
			      : "");
}

const struct rule rule_inconsistent_status_for_template = {
	.name = "inconsistent-status-for-template",
	.title = "One rewrite with several statuses",
	.severity = SEVERITY_WARNING,
	.why = "When a host answers the same rewrite now with a permanent and now with a temporary status, usually two layers "
	       "answer, such as a CDN and the application, and one of them has it wrong. Search engines then treat the "
	       "pages of one site differently. Statuses that mean the same (301 and 308, or 302 and 307) are a notice.",
	.fix = "Let one layer redirect, with one status. The examples are lines with the status that is rarer.",
	.spec = "RFC 9110, section 15.4; Google Search Central, \"Redirects and Google Search\"",
	.limit = { .unit = "% of the pattern's URLs that a status needs", .min = 1, .max = 50, .default_value = 5 },
	.bad =
		(const char *const[]){
			"[1-18]\n"
			"301 http://a.example/p#\n"
			"200 https://a.example/p#\n"
			"\n"
			"[1-2]\n"
			"302 http://a.example/q#\n"
			"200 https://a.example/q#\n"
			"! warning pattern http://a.example to https://a.example (scheme)\n",
			"[1-8]\n"
			"301 https://a.example/p#\n"
			"200 https://a.example/p#/\n"
			"\n"
			"[1-4]\n"
			"308 https://a.example/q#\n"
			"200 https://a.example/q#/\n"
			"! notice pattern https://a.example to https://a.example (slash)\n",
			NULL,
		},
	.good =
		(const char *const[]){
			/* One in forty is an exception. */
			"[1-39]\n"
			"301 http://a.example/p#\n"
			"200 https://a.example/p#\n"
			"\n"
			"302 http://a.example/q\n"
			"200 https://a.example/q\n",
			/* Not the same rewrite. */
			"[1-18]\n"
			"301 http://a.example/p#\n"
			"200 https://a.example/p#\n"
			"\n"
			"[1-18]\n"
			"302 http://a.example/q#\n"
			"200 https://a.example/q#/\n",
			/* Other pages may have other reasons. */
			"[1-10]\n"
			"301 https://a.example/p#\n"
			"200 https://a.example/page-#\n"
			"\n"
			"[1-10]\n"
			"302 https://a.example/q#\n"
			"200 https://a.example/today-#\n",
			/* Too few. */
			"[1-5]\n"
			"301 http://a.example/p#\n"
			"200 https://a.example/p#\n"
			"\n"
			"[1-4]\n"
			"302 http://a.example/q#\n"
			"200 https://a.example/q#\n",
			NULL,
		},
	.whole_list = { .pattern = check },
};
