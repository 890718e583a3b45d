#include "audit/marks.h"

/* What alone differs between the URLs of a loop names its kind, its usual cause and what to do. */
static const struct {
	unsigned changes; /* set of url_change that the redirects of the loop stay within */
	const char *kind, *what, *fix;
} kinds[] = {
	{ URL_CHANGE_SCHEME_UPGRADE | URL_CHANGE_SCHEME_DOWNGRADE, "scheme-flip", "the scheme",
	  "make the proxy that ends TLS tell the application (X-Forwarded-Proto), or talk https to it" },
	{ URL_CHANGE_WWW | URL_CHANGE_HOST, "host-flip", "the host name",
	  "let the CDN and the application agree on one host" },
	{ URL_CHANGE_SLASH, "slash-flip", "a slash at the end",
	  "keep one of the two rewrite rules that undo each other" },
	{ URL_CHANGE_CASE, "case-flip", "upper and lower case",
	  "keep one of the two rewrite rules that undo each other" },
	{ URL_CHANGE_LOCALE, "locale-flip", "the locale in the path",
	  "let one rule choose the locale, and none redirect away from one that is in the URL" },
};

#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

/* KIND_COUNT if the loop is of no such kind. */
static size_t find_kind(const struct chain *chain, struct report *report)
{
	unsigned changes = 0;
	size_t kind = 0;

	for (uint32_t i = chain->loop_entry; i < chain->loop_entry + chain->loop_length; i++)
		changes |= report_marks(report, i)->changes;
	while (kind < KIND_COUNT && (changes == 0 || (changes & ~kinds[kind].changes) != 0))
		kind++;
	return kind;
}

static void check(const struct chain *chain, struct report *report)
{
	uint32_t entry = chain->loop_entry;
	size_t kind;

	/* A loop of one redirect is the rule self-redirect's. */
	if (chain->outcome != OUTCOME_LOOP || chain->loop_length < 2 || entry + chain->loop_length > chain->hop_count)
		return;
	kind = find_kind(chain, report);
	if (kind == KIND_COUNT)
		report_hop(report, entry,
			   "%u redirects lead from %.*s back to it: no request in it ever gets an answer that is not a "
			   "redirect.",
			   chain->loop_length, SPAN_ARG(chain->hop[entry].url.href));
	else
		report_hop(report, entry, "%u redirects lead from %.*s back to it. Only %s flips (%s): %s.",
			   chain->loop_length, SPAN_ARG(chain->hop[entry].url.href), kinds[kind].what, kinds[kind].kind,
			   kinds[kind].fix);
}

const struct rule rule_redirect_loop = {
	.name = "redirect-loop",
	.title = "Redirect loop",
	.severity = SEVERITY_ERROR,
	.why = "Nobody gets a page: browsers give up with an error, and search engines report a redirect error and "
	       "drop the URL.",
	.fix = "Find the two rules that undo each other and keep one. If only the scheme flips, make the proxy that "
	       "ends TLS tell the application (X-Forwarded-Proto), or talk https to it; if only the host flips, the "
	       "CDN and the application disagree on it; a slash, a locale or the case of letters that flips has two "
	       "rewrite rules. The message names what flips.",
	.spec = "RFC 9110, section 15.4: \"A client SHOULD detect and intervene in cyclical redirections\"",
	.bad = (const char *const[]){ "301 http://a.example/ !\n"
				      "301 https://a.example/\n"
				      "301 http://a.example/\n"
				      "= loop 0 2\n",
				      "301 http://a.example/start\n"
				      "302 http://a.example/b !\n"
				      "302 http://a.example/c\n"
				      "302 http://a.example/d\n"
				      "302 http://a.example/b\n"
				      "= loop 1 3\n",
				      /* Only the slash flips. */
				      "301 http://a.example/b !\n"
				      "302 http://a.example/b/\n"
				      "301 http://a.example/b\n"
				      "= loop 0 2\n",
				      NULL },
	.good = (const char *const[]){ "301 http://a.example/\n"
				       "301 https://a.example/\n"
				       "200 https://a.example/home\n",
				       /* A loop of one has its own rule, and so has one that ends with cookies. */
				       "302 http://a.example/\n"
				       "302 http://a.example/\n"
				       "= loop 0 1\n",
				       "302 http://a.example/\n"
				       "302 http://a.example/set\n"
				       "  Set-Cookie: seen\n"
				       "302 http://a.example/\n"
				       "= cookie_loop 0 2\n"
				       "cookie ok 200 http://a.example/\n",
				       NULL },
	.check = check,
};
