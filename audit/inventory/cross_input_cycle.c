#include "audit/inventory_rule.h"

static struct span list_urls(struct inventory_report *report, const struct inventory_cycle *cycle)
{
	struct span text = SPAN("");

	for (size_t i = 0; i < cycle->urls && i < INVENTORY_CYCLE_NAMES_MAX; i++)
		text = inventory_text(report, "%.*s%s%.*s", SPAN_ARG(text), text.len ? ", " : "",
				      SPAN_ARG(cycle->url[i].text));
	return text;
}

static void check(const struct inventory_cycle *cycle, struct inventory_report *report)
{
	const struct span urls = list_urls(report, cycle);
	const struct inventory_claim claim = {
		.scope = INVENTORY_SCOPE_RUN,
		.subject = cycle->url[0].text,
		.severity = SEVERITY_ERROR,
		.count = cycle->urls,
		.count_of = "URLs that lead to one another",
		.part = cycle->urls,
		.whole = cycle->urls,
		.share_of = inventory_text(report, "URLs of the cycle"),
		.seqs = &cycle->seqs,
		.action = inventory_text(
			report, "Take one of the redirects away, or let all servers of the host answer alike."),
	};

	inventory_report(report, &claim, "%llu URLs redirect to one another, which no single walk has shown: %.*s%s.",
			 (unsigned long long)cycle->urls, SPAN_ARG(urls),
			 cycle->urls > INVENTORY_CYCLE_NAMES_MAX ? " and others" : "");
}

const struct rule rule_cross_input_cycle = {
	.name = "cross-input-cycle",
	.title = "Redirect cycle that no single walk shows",
	.severity = SEVERITY_ERROR,
	.why = "When a URL answers differently from one request to the next, as behind a load balancer whose servers are not "
	       "alike, or a cycle is longer than --max-redirects, each walk ends somewhere. All redirects of the run taken "
	       "together lead in a circle, and some visitors go round in it until the browser gives up.",
	.fix = "Take one of the redirects away, and deploy the same redirects to all servers. All of the redirects were seen in "
	       "this run; a cycle that one walk has gone round is a redirect-loop instead.",
	.spec = "RFC 9110, section 15.4",
	.bad =
		(const char *const[]){
			/* The first walk was lucky. */
			"301 https://a.example/1\n"
			"200 https://a.example/2\n"
			"\n"
			"302 https://a.example/2\n"
			"301 https://a.example/1\n"
			"302 https://a.example/3\n"
			"200 https://a.example/4\n"
			"! error run https://a.example/1\n",
			"301 https://a.example/1\n"
			"301 https://a.example/2\n"
			"301 https://a.example/3\n"
			"  Location: /4\n"
			"= redirect_limit\n"
			"\n"
			"301 https://a.example/4\n"
			"301 https://a.example/1\n"
			"301 https://a.example/2\n"
			"  Location: /3\n"
			"= redirect_limit\n"
			"! error run https://a.example/1\n",
			NULL,
		},
	.good =
		(const char *const[]){
			/* One walk shows it. */
			"301 https://a.example/1\n"
			"301 https://a.example/2\n"
			"301 https://a.example/1\n"
			"= loop 0 2\n"
			"\n"
			"301 https://a.example/2\n"
			"301 https://a.example/1\n"
			"301 https://a.example/2\n"
			"= loop 0 2\n",
			/* Two targets, and no way back. */
			"302 https://a.example/\n"
			"200 https://eu.a.example/\n"
			"\n"
			"302 https://a.example/\n"
			"200 https://us.a.example/\n",
			NULL,
		},
	.whole_list = { .cycle = check },
};
