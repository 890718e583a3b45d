#include "audit/inventory_rank.h"

#include <stdlib.h>

#include "audit/inventory_kept.h"

struct inventory_rank *inventory_rank_new(const struct rule_settings *settings)
{
	struct inventory_rank *rank = memory_alloc(sizeof(*rank));

	memset(rank, 0, sizeof(*rank));
	rank->settings = settings;
	for (unsigned i = 0; i < RULE_COUNT; i++) {
		if (!rules[i]->check && !(settings->rule[i].has_level && settings->rule[i].level == SEVERITY_OFF))
			rank->rule[rank->rule_count++] = i;
	}
	return rank;
}

void inventory_rank_free(struct inventory_rank *rank)
{
	if (!rank)
		return;
	for (size_t i = 0; i < RULE_COUNT; i++)
		free(rank->best[i].kept);
	free(rank->wanted);
	arena_release(&rank->arena);
	arena_release(&rank->texts);
	free(rank);
}

bool inventory_ask(struct inventory_report *report, const struct inventory_subject *subject)
{
	const struct inventory_checks *checks = &rules[report->rule]->whole_list;

	report->reported = false;
	if (subject->kind == KIND_PATTERN && checks->pattern)
		checks->pattern(&subject->pattern, report);
	else if (subject->kind == KIND_TARGET && checks->target)
		checks->target(&subject->target, report);
	else if (subject->kind == KIND_HUB && checks->hub)
		checks->hub(&subject->hub, report);
	else if (subject->kind == KIND_HOST && checks->host)
		checks->host(&subject->host, report);
	else if (subject->kind == KIND_SITE && checks->site)
		checks->site(&subject->site, report);
	else if (subject->kind == KIND_CYCLE && checks->cycle)
		checks->cycle(&subject->cycle, report);
	return report->reported;
}

/* Equal counts go by key, so that it does not matter which came first. */
static bool is_less(const struct inventory_kept *a, const struct inventory_kept *b)
{
	return a->count != b->count ? a->count < b->count : a->key > b->key;
}

static void swap(struct inventory_kept *a, struct inventory_kept *b)
{
	struct inventory_kept kept = *a;

	*a = *b;
	*b = kept;
}

static void sift_down(struct inventory_best *best)
{
	size_t place = 0;

	for (;;) {
		size_t least = 2 * place + 1;

		if (least + 1 < best->count && is_less(&best->kept[least + 1], &best->kept[least]))
			least++;
		if (least >= best->count || !is_less(&best->kept[least], &best->kept[place]))
			return;
		swap(&best->kept[place], &best->kept[least]);
		place = least;
	}
}

static void keep(struct inventory_best *best, const struct inventory_kept *kept)
{
	size_t place = best->count;

	if (best->count == INVENTORY_KEPT_MAX) {
		if (!is_less(&best->kept[0], kept))
			return;
		best->kept[0] = *kept;
		sift_down(best);
		return;
	}
	/* Room doubles at each power of two. */
	if ((best->count & (best->count - 1)) == 0)
		best->kept = memory_resize(best->kept, (best->count ? 2 * best->count : 1) * sizeof(*best->kept));
	best->kept[best->count++] = *kept;
	for (; place && is_less(&best->kept[place], &best->kept[(place - 1) / 2]); place = (place - 1) / 2)
		swap(&best->kept[place], &best->kept[(place - 1) / 2]);
}

static void offer(struct inventory_rank *rank, const struct inventory_subject *subject, uint64_t key)
{
	for (unsigned i = 0; i < rank->rule_count; i++) {
		struct inventory_report report = { .rank = rank, .rule = (enum rule_index)rank->rule[i] };

		if (inventory_ask(&report, subject))
			keep(&rank->best[report.rule], &(struct inventory_kept){ .count = report.finding.count,
										 .key = key,
										 .subject = *subject });
	}
	if (rank->arena.chunk)
		arena_release(&rank->arena);
}

void inventory_rank_pattern(struct inventory_rank *rank, const struct inventory_pattern *pattern, uint64_t key)
{
	offer(rank, &(struct inventory_subject){ .kind = KIND_PATTERN, .pattern = *pattern }, key);
}

void inventory_rank_target(struct inventory_rank *rank, const struct inventory_target *target)
{
	offer(rank, &(struct inventory_subject){ .kind = KIND_TARGET, .target = *target }, target->url.hash);
}

void inventory_rank_hub(struct inventory_rank *rank, const struct inventory_hub *hub)
{
	offer(rank, &(struct inventory_subject){ .kind = KIND_HUB, .hub = *hub }, hub->url.hash);
}

void inventory_rank_host(struct inventory_rank *rank, const struct inventory_host *host)
{
	offer(rank, &(struct inventory_subject){ .kind = KIND_HOST, .host = *host }, host->host.hash);
}

void inventory_rank_site(struct inventory_rank *rank, const struct inventory_site *site)
{
	offer(rank, &(struct inventory_subject){ .kind = KIND_SITE, .site = *site }, site->host.hash);
}

void inventory_rank_cycle(struct inventory_rank *rank, const struct inventory_cycle *cycle)
{
	offer(rank, &(struct inventory_subject){ .kind = KIND_CYCLE, .cycle = *cycle }, cycle->url[0].hash);
}
