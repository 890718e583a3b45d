#include "crawler/seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define KEYS 100000

#define ROOMY ((size_t)64 * 1024 * 1024)

static XXH128_hash_t key_of(uint64_t number)
{
	return XXH3_128bits(&number, sizeof(number));
}

static void keeps_all_within_the_budget(void **state)
{
	struct seen seen;
	uint64_t old, value;

	(void)state;
	seen_init(&seen, ROOMY);
	for (uint64_t i = 0; i < KEYS; i++)
		assert_false(seen_put(&seen, key_of(i), i * 3, &old));
	assert_int_equal(seen.used, KEYS);
	for (uint64_t i = 0; i < KEYS; i++) {
		assert_true(seen_find(&seen, key_of(i), &value));
		assert_int_equal(value, i * 3);
	}
	for (uint64_t i = KEYS; i < 2 * KEYS; i++)
		assert_false(seen_find(&seen, key_of(i), &value));
	seen_release(&seen);
}

static void replaces_values(void **state)
{
	struct seen seen;
	uint64_t old = 7, value;

	(void)state;
	seen_init(&seen, ROOMY);
	for (uint64_t round = 0; round < 3; round++) {
		for (uint64_t i = 0; i < KEYS; i++) {
			bool known = seen_put(&seen, key_of(i), i + round, &old);

			assert_int_equal(known, round > 0);
			if (known)
				assert_int_equal(old, i + round - 1);
		}
	}
	assert_int_equal(seen.used, KEYS);
	assert_true(seen_find(&seen, key_of(5), &value));
	assert_int_equal(value, 7);
	seen_release(&seen);
}

static void holds_the_smallest_and_largest_values(void **state)
{
	const uint64_t values[] = { 0, 1, SEEN_VALUE_MAX - 1, SEEN_VALUE_MAX };
	struct seen seen;
	uint64_t old, value;

	(void)state;
	seen_init(&seen, 0);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		assert_false(seen_put(&seen, key_of(i), values[i], &old));
		assert_true(seen_find(&seen, key_of(i), &value));
		assert_int_equal(value, values[i]);
	}
	seen_release(&seen);
}

/* Keys that fall into one slot, and of which one half is equal. */
static void tells_similar_keys_apart(void **state)
{
	const XXH128_hash_t keys[] = {
		{ .low64 = 0, .high64 = 0 },          { .low64 = 0, .high64 = UINT64_C(1) << 48 },
		{ .low64 = 0, .high64 = UINT64_MAX }, { .low64 = UINT64_C(1) << 40, .high64 = 0 },
		{ .low64 = UINT64_MAX, .high64 = 0 }, { .low64 = UINT64_MAX, .high64 = UINT64_MAX },
		{ .low64 = 1, .high64 = 0 },
	};
	struct seen seen;
	uint64_t old, value;

	(void)state;
	seen_init(&seen, ROOMY);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_false(seen_put(&seen, keys[i], i, &old));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		assert_true(seen_find(&seen, keys[i], &value));
		assert_int_equal(value, i);
	}
	seen_release(&seen);
}

/* Doubling keeps two tables for a moment; both together stay within the budget. */
static void keeps_to_the_budget(void **state)
{
	static const size_t budgets[] = { 0, 1, 100000, 1 << 20, (1 << 20) * 3 / 2 - 1, (1 << 20) * 3 / 2, 5000000 };

	(void)state;
	for (size_t b = 0; b < sizeof(budgets) / sizeof(budgets[0]); b++) {
		struct seen seen;
		uint64_t old, value;
		size_t found = 0, bytes;

		seen_init(&seen, budgets[b]);
		for (uint64_t i = 0; i < 4 * KEYS; i++)
			assert_false(seen_put(&seen, key_of(i), i, &old));
		bytes = seen.slot_count * sizeof(struct seen_slot) * 3 / 2;
		if (seen.slot_count > 1024)
			assert_true(bytes <= budgets[b]);
		/* No smaller than it need be. */
		assert_true(bytes * 2 > budgets[b]);
		for (uint64_t i = 0; i < 4 * KEYS; i++)
			found += seen_find(&seen, key_of(i), &value);
		assert_int_equal(found, seen.used);
		assert_true(found >= seen.slot_count / 2 && found < seen.slot_count);
		/* The ones that came first are known, and their values still change. */
		assert_true(seen_put(&seen, key_of(0), 99, &old));
		assert_int_equal(old, 0);
		assert_true(seen_find(&seen, key_of(0), &value));
		assert_int_equal(value, 99);
		seen_release(&seen);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_all_within_the_budget),
		cmocka_unit_test(replaces_values),
		cmocka_unit_test(holds_the_smallest_and_largest_values),
		cmocka_unit_test(tells_similar_keys_apart),
		cmocka_unit_test(keeps_to_the_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
