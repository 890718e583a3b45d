/* Wins over target-homepage: where a redirect to another scheme or to "www." ends on the home page, the cause is known,
 * so this rule reports it and the other is silent. A query that is lost together with the path is this rule's too, not
 * query-dropped's. */
#include "audit/losses.h"

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (!status_is_redirect(hop->status) || hop->method != METHOD_GET || losses_in_loop(chain, i) ||
		    !losses_path(hop, report_marks(report, i)))
			continue;
		report_hop(report, i, "%.*s redirects to %.*s: its path is lost.", SPAN_ARG(hop->url.href),
			   SPAN_ARG(hop->next.href));
	}
}

const struct rule rule_path_dropped = {
	.name = "path-dropped",
	.title = "Path lost on the way to https or www",
	.severity = SEVERITY_WARNING,
	.why = "Every deep link to the old scheme or host ends on the home page, and what the links are worth to the "
	       "pages is lost: search engines may treat such redirects as soft 404s.",
	.fix = "Redirect to the same path and query of the other host: $request_uri in nginx, %{REQUEST_URI} in Apache. "
	       "Where the page has gone, redirect to what replaces it, or answer 404 or 410.",
	.spec = "Google Search Central, \"Site moves with URL changes\"",
	.bad = (const char *const[]){ "301 http://a.example/shop/lamp-12 !\n"
				      "200 https://a.example/\n",
				      "301 https://a.example/about?team=1 !\n"
				      "200 https://www.a.example/\n",
				      "302 http://a.example:8080/shop/lamp-12 !\n"
				      "301 http://a.example/\n"
				      "200 https://a.example/\n",
				      "301 http://a.example/contact !\n"
				      "200 https://a.example/?utm_source=old\n",
				      NULL },
	.good =
		(const char *const[]){
			"301 http://a.example/shop/lamp-12\n"
			"200 https://a.example/shop/lamp-12\n",
			/* Names of the home page. */
			"301 http://a.example/index.html\n"
			"200 https://www.a.example/\n",
			"301 http://a.example/home\n"
			"200 https://a.example/\n",
			"301 http://a.example/de/\n"
			"200 https://a.example/\n",
			/* The item is in the query, or in the fragment. */
			"301 http://a.example/lamp-12\n"
			"200 https://a.example/?p=12\n",
			"301 http://a.example/contact\n"
			"200 https://a.example/#contact\n",
			/* Another host, or none: target-homepage has to judge. */
			"301 http://a.example/shop/lamp-12\n"
			"200 https://b.example/\n",
			"301 https://a.example/shop/lamp-12\n"
			"200 https://a.example/\n",
			"301 http://a.example/x/y\n"
			"301 https://a.example/\n"
			"301 http://a.example/x/y\n"
			"= loop 0 2\n",
			NULL,
		},
	.check = check,
};
