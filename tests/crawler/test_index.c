#include "crawler/index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* How the hash of item `n` is made of it. */
static uint32_t spread(uint32_t n)
{
	return n * 2654435761U;
}

static uint32_t same(uint32_t n)
{
	(void)n;
	return 63;
}

static uint32_t neighbours(uint32_t n)
{
	return n / 4;
}

static bool is(const void *item, const void *key)
{
	return *(const uint32_t *)item == *(const uint32_t *)key;
}

/* Adds, removes and finds at random; an array of flags knows what has to be there. */
static void check(uint32_t (*hash)(uint32_t), uint32_t count, unsigned steps)
{
	uint32_t *item = calloc(count, sizeof(*item));
	bool *is_there = calloc(count, sizeof(*is_there));
	struct index index = { .size = 0 };
	uint64_t random = 1;
	size_t there = 0;

	for (uint32_t i = 0; i < count; i++)
		item[i] = i;
	while (steps--) {
		uint32_t n;

		random = random * 6364136223846793005U + 1442695040888963407U;
		n = (uint32_t)(random >> 33) % count;
		assert_ptr_equal(index_find(&index, hash(n), is, &n), is_there[n] ? &item[n] : NULL);
		if (is_there[n])
			index_remove(&index, hash(n), &item[n]);
		else
			index_add(&index, hash(n), &item[n]);
		is_there[n] = !is_there[n];
		there += is_there[n] ? 1 : (size_t)-1;
		assert_int_equal(index.count, there);
	}
	for (uint32_t n = 0; n < count; n++)
		assert_ptr_equal(index_find(&index, hash(n), is, &n), is_there[n] ? &item[n] : NULL);
	index_release(&index);
	free(is_there);
	free(item);
}

static void test_spread_hashes(void **state)
{
	(void)state;
	check(spread, 20000, 100000);
}

static void test_hashes_that_are_all_the_same(void **state)
{
	(void)state;
	check(same, 60, 20000);
}

static void test_hashes_side_by_side(void **state)
{
	(void)state;
	check(neighbours, 300, 50000);
}

static void test_empty(void **state)
{
	struct index index = { .size = 0 };
	uint32_t key = 1;

	(void)state;
	assert_null(index_find(&index, 1, is, &key));
	index_release(&index);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spread_hashes),
		cmocka_unit_test(test_hashes_that_are_all_the_same),
		cmocka_unit_test(test_hashes_side_by_side),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
