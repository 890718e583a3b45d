#include "audit/inventory_state.h"

struct reader {
	struct sorter_merge *merge;
	const uint8_t *record; /* the next one; NULL: no more */
	struct inventory_page next;
};

static void advance(struct reader *reader)
{
	reader->record = sorter_next(reader->merge);
	if (reader->record)
		reader->next = inventory_page_get(reader->record);
}

static void read_page(struct reader *reader, struct inventory_site *site)
{
	const struct inventory_page first = reader->next;
	bool seen[VARIANT_COUNT] = { false };
	uint64_t seq = first.seq;
	unsigned variants = 0;

	for (; reader->record && reader->next.host == first.host && reader->next.page == first.page; advance(reader)) {
		variants += !seen[reader->next.variant];
		seen[reader->next.variant] = true;
		seq = reader->next.seq < seq ? reader->next.seq : seq;
	}
	site->pages++;
	if (variants < 2)
		return;
	site->split++;
	for (unsigned i = 0; i < VARIANT_COUNT; i++)
		site->seen[i] = site->seen[i] || seen[i];
	inventory_seqs_add(&site->seqs, seq);
}

void inventory_sites(struct inventory *inventory)
{
	struct reader reader = { .merge = sorter_merge(inventory->pages) };

	advance(&reader);
	while (reader.record) {
		struct inventory_site site = { .host = { .hash = reader.next.host } };

		while (reader.record && reader.next.host == site.host.hash)
			read_page(&reader, &site);
		if (site.split)
			inventory_rank_site(inventory->rank, &site);
	}
	sorter_merge_free(reader.merge);
}
