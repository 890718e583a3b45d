/* A map from bytes to pointers: open addressing, never shrinks, no removal.
 * Filled by one thread; then any number of threads may read. */
#ifndef ORIGIN_MAP_H
#define ORIGIN_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "formats/span.h"

struct map_slot {
	uint64_t hash;
	struct span key; /* the caller's memory */
	void *value;     /* NULL: the slot is free */
};

struct map {
	struct map_slot *slot;
	size_t size; /* a power of two, or 0 */
	size_t count;
};

/* A zeroed struct map is an empty map. */
void map_release(struct map *map);

/* NULL if there is no such key. */
void *map_find(const struct map *map, struct span key);

/* Adds or replaces; `key` must outlive the map, `value` must not be NULL. */
void map_set(struct map *map, struct span key, void *value);

#endif
