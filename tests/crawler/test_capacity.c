#include "crawler/capacity.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void walks_fit(void **state)
{
	static const struct {
		const char *name;
		uint32_t concurrency, loops, per_host, per_ip;
		struct capacity_machine machine;
		unsigned loops_wanted;
		uint32_t walks_min, walks_max, hops_min, hops_max;
		bool own_tables;
	} cases[] = {
		{ "a loop for each processor", 2000, 0, 8, 64, { 4, 20000, true }, 4, 2000, 2000, 2000, 2000, false },
		{ "as many loops as asked for", 2000, 3, 8, 64, { 16, 20000, true }, 3, 2000, 2000, 2000, 2000, false },
		{ "more loops than processors for more descriptors",
		  50000,
		  0,
		  8,
		  64,
		  { 2, 20000, true },
		  8,
		  50000,
		  50000,
		  6250,
		  20000,
		  true },
		{ "but not when they are counted",
		  50000,
		  2,
		  8,
		  64,
		  { 2, 20000, true },
		  2,
		  12000,
		  40000,
		  6000,
		  20000,
		  true },
		{ "processors that are there help too",
		  50000,
		  0,
		  8,
		  64,
		  { 8, 20000, true },
		  8,
		  50000,
		  50000,
		  6250,
		  20000,
		  true },
		{ "one table for all where loops cannot have their own",
		  50000,
		  0,
		  8,
		  64,
		  { 2, 20000, false },
		  2,
		  6000,
		  20000,
		  6000,
		  20000,
		  false },
		{ "enough descriptors", 50000, 0, 8, 64, { 2, 1000000, true }, 2, 50000, 50000, 50000, 50000, false },
		{ "few descriptors", 2000, 0, 8, 64, { 2, 200, true }, 8, 300, 1000, 40, 120, true },
		{ "no descriptors", 2000, 0, 8, 64, { 2, 10, true }, 8, 8, 8, 1, 1, true },
		{ "no descriptors and one table", 2000, 0, 8, 64, { 2, 10, false }, 2, 1, 1, 1, 1, false },
		{ "a loop for each request to an address",
		  2000,
		  0,
		  1,
		  4,
		  { 16, 20000, true },
		  4,
		  2000,
		  2000,
		  2000,
		  2000,
		  false },
		{ "a loop's part of an address is a host's allowance",
		  2000,
		  0,
		  8,
		  16,
		  { 16, 20000, true },
		  2,
		  2000,
		  2000,
		  2000,
		  2000,
		  false },
		{ "an address allows less than a host",
		  2000,
		  0,
		  8,
		  4,
		  { 16, 20000, true },
		  1,
		  2000,
		  2000,
		  2000,
		  2000,
		  false },
		{ "unless its allowance is divided",
		  2000,
		  0,
		  SPREAD_PER_HOST_MIN,
		  256,
		  { 16, 20000, true },
		  16,
		  2000,
		  2000,
		  2000,
		  2000,
		  false },
		{ "a loop for each walk", 3, 0, 8, 64, { 16, 20000, true }, 3, 3, 3, 3, 3, false },
		{ "one walk", 1, 0, 8, 64, { 16, 200, true }, 1, 1, 1, 1, 1, false },
		{ "one loop needs no second table", 2000, 1, 8, 64, { 2, 200, true }, 1, 40, 120, 40, 120, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct options options = { .concurrency = cases[i].concurrency,
						 .loops = cases[i].loops,
						 .per_host = cases[i].per_host,
						 .per_ip = cases[i].per_ip };
		struct capacity capacity = capacity_fit(&options, &cases[i].machine);

		if (capacity.loops != cases[i].loops_wanted || capacity.own_tables != cases[i].own_tables ||
		    capacity.walks_max < cases[i].walks_min || capacity.walks_max > cases[i].walks_max ||
		    capacity.hops_max < cases[i].hops_min || capacity.hops_max > cases[i].hops_max)
			fail_msg("%s: %u loops, %u walks, %u hops, own tables: %d", cases[i].name, capacity.loops,
				 capacity.walks_max, capacity.hops_max, capacity.own_tables);
		assert_true((uint64_t)capacity.hops_max * capacity.loops >= capacity.walks_max);
	}
}

static void the_mask_of_processors_counts(void **state)
{
	cpu_set_t before, one;
	size_t processor = 0;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	while (!CPU_ISSET(processor, &before))
		processor++;
	CPU_ZERO(&one);
	CPU_SET(processor, &one);
	assert_int_equal(capacity_machine().processors, CPU_COUNT(&before));
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	assert_int_equal(capacity_machine().processors, 1);
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
}

static void the_soft_limit_is_raised(void **state)
{
	struct rlimit before, limit;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	limit = before;
	limit.rlim_cur = 20;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(capacity_machine().descriptors, before.rlim_max);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(limit.rlim_cur, before.rlim_max);
	setrlimit(RLIMIT_NOFILE, &before);
}

static void *close_in_own_table(void *data)
{
	int *fd = data;

	if (!capacity_own_table() || close(*fd) != 0)
		*fd = -1;
	return NULL;
}

static void a_table_is_the_thread_s_own(void **state)
{
	int fd = eventfd(0, EFD_CLOEXEC), closed = fd;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, close_in_own_table, &closed), 0);
	pthread_join(thread, NULL);
	assert_int_equal(closed, fd);
	/* It is open here. */
	assert_int_equal(close(fd), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walks_fit),
		cmocka_unit_test(the_mask_of_processors_counts),
		cmocka_unit_test(the_soft_limit_is_raised),
		cmocka_unit_test(a_table_is_the_thread_s_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
