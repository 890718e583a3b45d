#include "audit/queue.h"

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static struct record *numbered(uint64_t seq)
{
	struct record *record = record_new();

	record->seq = seq;
	return record;
}

static void keeps_the_order(void **state)
{
	struct queue *queue = queue_new(8);
	struct record *record;

	(void)state;
	/* Round the ring several times. */
	for (uint64_t round = 0; round < 10; round++) {
		for (uint64_t i = 0; i < 5; i++)
			assert_true(queue_push(queue, numbered(round * 5 + i)));
		for (uint64_t i = 0; i < 5; i++) {
			assert_int_equal(queue_pop(queue, 0, &record), QUEUE_RECORD);
			assert_int_equal(record->seq, round * 5 + i);
			record_free(record);
		}
	}
	queue_free(queue);
	queue_free(NULL);
}

static void is_full_at_its_size(void **state)
{
	static const unsigned sizes[] = { 4, 8, 1024, 65536 };

	(void)state;
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		struct queue *queue = queue_new(sizes[s]);
		struct record *over = numbered(0), *record;

		for (unsigned i = 1; i < sizes[s]; i++)
			assert_true(queue_push(queue, numbered(i)));
		/* It stays the caller's. */
		assert_false(queue_push(queue, over));
		assert_false(queue_push(queue, over));
		assert_int_equal(queue_pop(queue, 0, &record), QUEUE_RECORD);
		assert_int_equal(record->seq, 1);
		record_free(record);
		assert_true(queue_push(queue, over));
		/* What is left is freed with the queue. */
		queue_free(queue);
	}
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void waits_as_long_as_told(void **state)
{
	struct queue *queue = queue_new(4);
	struct record *record;
	int64_t begun_ms = now_ms();

	(void)state;
	assert_int_equal(queue_pop(queue, 0, &record), QUEUE_TIMEOUT);
	assert_int_equal(queue_pop(queue, 30, &record), QUEUE_TIMEOUT);
	assert_true(now_ms() - begun_ms >= 30);
	/* A time-out leaves nothing behind. */
	assert_true(queue_push(queue, numbered(1)));
	assert_int_equal(queue_pop(queue, 0, &record), QUEUE_RECORD);
	record_free(record);
	assert_int_equal(queue_pop(queue, 0, &record), QUEUE_TIMEOUT);
	queue_free(queue);
}

static void ends_when_closed_and_empty(void **state)
{
	struct queue *queue = queue_new(4);
	struct record *record;

	(void)state;
	assert_true(queue_push(queue, numbered(1)));
	assert_true(queue_push(queue, numbered(2)));
	queue_close(queue);
	for (uint64_t seq = 1; seq <= 2; seq++) {
		assert_int_equal(queue_pop(queue, 1000, &record), QUEUE_RECORD);
		assert_int_equal(record->seq, seq);
		record_free(record);
	}
	/* For everybody who asks, at once. */
	for (int i = 0; i < 3; i++)
		assert_int_equal(queue_pop(queue, 100000, &record), QUEUE_END);
	queue_free(queue);
}

/* --- Several threads --- */

#define PRODUCERS 4
#define CONSUMERS 3

struct crowd {
	struct queue *queue;
	uint64_t records; /* of each producer */
	atomic_uint next_producer;
	atomic_uchar *seen; /* by seq */
};

static void *produce(void *data)
{
	struct crowd *crowd = data;
	uint64_t first = atomic_fetch_add(&crowd->next_producer, 1) * crowd->records;

	for (uint64_t i = 0; i < crowd->records; i++) {
		struct record *record = numbered(first + i);

		record->input_url = arena_copy(&record->arena, SPAN("http://a.example/"));
		while (!queue_push(crowd->queue, record))
			sched_yield();
	}
	return NULL;
}

/* Returns the number of records that came out of order: of one producer, an older one behind a
 * younger. */
