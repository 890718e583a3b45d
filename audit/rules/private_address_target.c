#include "audit/rule.h"

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (hop->error != HOP_ERROR_ADDRESS_NOT_PUBLIC)
			continue;
		if (hop->ip.len)
			report_hop(report, i, "%.*s is at %.*s, which is no public address; it was not contacted.",
				   SPAN_ARG(hop->url.host), SPAN_ARG(hop->ip));
		else
			report_hop(report, i, "%.*s is at no public address; it was not contacted.",
				   SPAN_ARG(hop->url.host));
	}
}

const struct rule rule_private_address_target = {
	.name = "private-address-target",
	.title = "Host at an address that is not public",
	.severity = SEVERITY_ERROR,
	.why = "Visitors and crawlers outside cannot reach it, and a redirect into a private network is how "
	       "attackers make a server ask its neighbours. It was not contacted.",
	.fix = "Publish a public address for the host, or redirect to the public name. To audit an internal network, "
	       "allow its addresses with --allow-address.",
	.spec = "IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890)",
	.bad =
		(const char *const[]){
			"302 http://a.example/\n"
			"address-not-public http://10.0.0.5/ !\n",
			"address-not-public http://intranet.a.example/ !\n",
			"302 http://a.example/\n"
			"  Location: http://2130706433/\n"
			"address-not-public http://127.0.0.1/ !\n",
			NULL,
		},
	.good =
		(const char *const[]){
			/* Contacted, because it was allowed. */
			"302 http://a.example/\n"
			"200 http://10.0.0.5/\n",
			"302 http://a.example/\n"
			"connect-refused http://b.example/\n",
			NULL,
		},
	.check = check,
};
