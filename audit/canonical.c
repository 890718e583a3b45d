#include "audit/canonical.h"

#include "audit/final_page.h"
#include "audit/patterns.h"

bool canonical_find(const struct chain *chain, struct report *report, struct url *out)
{
	return page_target_is_end(chain) && chain->redirects > 0 &&
	       final_page_canonical(report_arena(report), chain, out);
}

uint32_t canonical_hop(const struct chain *chain, const struct url *canonical)
{
	uint32_t last = chain->hop_count - 1, i = 0;

	if (url_same_resource(&chain->hop[last].url, canonical))
		return chain->hop_count;
	while (i < last && !url_same_resource(&chain->hop[i].url, canonical))
		i++;
	return i < last ? i : chain->hop_count;
}

bool canonical_is_left_for_ever(const struct chain *chain, uint32_t first)
{
	for (uint32_t i = first; i + 1 < chain->hop_count; i++)
		if (!status_is_permanent(chain->hop[i].status))
			return false;
	return true;
}

static bool is_host_for_phones(struct span host)
{
	static const char *const labels[] = { "m.", "mobile.", "mobil.", "wap.", "touch.", "amp." };

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		size_t len = strlen(labels[i]);

		if (host.len > len && memcmp(host.bytes, labels[i], len) == 0)
			return true;
	}
	return false;
}

bool canonical_is_of_variant(const struct chain *chain, uint32_t first)
{
	for (uint32_t i = first; i < chain->hop_count; i++) {
		struct span vary = chain->hop[i].header[HEADER_VARY];

		if (i + 1 < chain->hop_count &&
		    (pattern_list_has(vary, SPAN("user-agent")) || pattern_list_has(vary, SPAN("accept-language")) ||
		     pattern_list_has(vary, SPAN("cookie")) || pattern_list_has(vary, SPAN("*"))))
			return true;
	}
	return is_host_for_phones(chain->hop[chain->hop_count - 1].url.host);
}
