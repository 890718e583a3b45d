#include "tests/origin/map.h"

#include <assert.h>
#include <stdlib.h>

#include "formats/arena.h"

/* FNV-1a: short keys, nobody attacks a test server. */
static uint64_t hash_of(struct span key)
{
	uint64_t hash = 0xcbf29ce484222325U;

	for (size_t i = 0; i < key.len; i++)
		hash = (hash ^ (unsigned char)key.bytes[i]) * 0x100000001b3U;
	return hash ^ hash >> 32;
}

/* The slot that holds `key`, or the free one where it would go. */
static struct map_slot *slot_for(const struct map *map, struct span key, uint64_t hash)
{
	for (size_t at = hash & (map->size - 1);; at = (at + 1) & (map->size - 1)) {
		struct map_slot *slot = &map->slot[at];

		if (!slot->value || (slot->hash == hash && span_equal(slot->key, key)))
			return slot;
	}
}

static void grow(struct map *map)
{
	struct map larger = { .size = map->size ? map->size * 2 : 64, .count = map->count };

	larger.slot = memory_alloc(larger.size * sizeof(*larger.slot));
	memset(larger.slot, 0, larger.size * sizeof(*larger.slot));
	for (size_t i = 0; i < map->size; i++)
		if (map->slot[i].value)
			*slot_for(&larger, map->slot[i].key, map->slot[i].hash) = map->slot[i];
	free(map->slot);
	*map = larger;
}

void map_release(struct map *map)
{
	free(map->slot);
	*map = (struct map){ 0 };
}

void *map_find(const struct map *map, struct span key)
{
	if (map->count == 0)
		return NULL;
	return slot_for(map, key, hash_of(key))->value;
}

void map_set(struct map *map, struct span key, void *value)
{
	uint64_t hash = hash_of(key);

	assert(value);
	if (map->count * 2 >= map->size)
		grow(map);

	struct map_slot *slot = slot_for(map, key, hash);

	if (!slot->value)
		map->count++;
	*slot = (struct map_slot){ .hash = hash, .key = key, .value = value };
}
