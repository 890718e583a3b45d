/* The largest of what the rules on the whole list report, and the rows made of it. */
#ifndef AUDIT_INVENTORY_RANK_H
#define AUDIT_INVENTORY_RANK_H

#include "audit/inventory_rule.h"
#include "audit/rule_settings.h"
#include "formats/text_log.h"

/* What is kept of one rule until the texts are known, when some of it turns out to be nothing; and the rows that come
 * of it at most. */
#define INVENTORY_KEPT_MAX 4096
#define INVENTORY_ROWS_MAX 1000

struct inventory_rank;

struct inventory_rank *inventory_rank_new(const struct rule_settings *settings);
void inventory_rank_free(struct inventory_rank *rank);

/* Shows a subject to the rules that look at such; it is copied if one of them reports it. `key` tells it from others of
 * its kind and count. */
void inventory_rank_pattern(struct inventory_rank *rank, const struct inventory_pattern *pattern, uint64_t key);
void inventory_rank_target(struct inventory_rank *rank, const struct inventory_target *target);
void inventory_rank_hub(struct inventory_rank *rank, const struct inventory_hub *hub);
void inventory_rank_host(struct inventory_rank *rank, const struct inventory_host *host);
void inventory_rank_site(struct inventory_rank *rank, const struct inventory_site *site);
void inventory_rank_cycle(struct inventory_rank *rank, const struct inventory_cycle *cycle);

/* Tells how many URLs of a host were requested, for targets that are there already. */
void inventory_rank_host_urls(struct inventory_rank *rank, uint64_t host, uint64_t urls);

/* Looks up the texts and calls `row` for each finding, in the order of the file: by rule, then the largest first. False
 * if the texts cannot be read. */
bool inventory_rank_rows(struct inventory_rank *rank, struct text_log *texts,
			 void (*row)(void *context, const struct inventory_finding *finding), void *context)
	__attribute__((warn_unused_result));

#endif
