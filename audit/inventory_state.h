/* What the files of the inventory share, and nothing for others. */
#ifndef AUDIT_INVENTORY_STATE_H
#define AUDIT_INVENTORY_STATE_H

#include "audit/inventory.h"
#include "audit/inventory_edge.h"
#include "audit/inventory_rank.h"
#include "formats/text_log.h"

struct inventory_feed {
	struct sorter_feed *out, *in;
	struct text_log_feed *texts;
	struct arena arena; /* for one record */
	uint64_t chains;
	uint64_t reported_chains; /* by redirect-chain */
};

struct inventory {
	const char *directory;
	const struct rule_settings *settings;
	struct sorter *out, *in;       /* of all hops */
	struct sorter *visits, *pages; /* made of these by inventory_join */
	struct text_log *texts;
	struct inventory_rank *rank;
	uint64_t reported_chains;
	unsigned feed_count;
	struct inventory_feed feed[];
};

/* Lines whose chains may be part of a cycle. */
#define INVENTORY_SEEDS_MAX 65536

struct inventory_seeds {
	uint64_t *seq;
	size_t count;
};

/* First pass: reads all hops by URL. Offers hubs and targets to the rules, makes `visits` and `pages`, and notes the
 * lines that inventory_cycles looks at. */
void inventory_join(struct inventory *inventory, struct inventory_seeds *seeds);

/* Second pass: reads `visits` by host. Offers patterns and hosts to the rules. */
void inventory_hosts(struct inventory *inventory);

/* Third pass: reads `pages` by host. Offers sites. */
void inventory_sites(struct inventory *inventory);

/* Reads all hops once more, if there are seeds, and offers cycles. */
void inventory_cycles(struct inventory *inventory, struct inventory_seeds *seeds);

#endif
