#include "audit/inventory_mass.h"

static void check(const struct inventory_target *target, struct inventory_report *report)
{
	bool consolidation = inventory_is_consolidation(target);

	if (target->home || !inventory_is_mass(target, report))
		return;
	const struct inventory_claim claim =
		inventory_mass_claim(target, consolidation ? SEVERITY_NOTICE : SEVERITY_WARNING, report);

	const struct span pages = inventory_mass_pages(target, report);

	inventory_report(
		report, &claim, "%.*s redirect to %.*s.%s", SPAN_ARG(pages), SPAN_ARG(target->url.text),
		consolidation ? " Their names are much like its name, so they may have been put together there." : "");
}

const struct rule rule_mass_redirect_to_one_target = {
	.name = "mass-redirect-to-one-target",
	.title = "Many different pages redirected to one",
	.severity = SEVERITY_WARNING,
	.why = "Where many unlike pages redirect to one that answers for none of them, search engines take the redirects for "
	       "soft 404s and drop what the old pages were worth. Where the pages' names are like the target's they were "
	       "probably put together, which is fine and a notice.",
	.fix = "Redirect each page to the one that replaces it; where nothing does, 404 or 410 is the honest answer. Paths that "
	       "differ in numbers only count once, redirects to sign-in and consent pages and such that are plainly for "
	       "now do not count, and the host that most of the pages are of must have 5 % of its URLs among them.",
	.spec = "Google Search Central, \"Site moves with URL changes\"",
	.limit = { .unit = "different paths", .min = 2, .max = 1000000, .default_value = 50 },
	.bad =
		(const char *const[]){
			"[1-50]\n"
			"301 https://a.example/@\n"
			"200 https://a.example/overview\n"
			"! warning run https://a.example/overview\n",
			"[1-60]\n"
			"301 https://a.example/shirt-@\n"
			"200 https://a.example/shirt\n"
			"! notice run https://a.example/shirt\n",
			NULL,
		},
	.good =
		(const char *const[]){
			/* Too few, and one page with many numbers. */
			"[1-49]\n"
			"301 https://a.example/@\n"
			"200 https://a.example/overview\n",
			"[1-60]\n"
			"301 https://a.example/p?id=#\n"
			"200 https://a.example/overview\n",
			/* To sign in, or to nothing. */
			"[1-60]\n"
			"302 https://a.example/@\n"
			"200 https://a.example/login\n",
			"[1-60]\n"
			"301 https://a.example/@\n"
			"410 https://a.example/gone\n",
			/* The home page is another rule's. */
			"[1-60]\n"
			"301 https://a.example/@\n"
			"200 https://a.example/\n",
			/* A twentieth of the host and no more. */
			"[1-50]\n"
			"301 https://a.example/@\n"
			"200 https://a.example/overview\n"
			"\n"
			"[1-1000]\n"
			"200 https://a.example/page#\n",
			NULL,
		},
	.whole_list = { .target = check },
};
