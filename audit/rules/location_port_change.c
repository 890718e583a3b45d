#include "audit/rule.h"

/* The authority as written; empty in a Location that has none. Browsers take a backslash for a slash. */
static struct span authority_of(struct span location)
{
	size_t begin = 0, end;

	while (begin < location.len && !strchr("/\\?#", location.bytes[begin]))
		begin++;
	if (begin + 2 > location.len || !strchr("/\\", location.bytes[begin]) ||
	    !strchr("/\\", location.bytes[begin + 1]) || (begin > 0 && location.bytes[begin - 1] != ':'))
		return (struct span){ .len = 0 };
	end = begin += 2;
	while (end < location.len && !strchr("/\\?#", location.bytes[end]))
		end++;
	return (struct span){ .bytes = location.bytes + begin, .len = end - begin };
}

static bool names_port(struct span location)
{
	const char *colon = location.len ? memrchr(location.bytes, ':', location.len) : NULL;
	struct span authority;
	size_t digits = 0;

	/* No more than that of "https:", as in most. */
	if (!colon || colon - location.bytes < 6)
		return false;
	authority = authority_of(location);
	while (digits < authority.len && authority.bytes[authority.len - digits - 1] >= '0' &&
	       authority.bytes[authority.len - digits - 1] <= '9')
		digits++;
	return digits > 0 && digits < authority.len && authority.bytes[authority.len - digits - 1] == ':';
}

/* http on 443 or https on 80: what listens there speaks the other one. */
static bool is_other_schemes(const struct url *url)
{
	return url->has_port && url->port == (url_is_http(url) ? 443 : 80);
}

/* Who asks a host for its usual port and is sent to another one of it has met a server that names its own. From another
 * port, or to another site, somebody has chosen the port. */
static bool leaks_port(const struct hop *hop)
{
	const uint32_t other_host = 1u << CHANGE_HOST | 1u << CHANGE_SITE;

	return hop->next.has_port && !hop->url.has_port && !(hop->changes & other_host);
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (!status_is_redirect(hop->status) || !url_is_web(&hop->next))
			continue;
		if (is_other_schemes(&hop->next) && !is_other_schemes(&hop->url))
			report_hop(report, i, "%.*s redirects to %.*s: port %u is the other scheme's.",
				   SPAN_ARG(hop->url.href), SPAN_ARG(hop->next.href), hop->next.port);
		else if (leaks_port(hop))
			report_hop(report, i, "%.*s redirects from its scheme's usual port to port %u: %.*s.",
				   SPAN_ARG(hop->url.href), hop->next.port, SPAN_ARG(hop->next.href));
		else if (!hop->next.has_port && names_port(hop->location))
			report_hop_as(report, i, SEVERITY_NOTICE, 100,
				      "The Location \"%.*s\" names port %u, which its scheme has anyway.",
				      SPAN_ARG(hop->location), hop->next.port);
	}
}

const struct rule rule_location_port_change = {
	.name = "location-port-change",
	.title = "Port in a Location that should not be there",
	.severity = SEVERITY_WARNING,
	.why = "Usually a server behind a proxy puts the port that it listens on into its redirects. From outside that port "
	       "is closed, or another origin with cookies, a certificate and a robots.txt of its own. A port that is the "
	       "scheme's usual one is only a notice: programs that compare URLs as text take it for another URL.",
	.fix = "Make the server build its URLs from X-Forwarded-Port and X-Forwarded-Proto, or leave the port out (nginx: "
	       "port_in_redirect off). Redirect to a port only if visitors are meant to use it.",
	.spec = "RFC 9110, section 4.2; RFC 3986, section 6.2.3; RFC 9309, section 2.3",
	.bad =
		(const char *const[]){
			"301 http://a.example/ !\n"
			"200 http://a.example:8080/\n",
			"301 http://a.example/ !\n"
			"200 https://www.a.example:8443/\n",
			"302 https://a.example/ !\n"
			"  Location: http://b.example:443/\n"
			"connect-refused http://b.example:443/\n",
			"301 http://a.example/ !\n"
			"connect-refused https://a.example:80/\n",
			/* The usual one. */
			"301 http://a.example/ !\n"
			"  Location: https://a.example:443/\n"
			"200 https://a.example/\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/\n"
			"200 https://a.example/\n",
			/* Whoever wrote the link knows of ports. */
			"301 http://a.example:8080/\n"
			"200 https://a.example:8443/\n",
			"301 http://a.example:8080/\n"
			"  Location: /b\n"
			"200 http://a.example:8080/b\n",
			"301 http://a.example:8080/\n"
			"200 http://a.example/\n",
			/* Another host's service. */
			"302 https://a.example/\n"
			"200 https://b.example:8443/\n",
			"302 https://a.example/\n"
			"200 https://app.a.example:8443/\n",
			"302 http://a.example/\n"
			"  Location: /to?u=//b.example:80\n"
			"200 http://a.example/to?u=//b.example:80\n",
			NULL,
		},
	.check = check,
};
