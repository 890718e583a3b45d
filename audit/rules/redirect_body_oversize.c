#include "audit/rule.h"

/* Above this, or the limit if that is higher, it is a whole page. */
#define PAGE_BYTES (100 * 1024)

/* The first Content-Length, or 0: several lines are joined by commas. */
static uint64_t content_length(const struct hop *hop)
{
	const struct span value = hop->header[HEADER_CONTENT_LENGTH];
	uint64_t length = 0;

	for (size_t i = 0; i < value.len && value.bytes[i] != ','; i++) {
		if (value.bytes[i] < '0' || value.bytes[i] > '9' || i >= 18)
			return 0;
		length = length * 10 + (uint64_t)(value.bytes[i] - '0');
	}
	return length;
}

static void check(const struct chain *chain, struct report *report)
{
	const uint64_t limit = report_limit(report);

	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];
		uint64_t declared, size;

		/* Browsers show the body of a redirect that leads nowhere. HEAD is told the length of what is not sent.
		 */
		if (!status_is_redirect(hop->status) || !url_is_web(&hop->next) || hop->method == METHOD_HEAD)
			continue;
		declared = content_length(hop);
		size = declared > hop->body_bytes ? declared : hop->body_bytes;
		if (size > limit)
			report_hop_as(report, i, size > PAGE_BYTES ? SEVERITY_WARNING : SEVERITY_NOTICE, 100,
				      "The %u of %.*s has a body of %s%llu bytes, which nobody sees.", hop->status,
				      SPAN_ARG(hop->url.href), declared >= size ? "" : "at least ",
				      (unsigned long long)size);
	}
}

const struct rule rule_redirect_body_oversize = {
	.name = "redirect-body-oversize",
	.title = "Redirect with a heavy body",
	.severity = SEVERITY_NOTICE,
	.why = "Browsers go on without a look at the body; a short note with a link is all that is expected there. A "
	       "whole page means that the application went on after it had decided to redirect: wasted work, and if the "
	       "redirect was to keep somebody out, the page is in its body to be read. Above 100 KiB it is a warning.",
	.fix = "End the request once the redirect is sent (exit after header() in PHP, return in a handler).",
	.spec = "RFC 9110, sections 15.4.2 and 15.4.3; CWE-698",
	.limit = { .unit = "bytes", .min = 1, .max = 1000000000, .default_value = 8192 },
	.bad =
		(const char *const[]){
			"302 http://a.example/admin !\n"
			"  body_bytes = 20000\n"
			"200 http://a.example/login\n",
			/* It was not read. */
			"301 http://a.example/ !\n"
			"  Content-Length: 250000\n"
			"200 http://a.example/b\n",
			"307 http://a.example/ !\n"
			"  Location: /b\n"
			"  body_bytes = 8193\n"
			"= redirect_limit\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/\n"
			"  Content-Length: 178\n"
			"  body_bytes = 178\n"
			"200 http://a.example/b\n"
			"  body_bytes = 50000\n",
			"301 http://a.example/\n"
			"  body_bytes = 8192\n"
			"200 http://a.example/b\n",
			"HEAD 301 http://a.example/\n"
			"  Content-Length: 250000\n"
			"HEAD 200 http://a.example/b\n",
			"301 http://a.example/\n"
			"  Content-Length: many\n"
			"200 http://a.example/b\n",
			/* Browsers show it. */
			"302 http://a.example/\n"
			"  No-Location\n"
			"  body_bytes = 20000\n",
			NULL,
		},
	.check = check,
};
