#include "audit/marks.h"
#include "audit/rule.h"

/* RFC 9110 section 4.1 asks everybody to support at least this. */
#define SUPPORTED_BYTES 8000

/* Parameters that carry a whole message of a sign-in (SAML bindings, WS-Federation, OpenID Connect). */
static bool is_sign_in_message(struct span query)
{
	static const char *const names[] = { "SAMLRequest=", "SAMLResponse=",  "wctx=",
					     "wresult=",     "id_token_hint=", "request=" };

	for (size_t at = 0; at < query.len; at++) {
		if (at > 0 && query.bytes[at - 1] != '&')
			continue;
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			size_t len = strlen(names[i]);

			if (query.len - at > len && strncasecmp(query.bytes + at, names[i], len) == 0)
				return true;
		}
	}
	return false;
}

static void check(const struct chain *chain, struct report *report)
{
	const size_t limit = report_limit(report);

	/* The rule url-growth names what makes them long. */
	if (chain->outcome == OUTCOME_GROWING_URL)
		return;
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];
		size_t from, to;

		if (!status_is_redirect(hop->status) || !url_is_web(&hop->next))
			continue;
		/* A redirect is not to blame for a URL that was as long before it. */
		from = url_wire_key(&hop->url).len;
		to = url_wire_key(&hop->next).len;
		if (to > SUPPORTED_BYTES && from <= SUPPORTED_BYTES)
			report_hop_as(
				report, i, SEVERITY_ERROR, 100,
				"%.*s redirects to a URL of %zu bytes, more than the 8,000 that servers and clients "
				"must expect.",
				SPAN_ARG(hop->url.href), to);
		else if (to > limit && from <= limit && !is_sign_in_message(hop->next.query) &&
			 !(report_marks(report, i)->set & MARK_LOGIN))
			report_hop(report, i,
				   "%.*s redirects to a URL of %zu bytes; more than %zu is not safe everywhere.",
				   SPAN_ARG(hop->url.href), to, limit);
	}
}

const struct rule rule_location_too_long = {
	.name = "location-too-long",
	.title = "Redirect to a very long URL",
	.severity = SEVERITY_WARNING,
	.why = "Long URLs are cut or refused by mail programs, link databases, older clients and servers; sitemaps take "
	       "2,048 bytes, and Google reports a redirect whose URL exceeds its maximum. Above 8,000 bytes, which RFC "
	       "9110 asks everybody to support, it is an error.",
	.fix = "Do not carry whole URLs or state along from redirect to redirect: shorten it to an id, or keep it in a "
	       "session. The messages of a sign-in (SAML and the like) are not counted below 8,000 bytes.",
	.spec = "RFC 9110, section 4.1; sitemaps.org protocol, \"loc\"; Google Search Console, \"Redirect error\"",
	.limit = { .unit = "bytes", .min = 100, .max = SUPPORTED_BYTES, .default_value = 2048 },
	.bad =
		(const char *const[]){
			"301 http://a.example/ !\n"
			"200 http://a.example/{2032}\n",
			"302 http://a.example/b\n"
			"302 https://a.example/b !\n"
			"302 https://a.example/b?return={3000}\n"
			"200 https://a.example/c?return={3000}\n",
			/* Too long for a sign-in too. */
			"302 http://a.example/ !\n"
			"200 http://a.example/?SAMLRequest={8000}\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/\n"
			"200 http://a.example/{2031}\n",
			/* As long before. */
			"301 http://a.example/{3000}\n"
			"200 https://a.example/{3000}\n",
			"302 http://a.example/\n"
			"200 https://idp.example/?RelayState=1&SAMLRequest={4000}\n",
			"302 http://a.example/account\n"
			"200 https://a.example/login?next={4000}\n",
			/* A fragment is not sent. */
			"301 http://a.example/\n"
			"  Location: /b#{4000}\n"
			"200 http://a.example/b\n",
			NULL,
		},
	.check = check,
};
