#include "formats/sorter.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "tests/formats/scratch.h"

/* The same numbers each time (xorshift). */
static uint64_t next_number(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static size_t record_bytes;

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, record_bytes);
}

static void check_next(struct sorter_merge *merge, const uint8_t *wanted)
{
	const uint8_t *record = sorter_next(merge);

	assert_non_null(record);
	assert_memory_equal(record, wanted, record_bytes);
}

/* What comes out is what qsort makes of what goes in, however it was spread. */
static void check_sorted(size_t bytes, size_t count, unsigned feeds, size_t feed_bytes, unsigned values)
{
	uint8_t *all = malloc(count * bytes + 1);
	uint64_t state = 88172645463325252;
	struct scratch scratch;
	struct sorter *sorter;

	scratch_init(&scratch);
	record_bytes = bytes;
	sorter = sorter_new(scratch.path, bytes, feeds, feed_bytes);
	for (size_t i = 0; i < count * bytes; i++)
		all[i] = (uint8_t)(next_number(&state) % values);
	for (size_t i = 0; i < count; i++)
		sorter_add(sorter_feed(sorter, (unsigned)(i % feeds)), all + i * bytes);
	qsort(all, count, bytes, compare);
	/* Twice: the inventory reads its hops again when it looks for cycles. */
	for (unsigned round = 0; round < 2; round++) {
		struct sorter_merge *merge = sorter_merge(sorter);

		for (size_t i = 0; i < count; i++)
			check_next(merge, all + i * bytes);
		assert_null(sorter_next(merge));
		assert_null(sorter_next(merge));
		sorter_merge_free(merge);
	}
	assert_int_equal(sorter_error(sorter), 0);
	if (feed_bytes * feeds < count * bytes)
		assert_int_equal(sorter_bytes(sorter), count * bytes);
	else
		assert_int_equal(sorter_bytes(sorter), 0);
	sorter_free(sorter);
	scratch_release(&scratch);
	free(all);
}

static void test_sorted(void **state)
{
	static const struct {
		size_t bytes, count;
		unsigned feeds;
		size_t feed_bytes;
		unsigned values; /* of a byte: few make many equal records */
	} cases[] = {
		{ 8, 0, 1, 64, 256 },     { 8, 1, 1, 64, 256 },           { 8, 8, 1, 64, 256 },
		{ 8, 9, 1, 64, 256 },     { 43, 10000, 1, 4300, 256 },    { 34, 10000, 3, 5000, 256 },
		{ 1, 5000, 2, 100, 256 }, { 5, 20000, 1, 999, 2 },        { 64, 3000, 4, 1 << 20, 3 },
		{ 2, 70000, 1, 9000, 1 }, { 22, 50000, 1, 1 << 20, 256 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_sorted(cases[i].bytes, cases[i].count, cases[i].feeds, cases[i].feed_bytes, cases[i].values);
}

#define THREADS        4
#define THREAD_RECORDS 50000

static void *add_numbers(void *data)
{
	uint8_t record[8];

	for (uint64_t i = 0; i < THREAD_RECORDS; i++) {
		sorter_put(record, i, 8);
		sorter_add(data, record);
	}
	return NULL;
}

static void test_threads(void **state)
{
	pthread_t thread[THREADS];
	struct scratch scratch;
	struct sorter *sorter;
	struct sorter_merge *merge;

	(void)state;
	scratch_init(&scratch);
	sorter = sorter_new(scratch.path, 8, THREADS, 8000);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, add_numbers, sorter_feed(sorter, i)), 0);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	merge = sorter_merge(sorter);
	for (uint64_t i = 0; i < (uint64_t)THREADS * THREAD_RECORDS; i++) {
		const uint8_t *record = sorter_next(merge);

		assert_non_null(record);
		assert_int_equal(sorter_get(&record, 8), i / THREADS);
	}
	assert_null(sorter_next(merge));
	sorter_merge_free(merge);
	sorter_free(sorter);
	scratch_release(&scratch);
}

static void test_numbers(void **state)
{
	static const uint64_t numbers[] = { 0, 1, 255, 256, 0xFFFFFFFFFF, UINT64_MAX };
	uint8_t bytes[8];

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const uint8_t *at = bytes;

		assert_ptr_equal(sorter_put(bytes, numbers[i], 8), bytes + 8);
		assert_int_equal(sorter_get(&at, 8), numbers[i]);
		assert_ptr_equal(at, bytes + 8);
	}
	sorter_put(bytes, 0x123456789A, 5);
	assert_memory_equal(bytes, "\x12\x34\x56\x78\x9A", 5);
}

/* A disk that is full: said, and nothing comes out that was not whole. */
static void test_full_disk(void **state)
{
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	struct rlimit limit, little;
	struct scratch scratch;
	struct sorter *sorter;
	struct sorter_merge *merge;

	(void)state;
	scratch_init(&scratch);
	getrlimit(RLIMIT_FSIZE, &limit);
	little = (struct rlimit){ .rlim_cur = 1000, .rlim_max = limit.rlim_max };
	sorter = sorter_new(scratch.path, 8, 1, 800);
	setrlimit(RLIMIT_FSIZE, &little);
	add_numbers(sorter_feed(sorter, 0));
	merge = sorter_merge(sorter);
	assert_null(sorter_next(merge));
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_int_not_equal(sorter_error(sorter), 0);
	sorter_merge_free(merge);
	sorter_free(sorter);
	scratch_release(&scratch);
	signal(SIGXFSZ, handler);
}

static void test_no_directory(void **state)
{
	struct sorter *sorter = sorter_new("/nonexistent", 8, 1, 800);

	(void)state;
	add_numbers(sorter_feed(sorter, 0));
	assert_int_not_equal(sorter_error(sorter), 0);
	sorter_free(sorter);
	sorter_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sorted),    cmocka_unit_test(test_threads),      cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_full_disk), cmocka_unit_test(test_no_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
