/* From what was kept to the rows: texts are looked up, and the rules are asked once more. */
#include <stdlib.h>

#include "audit/inventory_kept.h"

static void filter_add(struct filter *filter, uint64_t hash)
{
	filter->bits[hash % FILTER_BITS / 8] |= (uint8_t)(1u << hash % 8);
}

static bool filter_has(const struct filter *filter, uint64_t hash)
{
	return filter->bits[hash % FILTER_BITS / 8] >> hash % 8 & 1;
}

typedef void each_kept(struct inventory_rank *rank, struct inventory_kept *kept, const void *context);

static void for_each_kept(struct inventory_rank *rank, each_kept *each, const void *context)
{
	for (size_t i = 0; i < RULE_COUNT; i++) {
		for (size_t at = 0; at < rank->best[i].count; at++)
			each(rank, &rank->best[i].kept[at], context);
	}
}

static void add_host_to_filter(struct inventory_rank *rank, struct inventory_kept *kept, const void *context)
{
	(void)context;
	if (kept->subject.kind == KIND_TARGET)
		filter_add(&rank->filter, kept->subject.target.host.hash);
}

struct host_urls {
	uint64_t host, urls;
};

static void set_host_urls(struct inventory_rank *rank, struct inventory_kept *kept, const void *context)
{
	const struct host_urls *known = context;

	(void)rank;
	if (kept->subject.kind == KIND_TARGET && kept->subject.target.host.hash == known->host)
		kept->subject.target.host_urls = known->urls;
}

void inventory_rank_host_urls(struct inventory_rank *rank, uint64_t host, uint64_t urls)
{
	if (!rank->filtered)
		for_each_kept(rank, add_host_to_filter, NULL);
	rank->filtered = true;
	if (filter_has(&rank->filter, host))
		for_each_kept(rank, set_host_urls, &(struct host_urls){ host, urls });
}

/* At most so many names has a subject. */
#define NAMES_MAX INVENTORY_CYCLE_NAMES_MAX

static size_t names_of(struct inventory_subject *subject, struct inventory_name *name[NAMES_MAX])
{
	size_t count = 0;

	switch (subject->kind) {
	case KIND_PATTERN:
		name[count++] = &subject->pattern.from;
		name[count++] = &subject->pattern.to;
		break;
	case KIND_TARGET:
		name[count++] = &subject->target.url;
		name[count++] = &subject->target.host;
		break;
	case KIND_HUB:
		name[count++] = &subject->hub.url;
		name[count++] = &subject->hub.next;
		break;
	case KIND_HOST:
		name[count++] = &subject->host.host;
		name[count++] = &subject->host.target;
		break;
	case KIND_SITE:
		name[count++] = &subject->site.host;
		break;
	case KIND_CYCLE:
		for (; count < subject->cycle.urls && count < INVENTORY_CYCLE_NAMES_MAX; count++)
			name[count] = &subject->cycle.url[count];
		break;
	}
	return count;
}

static int by_hash(const void *left, const void *right)
{
	const struct wanted *a = left, *b = right;

	return a->hash < b->hash ? -1 : a->hash > b->hash;
}

static void want(struct inventory_rank *rank, struct inventory_kept *kept, const void *context)
{
	struct inventory_name *name[NAMES_MAX];
	size_t count = names_of(&kept->subject, name);

	(void)context;
	for (size_t i = 0; i < count; i++) {
		if (rank->wanted_count % 1024 == 0)
			rank->wanted = memory_resize(rank->wanted, (rank->wanted_count + 1024) * sizeof(*rank->wanted));
		rank->wanted[rank->wanted_count++] = (struct wanted){ .hash = name[i]->hash };
		filter_add(&rank->filter, name[i]->hash);
	}
}

static struct wanted *find_wanted(struct inventory_rank *rank, uint64_t hash)
{
	struct wanted key = { .hash = hash };

	return filter_has(&rank->filter, hash) ? bsearch(&key, rank->wanted, rank->wanted_count, sizeof(key), by_hash)
					       : NULL;
}

static void take_text(void *context, uint64_t hash, struct span text)
{
	struct inventory_rank *rank = context;
	struct wanted *wanted = find_wanted(rank, hash);

	if (wanted && !wanted->text.len)
		wanted->text = arena_copy(&rank->texts, text);
}

static void set_texts(struct inventory_rank *rank, struct inventory_kept *kept, const void *context)
{
	struct inventory_name *name[NAMES_MAX];
	size_t count = names_of(&kept->subject, name);

	(void)context;
	for (size_t i = 0; i < count; i++)
		name[i]->text = find_wanted(rank, name[i]->hash)->text;
}

static void look_up(struct inventory_rank *rank)
{
	size_t kept = 0;

	memset(&rank->filter, 0, sizeof(rank->filter));
	for_each_kept(rank, want, NULL);
	if (rank->wanted_count)
		qsort(rank->wanted, rank->wanted_count, sizeof(*rank->wanted), by_hash);
	for (size_t i = 0; i < rank->wanted_count; i++) {
		if (i == 0 || rank->wanted[i].hash != rank->wanted[kept - 1].hash)
			rank->wanted[kept++] = rank->wanted[i];
	}
	rank->wanted_count = kept;
}

static int largest_first(const void *left, const void *right)
{
	const struct inventory_finding *a = left, *b = right;
	size_t len = a->subject.len < b->subject.len ? a->subject.len : b->subject.len;
	int order =
		a->count != b->count ? (a->count > b->count ? -1 : 1) : memcmp(a->subject.bytes, b->subject.bytes, len);

	if (order)
		return order;
	return a->subject.len != b->subject.len ? (a->subject.len < b->subject.len ? -1 : 1) : 0;
}

/* The rule is asked once more: only now it sees texts, and how many URLs a host has. */
static void write_rows(struct inventory_rank *rank, enum rule_index rule,
		       void (*row)(void *context, const struct inventory_finding *finding), void *context)
{
	const struct inventory_best *best = &rank->best[rule];
	struct inventory_finding *finding = memory_alloc((best->count + 1) * sizeof(*finding));
	size_t count = 0, most = rules[rule]->whole_list.rows_max;

	for (size_t i = 0; i < best->count; i++) {
		struct inventory_report report = { .rank = rank, .rule = rule };

		if (inventory_ask(&report, &best->kept[i].subject))
			finding[count++] = report.finding;
	}
	if (count)
		qsort(finding, count, sizeof(*finding), largest_first);
	for (size_t i = 0; i < count && i < (most ? most : INVENTORY_ROWS_MAX); i++)
		row(context, &finding[i]);
	free(finding);
	arena_release(&rank->arena);
}

bool inventory_rank_rows(struct inventory_rank *rank, struct text_log *texts,
			 void (*row)(void *context, const struct inventory_finding *finding), void *context)
{
	look_up(rank);
	if (rank->wanted_count && !text_log_each(texts, take_text, rank))
		return false;
	for_each_kept(rank, set_texts, NULL);
	for (unsigned i = 0; i < rank->rule_count; i++)
		write_rows(rank, (enum rule_index)rank->rule[i], row, context);
	return true;
}
