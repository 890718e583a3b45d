#include "audit/hsts_seen.h"
#include "audit/rule.h"

/* Top-level domains that browsers ask for over https only, whatever a host says (the lists in Chromium and Firefox). */
static const char *const preloaded[] = {
	".app",       ".bank", ".boo", ".channel", ".dad",   ".day",  ".dev", ".esq",  ".foo",  ".google",  ".ing",
	".insurance", ".meme", ".mov", ".new",     ".nexus", ".page", ".phd", ".prof", ".rsvp", ".youtube", ".zip",
};

static bool is_preloaded(struct span host)
{
	for (size_t i = 0; i < sizeof(preloaded) / sizeof(preloaded[0]); i++) {
		size_t len = strlen(preloaded[i]);

		if (host.len > len && memcmp(host.bytes + host.len - len, preloaded[i], len) == 0)
			return true;
	}
	return false;
}

/* An error page may come from something in front of the site, and many servers add the field to good answers only. */
static bool is_regular(const struct hop *hop)
{
	return hop->status / 100 == 2 || status_is_redirect(hop->status);
}

/* The redirect leads from http to https on one host, which answers. */
static bool upgrades(const struct hop *hop, const struct hop *answer)
{
	return status_is_redirect(hop->status) && url_is_http(&hop->url) && url_is_https(&hop->next) &&
	       span_equal(hop->url.host, hop->next.host) && !url_host_is_address(&hop->url) && is_regular(answer);
}

static void report_missing(struct report *report, uint32_t index, const struct hop *hop)
{
	const struct span field = hop->header[HEADER_STRICT_TRANSPORT_SECURITY];

	if (field.len)
		report_hop(report, index, "%.*s sends a Strict-Transport-Security that browsers ignore: \"%.*s\".",
			   SPAN_ARG(hop->url.href), SPAN_ARG(field));
	else if (span_equal(hop->url.host, url_site(&hop->url)))
		report_hop(report, index, "%.*s, where the http URL leads, sends no Strict-Transport-Security.",
			   SPAN_ARG(hop->url.href));
	else
		/* A parent domain that this chain does not visit may include its subdomains. */
		report_hop_as(
			report, index, SEVERITY_NOTICE, 80,
			"%.*s, where the http URL leads, sends no Strict-Transport-Security, and no parent domain "
			"was seen to send one for it.",
			SPAN_ARG(hop->url.href));
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i + 1 < chain->hop_count; i++) {
		const struct hop *answer = &chain->hop[i + 1];

		if (!upgrades(&chain->hop[i], answer) || is_preloaded(answer->url.host))
			continue;
		if (hsts_of_hop(answer).valid || hsts_seen_for(chain, answer->url.host))
			continue;
		report_missing(report, i + 1, answer);
		return;
	}
}

const struct rule rule_hsts_missing = {
	.name = "hsts-missing",
	.title = "https host without HSTS",
	.severity = SEVERITY_NOTICE,
	.why = "The host redirects http to https, but does not tell browsers to remember it. Each visit by an http link or a "
	       "typed name pays for the redirect again and begins in the clear, where anybody on the path can answer "
	       "instead.",
	.fix = "Send \"Strict-Transport-Security: max-age=31536000\" on each https answer, redirects too; begin with a small "
	       "max-age. With includeSubDomains on the registrable domain its subdomains need none.",
	.spec = "RFC 6797, sections 6.1 and 7.1; Google Search Central, \"Consolidate duplicate URLs\"",
	.bad =
		(const char *const[]){
			"301 http://a.example/\n"
			"200 https://a.example/ !\n",
			"308 http://www.a.example/b\n"
			"301 https://www.a.example/b !\n"
			"200 https://www.a.example/c\n",
			/* It has no max-age, or a comma for a semicolon. */
			"301 http://a.example/\n"
			"200 https://a.example/ !\n"
			"  Strict-Transport-Security: includeSubDomains\n",
			"301 http://a.example/\n"
			"200 https://a.example/ !\n"
			"  Strict-Transport-Security: max-age=31536000 includeSubDomains\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/\n"
			"200 https://a.example/\n"
			"  Strict-Transport-Security: max-age=300\n",
			/* Ended on purpose. */
			"301 http://a.example/\n"
			"200 https://a.example/\n"
			"  Strict-Transport-Security: max-age=0\n",
			/* The parent's policy holds for it. */
			"301 http://www.a.example/\n"
			"301 https://www.a.example/\n"
			"200 https://a.example/\n"
			"  Strict-Transport-Security: max-age=31536000; includeSubDomains\n",
			/* Browsers ask for .dev over https only. */
			"301 http://a.dev/\n"
			"200 https://a.dev/\n",
			"301 http://a.example/\n"
			"403 https://a.example/\n",
			"301 http://192.0.2.1/\n"
			"200 https://192.0.2.1/\n",
			"200 https://a.example/\n",
			"301 http://a.example/\n"
			"200 https://b.example/\n",
			NULL,
		},
	.check = check,
};
