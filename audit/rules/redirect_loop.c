#include "audit/rule.h"

/* The only difference between the URLs of some loops names their cause. */
static const struct {
	unsigned changes; /* set of url_change that the redirects of the loop stay within */
	const char *cause;
} causes[] = {
	{ URL_CHANGE_SCHEME_UPGRADE | URL_CHANGE_SCHEME_DOWNGRADE,
	  "only the scheme flips, so something in front of the application ends TLS and does not tell it" },
	{ URL_CHANGE_WWW, "only \"www.\" flips, so two rules disagree on the host name" },
	{ URL_CHANGE_SLASH, "only a trailing slash flips, so two rewrite rules disagree on it" },
	{ URL_CHANGE_CASE, "only upper and lower case flip, so two rewrite rules disagree on it" },
	{ URL_CHANGE_LOCALE, "only the locale in the path flips, so two locale rules disagree" },
};

static const char *find_cause(const struct chain *chain)
{
	unsigned changes = 0;

	for (uint32_t i = chain->loop_entry; i < chain->loop_entry + chain->loop_length; i++)
		changes |= url_changes(&chain->hop[i].url, &chain->hop[i].next);
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
		if (changes != 0 && (changes & ~causes[i].changes) == 0)
			return causes[i].cause;
	}
	return "no request in it ever gets an answer that is not a redirect";
}

static void check(const struct chain *chain, struct report *report)
{
	uint32_t entry = chain->loop_entry;

	/* A loop of one redirect is the rule self-redirect's. */
	if (chain->outcome != OUTCOME_LOOP || chain->loop_length < 2 || entry + chain->loop_length > chain->hop_count)
		return;
	report_hop(report, entry, "%u redirects lead from %.*s back to it: %s.", chain->loop_length,
		   SPAN_ARG(chain->hop[entry].url.href), find_cause(chain));
}

const struct rule rule_redirect_loop = {
	.name = "redirect-loop",
	.title = "Redirect loop",
	.severity = SEVERITY_ERROR,
	.why = "Nobody gets a page: browsers give up with an error, and search engines report a redirect error and "
	       "drop the URL.",
	.fix = "Find the two rules that undo each other and keep one. If only the scheme flips, make the proxy that "
	       "ends TLS tell the application (X-Forwarded-Proto), or talk https to it.",
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
				      NULL },
	.good = (const char *const[]){ "301 http://a.example/\n"
				       "301 https://a.example/\n"
				       "200 https://a.example/home\n",
				       "302 http://a.example/\n"
				       "302 http://a.example/\n"
				       "= loop 0 1\n",
				       NULL },
	.check = check,
};
