/* Redirects that lead back to where they began, though no chain shows it: because a URL answers now this and now that,
 * or because the walks were ended before.
 *
 * A URL on such a cycle either has several targets or lies in a chain that was ended; behind it, up to the next such
 * URL, its chain shows the way. So the chains of a few lines, a line for each target, have all redirects of all cycles,
 * and the strongly connected components of these are the cycles (Tarjan, without recursion). */
#include <stdlib.h>

#include "audit/inventory_state.h"

/* Redirects that are looked at: the seeds' chains of ten redirects each. */
#define EDGES_MAX (INVENTORY_SEEDS_MAX * 10)

struct edge {
	uint64_t from, to, seq;
	uint8_t hop;
	bool loop;
};

struct graph {
	struct edge *edge; /* by `from` */
	size_t edges;
	struct vertex *vertex; /* one for each `from`, in its order */
	size_t vertices;
};

struct vertex {
	uint64_t url;
	size_t first, end; /* edges */
	size_t next;       /* edge to look at next */
	uint32_t order;    /* 0: not visited */
	uint32_t low;
	bool stacked;
};

static int by_number(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

static int by_from(const void *left, const void *right)
{
	const struct edge *a = left, *b = right;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->seq != b->seq)
		return a->seq < b->seq ? -1 : 1;
	return a->hop < b->hop ? -1 : a->hop > b->hop;
}

static void collect(struct inventory *inventory, struct inventory_seeds *seeds, struct graph *graph)
{
	struct sorter_merge *merge = sorter_merge(inventory->out);
	const uint8_t *record;

	qsort(seeds->seq, seeds->count, sizeof(*seeds->seq), by_number);
	while ((record = sorter_next(merge)) != NULL && graph->edges < EDGES_MAX) {
		struct inventory_out out = inventory_out_get(record);

		if (out.status == INVENTORY_NO_REDIRECT ||
		    !bsearch(&out.seq, seeds->seq, seeds->count, sizeof(*seeds->seq), by_number))
			continue;
		if (graph->edges % 1024 == 0)
			graph->edge = memory_resize(graph->edge, (graph->edges + 1024) * sizeof(*graph->edge));
		graph->edge[graph->edges++] = (struct edge){
			.from = out.url, .to = out.target, .seq = out.seq, .hop = out.hop, .loop = out.flags & OUT_LOOP
		};
	}
	sorter_merge_free(merge);
}

static void list_vertices(struct graph *graph)
{
	qsort(graph->edge, graph->edges, sizeof(*graph->edge), by_from);
	graph->vertex = memory_alloc(graph->edges * sizeof(*graph->vertex));
	for (size_t i = 0; i < graph->edges; i++) {
		if (i == 0 || graph->edge[i].from != graph->edge[i - 1].from)
			graph->vertex[graph->vertices++] =
				(struct vertex){ .url = graph->edge[i].from, .first = i, .next = i };
		graph->vertex[graph->vertices - 1].end = i + 1;
	}
}

static int by_url(const void *key, const void *vertex)
{
	const uint64_t *url = key;
	const struct vertex *other = vertex;

	return *url < other->url ? -1 : *url > other->url;
}

static struct vertex *vertex_of(const struct graph *graph, uint64_t url)
{
	return bsearch(&url, graph->vertex, graph->vertices, sizeof(*graph->vertex), by_url);
}

static int by_line(const void *left, const void *right)
{
	const struct edge *a = left, *b = right;

	if (a->seq != b->seq)
		return a->seq < b->seq ? -1 : 1;
	return a->hop < b->hop ? -1 : a->hop > b->hop;
}

/* The vertices of one component. */
static void offer(struct inventory *inventory, const struct graph *graph, struct vertex **member, size_t count)
{
	struct edge *first = memory_alloc(count * sizeof(*first));
	struct inventory_cycle cycle = { .urls = count };
	bool loop = false;

	for (size_t i = 0; i < count; i++) {
		first[i] = graph->edge[member[i]->first];
		for (size_t at = member[i]->first; at < member[i]->end; at++) {
			loop = loop || graph->edge[at].loop;
			inventory_seqs_add(&cycle.seqs, graph->edge[at].seq);
		}
	}
	qsort(first, count, sizeof(*first), by_line);
	for (size_t i = 0; i < count && i < INVENTORY_CYCLE_NAMES_MAX; i++)
		cycle.url[i].hash = first[i].from;
	/* What one walk has come to the end of is a redirect-loop. */
	if (!loop)
		inventory_rank_cycle(inventory->rank, &cycle);
	free(first);
}

struct search {
	struct vertex **path;  /* from where it began to where it is */
	struct vertex **stack; /* visited, and their component is not complete */
	size_t path_len, stack_len;
	uint32_t order;
};

static void enter(struct search *search, struct vertex *vertex)
{
	vertex->order = vertex->low = ++search->order;
	vertex->stacked = true;
	search->path[search->path_len++] = vertex;
	search->stack[search->stack_len++] = vertex;
}

static void leave(struct inventory *inventory, const struct graph *graph, struct search *search)
{
	struct vertex *vertex = search->path[--search->path_len];
	size_t end = search->stack_len;

	if (search->path_len && search->path[search->path_len - 1]->low > vertex->low)
		search->path[search->path_len - 1]->low = vertex->low;
	if (vertex->low != vertex->order)
		return;
	do
		search->stack[--search->stack_len]->stacked = false;
	while (search->stack[search->stack_len] != vertex);
	if (end - search->stack_len > 1)
		offer(inventory, graph, search->stack + search->stack_len, end - search->stack_len);
}

static void visit(struct inventory *inventory, const struct graph *graph, struct search *search, struct vertex *from)
{
	enter(search, from);
	while (search->path_len) {
		struct vertex *vertex = search->path[search->path_len - 1], *to;

		if (vertex->next == vertex->end) {
			leave(inventory, graph, search);
			continue;
		}
		to = vertex_of(graph, graph->edge[vertex->next++].to);
		if (to && !to->order)
			enter(search, to);
		else if (to && to->stacked && to->order < vertex->low)
			vertex->low = to->order;
	}
}

void inventory_cycles(struct inventory *inventory, struct inventory_seeds *seeds)
{
	struct graph graph = { .edges = 0 };
	struct search search = { .order = 0 };

	if (seeds->count)
		collect(inventory, seeds, &graph);
	if (graph.edges) {
		list_vertices(&graph);
		search.path = memory_alloc(graph.vertices * sizeof(struct vertex *));
		search.stack = memory_alloc(graph.vertices * sizeof(struct vertex *));
		for (size_t i = 0; i < graph.vertices; i++) {
			if (!graph.vertex[i].order)
				visit(inventory, &graph, &search, &graph.vertex[i]);
		}
	}
	free(search.path);
	free(search.stack);
	free(graph.vertex);
	free(graph.edge);
}
