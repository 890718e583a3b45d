#include "audit/rule.h"

/* Schemes that no application registers for itself: nothing good waits behind a redirect to them. */
static const struct span never_an_app[] = {
	SPAN("about"), SPAN("blob"), SPAN("data"), SPAN("file"), SPAN("ftp"), SPAN("javascript"), SPAN("vbscript"),
};

static bool is_never_an_app(struct span scheme_name)
{
	for (size_t i = 0; i < sizeof(never_an_app) / sizeof(never_an_app[0]); i++)
		if (span_equal_nocase(scheme_name, never_an_app[i]))
			return true;
	return false;
}

/* True if Vary has the member User-Agent, so that other clients may get another answer. */
static bool varies_by_user_agent(const struct hop *hop)
{
	struct span wanted = SPAN("user-agent"), vary = hop->header[HEADER_VARY];

	for (size_t i = 0; i + wanted.len <= vary.len; i++)
		if (strncasecmp(vary.bytes + i, wanted.bytes, wanted.len) == 0)
			return true;
	return false;
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];
		bool app;

		if (!status_is_redirect(hop->status) || hop->next.scheme != URL_SCHEME_OTHER)
			continue;
		app = varies_by_user_agent(hop) && !is_never_an_app(hop->next.scheme_name);
		report_hop_as(report, i, app ? SEVERITY_WARNING : SEVERITY_ERROR, 100,
			      "%.*s redirects to the scheme \"%.*s:\"%s.", SPAN_ARG(hop->url.href),
			      SPAN_ARG(hop->next.scheme_name),
			      app ? ", which opens an app on some devices and fails on all others" : "");
	}
}

const struct rule rule_location_unsupported_scheme = {
	.name = "location-unsupported-scheme",
	.title = "Redirect to neither http nor https",
	.severity = SEVERITY_ERROR,
	.why = "Browsers answer such a redirect with a network error and crawlers stop, so visitors see nothing. "
	       "Some other programs do follow it, \"ftp:\" for one. Where the answer varies by User-Agent it may be "
	       "meant for an app and is a warning.",
	.fix = "Redirect to an https: URL; offer an app's or a mail link on that page.",
	.spec = "Fetch Standard, \"HTTP-redirect fetch\"; RFC 9110, section 10.2.2",
	.bad =
		(const char *const[]){
			"302 http://a.example/ !\n"
			"  Location: data:text/html,hello\n",
			"302 http://a.example/\n"
			"301 http://a.example/b !\n"
			"  Location: ftp://a.example/b\n",
			"302 http://a.example/contact !\n"
			"  Location: mailto:a@b.example\n",
			"302 http://a.example/app !\n"
			"  Location: myapp://open?id=5\n"
			"  Vary: Accept-Encoding, User-Agent\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/\n"
			"  Location: HTTPS://a.example/\n"
			"200 https://a.example/\n",
			"301 http://a.example/\n"
			"  Location: /data:b\n"
			"200 http://a.example/data:b\n",
			"301 http://a.example/\n"
			"  Location: /b?to=ftp://c.example/\n"
			"200 http://a.example/b?to=ftp://c.example/\n",
			"200 http://a.example/\n"
			"  Location: mailto:a@b.example\n",
			NULL,
		},
	.check = check,
};
