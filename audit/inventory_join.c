#include <stdlib.h>

#include "audit/inventory_state.h"

/* Targets of one URL that are followed in the search for cycles. */
#define TARGETS_MAX 8

/* A URL with all hops that were seen of it. */
struct node {
	uint64_t url;
	bool requested;
	struct inventory_out first; /* the earliest line's */
	bool input_redirects;       /* an input line that redirects */
	uint64_t target;            /* of the redirects read so far */
	struct inventory_hub hub;
	uint64_t hub_seq;           /* line that was counted last */
	uint64_t hub_target;        /* and where it led to */
	uint64_t seed[TARGETS_MAX]; /* a line for each target */
	size_t targets;             /* different ones, in the order of their hashes */
};

struct join {
	struct inventory *inventory;
	struct sorter_merge *outs, *ins;
	const uint8_t *out, *in; /* the next ones; NULL: no more */
	struct sorter_feed *visits, *pages;
	struct inventory_seeds *seeds;
};

static bool comes_before(const struct inventory_out *a, const struct inventory_out *b)
{
	return a->seq != b->seq ? a->seq < b->seq : a->hop < b->hop;
}

static void add_seed(struct inventory_seeds *seeds, uint64_t seq)
{
	if (seeds->count < INVENTORY_SEEDS_MAX)
		seeds->seq[seeds->count++] = seq;
}

/* Records come by target, then line, so that those of one chain, which come here twice in a loop, follow one another.
 */
static void add_to_hub(struct node *node, const struct inventory_out *out)
{
	if (out->hop == 0 || (out->flags & OUT_LOOP) || (node->hub_seq == out->seq && node->hub_target == out->target))
		return;
	if (node->hub.chains == 0) {
		node->hub.next.hash = out->target;
		node->hub.status = inventory_status_code(out->status);
	}
	node->hub_seq = out->seq;
	node->hub_target = out->target;
	node->hub.chains++;
	node->hub.shortened += (out->flags & OUT_SHORTENED) != 0;
	inventory_seqs_add(&node->hub.seqs, out->seq);
}

static void add_redirect(struct join *join, struct node *node, const struct inventory_out *out)
{
	node->input_redirects = node->input_redirects || (out->flags & OUT_INPUT);
	if (node->target != out->target) {
		if (node->targets < TARGETS_MAX)
			node->seed[node->targets] = out->seq;
		node->targets++;
	}
	if (out->flags & OUT_UNFINISHED)
		add_seed(join->seeds, out->seq);
	node->target = out->target;
	add_to_hub(node, out);
}

static void read_outs(struct join *join, struct node *node)
{
	for (; join->out; join->out = sorter_next(join->outs)) {
		struct inventory_out out = inventory_out_get(join->out);

		if (out.url != node->url)
			break;
		if (!node->requested || comes_before(&out, &node->first))
			node->first = out;
		node->requested = true;
		if (out.status != INVENTORY_NO_REDIRECT)
			add_redirect(join, node, &out);
	}
}

static void pass_on(struct join *join, const struct node *node)
{
	const struct inventory_out *out = &node->first;
	struct inventory_visit visit = {
		.host = out->host, .kind = VISIT_URL, .features = out->features, .seq = out->seq
	};
	struct inventory_page page = {
		.host = out->target_host, .page = out->target, .variant = (uint8_t)out->changes, .seq = out->seq
	};
	uint8_t bytes[SORTER_RECORD_BYTES_MAX];

	if (out->status != INVENTORY_NO_REDIRECT) {
		visit.target = out->target_host;
		visit.changes = out->changes;
		visit.status = out->status;
		visit.flags = (uint8_t)((out->flags & OUT_PATTERN) | (node->input_redirects ? OUT_INPUT : 0));
	}
	inventory_visit_put(bytes, &visit);
	sorter_add(join->visits, bytes);
	if (out->flags & OUT_PAGE) {
		inventory_page_put(bytes, &page);
		sorter_add(join->pages, bytes);
	}
}

