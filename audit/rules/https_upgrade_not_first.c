#include "audit/hsts_seen.h"
#include "audit/rule.h"

/* The redirect leads from http to another host of the site. */
static bool changes_host_first(const struct hop *hop)
{
	return status_is_redirect(hop->status) && url_is_http(&hop->url) && url_is_web(&hop->next) &&
	       (hop->changes & (1u << CHANGE_WWW | 1u << CHANGE_HOST)) && !url_host_is_address(&hop->url);
}

/* The policy of the first host of the same site that has one; not valid if none has. */
static struct hsts policy_of_site(const struct chain *chain, uint32_t index)
{
	for (uint32_t i = index + 1; i < chain->hop_count; i++) {
		const struct hsts hsts = hsts_of_hop(&chain->hop[i]);

		if (hsts.max_age_s && url_same_site(&chain->hop[i].url, &chain->hop[index].url))
			return hsts;
	}
	return (struct hsts){ .valid = false };
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];
		struct hsts hsts;
		bool preload;

		if (!changes_host_first(hop) || hsts_seen_for(chain, hop->url.host))
			continue;
		hsts = policy_of_site(chain, i);
		if (!hsts.valid)
			continue;
		/* The list is made of registrable domains. */
		preload = hsts.preload && span_equal(hop->url.host, url_site(&hop->url));
		report_hop_as(report, i, preload ? SEVERITY_WARNING : SEVERITY_NOTICE, 100,
			      "%.*s redirects to %.*s before https://%.*s/, so no browser learns of HSTS for %.*s%s.",
			      SPAN_ARG(hop->url.href), SPAN_ARG(hop->next.href), SPAN_ARG(hop->url.host),
			      SPAN_ARG(hop->url.host), preload ? ", which the preload list asks for" : "");
	}
}

const struct rule rule_https_upgrade_not_first = {
	.name = "https-upgrade-not-first",
	.title = "Redirect to another host before https",
	.severity = SEVERITY_NOTICE,
	.why = "The site uses HSTS, but a browser remembers it only for hosts that it has met over https. It never meets "
	       "this one so, and goes on asking for it over plain http, where anybody on the path can answer. If the site "
	       "asks to be on the browsers' preload list it is a warning: the list demands https on the same host first.",
	.fix = "Redirect http to https on the same host, send Strict-Transport-Security there, and only then redirect to "
	       "the other host. Or let the policy of the parent domain include its subdomains.",
	.spec = "RFC 6797, sections 7.2 and 8.1; hstspreload.org, submission requirements",
	.bad =
		(const char *const[]){
			"301 http://a.example/ !\n"
			"200 https://www.a.example/\n"
			"  Strict-Transport-Security: max-age=31536000\n",
			"301 http://a.example/ !\n"
			"301 http://www.a.example/\n"
			"200 https://www.a.example/\n"
			"  Strict-Transport-Security: max-age=31536000; includeSubDomains; preload\n",
			/* The parent's policy is for itself only. */
			"301 http://www.a.example/ !\n"
			"200 https://a.example/\n"
			"  Strict-Transport-Security: max-age=31536000\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/\n"
			"301 https://a.example/\n"
			"  Strict-Transport-Security: max-age=31536000\n"
			"200 https://www.a.example/\n"
			"  Strict-Transport-Security: max-age=31536000\n",
			/* No HSTS, or none that counts. */
			"301 http://a.example/\n"
			"200 https://www.a.example/\n",
			"301 http://a.example/\n"
			"200 https://www.a.example/\n"
			"  Strict-Transport-Security: max-age=0\n",
			"301 http://a.example/\n"
			"200 https://www.a.example/\n"
			"  Strict-Transport-Security: includeSubDomains\n",
			/* The parent's policy holds for it. */
			"301 http://www.a.example/\n"
			"200 https://a.example/\n"
			"  Strict-Transport-Security: max-age=31536000; includeSubDomains\n",
			/* Another site. */
			"301 http://a.example/\n"
			"200 https://b.example/\n"
			"  Strict-Transport-Security: max-age=31536000\n",
			NULL,
		},
	.check = check,
};
