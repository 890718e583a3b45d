#include "audit/rule.h"

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];
		struct span from, to;

		if (!(hop->changes & 1u << CHANGE_SITE))
			continue;
		from = url_site(&hop->url);
		to = url_site(&hop->next);
		report_hop(report, i, "%.*s leaves the site %.*s for %.*s.", SPAN_ARG(hop->url.href), SPAN_ARG(from),
			   SPAN_ARG(to));
	}
}

const struct rule rule_cross_domain_redirect = {
	.name = "cross-domain-redirect",
	.title = "Redirect to another site",
	.severity = SEVERITY_NOTICE,
	.why = "What search engines know of the URL goes to another owner's domain, and so do the visitors. Sign-in, "
	       "payment and file hosts are common and meant; a domain that nobody in the house knows is not.",
	.fix = "Check that the target's domain is yours or meant. If it is not, correct the host.",
	.spec = "Public Suffix List (https://publicsuffix.org/)",
	.bad =
		(const char *const[]){
			"301 http://a.example/ !\n"
			"200 http://b.example/\n",
			/* Two sites under one public suffix. */
			"301 http://one.co.uk/ !\n"
			"200 http://two.co.uk/\n",
			"301 https://me.github.io/ !\n"
			"200 https://you.github.io/\n",
			"301 http://a.example/\n"
			"302 http://www.a.example/ !\n"
			"302 https://b.example/ !\n"
			"200 https://a.example/\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/\n"
			"200 https://shop.a.example:8443/\n",
			"301 http://one.co.uk/\n"
			"200 http://www.one.co.uk/\n",
			"301 http://a.example/\n"
			"  Location: mailto:a@b.example\n",
			NULL,
		},
	.check = check,
};
