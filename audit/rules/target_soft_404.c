#include "audit/not_found.h"
#include "audit/page_target.h"

static void check(const struct chain *chain, struct report *report)
{
	const struct page *page = &chain->page;
	bool title, heading, address, is_short;

	if (!page_target_is_end(chain) || chain->redirects == 0 || !page->read)
		return;
	/* A page about errors had such an address before. */
	if (not_found_is_address(&chain->hop[0].url))
		return;
	title = not_found_says(page->title);
	heading = not_found_says(page->h1);
	address = not_found_is_address(&chain->hop[chain->redirects].url);
	is_short = !page->cut && page->text_bytes < report_limit(report);
	if ((title || heading) + address + is_short < 2)
		return;
	report_hop(report, chain->redirects, "%.*s leads to %.*s, which answers %u and says%s%s%s: \"%.*s\".",
		   SPAN_ARG(chain->hop[0].url.href), SPAN_ARG(chain->final_url), chain->final_status,
		   title || heading ? " that there is no such page" : " little",
		   address ? " under the address of an error page" : "", is_short ? ", in few words" : "",
		   SPAN_ARG(title || !heading ? page->title : page->h1));
}

const struct rule rule_target_soft_404 = {
	.name = "target-soft-404",
	.title = "Redirect to an error page that answers 200",
	.severity = SEVERITY_WARNING,
	.why = "The old URL leads to a page that says there is none, but its status says that all is well. Search engines "
	       "call it a soft 404: they go on asking, and show or drop the URL as they guess. Two of three signs must "
	       "hold: the title or heading begins with such words, the address is that of an error page, and the page "
	       "shows less text than the limit.",
	.fix = "Answer 404 or 410 at the old URL, or redirect to the page that replaces it.",
	.spec = "Google, \"Troubleshoot crawling errors\", soft 404 errors; RFC 9110, section 15.5.5",
	/* A text that is longer may not have been read to its end. */
	.limit = { .unit = "bytes", .min = 0, .max = 2048, .default_value = 1024 },
	.bad =
		(const char *const[]){
			"302 http://a.example/lamp\n"
			"200 http://a.example/sorry !\n"
			"<title>Page not found | Shop</title><p>Try our search.\n",
			"301 http://a.example/lampe\n"
			"200 http://a.example/de/ !\n"
			"<title>Shop</title><h1>Seite nicht gefunden</h1>\n",
			"302 http://a.example/lamp\n"
			"200 http://a.example/errors/404.html !\n"
			"<title>Shop</title><p>Have a look around.\n",
			"302 http://a.example/lamp\n"
			"200 http://a.example/x !\n"
			"<title>404 - Shop</title>\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"302 http://a.example/lamp\n"
			"404 http://a.example/404\n"
			"<title>Page not found</title>\n",
			/* Short, and nothing else. */
			"301 http://a.example/lamp\n"
			"200 http://a.example/lamps\n"
			"<title>Lamps</title>\n",
			/* About such pages. */
			"301 http://a.example/docs/404\n"
			"200 https://a.example/docs/404\n"
			"<title>404 Not Found</title>\n",
			"301 http://a.example/errors\n"
			"200 http://a.example/wiki/http\n"
			"<title>What a 404 error is</title><p>Page not found means that it is gone.\n",
			/* A number that means something else. */
			"301 http://a.example/cars\n"
			"200 http://a.example/peugeot\n"
			"<title>404 Cabriolet</title>\n",
			NULL,
		},
	.check = check,
};
