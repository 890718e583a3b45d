#include "crawler/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/formats/scratch.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MIB          (UINT64_C(1) << 20)

static void put(const struct scratch *scratch, const char *name, const char *content)
{
	char path[512];

	for (size_t i = 1; name[i]; i++) {
		if (name[i] != '/')
			continue;
		snprintf(path, sizeof(path), "%s/%.*s", scratch->path, (int)i, name);
		mkdir(path, 0700);
	}
	scratch_put(scratch, name, content);
}

/* The least limit counts, wherever it stands above the process; no limit is the machine's memory. */
static void available_memory_is_the_least_limit(void **state)
{
	static const struct {
		const char *groups;  /* /proc/self/cgroup */
		const char *file[2]; /* below /sys/fs/cgroup, with limits */
		const char *limit[2];
		uint64_t wanted; /* 0: the machine's memory */
	} cases[] = {
		{ "0::/\n", { NULL }, { NULL }, 0 },
		{ "0::/\n", { "memory.max" }, { "max\n" }, 0 },
		{ "0::/\n", { "memory.max" }, { "67108864\n" }, 64 * MIB },
		{ "0::/a/b\n", { "a/b/memory.max", "a/memory.max" }, { "max\n", "33554432\n" }, 32 * MIB },
		{ "0::/a/b\n", { "a/b/memory.max", "a/memory.max" }, { "16777216\n", "33554432\n" }, 16 * MIB },
		{ "0::/a\n", { "a/memory.max", "a/memory.high" }, { "67108864\n", "33554432\n" }, 32 * MIB },
		/* The path is the one outside of a container. */
		{ "0::/system/c1\n", { "memory.max" }, { "67108864\n" }, 64 * MIB },
		{ "4:memory:/a\n3:cpuset:/\n0::/\n", { "memory/a/memory.limit_in_bytes" }, { "67108864\n" }, 64 * MIB },
		{ "4:memory:/a\n", { "memory/memory.limit_in_bytes" }, { "9223372036854771712\n" }, 0 },
		{ "3:cpuset:/a\n", { "a/memory.max" }, { "67108864\n" }, 0 },
		{ "no group\n:\n", { "memory.max" }, { "67108864\n" }, 0 },
	};
	const uint64_t machine = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct scratch scratch;

		scratch_init(&scratch);
		put(&scratch, "proc/self/cgroup", cases[i].groups);
		for (size_t n = 0; n < COUNT(cases[i].file) && cases[i].file[n]; n++) {
			char name[128];

			snprintf(name, sizeof(name), "sys/fs/cgroup/%s", cases[i].file[n]);
			put(&scratch, name, cases[i].limit[n]);
		}
		if (memory_available_bytes(scratch.path) != (cases[i].wanted ? cases[i].wanted : machine))
			fail_msg("case %zu: %s", i, cases[i].groups);
		scratch_release(&scratch);
	}
	assert_int_equal(memory_available_bytes("/nowhere"), machine);
}

static void budget_is_given_or_a_share(void **state)
{
	struct memory_budget budget;

	(void)state;
	memory_budget_init(&budget, 100);
	assert_int_equal(budget.bytes, 100 * MIB);
	memory_budget_release(&budget);
	memory_budget_init(&budget, 0);
	assert_true(budget.bytes < memory_available_bytes(""));
	assert_true(budget.bytes > memory_available_bytes("") / 2);
	memory_budget_release(&budget);
}

/* What is live at first, by the budget alone. */
#define FIRST_WALKS(bytes) ((bytes) / 2 / 24576)

static void walks_are_held_near_the_budget(void **state)
{
	struct memory_budget budget;
	int64_t now_us = 1000000;
	uint64_t first;

	(void)state;
	memory_budget_init(&budget, 100);
	first = FIRST_WALKS(budget.bytes);
	assert_false(memory_is_short(&budget, first - 1, now_us));
	assert_true(memory_is_short(&budget, first, now_us + 1));
	assert_false(memory_is_short(&budget, 1000, now_us += 10000));
	/* Between 90 and 97 percent of it: no more than there were. */
	budget.bytes = memory_peak_bytes() * 100 / 94;
	/* What was read stands for a while. */
	assert_false(memory_is_short(&budget, first - 1, now_us + 1));
	assert_true(memory_is_short(&budget, first - 1, now_us += 10000));
	assert_false(memory_is_short(&budget, first - 2, now_us += 10000));
	/* Also after a time with few. */
	assert_false(memory_is_short(&budget, 10, now_us += 10000));
	assert_false(memory_is_short(&budget, first - 2, now_us += 10000));
	/* And more again when there is room, while they are all there. */
	budget.bytes *= 2;
	for (uint64_t live = first - 1; live < 2 * first; live++)
		assert_false(memory_is_short(&budget, live, now_us += 10000));
	memory_budget_release(&budget);
}

static void walks_are_fewer_beyond_the_budget(void **state)
{
	struct memory_budget budget;
	int64_t now_us = 1000000;

	(void)state;
	memory_budget_init(&budget, 100);
	assert_false(memory_is_short(&budget, 800, now_us));
	budget.bytes = MIB;
	assert_true(memory_is_short(&budget, 800, now_us += 10000));
	assert_true(memory_is_short(&budget, 700, now_us + 1));
	assert_false(memory_is_short(&budget, 699, now_us + 1));
	/* It takes a while until those that are too many have ended and their memory is back. */
	assert_false(memory_is_short(&budget, 699, now_us + 20000));
	assert_true(memory_is_short(&budget, 650, now_us += 2000000));
	assert_true(memory_is_short(&budget, 569, now_us + 1));
	/* There is always one. */
	for (uint64_t live = 560; live > 1; live -= (live + 7) / 8)
		memory_is_short(&budget, live, now_us += 2000000);
	memory_is_short(&budget, 1, now_us += 2000000);
	assert_true(memory_is_short(&budget, 1, now_us + 1));
	assert_false(memory_is_short(&budget, 0, now_us + 1));
	assert_false(memory_is_short(&budget, 0, now_us += 2000000));
	memory_budget_release(&budget);
}

static void nothing_is_short_where_the_kernel_does_not_tell(void **state)
{
	struct memory_budget budget;

	(void)state;
	memory_budget_init(&budget, 100);
	memory_budget_release(&budget);
	budget.bytes = MIB;
	assert_false(memory_is_short(&budget, 1000, 1000000));
}

/* Sanitizers touch several bytes of their own for each of ours. */
static void peak_is_what_was_touched(void **state)
{
	const size_t size = 32 * MIB;
	uint64_t before = memory_peak_bytes();
	char *memory = malloc(size);

	(void)state;
	assert_non_null(memory);
	for (size_t i = 0; i < size; i += 1024)
		((volatile char *)memory)[i] = 1;
	free(memory);
	assert_in_range(memory_peak_bytes(), before + size / 2, before + 8 * size);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(available_memory_is_the_least_limit),
		cmocka_unit_test(budget_is_given_or_a_share),
		cmocka_unit_test(walks_are_held_near_the_budget),
		cmocka_unit_test(walks_are_fewer_beyond_the_budget),
		cmocka_unit_test(nothing_is_short_where_the_kernel_does_not_tell),
		cmocka_unit_test(peak_is_what_was_touched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
