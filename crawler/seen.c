#include "crawler/seen.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "formats/arena.h"

#define SLOTS_FIRST 1024

#define VALUE_BITS 48
#define VALUE_MASK ((UINT64_C(1) << VALUE_BITS) - 1)

static struct seen_slot *new_slots(size_t count)
{
	struct seen_slot *slot = memory_alloc(count * sizeof(*slot));

	memset(slot, 0, count * sizeof(*slot));
	return slot;
}

void seen_init(struct seen *seen, size_t budget_bytes)
{
	*seen = (struct seen){ .slot = new_slots(SLOTS_FIRST), .slot_count = SLOTS_FIRST };
	seen->slots_max = SLOTS_FIRST;
	/* Doubling keeps the old table until the new one is filled: three halves of the last size. */
	while (seen->slots_max * 3 * sizeof(struct seen_slot) <= budget_bytes)
		seen->slots_max *= 2;
}

void seen_release(struct seen *seen)
{
	free(seen->slot);
	*seen = (struct seen){ .slot = NULL };
}

/* The slot that has the key, or the empty one where it belongs. */
static struct seen_slot *locate(const struct seen *seen, uint64_t key, uint64_t key_top)
{
	size_t at = key & (seen->slot_count - 1);

	while (seen->slot[at].key_and_value &&
	       (seen->slot[at].key != key || seen->slot[at].key_and_value >> VALUE_BITS != key_top))
		at = (at + 1) & (seen->slot_count - 1);
	return &seen->slot[at];
}

static void grow(struct seen *seen)
{
	struct seen_slot *old = seen->slot;
	size_t old_count = seen->slot_count;

	seen->slot_count *= 2;
	seen->slot = new_slots(seen->slot_count);
	for (size_t i = 0; i < old_count; i++) {
		if (old[i].key_and_value)
			*locate(seen, old[i].key, old[i].key_and_value >> VALUE_BITS) = old[i];
	}
	free(old);
}

bool seen_put(struct seen *seen, XXH128_hash_t key, uint64_t value, uint64_t *old)
{
	uint64_t key_top = key.high64 >> VALUE_BITS;
	struct seen_slot *slot;

	assert(value <= SEEN_VALUE_MAX);
	if (seen->used * 4 >= seen->slot_count * 3 && seen->slot_count < seen->slots_max)
		grow(seen);
	slot = locate(seen, key.low64, key_top);
	if (slot->key_and_value) {
		*old = (slot->key_and_value & VALUE_MASK) - 1;
		slot->key_and_value = key_top << VALUE_BITS | (value + 1);
		return true;
	}
	if (seen->used * 4 < seen->slot_count * 3) {
		*slot = (struct seen_slot){ .key = key.low64, .key_and_value = key_top << VALUE_BITS | (value + 1) };
		seen->used++;
	}
	return false;
}

bool seen_find(const struct seen *seen, XXH128_hash_t key, uint64_t *value)
{
	const struct seen_slot *slot = locate(seen, key.low64, key.high64 >> VALUE_BITS);

	if (!slot->key_and_value)
		return false;
	*value = (slot->key_and_value & VALUE_MASK) - 1;
	return true;
}
