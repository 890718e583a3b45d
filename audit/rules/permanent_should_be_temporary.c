#include "audit/marks.h"

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];
		unsigned marks = status_is_permanent(hop->status) ? report_marks(report, i)->set : 0;
		struct span text;

		if (!marks_suffice(marks))
			continue;
		text = marks_text(report_arena(report), marks);
		report_hop(report, i, "This %u looks temporary: %.*s.", hop->status, SPAN_ARG(text));
	}
}

const struct rule rule_permanent_should_be_temporary = {
	.name = "permanent-should-be-temporary",
	.title = "Permanent redirect that looks temporary",
	.severity = SEVERITY_WARNING,
	.why = "A permanent redirect tells search engines to replace the URL by its target, and browsers may keep "
	       "it: Chromium never asks again where a 301 or 308 has no lifetime of its own. Google asks for 302, "
	       "not 301, in A/B tests.",
	.fix = "Answer 302 or 307 (and Cache-Control: no-store while unsure) for what depends on the visitor, the "
	       "day or the state of the site. One strong sign is reported (Retry-After, a cookie of an experiment, a "
	       "maintenance page), or two weak ones.",
	.spec = "RFC 9110, sections 15.4.2 and 10.2.3; Google Search Central, \"A/B testing best practices for "
		"search\"",
	.bad = (const char *const[]){ "301 http://a.example/shop !\n"
				      "  Retry-After: 3600\n"
				      "200 http://a.example/closed\n",
				      "308 http://a.example/ !\n"
				      "  Set-Cookie: _vwo_uuid\n"
				      "200 http://a.example/home-b\n",
				      "301 http://a.example/products !\n"
				      "503 http://a.example/maintenance\n",
				      "301 http://a.example/ !\n"
				      "  Vary: Accept-Encoding, Accept-Language\n"
				      "200 http://a.example/de/\n",
				      "301 http://a.example/orders !\n"
				      "200 http://a.example/login?return_to=%2Forders\n",
				      NULL },
	.good = (const char *const[]){ "301 http://a.example/\n"
				       "200 http://a.example/en/\n",
				       "302 http://a.example/shop\n"
				       "  Retry-After: 3600\n"
				       "200 http://a.example/closed\n",
				       "301 http://a.example/products\n"
				       "503 https://a.example/products\n",
				       "301 http://a.example/?p=12\n"
				       "200 http://a.example/2019/05/first-post\n",
				       /* A section of files, not an alias of the newest. */
				       "301 http://a.example/download/help/upgrade\n"
				       "200 http://a.example/2019/05/how-to-upgrade\n",
				       /* No locale. */
				       "301 http://a.example/account\n"
				       "  Vary: Accept-Language\n"
				       "200 http://a.example/my/account\n",
				       "301 http://a.example/signin\n"
				       "  Vary: Accept-Encoding\n"
				       "200 http://a.example/login\n",
				       NULL },
	.check = check,
};
