#include "audit/inventory_mass.h"

/* Of a host's URLs, from which on the whole host is redirected. */
#define WHOLE_HOST 0.98

static void check(const struct inventory_target *target, struct inventory_report *report)
{
	bool whole_host = target->host_urls && inventory_share(target->host_sources, target->host_urls) >= WHOLE_HOST &&
			  target->foreign == target->sources;

	if (!target->home || !inventory_is_mass(target, report))
		return;
	const struct inventory_claim claim =
		inventory_mass_claim(target, whole_host ? SEVERITY_WARNING : SEVERITY_ERROR, report);

	const struct span pages = inventory_mass_pages(target, report);

	inventory_report(
		report, &claim, "%.*s redirect to the home page %.*s.%s", SPAN_ARG(pages), SPAN_ARG(target->url.text),
		whole_host ? " That is the whole host: fine if it was for a campaign that is over, and a loss if "
			     "its pages have moved."
			   : "");
}

const struct rule rule_mass_redirect_to_homepage = {
	.name = "mass-redirect-to-homepage",
	.title = "Many different pages redirected to a home page",
	.severity = SEVERITY_ERROR,
	.why = "A home page answers for no article or product. Google takes redirects of many pages to it for soft 404s, so "
	       "that whatever the old pages had earned is lost, and readers do not find what they came for.",
	.fix = "Redirect each page to the one that replaces it; where nothing does, 404 or 410 is the honest answer. A host "
	       "all of whose pages lead to another site's home page, as those of a campaign that is over, is a warning. "
	       "What counts is told at mass-redirect-to-one-target.",
	.spec = "Google Search Central, \"Site moves with URL changes\"",
	.limit = { .unit = "different paths", .min = 2, .max = 1000000, .default_value = 50 },
	.bad =
		(const char *const[]){
			"[1-50]\n"
			"301 https://a.example/@\n"
			"200 https://a.example/\n"
			"! error run https://a.example/\n",
			"[1-50]\n"
			"302 https://a.example/@\n"
			"200 https://a.example/de-at/\n"
			"! error run https://a.example/de-at/\n",
			/* What it leads to through other redirects counts as well. */
			"[1-50]\n"
			"301 http://old.example/@\n"
			"301 https://old.example/@\n"
			"200 https://a.example/\n"
			"\n"
			"[1-50]\n"
			"200 https://old.example/other-@\n"
			"! error run https://a.example/\n",
			/* The whole host. */
			"[1-50]\n"
			"301 https://campaign.example/@\n"
			"200 https://a.example/\n"
			"! warning run https://a.example/\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"[1-49]\n"
			"301 https://a.example/@\n"
			"200 https://a.example/\n",
			"[1-60]\n"
			"301 https://a.example/@\n"
			"200 https://a.example/articles\n",
			/* The home page of many sites: each has one of its own. */
			"[1-60]\n"
			"301 https://a#.example/home\n"
			"200 https://a#.example/\n",
			"[1-60]\n"
			"302 https://a.example/@\n"
			"  Retry-After: 600\n"
			"503 https://a.example/\n",
			NULL,
		},
	.whole_list = { .target = check },
};
