#include "audit/page_target.h"

static void check(const struct chain *chain, struct report *report)
{
	if (chain->hop_count > 0)
		page_target_report_refresh(chain, report, chain->hop[chain->hop_count - 1].header[HEADER_REFRESH],
					   false, "its Refresh header");
}

const struct rule rule_refresh_header_redirect = {
	.name = "refresh-header-redirect",
	.title = "Redirect by a Refresh header",
	.severity = SEVERITY_WARNING,
	.why = "Browsers load the page and then go on to another; Google takes a delay of 0 for a permanent redirect and "
	       "a longer one for a temporary one. Most other programs know no such header and stay where they are. One "
	       "that takes longer than the limit is a notice.",
	.fix = "Answer the URL with 301 or 308, or with 302 or 307 if the move is for now.",
	.spec = "HTML, section 4.2.5.3; Google, \"Redirects and Google Search\"",
	.limit = { .unit = "seconds", .min = 0, .max = 86400, .default_value = 10 },
	.bad =
		(const char *const[]){
			"200 http://a.example/old !\n"
			"  Refresh: 0; url=/new\n",
			"301 http://a.example/\n"
			"200 http://a.example/old !\n"
			"  Refresh: 3,http://b.example/\n",
			"200 http://a.example/old !\n"
			"  Refresh: 60; url=/new\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"200 http://a.example/status\n"
			"  Refresh: 5\n",
			"200 http://a.example/status\n"
			"  Refresh: 30; url=/status?again\n",
			/* Of a redirect it is not looked at. */
			"301 http://a.example/old\n"
			"  Refresh: 0; url=/other\n"
			"200 http://a.example/new\n",
			"503 http://a.example/\n"
			"  Refresh: 10; url=/sorry\n",
			NULL,
		},
	.check = check,
};
