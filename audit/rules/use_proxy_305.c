#include "audit/rule.h"

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (hop->status != 305)
			continue;
		if (hop->location.len)
			report_hop(
				report, i,
				"%.*s answers 305: browsers stay there, and other programs hand the request to %.*s.",
				SPAN_ARG(hop->url.href), SPAN_ARG(hop->location));
		else
			report_hop(report, i, "%.*s answers 305, and browsers stay there.", SPAN_ARG(hop->url.href));
	}
}

const struct rule rule_use_proxy_305 = {
	.name = "use-proxy-305",
	.title = "305 Use Proxy",
	.severity = SEVERITY_ERROR,
	.why = "305 is deprecated because of what it asks for: to send the request through a proxy that the answer names. "
	       "Browsers do not follow it, so visitors see its body or nothing; programs that follow any 3xx with a "
	       "Location ask a host that was never meant to be the page.",
	.fix = "Redirect with 301, 302, 307 or 308 if the page has moved; otherwise serve it. Tell clients about a proxy "
	       "in their own settings.",
	.spec = "RFC 9110, section 15.4.6; RFC 7231, appendix B; Fetch, \"redirect status\"",
	.bad = (const char *const[]){ "305 http://a.example/ !\n",
				      "301 http://a.example/\n"
				      "305 https://a.example/ !\n"
				      "  Location: http://proxy.a.example:3128/\n",
				      NULL },
	.good = (const char *const[]){ "307 http://a.example/\n"
				       "  Location: http://proxy.a.example/\n"
				       "200 http://proxy.a.example/\n",
				       "306 http://a.example/\n", "407 http://a.example/\n", NULL },
	.check = check,
};
