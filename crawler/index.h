/* A hash table that points to things with keys of their own. What is not there costs one look at memory
 * that is far away, and what is there two; growing moves only the table itself. */
#ifndef CRAWLER_INDEX_H
#define CRAWLER_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct index_slot {
	void *item; /* NULL: the slot is free */
	uint32_t hash;
};

/* Zeroed, it is empty. */
struct index {
	struct index_slot *slot;
	size_t size; /* slots: a power of two, or 0 */
	size_t count;
};

/* Frees the table; the items are their owner's. */
void index_release(struct index *index);

/* The item with this hash that `is` says true of; NULL if there is none. */
void *index_find(const struct index *index, uint32_t hash, bool (*is)(const void *item, const void *key),
		 const void *key);

/* `item` is not there yet. */
void index_add(struct index *index, uint32_t hash, void *item);

/* `item` is there. */
void index_remove(struct index *index, uint32_t hash, const void *item);

#endif
