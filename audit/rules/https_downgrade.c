#include "audit/pkix.h"
#include "audit/rule.h"

static bool leads_to_pkix_file(const struct chain *chain, uint32_t index)
{
	return index + 1 < chain->hop_count && pkix_is_file(&chain->hop[index + 1]);
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (status_is_redirect(hop->status) && url_is_https(&hop->url) && url_is_http(&hop->next) &&
		    !leads_to_pkix_file(chain, i))
			report_hop(report, i, "%.*s leaves HTTPS: it redirects to %.*s.", SPAN_ARG(hop->url.href),
				   SPAN_ARG(hop->next.href));
	}
}

const struct rule rule_https_downgrade = {
	.name = "https-downgrade",
	.title = "Redirect from https to http",
	.severity = SEVERITY_ERROR,
	.why = "From that hop on anybody on the path can read and change what the visitor gets. Google then prefers "
	       "the http URL very strongly, HSTS or not, and a browser that knows the http host for HSTS goes back to https.",
	.fix = "Redirect to the https: URL. Behind a proxy that ends TLS, make the application build its URLs from "
	       "X-Forwarded-Proto.",
	.spec = "RFC 9110, section 4.2.2; Google Search Central, \"Consolidate duplicate URLs\"",
	.bad =
		(const char *const[]){
			"301 https://a.example/ !\n"
			"200 http://a.example/\n",
			"301 http://a.example/\n"
			"302 https://a.example/ !\n"
			"302 http://b.example/\n"
			"200 https://b.example/\n",
			/* Where the walk ended before the http URL was requested. */
			"302 https://a.example/ !\n"
			"  Location: http://a.example/b\n"
			"= redirect_limit\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/\n"
			"200 https://a.example/\n",
			"301 https://a.example/\n"
			"  Location: //b.example/\n"
			"200 https://b.example/\n",
			"301 https://a.example/\n"
			"  Location: /to?u=http://b.example/\n"
			"200 https://a.example/to?u=http://b.example/\n",
			/* Revocation lists are on http by design. */
			"301 https://a.example/root.crl\n"
			"200 http://crl.a.example/root.crl\n"
			"  Content-Type: application/pkix-crl\n",
			NULL,
		},
	.check = check,
};
