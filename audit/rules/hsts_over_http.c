#include "audit/rule.h"

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (url_is_http(&hop->url) && hop->header[HEADER_STRICT_TRANSPORT_SECURITY].len)
			report_hop(report, i,
				   "%.*s sends Strict-Transport-Security over plain http, where browsers ignore it.",
				   SPAN_ARG(hop->url.href));
	}
}

const struct rule rule_hsts_over_http = {
	.name = "hsts-over-http",
	.title = "HSTS over plain http",
	.severity = SEVERITY_NOTICE,
	.why = "A host must not send Strict-Transport-Security over http and browsers must ignore it there, for anybody on "
	       "the path could have put it in. It does nothing, and who reads the configuration may think that it does.",
	.fix = "Send the field over https only: move it to the server block or virtual host that ends TLS.",
	.spec = "RFC 6797, sections 7.2 and 8.1",
	.bad =
		(const char *const[]){
			"301 http://a.example/ !\n"
			"  Strict-Transport-Security: max-age=31536000\n"
			"200 https://a.example/\n"
			"  Strict-Transport-Security: max-age=31536000\n",
			"301 https://a.example/\n"
			"200 http://b.example/ !\n"
			"  Strict-Transport-Security: max-age=0\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/\n"
			"200 https://a.example/\n"
			"  Strict-Transport-Security: max-age=31536000\n",
			"200 http://a.example/\n",
			NULL,
		},
	.check = check,
};
