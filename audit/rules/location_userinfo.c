#include "audit/rule.h"

/* A relative Location has the user name of the URL that was asked for, which is not its fault. */
static bool is_inherited(struct arena *arena, const struct hop *hop)
{
	struct url base = hop->url, own;

	base.username = base.password = (struct span){ .len = 0 };
	return url_parse(arena, hop->location, &base, &own) != URL_OK || (own.username.len + own.password.len) == 0;
}

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (!status_is_redirect(hop->status) || !url_is_web(&hop->next) ||
		    hop->next.username.len + hop->next.password.len == 0 || is_inherited(report_arena(report), hop))
			continue;
		if (hop->next.password.len)
			report_hop_as(report, i, SEVERITY_ERROR, 100,
				      "The Location of %.*s has a password in it; it leads to %.*s.",
				      SPAN_ARG(hop->url.href), SPAN_ARG(hop->next.href));
		else
			report_hop(report, i, "The Location of %.*s has a user name in it; it leads to %.*s.",
				   SPAN_ARG(hop->url.href), SPAN_ARG(hop->next.href));
	}
}

const struct rule rule_location_userinfo = {
	.name = "location-userinfo",
	.title = "User name or password in a Location",
	.severity = SEVERITY_WARNING,
	.why = "Everybody who follows the link is told, and it stays in logs, histories and caches on the way: with a "
	       "password an error. What stands before an \"@\" is also how phishing links pretend to be another host, so "
	       "recipients are told to treat it as an error. A server must not send it.",
	.fix = "Take it out of the target, and change the password. If the target needs a sign-in, let it ask for one.",
	.spec = "RFC 9110, section 4.2.4",
	.bad =
		(const char *const[]){
			"302 http://a.example/ !\n"
			"  Location: http://user:secret@b.example/\n"
			"200 http://b.example/\n",
			"302 http://a.example/\n"
			"302 http://a.example/b !\n"
			"  Location: //user@a.example/c\n"
			"200 http://a.example/c\n",
			"302 http://a.example/ !\n"
			"  Location: http://:secret@b.example/\n"
			"200 http://b.example/\n",
			NULL,
		},
	.good =
		(const char *const[]){
			/* The inventory's own, kept by a relative Location. */
			"302 http://user:secret@a.example/\n"
			"  Location: /b\n"
			"200 http://a.example/b\n",
			"302 http://a.example/\n"
			"  Location: http://b.example/@user:x?u=http://user:secret@c.example/#@\n"
			"200 http://b.example/@user:x?u=http://user:secret@c.example/\n",
			"302 http://a.example/\n"
			"  Location: http://@b.example/\n"
			"200 http://b.example/\n",
			"302 http://a.example/\n"
			"  Location: mailto:user@a.example\n",
			NULL,
		},
	.check = check,
};
