#include "audit/rule.h"

/* Without a final dot. */
static struct span name_of(const struct url *url)
{
	struct span name = url->host;

	if (name.len && name.bytes[name.len - 1] == '.')
		name.len--;
	return name;
}

static bool ends_with(struct span name, const char *suffix)
{
	size_t len = strlen(suffix);

	return name.len >= len && memcmp(name.bytes + name.len - len, suffix, len) == 0;
}

/* Two letters: a top-level domain that may be a host as well. */
static bool is_country(struct span name)
{
	return name.len == 2 && name.bytes[0] >= 'a' && name.bytes[0] <= 'z' && name.bytes[1] >= 'a' &&
	       name.bytes[1] <= 'z';
}

/* A name for use within one network, or one machine. */
static bool is_internal(const struct url *url)
{
	/* RFC 6761, RFC 6762 with its appendix G, RFC 8375, and what routers and systems set up by themselves. None of
	 * them is a top-level domain; ICANN keeps .internal, .corp and .home from becoming one. */
	static const char *const suffixes[] = {
		".local", ".localhost", ".internal", ".intranet",    ".private",   ".corp",
		".home",  ".lan",       ".test",     ".localdomain", ".home.arpa",
	};
	const struct span name = name_of(url);

	if (name.len == 0 || url_host_is_address(url))
		return false;
	if (!memchr(name.bytes, '.', name.len))
		return !is_country(name);
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (ends_with(name, suffixes[i]))
			return true;
	return false;
}

static bool is_blocked(const struct chain *chain, uint32_t index)
{
	return index < chain->hop_count && chain->hop[index].error == HOP_ERROR_ADDRESS_NOT_PUBLIC;
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		/* A name that has an address here, and not a public one, is the rule private-address-target's. */
		if (status_is_redirect(hop->status) && url_is_web(&hop->next) && is_internal(&hop->next) &&
		    !is_internal(&hop->url) && !is_blocked(chain, i + 1))
			report_hop(
				report, i,
				"%.*s redirects to the host \"%.*s\", a name that only an internal network can know.",
				SPAN_ARG(hop->url.href), SPAN_ARG(hop->next.host));
	}
}

const struct rule rule_location_internal_host = {
	.name = "location-internal-host",
	.title = "Redirect to the name of an internal host",
	.severity = SEVERITY_ERROR,
	.why = "Visitors and crawlers outside cannot resolve the name, so the link is dead for them, and it tells how the "
	       "site is built. In somebody else's network the same name may be another machine.",
	.fix = "Make the application use the host that visitors asked for: nginx proxy_redirect or proxy_set_header Host, "
	       "Apache ProxyPassReverse, X-Forwarded-Host, or the base URL in its settings.",
	.spec = "RFC 6761, section 6; RFC 6762, section 3 and appendix G; RFC 8375",
	.bad =
		(const char *const[]){
			"301 http://a.example/ !\n"
			"dns-nxdomain http://app-server/\n",
			"301 http://a.example/\n"
			"302 https://a.example/ !\n"
			"dns-nxdomain https://web.a.svc.cluster.local/\n",
			"302 http://a.example/ !\n"
			"  Location: http://localhost:3000/\n"
			"= redirect_limit\n",
			"302 http://a.example/ !\n"
			"dns-nxdomain http://build7.corp./\n",
			/* nginx: server_name _ */
			"301 http://a.example/ !\n"
			"dns-nxdomain https://_/\n",
			/* It answers here, where the name is known. */
			"302 http://a.example/ !\n"
			"200 http://backend/\n",
			NULL,
		},
	.good =
		(const char *const[]){
			/* An audit of an internal network. */
			"301 http://wiki/\n"
			"200 http://wiki.lan/\n",
			"301 http://a.example/\n"
			"200 http://local.b.example/\n",
			"301 http://a.example/\n"
			"200 http://mylocal.example/\n",
			"301 http://a.example/\n"
			"200 http://ai/\n",
			/* Addresses, which private-address-target knows about. */
			"301 http://a.example/\n"
			"address-not-public http://10.0.0.5/\n",
			"301 http://a.example/\n"
			"200 http://192.0.2.1/\n",
			"301 http://a.example/\n"
			"address-not-public http://localhost/\n",
			NULL,
		},
	.check = check,
};
