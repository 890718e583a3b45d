#include "audit/rule.h"

/* What the name server said for certain is an error. What may pass or be our resolver's trouble is
 * a warning, and a network without any name server says nothing about the site. */
static enum severity severity_of(enum hop_error error)
{
	switch (error) {
	case HOP_ERROR_DNS_NXDOMAIN:
	case HOP_ERROR_DNS_NODATA:
	case HOP_ERROR_DNS_BAD_NAME:
		return SEVERITY_ERROR;
	case HOP_ERROR_DNS_UNREACHABLE:
		return SEVERITY_OFF;
	default:
		return SEVERITY_WARNING;
	}
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];
		enum severity severity;

		if (hop->error == HOP_OK || hop_error_outcome(hop->error) != OUTCOME_DNS_ERROR)
			continue;
		severity = severity_of(hop->error);
		if (severity != SEVERITY_OFF)
			report_hop_as(report, i, severity, 100, "The host %.*s cannot be resolved: %s",
				      SPAN_ARG(hop->url.host), hop_error_text(hop->error));
	}
}

const struct rule rule_dns_failure = {
	.name = "dns-failure",
	.title = "Host that does not resolve",
	.severity = SEVERITY_ERROR,
	.why = "The chain ends there: visitors and crawlers get nothing. If the domain has lapsed, whoever registers "
	       "it next receives them. Failures that may pass (SERVFAIL, refused, no answer in time) are warnings.",
	.fix = "Restore the DNS record, or redirect to a host that exists.",
	.spec = "RFC 1035, section 4.1.1; RFC 2308, section 2",
	.bad =
		(const char *const[]){
			"301 http://a.example/\n"
			"dns-nxdomain http://gone.example/ !\n",
			"dns-nodata http://a.example/ !\n",
			"301 http://a.example/\n"
			"dns-servfail http://b.example/ !\n",
			"dns-timeout http://a.example/ !\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"dns-unreachable http://a.example/\n",
			"301 http://a.example/\n"
			"connect-refused http://b.example/\n",
			"301 http://a.example/\n"
			"404 http://b.example/\n",
			NULL,
		},
	.check = check,
};
