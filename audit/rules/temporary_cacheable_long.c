#include "audit/rule.h"

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		if (!status_is_temporary(hop->status))
			continue;
		if (hop->freshness == FRESHNESS_EXPLICIT && hop->fresh_s >= report_limit(report))
			report_hop(report, i, "This %u is temporary, but browsers may keep it for %u seconds.",
				   hop->status, hop->fresh_s);
		else if (hop->freshness == FRESHNESS_HEURISTIC)
			report_hop_as(report, i, SEVERITY_NOTICE, 100,
				      "This %u is temporary and \"public\", so caches may keep it for as long as they "
				      "see fit.",
				      hop->status);
	}
}

const struct rule rule_temporary_cacheable_long = {
	.name = "temporary-cacheable-long",
	.title = "Temporary redirect with a long lifetime",
	.severity = SEVERITY_WARNING,
	.why = "When the redirect ends, visitors who have it in their browser's cache go on to the old target until "
	       "its lifetime is over, and nobody can call it back.",
	.fix = "Give it a lifetime of minutes or none, or make it permanent if it is. \"public\" without a lifetime "
	       "leaves the choice to each cache and is a notice.",
	.spec = "RFC 9111, sections 4.2.1 and 4.2.2; RFC 9110, section 15.4",
	.limit = { .unit = "seconds", .min = 1, .max = 31536000, .default_value = 86400 },
	.bad =
		(const char *const[]){
			"302 http://a.example/ !\n"
			"  Cache-Control: max-age=86400\n"
			"200 http://a.example/b\n",
			"307 http://a.example/ !\n"
			"  Date: Sat, 21 Nov 2026 00:00:00 GMT\n"
			"  Expires: Sat, 28 Nov 2026 00:00:00 GMT\n"
			"200 http://a.example/b\n",
			/* No lifetime, but marked as cacheable. */
			"307 http://a.example/ !\n"
			"  Cache-Control: public\n"
			"200 http://a.example/b\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"302 http://a.example/\n"
			"  Cache-Control: max-age=86399\n"
			"200 http://a.example/b\n",
			/* Most of it has passed already. */
			"302 http://a.example/\n"
			"  Cache-Control: max-age=86400\n"
			"  Age: 80000\n"
			"200 http://a.example/b\n",
			"302 http://a.example/\n"
			"  Cache-Control: max-age=86400, no-store\n"
			"200 http://a.example/b\n",
			"307 http://a.example/\n"
			"200 http://a.example/b\n",
			"301 http://a.example/\n"
			"  Cache-Control: max-age=31536000\n"
			"200 http://a.example/b\n",
			NULL,
		},
	.check = check,
};
