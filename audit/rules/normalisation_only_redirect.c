#include "audit/rule.h"

static bool has_escape(const struct url *url)
{
	return memchr(url->href.bytes, '%', url->href.len) != NULL;
}

/* Host, default port and dot segments are in one form before anything is requested, so what is left to differ is how
 * bytes are percent-encoded. */
static bool only_respells(const struct hop *hop)
{
	return url_same_origin(&hop->url, &hop->next) && (has_escape(&hop->url) || has_escape(&hop->next)) &&
	       !span_equal(url_wire_key(&hop->url), url_wire_key(&hop->next)) &&
	       url_same_resource(&hop->url, &hop->next);
}

/* Redirects in a loop that nobody leaves are another rule's. */
static bool in_loop(const struct chain *chain, uint32_t index)
{
	return chain->outcome == OUTCOME_LOOP && index >= chain->loop_entry;
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (!status_is_redirect(hop->status) || !url_is_web(&hop->next) || !only_respells(hop) ||
		    in_loop(chain, i))
			continue;
		if (span_equal(url_normal_form(report_arena(report), &hop->next), url_wire_key(&hop->url)))
			report_hop_as(report, i, SEVERITY_WARNING, 100,
				      "%.*s redirects to %.*s, which normalised is the first again: clients that "
				      "normalise go round.",
				      SPAN_ARG(hop->url.href), SPAN_ARG(hop->next.href));
		else
			report_hop(report, i, "%.*s redirects to another spelling of itself: %.*s.",
				   SPAN_ARG(hop->url.href), SPAN_ARG(hop->next.href));
	}
}

const struct rule rule_normalisation_only_redirect = {
	.name = "normalisation-only-redirect",
	.title = "Redirect to another spelling of the same URL",
	.severity = SEVERITY_NOTICE,
	.why = "By RFC 3986 both spellings are one URL, so the redirect costs a request and tells nothing. Caches and "
	       "crawlers may normalise a URL before they ask for it; if that gives what the server redirects from, they "
	       "never get the page, and it is a warning.",
	.fix = "Answer both spellings with the page. If there must be a redirect, let it lead to the normal form: "
	       "upper-case hex, and letters, digits, \"-\", \".\", \"_\" and \"~\" not encoded.",
	.spec = "RFC 3986, sections 6.2.2.1 and 6.2.2.2",
	.bad =
		(const char *const[]){
			"301 http://a.example/%7Euser/ !\n"
			"200 http://a.example/~user/\n",
			"301 http://a.example/caf%c3%a9 !\n"
			"200 http://a.example/caf%C3%A9\n",
			/* Away from the normal form. */
			"301 http://a.example/caf%C3%A9?q=%41 !\n"
			"200 http://a.example/caf%c3%a9?q=A\n",
			"301 http://a.example/\n"
			"302 https://a.example/~user/ !\n"
			"200 https://a.example/%7Euser/\n",
			NULL,
		},
	.good =
		(const char *const[]){
			/* Reserved bytes mean something else when they are encoded. */
			"301 http://a.example/a%2Fb\n"
			"200 http://a.example/a/b\n",
			"301 http://a.example/?q=a+b\n"
			"200 http://a.example/?q=a%20b\n",
			"301 http://a.example/x?\n"
			"200 http://a.example/x\n",
			"301 http://a.example/%7Euser/\n"
			"200 https://a.example/~user/\n",
			"301 http://a.example/%7Euser\n"
			"200 http://a.example/~user/\n",
			/* No other request at all: self-redirect. */
			"301 http://a.example/~user\n"
			"  Location: HTTP://A.EXAMPLE:80/./~user\n"
			"301 http://a.example/~user\n"
			"  Location: HTTP://A.EXAMPLE:80/./~user\n"
			"= loop 0 1\n",
			/* redirect-loop. */
			"301 http://a.example/~user\n"
			"301 http://a.example/%7Euser\n"
			"301 http://a.example/~user\n"
			"= loop 0 2\n",
			NULL,
		},
	.check = check,
};
