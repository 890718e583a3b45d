#include "audit/inventory_rule.h"

static struct span list_variants(struct inventory_report *report, const struct inventory_site *site)
{
	struct span text = SPAN("");

	for (unsigned i = 0; i < VARIANT_COUNT; i++) {
		if (site->seen[i])
			text = inventory_text(report, "%.*s%s%s://%s%.*s", SPAN_ARG(text), text.len ? ", " : "",
					      i & VARIANT_HTTPS ? "https" : "http", i & VARIANT_WWW ? "www." : "",
					      SPAN_ARG(site->host.text));
	}
	return text;
}

static void check(const struct inventory_site *site, struct inventory_report *report)
{
	bool http = site->seen[0] || site->seen[VARIANT_WWW];
	bool https = site->seen[VARIANT_HTTPS] || site->seen[VARIANT_HTTPS | VARIANT_WWW];

	if (site->split < inventory_limit(report))
		return;
	const struct span variants = list_variants(report, site);
	const struct inventory_claim claim = {
		.scope = INVENTORY_SCOPE_HOST,
		.subject = site->host.text,
		.severity = http && https ? SEVERITY_ERROR : SEVERITY_WARNING,
		.count = site->split,
		.count_of = "pages",
		.part = site->split,
		.whole = site->pages,
		.share_of =
			inventory_text(report, "pages of %.*s in the list that answer 2xx", SPAN_ARG(site->host.text)),
		.seqs = &site->seqs,
		.action =
			inventory_text(report,
				       "Choose one origin for %.*s and redirect the others to it, permanently and with "
				       "path and query.",
				       SPAN_ARG(site->host.text)),
	};

	inventory_report(report, &claim, "%llu page%s of %.*s answer%s 2xx under more than one of %.*s.",
			 (unsigned long long)site->split, site->split == 1 ? "" : "s", SPAN_ARG(site->host.text),
			 site->split == 1 ? "s" : "", SPAN_ARG(variants));
}

const struct rule rule_inconsistent_host_canonicalisation = {
	.name = "inconsistent-host-canonicalisation",
	.title = "Host variants that do not converge",
	.severity = SEVERITY_ERROR,
	.why = "http and https, with \"www.\" and without, are four origins. Where the same page is there under two of them, "
	       "it is a duplicate: links and signals are split between them. If one is http, its readers have no TLS "
	       "besides, which makes it an error.",
	.fix = "Choose one of the four and redirect the others to it. Only variants that the list or its redirects came upon "
	       "are seen; a name that does not resolve, which may be meant, is none.",
	.spec = "Google Search Central, \"Consolidate duplicate URLs\"; RFC 6797, section 7.2",
	.limit = { .unit = "pages with two variants", .min = 1, .max = 1000000, .default_value = 1 },
	.bad =
		(const char *const[]){
			"200 http://a.example/p\n"
			"\n"
			"200 https://a.example/p\n"
			"! error host a.example\n",
			"301 http://a.example/\n"
			"200 https://a.example/\n"
			"\n"
			"301 http://www.a.example/\n"
			"200 https://www.a.example/\n"
			"! warning host a.example\n",
			NULL,
		},
	.good =
		(const char *const[]){
			/* All four end at one. */
			"301 http://a.example/p\n"
			"200 https://www.a.example/p\n"
			"\n"
			"301 https://a.example/p\n"
			"200 https://www.a.example/p\n"
			"\n"
			"301 http://www.a.example/p\n"
			"200 https://www.a.example/p\n"
			"\n"
			"200 https://www.a.example/p\n",
			/* Another page. */
			"200 http://a.example/p\n"
			"\n"
			"200 https://a.example/q\n",
			/* No page there. */
			"404 http://a.example/p\n"
			"\n"
			"200 https://a.example/p\n",
			"dns-nxdomain https://a.example/p\n"
			"\n"
			"200 https://www.a.example/p\n",
			/* Another host, and another port. */
			"200 https://a.example/p\n"
			"\n"
			"200 https://m.a.example/p\n",
			"200 http://a.example:8080/p\n"
			"\n"
			"200 https://a.example/p\n",
			NULL,
		},
	.whole_list = { .site = check },
};
