#include "audit/rule.h"

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (hop->status != 300)
			continue;
		if (hop->location.len)
			report_hop_as(report, i, SEVERITY_WARNING, 100,
				      "%.*s answers 300 and prefers %.*s, where browsers that keep to Fetch do not go.",
				      SPAN_ARG(hop->url.href), SPAN_ARG(hop->location));
		else
			report_hop(report, i, "%.*s answers 300 and names no preferred choice.",
				   SPAN_ARG(hop->url.href));
	}
}

const struct rule rule_multiple_choices_300 = {
	.name = "multiple-choices-300",
	.title = "300 Multiple Choices",
	.severity = SEVERITY_ERROR,
	.why = "Fetch does not follow a 300, with or without a Location, so visitors may see a list or nothing; Yandex "
	       "treats it as an error because it cannot tell which page is meant. With a Location it is a warning, "
	       "since some clients follow it.",
	.fix = "Redirect with 301 to the variant you prefer, or serve it at this URL.",
	.spec = "RFC 9110, section 15.4.1; Fetch, \"redirect status\"",
	.bad = (const char *const[]){ "300 http://a.example/page !\n",
				      "301 http://a.example/page\n"
				      "300 https://a.example/page !\n"
				      "  Location: /page.en.html\n",
				      NULL },
	.good = (const char *const[]){ "301 http://a.example/page\n"
				       "200 http://a.example/page.en.html\n",
				       NULL },
	.check = check,
};
