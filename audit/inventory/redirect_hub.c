#include "audit/inventory_rule.h"

/* Of the findings of redirect-chain, from which on one hop is worth a warning. */
#define WARNING_SHARE 0.10

static void check(const struct inventory_hub *hub, struct inventory_report *report)
{
	const double share = inventory_share(hub->shortened, hub->reported);

	if (hub->chains < inventory_limit(report))
		return;
	const struct inventory_claim claim = {
		.scope = INVENTORY_SCOPE_RUN,
		.subject = hub->url.text,
		.severity = share >= WARNING_SHARE ? SEVERITY_WARNING : SEVERITY_NOTICE,
		.count = hub->chains,
		.count_of = "chains",
		.part = hub->shortened,
		.whole = hub->reported,
		.share_of = inventory_text(report, "findings of redirect-chain, which would be gone without this hop"),
		.seqs = &hub->seqs,
		.action = inventory_text(report, "Let what redirects to %.*s redirect to %.*s instead.",
					 SPAN_ARG(hub->url.text), SPAN_ARG(hub->next.text)),
	};

	inventory_report(report, &claim,
			 "This hop is in %llu chains, and leads on to %.*s with %u: mending it removes %.1f %% of all "
			 "findings of redirect-chain, and shortens the other chains by one redirect.",
			 (unsigned long long)hub->chains, SPAN_ARG(hub->next.text), hub->status, 100 * share);
}

const struct rule rule_redirect_hub = {
	.name = "redirect-hub",
	.title = "Redirect in the middle of many chains",
	.severity = SEVERITY_NOTICE,
	.why = "Thousands of findings about chains often have one cause: a URL that much leads to and that redirects again. The "
	       "hubs are told with the number of chains that go through them, so that the few changes that mend most are "
	       "made first. One that makes up a tenth of the findings of redirect-chain is a warning.",
	.fix = "Let what leads to the hub lead to the hub's target. The 100 hubs with the most chains are told.",
	.spec = "Google Search Central, \"Site moves with URL changes\"",
	.limit = { .unit = "chains", .min = 2, .max = 1000000, .default_value = 10 },
	.bad =
		(const char *const[]){
			"[1-10]\n"
			"301 https://a.example/#\n"
			"301 https://a.example/hub\n"
			"200 https://a.example/page\n"
			"! warning run https://a.example/hub\n",
			/* Every chain has three redirects, so that none becomes short enough. */
			"[1-10]\n"
			"301 https://a.example/#\n"
			"301 https://b#.example/\n"
			"301 https://a.example/hub\n"
			"200 https://a.example/page\n"
			"! notice run https://a.example/hub\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"[1-9]\n"
			"301 https://a.example/#\n"
			"301 https://a.example/hub\n"
			"200 https://a.example/page\n",
			/* It does not redirect. */
			"[1-10]\n"
			"301 https://a.example/#\n"
			"200 https://a.example/page\n",
			/* The chains begin with it. */
			"[1-10]\n"
			"301 https://a.example/hub\n"
			"200 https://a.example/page\n",
			NULL,
		},
	.whole_list = { .hub = check, .rows_max = 100 },
};
