#include "audit/rule.h"

/* Where the run of URLs that do not get shorter begins, seen from the end of the chain. */
static uint32_t growth_begin(const struct chain *chain)
{
	uint32_t begin = chain->hop_count - 1;

	while (begin > 0 && chain->hop[begin - 1].url.href.len <= chain->hop[begin].url.href.len &&
	       url_same_origin(&chain->hop[begin - 1].url, &chain->hop[begin].url))
		begin--;
	return begin;
}

static void check(const struct chain *chain, struct report *report)
{
	uint32_t begin;
	size_t first_bytes, last_bytes;

	if (chain->outcome != OUTCOME_GROWING_URL || chain->hop_count == 0)
		return;
	begin = growth_begin(chain);
	first_bytes = chain->hop[begin].url.href.len;
	last_bytes = chain->final_url.len;
	report_hop(
		report, begin,
		"Each redirect leads to a new URL made from the one before: %.*s (%zu bytes) became %.*s (%zu bytes).",
		SPAN_ARG(chain->hop[begin].url.href), first_bytes, SPAN_ARG(chain->final_url), last_bytes);
}

const struct rule rule_url_growth = {
	.name = "url-growth",
	.title = "Redirects that make ever new URLs",
	.severity = SEVERITY_ERROR,
	.why = "The chain never ends and never repeats, so nobody gets a page and crawlers spend their budget on it; "
	       "Google Search Console calls a redirect that exceeds the longest URL a redirect error.",
	.fix = "Find the rule that applies to its own result. Often it is a Location without a leading slash, which "
	       "is added to the path, or a return address that wraps the one before.",
	.spec = "Google Search Console help, \"Page indexing report\"; RFC 3986, section 5.2.3",
	.bad = (const char *const[]){ "301 http://a.example/\n"
				      "  Location: https://a.example/shop/\n"
				      "301 https://a.example/shop/ !\n"
				      "  Location: shop/\n"
				      "301 https://a.example/shop/shop/\n"
				      "  Location: shop/\n"
				      "301 https://a.example/shop/shop/shop/\n"
				      "  Location: shop/\n"
				      "301 https://a.example/shop/shop/shop/shop/\n"
				      "  Location: shop/\n"
				      "= growing_url\n",
				      NULL },
	.good = (const char *const[]){ "301 http://a.example/shop\n"
				       "301 http://a.example/shop/\n"
				       "200 http://a.example/shop/start\n",
				       NULL },
	.check = check,
};