/* The input URL `in` leads to another that redirects. */
static void pass_on_leading(struct join *join, const struct inventory_in *in)
{
	struct inventory_visit visit = { .host = in->host, .kind = VISIT_LEADING, .target = in->url, .seq = in->seq };
	uint8_t bytes[INVENTORY_VISIT_BYTES];

	inventory_visit_put(bytes, &visit);
	sorter_add(join->visits, bytes);
}

/* What was read last, to see where the next begins. */
struct sources {
	struct inventory_target target;
	struct inventory_in last; /* of those that count */
	uint64_t leading;         /* source that was passed on last */
	uint64_t host_sources;    /* of last.host */
};

static void end_host(struct sources *sources)
{
	struct inventory_target *target = &sources->target;

	if (sources->host_sources > target->host_sources) {
		target->host_sources = sources->host_sources;
		target->host.hash = sources->last.host;
	}
	sources->host_sources = 0;
}

static void add_source(struct sources *sources, const struct inventory_in *in)
{
	struct inventory_target *target = &sources->target;
	const struct inventory_in *last = &sources->last;
	bool first = target->sources == 0, new_host = first || in->host != last->host;

	inventory_seqs_add(&target->seqs, in->seq);
	if (!first && !new_host && in->template == last->template && in->source == last->source)
		return;
	if (new_host)
		end_host(sources);
	target->templates += new_host || in->template != last->template;
	target->sources++;
	target->alike += (in->flags & IN_ALIKE) != 0;
	target->foreign += (in->flags & IN_FOREIGN) != 0;
	target->home = target->home || (in->flags & IN_HOME);
	sources->host_sources++;
	sources->last = *in;
}

static void read_ins(struct join *join, const struct node *node)
{
	struct sources sources = { .target = { .url = { .hash = node->url } } };

	for (; join->in; join->in = sorter_next(join->ins)) {
		struct inventory_in in = inventory_in_get(join->in);

		if (in.url != node->url)
			break;
		if (node->input_redirects && (in.flags & IN_INPUT) && in.source != node->url &&
		    in.source != sources.leading) {
			sources.leading = in.source;
			pass_on_leading(join, &in);
		}
		if (in.flags & IN_MOVED)
			add_source(&sources, &in);
	}
	end_host(&sources);
	if (sources.target.sources)
		inventory_rank_target(join->inventory->rank, &sources.target);
}

static uint64_t url_of(const uint8_t *record)
{
	return sorter_get(&record, 8);
}

static void read_node(struct join *join)
{
	struct inventory *inventory = join->inventory;
	struct node node = { .requested = false };

	node.url = !join->in || (join->out && url_of(join->out) <= url_of(join->in)) ? url_of(join->out)
										     : url_of(join->in);
	node.hub.url.hash = node.url;
	node.hub.reported = inventory->reported_chains;
	read_outs(join, &node);
	read_ins(join, &node);
	if (node.requested)
		pass_on(join, &node);
	if (node.hub.chains)
		inventory_rank_hub(inventory->rank, &node.hub);
	for (size_t i = 0; node.targets > 1 && i < node.targets && i < TARGETS_MAX; i++)
		add_seed(join->seeds, node.seed[i]);
}

void inventory_join(struct inventory *inventory, struct inventory_seeds *seeds)
{
	struct join join = { .inventory = inventory,
			     .outs = sorter_merge(inventory->out),
			     .ins = sorter_merge(inventory->in),
			     .visits = sorter_feed(inventory->visits, 0),
			     .pages = sorter_feed(inventory->pages, 0),
			     .seeds = seeds };

	seeds->seq = memory_alloc(INVENTORY_SEEDS_MAX * sizeof(*seeds->seq));
	seeds->count = 0;
	join.out = sorter_next(join.outs);
	join.in = sorter_next(join.ins);
	while (join.out || join.in)
		read_node(&join);
	sorter_merge_free(join.outs);
	sorter_merge_free(join.ins);
}