static void *consume(void *data)
{
	struct crowd *crowd = data;
	uint64_t youngest[PRODUCERS] = { 0 };
	uintptr_t disordered = 0;
	enum queue_result result;
	struct record *record;

	while ((result = queue_pop(crowd->queue, 5, &record)) != QUEUE_END) {
		uint64_t producer;

		if (result == QUEUE_TIMEOUT)
			continue;
		producer = record->seq / crowd->records;
		disordered += record->seq < youngest[producer] || record->input_url.len != 17;
		youngest[producer] = record->seq;
		atomic_fetch_add_explicit(&crowd->seen[record->seq], 1, memory_order_relaxed);
		record_free(record);
	}
	return (void *)disordered;
}

static void each_record_comes_out_once(void **state)
{
	/* One that is full and empty all the time, and one as the program's. */
	static const struct {
		unsigned size;
		uint64_t records;
	} rings[] = { { 4, 5000 }, { 4096, 200000 } };

	(void)state;
	for (size_t s = 0; s < sizeof(rings) / sizeof(rings[0]); s++) {
		pthread_t producer[PRODUCERS], consumer[CONSUMERS];
		struct crowd crowd = { .queue = queue_new(rings[s].size), .records = rings[s].records };
		const size_t count = PRODUCERS * crowd.records;

		crowd.seen = calloc(count, sizeof(*crowd.seen));
		for (int i = 0; i < CONSUMERS; i++)
			assert_int_equal(pthread_create(&consumer[i], NULL, consume, &crowd), 0);
		for (int i = 0; i < PRODUCERS; i++)
			assert_int_equal(pthread_create(&producer[i], NULL, produce, &crowd), 0);
		for (int i = 0; i < PRODUCERS; i++)
			pthread_join(producer[i], NULL);
		queue_close(crowd.queue);
		for (int i = 0; i < CONSUMERS; i++) {
			void *disordered;

			pthread_join(consumer[i], &disordered);
			assert_null(disordered);
		}
		for (size_t i = 0; i < count; i++)
			assert_int_equal(crowd.seen[i], 1);
		free(crowd.seen);
		queue_free(crowd.queue);
	}
}

struct sleeper {
	struct queue *queue;
	atomic_uint begun;
};

static void *sleep_until_the_end(void *data)
{
	struct sleeper *sleeper = data;
	struct record *record;

	atomic_fetch_add(&sleeper->begun, 1);
	return (void *)(uintptr_t)(queue_pop(sleeper->queue, -1, &record) == QUEUE_END);
}

/* However long they meant to sleep. */
static void closing_wakes_all_sleepers(void **state)
{
	struct sleeper sleeper = { .queue = queue_new(4) };
	pthread_t thread[CONSUMERS];

	(void)state;
	for (int i = 0; i < CONSUMERS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, sleep_until_the_end, &sleeper), 0);
	while (atomic_load(&sleeper.begun) < CONSUMERS)
		poll(NULL, 0, 1);
	queue_close(sleeper.queue);
	for (int i = 0; i < CONSUMERS; i++) {
		void *ended;

		pthread_join(thread[i], &ended);
		assert_non_null(ended);
	}
	queue_free(sleeper.queue);
}

static void *sleep_for_a_record(void *data)
{
	struct sleeper *sleeper = data;
	struct record *record = NULL;

	atomic_fetch_add(&sleeper->begun, 1);
	return queue_pop(sleeper->queue, -1, &record) == QUEUE_RECORD ? record : NULL;
}

static void a_push_wakes_a_sleeper(void **state)
{
	(void)state;
	for (uint64_t round = 1; round <= 100; round++) {
		struct sleeper sleeper = { .queue = queue_new(4) };
		struct record *record;
		pthread_t thread;
		void *got;

		assert_int_equal(pthread_create(&thread, NULL, sleep_for_a_record, &sleeper), 0);
		while (!atomic_load(&sleeper.begun))
			poll(NULL, 0, 0);
		assert_true(queue_push(sleeper.queue, numbered(round)));
		pthread_join(thread, &got);
		record = got;
		assert_non_null(record);
		assert_int_equal(record->seq, round);
		record_free(record);
		queue_free(sleeper.queue);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_order),
		cmocka_unit_test(is_full_at_its_size),
		cmocka_unit_test(waits_as_long_as_told),
		cmocka_unit_test(ends_when_closed_and_empty),
		cmocka_unit_test(each_record_comes_out_once),
		cmocka_unit_test(closing_wakes_all_sleepers),
		cmocka_unit_test(a_push_wakes_a_sleeper),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
