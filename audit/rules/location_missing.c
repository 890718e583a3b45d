#include "audit/rule.h"

/* Resumable uploads answer a PUT with 308 and no Location to say "send the rest". */
static bool is_resumable_upload(const struct hop *hop)
{
	return hop->status == 308 && hop->method == METHOD_PUT;
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (status_is_redirect(hop->status) && !hop->has_location && !is_resumable_upload(hop))
			report_hop(report, i, "%.*s answers %u without a Location, so there is nowhere to go.",
				   SPAN_ARG(hop->url.href), hop->status);
	}
}

const struct rule rule_location_missing = {
	.name = "location-missing",
	.title = "Redirect without a Location",
	.severity = SEVERITY_ERROR,
	.why = "Visitors see the redirect's own body, mostly an empty page, and search engines report a redirect "
	       "error: the URL is lost to both.",
	.fix = "Send a Location with the absolute URL of the target, or answer with the page itself.",
	.spec = "RFC 9110, sections 15.4 and 10.2.2; Fetch Standard, \"HTTP-redirect fetch\"",
	.bad =
		(const char *const[]){
			"307 http://a.example/ !\n",
			"301 http://a.example/\n"
			"308 https://a.example/ !\n"
			"  Cache-Control: max-age=60\n",
			"POST 303 http://a.example/form !\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"307 http://a.example/\n"
			"200 http://a.example/b\n",
			/* Present but blank is another mistake. */
			"302 http://a.example/\n"
			"  Location:\n",
			/* No redirects. */
			"304 http://a.example/\n",
			"300 http://a.example/\n",
			"PUT 308 http://a.example/upload\n",
			NULL,
		},
	.check = check,
};
