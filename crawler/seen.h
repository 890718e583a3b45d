/* Which URLs the list has named already: a hash table of fixed-size slots with a memory budget.
 * 16 bytes a slot; keys are 80 bits of a 128-bit hash, so that among 100 million URLs two different
 * ones are taken for one with a chance of 1 in 10^8. */
#ifndef CRAWLER_SEEN_H
#define CRAWLER_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xxhash.h>

struct seen_slot {
	uint64_t key;
	uint64_t key_and_value; /* 16 bits of the key above 48 bits of the value plus one; 0: empty */
};

struct seen {
	struct seen_slot *slot;
	size_t slot_count; /* a power of two */
	size_t used;
	size_t slots_max; /* from the budget */
};

#define SEEN_VALUE_MAX ((UINT64_C(1) << 48) - 2)

void seen_init(struct seen *seen, size_t budget_bytes);
void seen_release(struct seen *seen);

/* Puts `value` under `key`. True: the key was there, its old value is in `old` and `value` has taken
 * its place. False: it was not; it is now, unless the budget is spent. */
bool seen_put(struct seen *seen, XXH128_hash_t key, uint64_t value, uint64_t *old);

/* Safe in several threads as long as nobody puts. */
bool seen_find(const struct seen *seen, XXH128_hash_t key, uint64_t *value);

#endif
