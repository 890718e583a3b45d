#include <stdlib.h>

#include "audit/inventory_state.h"

/* Patterns of one host. One that has more target hosts for the same changes is a service that redirects for others. */
#define PATTERNS_MAX 4096

struct pattern {
	struct inventory_pattern told;
	unsigned features; /* those that matter for it, and which of them its URLs have */
};

struct host {
	uint64_t hash;
	uint64_t urls;
	uint64_t with_features[FEATURE_SETS];
	struct inventory_host told;
	struct pattern *pattern; /* PATTERNS_MAX */
	size_t patterns;
};

static uint64_t count_with(const struct host *host, unsigned mask, unsigned wanted)
{
	uint64_t count = 0;

	for (unsigned set = 0; set < FEATURE_SETS; set++)
		count += (set & mask) == wanted ? host->with_features[set] : 0;
	return count;
}

/* URLs come by target and changes, so the one that is looked for was mostly used last. NULL: there are too many. */
static struct pattern *find(struct host *host, const struct inventory_visit *visit, uint32_t changes, bool wide,
			    bool narrow)
{
	unsigned features = visit->features & inventory_features_for(changes);
	struct pattern *pattern;

	for (size_t i = host->patterns; i-- > 0;) {
		const struct inventory_pattern *told = &host->pattern[i].told;

		if (told->to.hash == visit->target && told->changes == changes && told->wide == wide &&
		    host->pattern[i].features == features)
			return &host->pattern[i];
	}
	if (host->patterns == PATTERNS_MAX)
		return NULL;
	pattern = &host->pattern[host->patterns++];
	*pattern = (struct pattern){ .features = features };
	pattern->told.from.hash = host->hash;
	pattern->told.to.hash = visit->target;
	pattern->told.from_https = features & FEATURE_HTTPS;
	pattern->told.changes = changes;
	pattern->told.wide = wide;
	pattern->told.narrow = narrow;
	return pattern;
}

static void add_to(struct pattern *pattern, const struct inventory_visit *visit)
{
	if (!pattern)
		return;
	pattern->told.urls[visit->status]++;
	inventory_seqs_add(&pattern->told.seqs[visit->status], visit->seq);
}

static void add_url(struct host *host, const struct inventory_visit *visit)
{
	uint32_t of_origin = visit->changes & CHANGES_OF_ORIGIN;

	host->urls++;
	host->with_features[visit->features]++;
	host->told.redirecting += visit->flags & OUT_INPUT ? 1 : 0;
	if (!(visit->flags & OUT_PATTERN) || visit->status == INVENTORY_NO_REDIRECT)
		return;
	if (of_origin) {
		add_to(find(host, visit, of_origin, true, false), visit);
		add_to(find(host, visit, visit->changes, false, true), visit);
	} else {
		add_to(find(host, visit, visit->changes, true, true), visit);
	}
}

static void add_leading(struct host *host, const struct inventory_visit *visit)
{
	struct inventory_host *told = &host->told;

	told->leading++;
	if (told->leading == 1 || visit->seq < told->seqs.seq[0])
		told->target.hash = visit->target;
	inventory_seqs_add(&told->seqs, visit->seq);
}

static uint64_t pattern_key(const struct pattern *pattern)
{
	const struct inventory_pattern *told = &pattern->told;

	return told->from.hash ^ told->to.hash * 3 ^
	       ((uint64_t)told->changes << 32 | pattern->features << 8 | told->wide);
}

static void offer(struct inventory *inventory, struct host *host)
{
	host->told.host.hash = host->hash;
	for (size_t i = 0; i < host->patterns; i++) {
		struct pattern *pattern = &host->pattern[i];

		pattern->told.could_match =
			count_with(host, inventory_features_for(pattern->told.changes), pattern->features);
		inventory_rank_pattern(inventory->rank, &pattern->told, pattern_key(pattern));
	}
	if (host->told.leading)
		inventory_rank_host(inventory->rank, &host->told);
	inventory_rank_host_urls(inventory->rank, host->hash, host->urls);
}

static void begin(struct host *host, uint64_t hash)
{
	struct pattern *pattern = host->pattern;

	*host = (struct host){ .hash = hash, .pattern = pattern };
}

void inventory_hosts(struct inventory *inventory)
{
	struct sorter_merge *merge = sorter_merge(inventory->visits);
	struct host *host = memory_alloc(sizeof(*host));
	const uint8_t *record;

	host->pattern = memory_alloc(PATTERNS_MAX * sizeof(*host->pattern));
	begin(host, 0);
	while ((record = sorter_next(merge)) != NULL) {
		struct inventory_visit visit = inventory_visit_get(record);

		if (visit.host != host->hash) {
			if (host->urls)
				offer(inventory, host);
			begin(host, visit.host);
		}
		if (visit.kind == VISIT_LEADING)
			add_leading(host, &visit);
		else
			add_url(host, &visit);
	}
	if (host->urls)
		offer(inventory, host);
	free(host->pattern);
	free(host);
	sorter_merge_free(merge);
}
