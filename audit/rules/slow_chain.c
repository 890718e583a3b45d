#include "audit/rule.h"

/* What a browser waits for before it goes on. Not the body, which it does not read, and not the lookup of the name, in
 * which a queue of our own may be. */
static uint64_t hop_us(const struct hop *hop)
{
	return (uint64_t)hop->connect_us + hop->tls_us + hop->first_byte_us;
}

/* Somebody who walks the chain arrives. */
static bool has_end(const struct chain *chain)
{
	return chain->final_status && !status_is_redirect(chain->final_status);
}

static void check(const struct chain *chain, struct report *report)
{
	const uint64_t limit_us = (uint64_t)report_limit(report) * 1000;
	uint64_t sum_us = 0;
	uint32_t slowest = 0;

	if (chain->redirects == 0 || !has_end(chain))
		return;
	for (uint32_t i = 0; i < chain->redirects; i++) {
		/* One answer that takes all the time is the rule slow-hop's. */
		if (chain->hop[i].first_byte_us > limit_us)
			return;
		sum_us += hop_us(&chain->hop[i]);
		if (hop_us(&chain->hop[i]) > hop_us(&chain->hop[slowest]))
			slowest = i;
	}
	if (sum_us / 1000 > limit_us / 1000)
		report_hop(
			report, slowest,
			"%u %s before %.*s took %llu ms, looking up names not counted; the slowest was this, with %llu ms.",
			chain->redirects, chain->redirects == 1 ? "redirect" : "redirects", SPAN_ARG(chain->final_url),
			(unsigned long long)(sum_us / 1000), (unsigned long long)(hop_us(&chain->hop[slowest]) / 1000));
}

const struct rule rule_slow_chain = {
	.name = "slow-chain",
	.title = "Redirects that take long together",
	.severity = SEVERITY_WARNING,
	.why = "So long a visitor looks at nothing before the page is even asked for, and it counts in full towards the "
	       "page's time to first byte and to its largest paint. Over a mobile connection it is several times that.",
	.fix = "Link to the final URL, lead to it by one redirect, and answer that from the web server or CDN. Each host on "
	       "the way costs a connection and a TLS handshake of its own.",
	.spec = "web.dev, \"Optimize Time to First Byte\"; Lighthouse, \"Avoid multiple page redirects\"",
	.limit = { .unit = "milliseconds", .min = 1, .max = 3600000, .default_value = 2000 },
	.bad =
		(const char *const[]){
			"301 http://a.example/\n"
			"  first_byte_ms = 700\n"
			"301 https://a.example/ !\n"
			"  first_byte_ms = 900\n"
			"302 https://www.a.example/\n"
			"  first_byte_ms = 500\n"
			"200 https://www.a.example/en/\n"
			"  first_byte_ms = 80\n",
			"301 http://a.example/ !\n"
			"  first_byte_ms = 1800\n"
			"301 http://a.example/b\n"
			"  first_byte_ms = 300\n"
			"404 http://a.example/c\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/\n"
			"  first_byte_ms = 1000\n"
			"301 https://a.example/\n"
			"  first_byte_ms = 1000\n"
			"200 https://www.a.example/\n"
			"  first_byte_ms = 3000\n",
			/* One redirect takes it all: slow-hop. */
			"301 http://a.example/\n"
			"  first_byte_ms = 2500\n"
			"301 https://a.example/\n"
			"  first_byte_ms = 100\n"
			"200 https://www.a.example/\n",
			/* What comes behind the first byte holds nobody up. */
			"301 http://a.example/\n"
			"  first_byte_ms = 100\n"
			"  total_ms = 2500\n"
			"200 http://a.example/b\n",
			/* Nobody arrives. */
			"301 http://a.example/\n"
			"  first_byte_ms = 1500\n"
			"301 http://a.example/b\n"
			"  first_byte_ms = 1500\n"
			"301 http://a.example/\n"
			"= loop 0 2\n",
			NULL,
		},
	.check = check,
};
