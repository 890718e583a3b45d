#include "audit/rule.h"

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (hop->error != HOP_OK && hop_error_outcome(hop->error) == OUTCOME_TLS_ERROR)
			report_hop(report, i, "https fails on %.*s: %s", SPAN_ARG(hop->url.host),
				   hop_error_text(hop->error));
	}
}

const struct rule rule_tls_error = {
	.name = "tls-error",
	.title = "Certificate or TLS handshake that fails",
	.severity = SEVERITY_ERROR,
	.why = "Browsers show a full-page warning instead of the page, and crawlers end the chain there. A bad "
	       "certificate is also a reason for Google to prefer the http URL.",
	.fix = "Renew the certificate, or get one that names this host. If the issuer is called untrusted though "
	       "browsers accept it, send the intermediate certificates too.",
	.spec = "RFC 9110, section 4.3.4; Google Search Central, \"Consolidate duplicate URLs\"",
	.bad =
		(const char *const[]){
			"301 http://a.example/\n"
			"tls-expired https://a.example/ !\n",
			"tls-wrong-host https://a.example/ !\n",
			"301 https://a.example/\n"
			"tls-unknown-issuer https://www.a.example/ !\n",
			"tls-handshake https://a.example/ !\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/\n"
			"200 https://a.example/\n",
			"tls-timeout https://a.example/\n",
			"connect-refused https://a.example/\n",
			NULL,
		},
	.check = check,
};
