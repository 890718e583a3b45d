#include "audit/rule.h"

static bool leads_to_itself(const struct hop *hop)
{
	return hop->location.len != 0 && url_is_web(&hop->next) &&
	       span_equal(url_wire_key(&hop->next), url_wire_key(&hop->url));
}

/* Setting a cookie and coming back to see whether it is sent is common, and no fault by itself. */
static bool tests_for_cookies(const struct chain *chain, const struct hop *hop)
{
	return hop->header[HEADER_SET_COOKIE].len != 0 && chain->outcome != OUTCOME_LOOP;
}

/* A form that leads back to its own address asks for it with GET, which is another request. */
static bool changes_method(const struct chain *chain, uint32_t index)
{
	return index + 1 < chain->hop_count && chain->hop[index + 1].method != chain->hop[index].method;
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (!status_is_redirect(hop->status) || !leads_to_itself(hop) || changes_method(chain, i))
			continue;
		if (tests_for_cookies(chain, hop) || chain->outcome == OUTCOME_COOKIE_LOOP)
			continue;
		report_hop(report, i, "%.*s redirects to itself%s.", SPAN_ARG(hop->url.href),
			   hop->location.bytes[0] == '#' ? ": its Location is only a fragment" : "");
		return;
	}
}

const struct rule rule_self_redirect = {
	.name = "self-redirect",
	.title = "URL redirects to itself",
	.severity = SEVERITY_ERROR,
	.why = "It is a loop of one: asking again gets the same redirect, so nobody gets a page.",
	.fix = "Take the URL out of the rule that redirects it, or give the rule the target that was meant. A "
	       "Location that is only a fragment needs the path before it.",
	.spec = "RFC 9110, section 15.4",
	.bad = (const char *const[]){ "301 http://a.example/ !\n"
				      "301 http://a.example/\n"
				      "= loop 0 1\n",
				      "301 http://a.example/a\n"
				      "302 http://a.example/b !\n"
				      "  Location: #top\n"
				      "302 http://a.example/b\n"
				      "  Location: #top\n"
				      "= loop 1 1\n",
				      NULL },
	.good = (const char *const[]){ "POST 303 http://a.example/form\n"
				       "200 http://a.example/form\n",
				       "301 http://a.example/x\n"
				       "200 http://a.example/x/\n",
				       "301 http://a.example/x\n"
				       "200 http://a.example/x?\n",
				       "302 http://a.example/\n"
				       "  Set-Cookie: seen\n"
				       "302 http://a.example/\n"
				       "= cookie_loop 0 1\n"
				       "cookie ok 200 http://a.example/\n",
				       "302 http://a.example/\n"
				       "  Location:\n",
				       NULL },
	.check = check,
};
