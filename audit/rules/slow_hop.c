#include "audit/rule.h"

/* So many times the limit is an error. */
#define ERROR_FACTOR 10

static void check(const struct chain *chain, struct report *report)
{
	const uint64_t limit_ms = report_limit(report);

	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];
		const uint64_t ms = hop->first_byte_us / 1000;

		/* What the page at the end takes is no matter of redirects. */
		if (!status_is_redirect(hop->status) || !url_is_web(&hop->next) || ms <= limit_ms)
			continue;
		report_hop_as(report, i, ms > ERROR_FACTOR * limit_ms ? SEVERITY_ERROR : SEVERITY_WARNING, 100,
			      "%.*s took %llu ms to answer with a redirect, connecting not counted.",
			      SPAN_ARG(hop->url.href), (unsigned long long)ms);
	}
}

const struct rule rule_slow_hop = {
	.name = "slow-hop",
	.title = "Redirect that is slow to come",
	.severity = SEVERITY_WARNING,
	.why = "A visitor waits for it before the page is even asked for. A redirect is one header line that a server should "
	       "have at hand; one that takes long is usually computed by the whole application. Ten times the limit is "
	       "an error: crawlers ask such hosts less often, and visitors leave.",
	.fix = "Answer the redirect in the web server or CDN, or cache it. If only some are slow, see in their server's log "
	       "what those do. The time is from the request to the first byte, measured once and from here.",
	.spec = "web.dev, \"Time to First Byte\"; Google Search Central, \"Large site owner's guide to managing your crawl "
		"budget\"",
	.limit = { .unit = "milliseconds", .min = 1, .max = 3600000, .default_value = 1000 },
	.bad =
		(const char *const[]){
			"301 http://a.example/ !\n"
			"  first_byte_ms = 1001\n"
			"200 http://a.example/b\n",
			"301 http://a.example/\n"
			"  first_byte_ms = 90\n"
			"302 https://a.example/ !\n"
			"  first_byte_ms = 12000\n"
			"404 https://a.example/b\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/\n"
			"  first_byte_ms = 1000\n"
			"  total_ms = 3000\n"
			"200 http://a.example/b\n",
			/* The page's own time. */
			"301 http://a.example/\n"
			"  first_byte_ms = 20\n"
			"200 http://a.example/b\n"
			"  first_byte_ms = 5000\n",
			"200 http://a.example/\n"
			"  first_byte_ms = 5000\n",
			NULL,
		},
	.check = check,
};
