#include "audit/canonical.h"

static void check(const struct chain *chain, struct report *report)
{
	bool wrong;
	struct url canonical;
	uint32_t hop;

	if (!canonical_find(chain, report, &canonical) || (hop = canonical_hop(chain, &canonical)) == chain->hop_count)
		return;
	wrong = canonical_is_left_for_ever(chain, hop) && !canonical_is_of_variant(chain, hop);
	/* Of a later hop that is left for ever canonical-to-redirect tells. */
	if (hop > 0 && wrong)
		return;
	report_hop_as(report, hop, wrong ? SEVERITY_ERROR : SEVERITY_NOTICE, 100,
		      "%.*s leads to %.*s, whose canonical link leads back to it%s.",
		      SPAN_ARG(chain->hop[hop].url.href), SPAN_ARG(chain->final_url),
		      wrong ? ", so that each says that the other one counts" : ": right for a variant or a test");
}

const struct rule rule_canonical_points_back = {
	.name = "canonical-points-back",
	.title = "Canonical link back to the redirect",
	.severity = SEVERITY_ERROR,
	.why = "A permanent redirect says that the target counts, and the target's canonical link says that the redirect "
	       "does. Search engines choose one of the two by themselves, or keep the old URL, which has no page. Where a "
	       "redirect is temporary, or depends on the visitor, the link is as it should be: a notice.",
	.fix = "Let the page's canonical link be its own URL. For a test or a variant leave it, and let the redirect be "
	       "302 or 307.",
	.spec = "Google, \"What is canonicalization\"; Google, \"Minimize A/B testing impact in Google Search\"",
	.bad =
		(const char *const[]){
			"301 http://a.example/old !\n"
			"200 http://a.example/new\n"
			"<link rel=canonical href=/old>\n",
			"301 http://a.example/old !\n"
			"308 http://a.example/middle\n"
			"200 http://a.example/new\n"
			"  Link: <http://a.example/old>; rel=\"canonical\"\n",
			/* As it should be, and worth to know. */
			"302 http://a.example/offer !\n"
			"200 http://a.example/offer-b\n"
			"<link rel=canonical href=/offer>\n",
			"301 http://a.example/offer\n"
			"302 https://a.example/offer !\n"
			"200 https://a.example/offer-b\n"
			"<link rel=canonical href=/offer>\n",
			"301 http://a.example/ !\n"
			"  Vary: User-Agent\n"
			"200 http://a.example/phones\n"
			"<link rel=canonical href=/>\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/old\n"
			"200 http://a.example/new\n"
			"<link rel=canonical href=/new>\n",
			/* The source's other spelling is the target. */
			"301 http://a.example/old\n"
			"200 https://a.example/old\n"
			"<link rel=canonical href=/old>\n",
			/* Ignored by search engines. */
			"301 http://a.example/old\n"
			"200 http://a.example/new\n"
			"<link rel=canonical href=/old media=print>\n",
			"301 http://a.example/old\n"
			"200 http://a.example/new\n"
			"<body><link rel=canonical href=/old>\n",
			"200 http://a.example/new\n"
			"<link rel=canonical href=/old>\n",
			"302 http://a.example/\n"
			"301 http://a.example/old\n"
			"200 http://a.example/new\n"
			"<link rel=canonical href=/old>\n",
			NULL,
		},
	.check = check,
};
