#include "crawler/index.h"

#include <stdlib.h>
#include <string.h>

#include "formats/arena.h"

/* Slots are tried one behind the other from the hash's own on: the next ones are in the cache. */

#define SIZE_FIRST 64

void index_release(struct index *index)
{
	free(index->slot);
	*index = (struct index){ .slot = NULL };
}

void *index_find(const struct index *index, uint32_t hash, bool (*is)(const void *item, const void *key),
		 const void *key)
{
	size_t mask = index->size - 1;

	if (index->size == 0)
		return NULL;
	for (size_t i = hash & mask; index->slot[i].item; i = (i + 1) & mask) {
		if (index->slot[i].hash == hash && is(index->slot[i].item, key))
			return index->slot[i].item;
	}
	return NULL;
}

static void put(struct index *index, uint32_t hash, void *item)
{
	size_t mask = index->size - 1, i = hash & mask;

	while (index->slot[i].item)
		i = (i + 1) & mask;
	index->slot[i] = (struct index_slot){ .item = item, .hash = hash };
}

static void grow(struct index *index)
{
	struct index old = *index;

	index->size = old.size ? 2 * old.size : SIZE_FIRST;
	index->slot = memory_alloc(index->size * sizeof(*index->slot));
	memset(index->slot, 0, index->size * sizeof(*index->slot));
	for (size_t i = 0; i < old.size; i++) {
		if (old.slot[i].item)
			put(index, old.slot[i].hash, old.slot[i].item);
	}
	free(old.slot);
}

void index_add(struct index *index, uint32_t hash, void *item)
{
	/* Two in three are taken at most: a look for what is not there then tries five slots on average. */
	if (3 * (index->count + 1) > 2 * index->size)
		grow(index);
	put(index, hash, item);
	index->count++;
}

void index_remove(struct index *index, uint32_t hash, const void *item)
{
	size_t mask = index->size - 1, hole = hash & mask;

	while (index->slot[hole].item != item)
		hole = (hole + 1) & mask;
	/* Whoever would not be found across the hole moves into it. */
	for (size_t i = (hole + 1) & mask; index->slot[i].item; i = (i + 1) & mask) {
		size_t home = index->slot[i].hash & mask;

		if (((i - home) & mask) >= ((i - hole) & mask)) {
			index->slot[hole] = index->slot[i];
			hole = i;
		}
	}
	index->slot[hole].item = NULL;
	index->count--;
}
