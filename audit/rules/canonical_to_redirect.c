#include "audit/canonical.h"

static void check(const struct chain *chain, struct report *report)
{
	struct url canonical;
	uint32_t hop;

	if (!canonical_find(chain, report, &canonical))
		return;
	hop = canonical_hop(chain, &canonical);
	/* Of the others canonical-points-back tells: the source of a temporary redirect may well be what counts. */
	if (hop == 0 || hop == chain->hop_count || !canonical_is_left_for_ever(chain, hop) ||
	    canonical_is_of_variant(chain, hop))
		return;
	report_hop(report, chain->redirects, "The canonical link of %.*s is %.*s, which redirects to it with %u.",
		   SPAN_ARG(chain->final_url), SPAN_ARG(chain->hop[hop].url.href), chain->hop[hop].status);
}

const struct rule rule_canonical_to_redirect = {
	.name = "canonical-to-redirect",
	.title = "Canonical link to a redirect",
	.severity = SEVERITY_WARNING,
	.why = "The canonical link names a URL that has moved for ever, and moved to this page. Search engines must choose "
	       "between two signals that contradict each other, and may drop both.",
	.fix = "Let the page's canonical link be its own URL.",
	.spec = "Google, \"How to specify a canonical URL with rel=canonical and other methods\"",
	.bad =
		(const char *const[]){
			"302 http://a.example/\n"
			"301 http://a.example/old\n"
			"200 http://a.example/new !\n"
			"<link rel=canonical href=/old>\n",
			"301 http://a.example/page\n"
			"301 https://a.example/page\n"
			"308 https://www.a.example/page\n"
			"200 https://www.a.example/page/ !\n"
			"<link rel=canonical href=https://a.example/page>\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/page\n"
			"301 https://a.example/page\n"
			"200 https://www.a.example/page\n"
			"<link rel=canonical href=https://www.a.example/page>\n",
			/* The source itself is for canonical-points-back. */
			"301 http://a.example/old\n"
			"200 http://a.example/new\n"
			"<link rel=canonical href=/old>\n",
			/* It counts while the redirect is for now. */
			"301 http://a.example/page\n"
			"302 https://a.example/page\n"
			"200 https://a.example/page?session=1\n"
			"<link rel=canonical href=/page>\n",
			/* The page for phones names the one for all. */
			"301 http://a.example/page\n"
			"301 https://www.a.example/page\n"
			"200 https://m.a.example/page\n"
			"<link rel=canonical href=https://www.a.example/page>\n",
			NULL,
		},
	.check = check,
};
