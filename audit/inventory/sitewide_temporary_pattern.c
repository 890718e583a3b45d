#include "audit/inventory_rule.h"
#include "audit/permanence.h"

/* Of the URLs that the pattern could be for. */
#define SHARE_MIN 0.90

/* From here on the model's weight for a broad pattern is the higher one. */
#define BROAD_URLS  100
#define BROAD_SHARE 0.98

static uint64_t temporary_urls(const struct inventory_pattern *pattern)
{
	return pattern->urls[INVENTORY_302] + pattern->urls[INVENTORY_303] + pattern->urls[INVENTORY_307];
}

/* The status that most of them have; of equals the lower one. */
static enum inventory_status usual_status(const struct inventory_pattern *pattern)
{
	enum inventory_status usual = INVENTORY_302;

	if (pattern->urls[INVENTORY_303] > pattern->urls[usual])
		usual = INVENTORY_303;
	return pattern->urls[INVENTORY_307] > pattern->urls[usual] ? INVENTORY_307 : usual;
}

static void check(const struct inventory_pattern *pattern, struct inventory_report *report)
{
	const uint64_t urls = temporary_urls(pattern);
	const double share = inventory_share(urls, pattern->could_match);
	bool broad = urls >= BROAD_URLS && share >= BROAD_SHARE;
	unsigned code, instead;

	if (!pattern->wide || urls < inventory_limit(report) || share < SHARE_MIN)
		return;
	code = inventory_status_code(usual_status(pattern));
	instead = code == 307 ? 308 : 301;
	const struct span subject = inventory_pattern_text(report, pattern);
	const struct inventory_claim claim = {
		.scope = INVENTORY_SCOPE_PATTERN,
		.subject = subject,
		.severity = SEVERITY_ERROR,
		.count = urls,
		.count_of = "URLs",
		.part = urls,
		.whole = pattern->could_match,
		.share_of = inventory_text(report, "%s URLs of %.*s that it could be for",
					   pattern->from_https ? "https" : "http", SPAN_ARG(pattern->from.text)),
		.seqs = &pattern->seqs[usual_status(pattern)],
		.action = inventory_text(report, "Answer %u instead of %u in the one rule of %.*s that does this.",
					 instead, code, SPAN_ARG(pattern->from.text)),
	};

	inventory_report(
		report, &claim,
		"%llu of %llu URLs redirect from %.*s with a temporary status, mostly %u: it is one rule of the "
		"host, not a decision about each page. For the confidence in each redirect this is breadth of "
		"the pattern on the host (group D of the model " PERMANENCE_MODEL ", %s).",
		(unsigned long long)urls, (unsigned long long)pattern->could_match, SPAN_ARG(subject), code,
		broad ? "+1.8" : "+1.2");
}

const struct rule rule_sitewide_temporary_pattern = {
	.name = "sitewide-temporary-pattern",
	.title = "One temporary redirect rule for most of a host",
	.severity = SEVERITY_ERROR,
	.why = "A temporary redirect that a host gives for nearly every URL comes from one line of its configuration, often "
	       "from the default of a framework. Search engines may keep the old URLs in the index, all of them, because "
	       "of that line.",
	.fix = "Change the status of that one rule to 308 or 301. The rule looks at redirects that change scheme, host and "
	       "port, or only tidy the URL; a shortener or a sign-in page, which lead elsewhere with each URL, are no "
	       "such pattern. The share is of the URLs of the host that the rule could be for.",
	.spec = "RFC 9110, section 15.4; Google Search Central, \"Redirects and Google Search\"",
	.limit = { .unit = "URLs that make a pattern", .min = 2, .max = 1000000, .default_value = 20 },
	.bad =
		(const char *const[]){
			"[1-20]\n"
			"302 http://a.example/p#\n"
			"200 https://a.example/p#\n"
			"! error pattern http://a.example to https://a.example (scheme)\n",
			/* What is tidied beside does not matter, and one in ten may do something else. */
			"[1-18]\n"
			"307 https://a.example/p#\n"
			"200 https://www.a.example/p#\n"
			"\n"
			"307 https://a.example/q\n"
			"200 https://www.a.example/q/\n"
			"\n"
			"307 https://a.example/r\n"
			"200 https://www.a.example/r/\n"
			"\n"
			"301 https://a.example/old\n"
			"200 https://a.example/new/\n"
			"! error pattern https://a.example to https://www.a.example (www)\n",
			/* Only URLs without a slash can get one. */
			"[1-20]\n"
			"307 https://a.example/p#\n"
			"200 https://a.example/p#/\n"
			"\n"
			"[1-50]\n"
			"200 https://a.example/q#/\n"
			"! error pattern https://a.example to https://a.example (slash)\n",
			NULL,
		},
	.good =
		(const char *const[]){
			/* Too few. */
			"[1-19]\n"
			"302 http://a.example/p#\n"
			"200 https://a.example/p#\n",
			/* Every fifth URL of the host stays on http. */
			"[1-20]\n"
			"302 http://a.example/p#\n"
			"200 https://a.example/p#\n"
			"\n"
			"[1-5]\n"
			"200 http://a.example/q#\n",
			/* Permanent. */
			"[1-20]\n"
			"301 http://a.example/p#\n"
			"200 https://a.example/p#\n",
			/* A shortener, and a host that one must sign in to. */
			"[1-20]\n"
			"302 https://s.example/#\n"
			"200 https://site#.example/page\n",
			"[1-20]\n"
			"302 https://a.example/p#\n"
			"200 https://a.example/login?return=p#\n",
			/* The same URL twenty times. */
			"[1-20]\n"
			"302 http://a.example/p\n"
			"200 https://a.example/p\n",
			NULL,
		},
	.whole_list = { .pattern = check },
};
