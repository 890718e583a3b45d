#include "audit/rule.h"

static bool is_unreachable(enum hop_error error)
{
	enum outcome outcome;

	/* The time for a whole chain is our own limit. */
	if (error == HOP_OK || error == HOP_ERROR_WALK_TIMEOUT)
		return false;
	outcome = hop_error_outcome(error);
	return outcome == OUTCOME_CONNECT_ERROR || outcome == OUTCOME_PROTOCOL_ERROR || outcome == OUTCOME_TIMEOUT;
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];
		/* A route may be missing on our side, as to an IPv6 host from a network without IPv6. */
		bool route = hop->error == HOP_ERROR_CONNECT_UNREACHABLE;

		if (is_unreachable(hop->error))
			report_hop_as(report, i, route ? SEVERITY_WARNING : SEVERITY_ERROR, 100,
				      "%.*s gives no usable answer: %s", SPAN_ARG(hop->url.href),
				      hop_error_text(hop->error));
	}
}

const struct rule rule_hop_unreachable = {
	.name = "hop-unreachable",
	.title = "Server that gives no answer",
	.severity = SEVERITY_ERROR,
	.why = "The chain ends there: visitors wait and then see an error of their browser, and crawlers come back "
	       "less often. A missing route is a warning, for it may be missing on our side.",
	.fix = "Find out whether the server is down, overloaded or keeping this client out, or redirect to a host "
	       "that answers.",
	.spec = "RFC 9110, section 15; RFC 9112, section 9.5",
	.bad =
		(const char *const[]){
			"301 http://a.example/\n"
			"connect-refused http://b.example/ !\n",
			"connect-timeout http://a.example/ !\n",
			"301 http://a.example/\n"
			"301 https://a.example/\n"
			"response-timeout https://www.a.example/ !\n",
			"empty-reply http://a.example/ !\n",
			"connect-unreachable http://a.example/ !\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/\n"
			"503 http://a.example/b\n",
			"301 http://a.example/\n"
			"dns-nxdomain http://gone.example/\n",
			"tls-expired https://a.example/\n",
			"301 http://a.example/\n"
			"walk-timeout http://a.example/b\n",
			NULL,
		},
	.check = check,
};
