#include "audit/page_target.h"

static void check(const struct chain *chain, struct report *report)
{
	page_target_report_refresh(chain, report, chain->page.refresh, true, "its meta refresh");
}

const struct rule rule_meta_refresh_redirect = {
	.name = "meta-refresh-redirect",
	.title = "Redirect by meta refresh",
	.severity = SEVERITY_WARNING,
	.why = "The page must be loaded and read before anybody is sent on. Google takes a delay of 0 for a permanent "
	       "redirect and a longer one for a temporary one; other crawlers and most programs follow none. One that "
	       "takes longer than the limit, or is for browsers without scripts, is a notice.",
	.fix = "Answer the URL with 301 or 308, or with 302 or 307 if the move is for now.",
	.spec = "HTML, section 4.2.5.3; Google, \"Redirects and Google Search\"",
	.limit = { .unit = "seconds", .min = 0, .max = 86400, .default_value = 10 },
	.bad =
		(const char *const[]){
			"200 http://a.example/old !\n"
			"<meta http-equiv=refresh content='0; url=/new'>\n",
			"301 http://a.example/\n"
			"200 http://a.example/old !\n"
			"<base href='http://b.example/'><meta http-equiv=refresh content='5;new'>\n",
			/* After a while, and for few. */
			"200 http://a.example/old !\n"
			"<meta http-equiv=refresh content='30; url=/new'>\n",
			"200 http://a.example/ !\n"
			"<noscript><meta http-equiv=refresh content='0; url=/plain'></noscript>\n",
			NULL,
		},
	.good =
		(const char *const[]){
			/* It loads itself again. */
			"200 http://a.example/news\n"
			"<meta http-equiv=refresh content=300>\n",
			"200 http://a.example/news\n"
			"<meta http-equiv=refresh content='0; url=http://a.example/news#top'>\n",
			"200 http://a.example/news\n"
			"<meta http-equiv=refresh content='600; url=/news?refreshed=1'>\n",
			/* Not a value that browsers take, and not a page on the web. */
			"200 http://a.example/old\n"
			"<meta http-equiv=refresh content='url=/new'>\n",
			"200 http://a.example/app\n"
			"<meta http-equiv=refresh content='0; url=lumen-app://open'>\n",
			"200 http://a.example/old\n"
			"<!-- <meta http-equiv=refresh content='0; url=/new'> -->\n",
			NULL,
		},
	.check = check,
};
