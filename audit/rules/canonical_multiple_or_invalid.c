#include "audit/page_target.h"

static const char *place_of(const struct page_link *link)
{
	return link->source == LINK_SOURCE_HTML ? "its head" : "its Link header";
}

static bool parse(struct report *report, const struct page_link *link, struct url *out)
{
	return url_parse(report_arena(report), link->url, NULL, out) == URL_OK && url_is_web(out);
}

static void check(const struct chain *chain, struct report *report)
{
	const struct page_link *first = NULL;
	struct url kept, url;

	if (!page_target_is_end(chain) || chain->redirects == 0)
		return;
	for (uint32_t i = 0; i < chain->page.link_count; i++) {
		const struct page_link *link = &chain->page.link[i];

		if (link->rel != LINK_CANONICAL)
			continue;
		if (!parse(report, link, &url)) {
			report_hop(report, chain->redirects,
				   "%.*s leads to %.*s, and the canonical link in %s is no URL of a "
				   "page: \"%.*s\".",
				   SPAN_ARG(chain->hop[0].url.href), SPAN_ARG(chain->final_url), place_of(link),
				   SPAN_ARG(link->href));
			return;
		}
		if (first && !url_same_resource(&kept, &url)) {
			report_hop(report, chain->redirects,
				   "%.*s leads to %.*s, whose canonical links differ: %.*s in %s, %.*s in %s.",
				   SPAN_ARG(chain->hop[0].url.href), SPAN_ARG(chain->final_url), SPAN_ARG(kept.href),
				   place_of(first), SPAN_ARG(url.href), place_of(link));
			return;
		}
		if (!first) {
			first = link;
			kept = url;
		}
	}
}

const struct rule rule_canonical_multiple_or_invalid = {
	.name = "canonical-multiple-or-invalid",
	.title = "Canonical links that differ or are no URL",
	.severity = SEVERITY_WARNING,
	.why = "Search engines ignore a canonical link that is no URL, and may ignore all of several that differ. Usually a "
	       "plug-in adds one beside that of the theme, or the server adds one in the Link header. What the redirect "
	       "to this page is worth then depends on their choice.",
	.fix = "Give the page one canonical link: an absolute URL, in the head or in the Link header.",
	.spec = "Google, \"How to specify a canonical URL with rel=canonical and other methods\"; RFC 6596",
	.bad =
		(const char *const[]){
			"301 http://a.example/old\n"
			"200 http://a.example/new !\n"
			"<link rel=canonical href=/new><link rel=canonical href=/other>\n",
			"301 http://a.example/old\n"
			"200 http://a.example/new !\n"
			"  Link: </other>; rel=canonical\n"
			"<link rel=canonical href=/new>\n",
			"301 http://a.example/old\n"
			"200 http://a.example/new !\n"
			"<link rel=canonical href='https://[host]/new'>\n",
			"301 http://a.example/old\n"
			"200 http://a.example/new !\n"
			"<link rel=canonical href='javascript:void(0)'>\n",
			NULL,
		},
	.good =
		(const char *const[]){
			/* The same one twice. */
			"301 http://a.example/old\n"
			"200 http://a.example/new\n"
			"  Link: <http://a.example/new>; rel=canonical\n"
			"<link rel=canonical href=/new><link rel=canonical href=HTTP://a.example/new>\n",
			/* Search engines see one of these. */
			"301 http://a.example/old\n"
			"200 http://a.example/new\n"
			"<link rel=canonical href=/new><link rel=canonical href=/neu hreflang=de>\n",
			"301 http://a.example/old\n"
			"200 http://a.example/new\n"
			"<link rel=canonical href=/new><body><link rel=canonical href=/other>\n",
			"301 http://a.example/old\n"
			"200 http://a.example/new\n"
			"<link rel=canonical href=''><link rel=canonical href=/new>\n",
			/* No redirect leads here. */
			"200 http://a.example/new\n"
			"<link rel=canonical href=/new><link rel=canonical href=/other>\n",
			NULL,
		},
	.check = check,
};
