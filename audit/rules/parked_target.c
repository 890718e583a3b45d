#include "audit/page_target.h"
#include "audit/parked.h"

static void check(const struct chain *chain, struct report *report)
{
	const struct page *page = &chain->page;

	if (chain->redirects == 0 || chain->hop_count != chain->redirects + 1)
		return;
	if (parked_at_market(chain))
		report_hop(report, chain->redirects, "%.*s leads to %.*s, where domains are parked or sold.",
			   SPAN_ARG(chain->hop[0].url.href), SPAN_ARG(chain->final_url));
	else if (page_target_is_end(chain) && parked_says_so(chain, report_limit(report)))
		report_hop(report, chain->redirects,
			   "%.*s leads to %.*s, which says that the domain is for sale: \"%.*s\".",
			   SPAN_ARG(chain->hop[0].url.href), SPAN_ARG(chain->final_url),
			   SPAN_ARG(page->title.len ? page->title : page->text));
}

const struct rule rule_parked_target = {
	.name = "parked-target",
	.title = "Redirect to a domain that is for sale",
	.severity = SEVERITY_WARNING,
	.why = "The target's domain has expired or changed hands: visitors see advertisements, and whoever buys it gets "
	       "them. Such a page is known by the site that it is on, or by a short text that offers the domain by its "
	       "name.",
	.fix = "Redirect to another page, or answer 410. If the domain is yours, renew it.",
	.spec = "Google, \"Spam policies for Google web search\", expired domain abuse",
	/* A text that is longer may not have been read to its end. */
	.limit = { .unit = "bytes", .min = 0, .max = 2048, .default_value = 2048 },
	.bad =
		(const char *const[]){
			"301 http://a.example/partner\n"
			"302 http://lumen-lamps.example/\n"
			"200 https://www.hugedomains.com/domain_profile.cfm?d=lumen-lamps.example !\n",
			"301 http://a.example/partner\n"
			"200 https://www.sedoparking.com/x !\n",
			"301 http://a.example/partner\n"
			"200 http://lumen-lamps.example/ !\n"
			"<title>lumen-lamps.example is for sale</title><p>Make an offer.\n",
			"301 http://a.example/partner\n"
			"200 http://ww1.lumen-lamps.example/ !\n"
			"<title>Ads</title><p>Buy this domain: Lumen-Lamps.example\n",
			NULL,
		},
	.good =
		(const char *const[]){
			/* A shop for domains, and its own redirects. */
			"301 http://hugedomains.com/\n"
			"200 https://www.hugedomains.com/\n",
			"302 http://a.example/go/domains\n"
			"200 https://www.hugedomains.com/\n",
			/* Something else is for sale. */
			"301 http://a.example/lamp\n"
			"200 http://lumen-lamps.example/\n"
			"<title>This lamp is for sale | Lumen-Lamps.example</title>\n"
			"<p>All about a lamp.\n",
			"301 http://a.example/domains\n"
			"200 http://b.example/\n"
			"<title>How to buy this domain or that</title>\n",
			"200 http://lumen-lamps.example/\n"
			"<title>lumen-lamps.example is for sale</title>\n",
			NULL,
		},
	.check = check,
};
