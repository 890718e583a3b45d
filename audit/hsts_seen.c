#include "audit/hsts_seen.h"

#include "formats/url_compare.h"

struct hsts hsts_of_hop(const struct hop *hop)
{
	if (!url_is_https(&hop->url) || url_host_is_address(&hop->url))
		return (struct hsts){ .valid = false };
	return hsts_parse(hop->header[HEADER_STRICT_TRANSPORT_SECURITY]);
}

static bool is_below(struct span host, struct span parent)
{
	size_t at;

	if (parent.len == 0 || host.len <= parent.len)
		return false;
	at = host.len - parent.len;
	return host.bytes[at - 1] == '.' && memcmp(host.bytes + at, parent.bytes, parent.len) == 0;
}

bool hsts_seen_for(const struct chain *chain, struct span host)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];
		const struct hsts hsts = hsts_of_hop(hop);

		if (hsts.max_age_s == 0)
			continue;
		if (span_equal(hop->url.host, host) || (hsts.include_subdomains && is_below(host, hop->url.host)))
			return true;
	}
	return false;
}
