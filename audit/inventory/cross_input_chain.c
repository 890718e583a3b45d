#include "audit/inventory_rule.h"

static void check(const struct inventory_host *host, struct inventory_report *report)
{
	if (host->leading < inventory_limit(report))
		return;
	const struct inventory_claim claim = {
		.scope = INVENTORY_SCOPE_HOST,
		.subject = host->host.text,
		.severity = SEVERITY_WARNING,
		.count = host->leading,
		.count_of = "URLs of the list",
		.part = host->leading,
		.whole = host->redirecting,
		.share_of = inventory_text(report, "URLs of %.*s in the list that redirect", SPAN_ARG(host->host.text)),
		.seqs = &host->seqs,
		.action = inventory_text(report, "In the redirect map, let each of them lead to its row's final_url."),
	};

	inventory_report(
		report, &claim,
		"%llu URL%s of %.*s in the list redirect%s to a URL that is in the list too and redirects again; "
		"line %llu leads to %.*s.",
		(unsigned long long)host->leading, host->leading == 1 ? "" : "s", SPAN_ARG(host->host.text),
		host->leading == 1 ? "s" : "", (unsigned long long)host->seqs.seq[0], SPAN_ARG(host->target.text));
}

const struct rule rule_cross_input_chain = {
	.name = "cross-input-chain",
	.title = "Redirects of the list that lead to one another",
	.severity = SEVERITY_WARNING,
	.why = "A redirect map grows by one migration after the other, and the targets of the older entries become sources of "
	       "the newer ones. Each such pair is a chain of the map's own making, which the whole map is needed to see.",
	.fix = "Replace the target of each older entry by the last URL of its chain: the row's final_url. Entries are compared "
	       "in their normal form (RFC 3986, section 6.2), and only as they answered in this run.",
	.spec = "Google Search Central, \"Site moves with URL changes\"",
	.limit = { .unit = "URLs of a host", .min = 1, .max = 1000000, .default_value = 1 },
	.bad =
		(const char *const[]){
			"301 https://a.example/2019\n"
			"301 https://a.example/2022\n"
			"200 https://a.example/2025\n"
			"\n"
			"301 https://a.example/2022\n"
			"200 https://a.example/2025\n"
			"! warning host a.example\n",
			/* Spellings of one URL. */
			"301 https://b.example/%7Eold\n"
			"301 https://a.example/%7euser\n"
			"200 https://a.example/user\n"
			"\n"
			"301 https://a.example/~user\n"
			"200 https://a.example/user\n"
			"! warning host b.example\n",
			NULL,
		},
	.good =
		(const char *const[]){
			/* The target is in the list, but redirects no more. */
			"301 https://a.example/2019\n"
			"200 https://a.example/2025\n"
			"\n"
			"200 https://a.example/2025\n",
			/* A chain, but not of the list. */
			"301 https://a.example/2019\n"
			"301 https://a.example/2022\n"
			"200 https://a.example/2025\n",
			/* One line twice. */
			"301 https://a.example/2019\n"
			"301 https://a.example/2022\n"
			"200 https://a.example/2025\n"
			"\n"
			"301 https://a.example/2019\n"
			"301 https://a.example/2022\n"
			"200 https://a.example/2025\n",
			/* A redirect to itself, and a loop. */
			"301 https://a.example/2019\n"
			"301 https://a.example/2019\n"
			"= loop 0 1\n",
			"301 https://a.example/2019\n"
			"301 https://a.example/2022\n"
			"301 https://a.example/2019\n"
			"= loop 0 2\n"
			"\n"
			"301 https://a.example/2022\n"
			"301 https://a.example/2019\n"
			"301 https://a.example/2022\n"
			"= loop 0 2\n",
			NULL,
		},
	.whole_list = { .host = check },
};
