#include "audit/rule.h"

/* Cookies of bot protection: the loop is its challenge, and it may let known crawlers through. */
static const char *const challenge_cookies[] = {
	"__cf_bm",   "cf_clearance",            /* Cloudflare */
	"_abck",     "bm_sz",        "ak_bmsc", /* Akamai */
	"incap_ses", "visid_incap",             /* Imperva */
	"datadome",  "_px",                     /* DataDome, HUMAN */
};

static bool has_cookie(struct span names, struct span begin)
{
	size_t at = 0;

	while (names.len - at >= begin.len) {
		const char *comma;

		if (memcmp(names.bytes + at, begin.bytes, begin.len) == 0)
			return true;
		comma = memchr(names.bytes + at, ',', names.len - at);
		if (!comma)
			break;
		at = (size_t)(comma - names.bytes) + 1;
		while (at < names.len && names.bytes[at] == ' ')
			at++;
	}
	return false;
}

static bool is_challenge(struct span names)
{
	for (size_t i = 0; i < sizeof(challenge_cookies) / sizeof(challenge_cookies[0]); i++) {
		if (has_cookie(names, span_of(challenge_cookies[i])))
			return true;
	}
	return false;
}

static void check(const struct chain *chain, struct report *report)
{
	struct span names = { 0 };
	bool challenge = false;

	if (chain->outcome != OUTCOME_COOKIE_LOOP || chain->loop_entry >= chain->hop_count)
		return;
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		struct span set = chain->hop[i].header[HEADER_SET_COOKIE];

		if (!names.len)
			names = set;
		challenge = challenge || is_challenge(set);
	}
	report_hop_as(report, chain->loop_entry, challenge ? SEVERITY_NOTICE : SEVERITY_ERROR, 100,
		      "Without cookies it loops; with them (%.*s) it ends at %.*s%s.", SPAN_ARG(names),
		      SPAN_ARG(chain->cookie_final_url),
		      challenge ? ". It looks like a challenge of bot protection" : "");
}

const struct rule rule_cookie_dependent_loop = {
	.name = "cookie-dependent-loop",
	.title = "Redirect loop for clients without cookies",
	.severity = SEVERITY_ERROR,
	.why = "Search engines crawl without cookies (Google: \"Googlebot generally doesn't support cookies\"), so "
	       "they see a loop where users see a page, and the URL is lost to them. A loop that bot protection "
	       "makes is only a notice: it may let known crawlers through.",
	.fix = "Serve the page to clients that do not send the cookie back; choose the locale, the consent banner or "
	       "the session on the page instead of by a redirect to the same URL.",
	.spec = "Google Search Central, \"A/B testing best practices for search\"; RFC 9110, section 15.4",
	.bad = (const char *const[]){ "302 http://a.example/en/ !\n"
				      "  Set-Cookie: locale\n"
				      "302 http://a.example/en/\n"
				      "= cookie_loop 0 1\n"
				      "cookie ok 200 http://a.example/en/\n",
				      "301 http://a.example/\n"
				      "302 https://a.example/ !\n"
				      "302 https://a.example/check\n"
				      "  Set-Cookie: id, incap_ses_12_3\n"
				      "302 https://a.example/\n"
				      "= cookie_loop 1 2\n"
				      "cookie ok 200 https://a.example/\n",
				      NULL },
	.good = (const char *const[]){ "302 http://a.example/en/\n"
				       "  Set-Cookie: locale\n"
				       "302 http://a.example/en/\n"
				       "= loop 0 1\n"
				       "cookie loop 302 http://a.example/en/\n",
				       NULL },
	.check = check,
};
