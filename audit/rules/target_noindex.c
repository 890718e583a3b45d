#include "audit/indexing.h"
#include "audit/marks.h"
#include "audit/page_target.h"

/* Pages that are meant to be kept out of search engines. */
#define KEPT_OUT                                                                                                \
	(1u << PATTERN_LOGIN | 1u << PATTERN_AUTHORIZATION | 1u << PATTERN_MEMBERSHIP | 1u << PATTERN_PRIVATE | \
	 1u << PATTERN_CONFIRMATION | 1u << PATTERN_CONSENT | 1u << PATTERN_TRANSACTION | 1u << PATTERN_API)

static bool is_meant(const struct chain *chain)
{
	const struct pattern_sets words = patterns_of(&chain->hop[chain->redirects].url);

	return chain->page.password || ((words.path | words.host) & KEPT_OUT);
}

/* True if the redirects only change the form of a URL that is no home page: who asks for it asks for this very page,
 * which may be meant to be kept out. */
static bool is_same_page(const struct chain *chain, struct report *report)
{
	const unsigned form = URL_CHANGE_SCHEME_UPGRADE | URL_CHANGE_WWW | URL_CHANGE_SLASH | URL_CHANGE_CASE |
			      URL_CHANGE_INDEX | URL_CHANGE_EXTENSION | URL_CHANGE_CLEANUP | URL_CHANGE_TRACKING;

	for (uint32_t i = 0; i < chain->redirects; i++)
		if (report_marks(report, i)->changes & ~form)
			return false;
	return chain->hop[chain->redirects].url.path.len > 1;
}

static void check(const struct chain *chain, struct report *report)
{
	enum indexing meta, header;
	bool all;

	if (!page_target_is_end(chain) || chain->redirects == 0 || !chain->page.read || is_meant(chain))
		return;
	meta = indexing_of(chain->page.robots);
	header = indexing_of(chain->hop[chain->redirects].header[HEADER_X_ROBOTS_TAG]);
	if (meta == INDEXING_ALLOWED && header == INDEXING_ALLOWED)
		return;
	all = meta == INDEXING_FORBIDDEN || header == INDEXING_FORBIDDEN;
	report_hop_as(report, chain->redirects, is_same_page(chain, report) ? SEVERITY_NOTICE : SEVERITY_WARNING, 100,
		      "%.*s leads to %.*s, whose %s tells %s not to index it.", SPAN_ARG(chain->hop[0].url.href),
		      SPAN_ARG(chain->final_url),
		      meta != INDEXING_ALLOWED && (meta == INDEXING_FORBIDDEN || !all) ? "robots meta element"
										       : "X-Robots-Tag header",
		      all ? "search engines" : "Google");
}

const struct rule rule_target_noindex = {
	.name = "target-noindex",
	.title = "Redirect to a page that must not be indexed",
	.severity = SEVERITY_WARNING,
	.why = "What search engines know of the old URL is handed on to a page that they must drop, and so it is lost. "
	       "Pages to sign in, to pay, to confirm and the like are meant to be so and are left out; it is a notice "
	       "where the redirect changes nothing but the URL's form.",
	.fix = "Take the noindex away if the page is to be found, or redirect to the page that is.",
	.spec = "Google, \"Block Search indexing with noindex\"; Google, \"Site moves with URL changes\"",
	.bad =
		(const char *const[]){
			"301 http://a.example/old\n"
			"200 http://a.example/new !\n"
			"<meta name=robots content='noindex, follow'>\n",
			"301 http://a.example/old\n"
			"200 http://a.example/new !\n"
			"  X-Robots-Tag: unavailable_after: 25 Jun 2030 15:00:00 GMT, none\n"
			"<title>New</title>\n",
			"302 http://a.example/old\n"
			"200 http://a.example/new !\n"
			"<meta name=googlebot content=noindex>\n",
			/* The home page, and a page in another form. */
			"301 http://a.example/\n"
			"200 https://a.example/ !\n"
			"<meta name=robots content=none>\n",
			"301 http://a.example/search\n"
			"200 https://www.a.example/search/ !\n"
			"<meta name=robots content=noindex>\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"200 http://a.example/old\n"
			"<meta name=robots content=noindex>\n",
			"301 http://a.example/old\n"
			"200 http://a.example/new\n"
			"<meta name=robots content='index, nofollow'>\n",
			/* For somebody else. */
			"301 http://a.example/old\n"
			"200 http://a.example/new\n"
			"  X-Robots-Tag: otherbot: noindex\n"
			"<title>New</title>\n",
			/* What is said of a redirect is not looked at. */
			"301 http://a.example/old\n"
			"  X-Robots-Tag: noindex\n"
			"200 http://a.example/new\n"
			"<title>New</title>\n",
			/* Meant to be so. */
			"302 http://a.example/account\n"
			"200 http://a.example/login?next=/account\n"
			"<meta name=robots content=noindex>\n",
			"302 http://a.example/me\n"
			"200 http://id.a.example/start\n"
			"<meta name=robots content=noindex><body><input type=password>\n",
			/* A robots element in the body, and a file that is no page. */
			"301 http://a.example/old\n"
			"200 http://a.example/new\n"
			"<body><meta name=robots content=noindex>\n",
			"301 http://a.example/old.pdf\n"
			"200 http://a.example/new.pdf\n"
			"  Content-Type: application/pdf\n"
			"  X-Robots-Tag: noindex\n",
			NULL,
		},
	.check = check,
};
