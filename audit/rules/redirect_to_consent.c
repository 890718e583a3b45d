/* Silent where redirect-to-login speaks. */
#include "audit/walls.h"

static bool has(const struct pattern_sets *sets, unsigned patterns)
{
	return (sets->path | sets->host) & patterns;
}

/* "/age-check/beer/6" for "/beer/6". */
static bool carries_path(const struct chain *chain)
{
	const struct span source = chain->hop[0].url.path, path = chain->hop[chain->redirects].url.path;

	return source.len > 1 && path.len > source.len &&
	       memcmp(path.bytes + path.len - source.len, source.bytes, source.len) == 0;
}

static void check(const struct chain *chain, struct report *report)
{
	const unsigned consent = 1u << PATTERN_CONSENT, sign_in = 1u << PATTERN_LOGIN | 1u << PATTERN_AUTHORIZATION;
	const struct pattern_sets *to;
	uint32_t hop;

	if (!wall_is_end(chain))
		return;
	to = wall_target(chain, report);
	/* The consent that OAuth asks for is a part of signing in. */
	if (!has(to, consent) || has(to, sign_in) || has(wall_source(report), consent))
		return;
	hop = wall_first_hop(chain, report, MARK_CONSENT);
	/* Without an address to come back to it is a page about consent, and not a wall. */
	if (hop < chain->redirects && (wall_names_return(chain, report) || carries_path(chain)))
		report_hop(report, hop,
			   "%.*s leads to %.*s, which asks for consent, age or country before it leads back.",
			   SPAN_ARG(chain->hop[0].url.href), SPAN_ARG(chain->final_url));
}

const struct rule rule_redirect_to_consent = {
	.name = "redirect-to-consent",
	.title = "Redirect to a consent, age or country wall",
	.severity = SEVERITY_WARNING,
	.why = "A crawler keeps no cookies, so it is sent to the wall for each page and sees no content; the wall may be "
	       "indexed in place of the pages. Which visitors are sent there may depend on their country: the finding "
	       "is about the one that this audit ran in.",
	.fix = "Ask in a layer over the page instead of on a page before it, or let clients pass that send no cookies.",
	.spec = "Google Search Central, \"Understand JavaScript SEO basics\" and \"Avoid intrusive interstitials and "
		"dialogs\"",
	.bad = (const char *const[]){ "302 https://a.example/news/12 !\n"
				      "200 https://consent.a.example/collect?continue=https://a.example/news/12\n",
				      "301 http://a.example/gin\n"
				      "302 https://a.example/gin !\n"
				      "200 https://a.example/age-gate?u=%2Fgin\n",
				      "302 https://a.example/ !\n"
				      "200 https://a.example/choose-country/?return_url=/\n",
				      "302 https://a.example/beer/6 !\n"
				      "200 https://a.example/agecheck/beer/6\n",
				      NULL },
	.good =
		(const char *const[]){
			/* A page about it, and the wall that was asked for. */
			"301 https://a.example/cookies\n"
			"200 https://a.example/legal/consent\n",
			"301 http://a.example/consent?next=/\n"
			"200 https://a.example/consent?next=/\n",
			/* Let through at the first try. */
			"302 https://a.example/news/12\n"
			"302 https://consent.a.example/check?continue=/news/12\n"
			"200 https://a.example/news/12?checked=1\n",
			/* redirect-to-login reports it. */
			"302 https://a.example/files\n"
			"200 https://a.example/oauth/consent?next=/files\n",
			/* No word for it. */
			"302 https://a.example/news/12\n"
			"200 https://a.example/concent?continue=/news/12\n",
			NULL,
		},
	.check = check,
};
