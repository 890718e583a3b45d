#include "audit/rule.h"

static void check(const struct chain *chain, struct report *report)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		/* Silence would let caches choose with these statuses. */
		if (status_is_permanent(hop->status) && hop->freshness == FRESHNESS_NONE)
			report_hop(report, i, "This %u says that it is permanent, and also that it must not be kept.",
				   hop->status);
	}
}

const struct rule rule_permanent_not_cacheable = {
	.name = "permanent-not-cacheable",
	.title = "Permanent redirect that forbids caching",
	.severity = SEVERITY_NOTICE,
	.why = "Every visit pays for the redirect again, where a browser could have remembered it. In the first days "
	       "of a move it is wise; later it only costs time.",
	.fix = "Once the move is settled, allow a day or more: Cache-Control: max-age=86400.",
	.spec = "RFC 9110, section 15.1; RFC 9111, sections 4.2.1 and 5.2.2",
	.bad =
		(const char *const[]){
			"301 http://a.example/ !\n"
			"  Cache-Control: no-store\n"
			"200 http://a.example/b\n",
			"301 http://a.example/\n"
			"308 https://a.example/ !\n"
			"  Cache-Control: private, max-age=0\n"
			"200 https://www.a.example/\n",
			"301 http://a.example/ !\n"
			"  Expires: 0\n"
			"200 http://a.example/b\n",
			NULL,
		},
	.good =
		(const char *const[]){
			"301 http://a.example/\n"
			"200 http://a.example/b\n",
			"301 http://a.example/\n"
			"  Cache-Control: private, max-age=60\n"
			"200 http://a.example/b\n",
			/* It was good for a while and that is over; nothing forbids to keep it. */
			"301 http://a.example/\n"
			"  Cache-Control: max-age=60\n"
			"  Age: 90\n"
			"200 http://a.example/b\n",
			"302 http://a.example/\n"
			"  Cache-Control: no-store\n"
			"200 http://a.example/b\n",
			NULL,
		},
	.check = check,
};
