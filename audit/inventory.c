#include "audit/inventory.h"

#include <stdlib.h>

#include "audit/inventory_state.h"
#include "formats/row.h"

/* What the feeds of all threads together take of each kind of record, and the least that one has. Fewer bytes mean
 * more and shorter runs to merge. */
#define OUT_BYTES      ((size_t)32 << 20)
#define IN_BYTES       ((size_t)16 << 20)
#define FEED_BYTES_MIN ((size_t)1 << 20)

static size_t share_of(size_t bytes, unsigned feeds)
{
	size_t share = bytes / feeds;

	return share > FEED_BYTES_MIN ? share : FEED_BYTES_MIN;
}

struct inventory *inventory_new(const char *directory, const struct rule_settings *settings, unsigned feeds)
{
	struct inventory *inventory = memory_alloc(sizeof(*inventory) + feeds * sizeof(inventory->feed[0]));

	*inventory = (struct inventory){
		.directory = directory,
		.settings = settings,
		.out = sorter_new(directory, INVENTORY_OUT_BYTES, feeds, share_of(OUT_BYTES, feeds)),
		.in = sorter_new(directory, INVENTORY_IN_BYTES, feeds, share_of(IN_BYTES, feeds)),
		.texts = text_log_new(directory, feeds),
		.rank = inventory_rank_new(settings),
		.feed_count = feeds,
	};
	for (unsigned i = 0; i < feeds; i++) {
		inventory->feed[i] = (struct inventory_feed){ .out = sorter_feed(inventory->out, i),
							      .in = sorter_feed(inventory->in, i),
							      .texts = text_log_feed(inventory->texts, i) };
		arena_init(&inventory->feed[i].arena);
	}
	return inventory;
}

void inventory_free(struct inventory *inventory)
{
	if (!inventory)
		return;
	sorter_free(inventory->out);
	sorter_free(inventory->in);
	sorter_free(inventory->visits);
	sorter_free(inventory->pages);
	text_log_free(inventory->texts);
	inventory_rank_free(inventory->rank);
	free(inventory);
}

struct inventory_feed *inventory_feed(struct inventory *inventory, unsigned index)
{
	return &inventory->feed[index];
}

/* 0, or the errno of what went wrong. */
static int join(struct inventory *inventory)
{
	struct inventory_seeds seeds;
	int error;

	inventory->visits = sorter_new(inventory->directory, INVENTORY_VISIT_BYTES, 1, OUT_BYTES);
	inventory->pages = sorter_new(inventory->directory, INVENTORY_PAGE_BYTES, 1, IN_BYTES);
	inventory_join(inventory, &seeds);
	inventory_cycles(inventory, &seeds);
	free(seeds.seq);
	error = sorter_error(inventory->out);
	if (!error)
		error = sorter_error(inventory->in);
	return error;
}

static int judge(struct inventory *inventory, struct inventory_result *result)
{
	int error = join(inventory);

	result->temporary_bytes =
		sorter_bytes(inventory->out) + sorter_bytes(inventory->in) + text_log_bytes(inventory->texts);
	/* Their files are the largest, and are done with. */
	sorter_free(inventory->out);
	sorter_free(inventory->in);
	inventory->out = inventory->in = NULL;
	if (!error) {
		inventory_hosts(inventory);
		inventory_sites(inventory);
		error = sorter_error(inventory->visits);
	}
	return error ? error : sorter_error(inventory->pages);
}

struct rows {
	struct output *output;
	struct inventory_result *result;
};

static void write_row(void *context, const struct inventory_finding *finding)
{
	struct rows *rows = context;

	rows->result->findings[finding->severity]++;
	/* A failure is output_close's to tell. */
	(void)!output_write_inventory(rows->output, finding);
}

bool inventory_finish(struct inventory *inventory, struct output *output, struct inventory_result *result, FILE *errors)
{
	struct rows rows = { .output = output, .result = result };
	int error;

	*result = (struct inventory_result){ .chains = 0 };
	for (unsigned i = 0; i < inventory->feed_count; i++) {
		result->chains += inventory->feed[i].chains;
		inventory->reported_chains += inventory->feed[i].reported_chains;
	}
	error = judge(inventory, result);
	if (!error && !inventory_rank_rows(inventory->rank, inventory->texts, write_row, &rows))
		error = text_log_error(inventory->texts);
	if (error)
		fprintf(errors, "detour: temporary file of the inventory in %s: %s\n", inventory->directory,
			strerror(error));
	return !error;
}
