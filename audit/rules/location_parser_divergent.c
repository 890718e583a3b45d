#include "audit/rule.h"

enum reading {
	READ_ALIKE,
	READ_OTHER_PATH, /* one host, but the readers may ask it for different things */
	READ_OTHER_HOST,
};

static bool is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7F;
}

static bool has_control(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (is_control(text.bytes[i]))
			return true;
	return false;
}

/* A backslash before the query: browsers take it for a slash, RFC 3986 knows no such thing. */
static bool has_backslash(struct span text)
{
	for (size_t i = 0; i < text.len && text.bytes[i] != '?' && text.bytes[i] != '#'; i++)
		if (text.bytes[i] == '\\')
			return true;
	return false;
}

/* The host that `host`, as somebody wrote it, names once it is normalised; false if none. */
static bool normalise_host(struct arena *arena, struct span host, struct url *out)
{
	struct span scheme = SPAN("http://");
	char *text = arena_alloc(arena, scheme.len + host.len + 1);

	memcpy(text, scheme.bytes, scheme.len);
	memcpy(text + scheme.len, host.bytes, host.len);
	return url_parse(arena, (struct span){ .bytes = text, .len = scheme.len + host.len }, NULL, out) == URL_OK;
}

/* RFC 3986 sees no host, so a strict reader goes nowhere else. A browser may ("///b.example" is a host to
 * it), and so may lenient readers of "http:/b.example", where the browser stays. */
static enum reading read_without_host(struct arena *arena, const struct url_rfc3986 *strict, const struct hop *hop)
{
	struct url lenient;

	if (!span_equal(hop->next.host, hop->url.host))
		return READ_OTHER_HOST;
	if (strict->has_authority || url_parse(arena, strict->target, NULL, &lenient) != URL_OK ||
	    !url_is_web(&lenient))
		return READ_OTHER_PATH;
	return span_equal(lenient.host, hop->next.host) ? READ_OTHER_PATH : READ_OTHER_HOST;
}

static enum reading compare(struct arena *arena, const struct hop *hop, struct url_rfc3986 *strict)
{
	struct url host, target;

	url_resolve_rfc3986(arena, hop->location, &hop->url, strict);
	if (strict->host.len == 0)
		return read_without_host(arena, strict, hop);
	/* Where browsers end the host at a backslash or drop a tab, others go on or give up. */
	if (has_backslash(strict->host) || has_control(strict->host) || !normalise_host(arena, strict->host, &host) ||
	    !span_equal(host.host, hop->next.host))
		return READ_OTHER_HOST;
	if (has_control(hop->location) || has_backslash(hop->location))
		return READ_OTHER_PATH;
	if (url_parse(arena, strict->target, NULL, &target) != URL_OK || !url_same_resource(&target, &hop->next))
		return READ_OTHER_PATH;
	return READ_ALIKE;
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];
		struct url_rfc3986 strict;
		enum reading reading;

		if (!status_is_redirect(hop->status) || hop->location.len == 0 || !url_is_web(&hop->next) ||
		    url_reads_plainly(hop->location, &hop->url, &hop->next))
			continue;
		reading = compare(report_arena(report), hop, &strict);
		if (reading != READ_ALIKE)
			report_hop_as(report, i, reading == READ_OTHER_HOST ? SEVERITY_ERROR : SEVERITY_WARNING, 100,
				      "Browsers read the Location \"%.*s\" as %.*s, but by RFC 3986 it is \"%.*s\".",
				      SPAN_ARG(hop->location), SPAN_ARG(hop->next.href), SPAN_ARG(strict.target));
	}
}

const struct rule rule_location_parser_divergent = {
	.name = "location-parser-divergent",
	.title = "Location that programs read differently",
	.severity = SEVERITY_ERROR,
	.why = "Browsers follow the URL Standard, other programs RFC 3986. Where the two name different hosts, a "
	       "filter may pass what a browser then takes elsewhere: an open redirect for attackers to use. Where "
	       "only the path may differ it is a warning: some clients miss the page.",
	.fix = "Send a clean absolute URL: a scheme, two slashes, no backslash, no tab and no line break. If the "
	       "target comes from a request, check it after parsing it.",
	.spec = "URL Standard, section 4.4; RFC 3986, section 5.2.2",
	.bad =
		(const char *const[]){
			/* Another host. */
			"302 http://a.example/ !\n"
			"  Location: \\\\b.example\\x\n"
			"200 http://b.example/x\n",
			"302 http://a.example/ !\n"
			"  Location: /\\b.example/x\n"
			"200 http://b.example/x\n",
			"302 http://a.example/ !\n"
			"  Location: http://b.example\\@c.example/\n"
			"200 http://b.example/@c.example/\n",
			"302 http://a.example/dir/ !\n"
			"  Location: http:/b.example/x\n"
			"200 http://a.example/b.example/x\n",
			"302 http://a.example/dir/ !\n"
			"  Location: http:b.example/x\n"
			"200 http://a.example/dir/b.example/x\n",
			"302 http://a.example/ !\n"
			"  Location: http://b.exa\tmple/\n"
			"200 http://b.example/\n",
			/* One host, or none named. */
			"302 http://a.example/ !\n"
			"  Location: https:/b.example/x\n"
			"200 https://b.example/x\n",
			"302 http://a.example/ !\n"
			"  Location: http:///b.example/x\n"
			"200 http://b.example/x\n",
			"302 http://a.example/ !\n"
			"  Location: /b\tc\n"
			"200 http://a.example/bc\n",
			"302 http://a.example/ !\n"
			"  Location: /b\\c\n"
			"200 http://a.example/b/c\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"302 http://a.example/\n"
			"  Location: //b.example/x\n"
			"200 http://b.example/x\n",
			"302 http://a.example/\n"
			"  Location: HTTP://user@B.example:80/%7ex?y\\z\n"
			"200 http://b.example/%7ex?y\\z\n",
			/* Equal once dot segments and escapes are normalised. */
			"302 http://a.example/dir/\n"
			"  Location: ../b/%2e%2e/c\n"
			"200 http://a.example/c\n",
			"302 http://a.example/\n"
			"  Location: /b c\n"
			"200 http://a.example/b%20c\n",
			"302 http://a.example/\n"
			"  Location: http://m\xC3\xBCnchen.example/\n"
			"200 http://xn--mnchen-3ya.example/\n",
			"302 http://a.example/\n"
			"  Location: ?y\n"
			"200 http://a.example/?y\n",
			NULL,
		},
	.check = check,
};
