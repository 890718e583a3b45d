#include "crawler/capacity.h"

#include <limits.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include "crawler/fetch.h"

/* Descriptors of a table that are not for connections: files, the epoll, name servers. */
#define DESCRIPTORS_RESERVED 64

/* A multi handle of libcurl has a pair of them, to be woken by. */
#define SHARD_DESCRIPTORS 2

/* Few walks have more shards than they need where so many descriptors come with each. */
#define SHARD_DESCRIPTORS_WORTH 256

/* A walk has one connection in use, and for it fetch.c keeps one and a half. */
#define WALK_DESCRIPTORS 3

/* More would only divide the politeness of an address further. */
#define LOOPS_MAX 64

static unsigned count_processors(void)
{
	/* The mask may be wider than cpu_set_t. */
	for (size_t size = CPU_SETSIZE; size <= (size_t)CPU_SETSIZE * 64; size *= 2) {
		cpu_set_t *set = CPU_ALLOC(size);
		size_t bytes = CPU_ALLOC_SIZE(size);
		int count = set && sched_getaffinity(0, bytes, set) == 0 ? CPU_COUNT_S(bytes, set) : 0;

		CPU_FREE(set);
		if (count > 0)
			return (unsigned)count;
	}
	return 1;
}

static uint64_t raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 1024;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	getrlimit(RLIMIT_NOFILE, &limit);
	return limit.rlim_cur;
}

bool capacity_own_table(void)
{
	/* Containers often forbid unshare(), which can do more than this; nobody forbids close_range(), which
	 * here closes nothing. */
	return unshare(CLONE_FILES) == 0 || close_range(UINT_MAX, UINT_MAX, CLOSE_RANGE_UNSHARE) == 0;
}

struct capacity_machine capacity_machine(void)
{
	/* In a process of one thread there is nothing to part, so this only asks whether it is allowed. */
	return (struct capacity_machine){ .processors = count_processors(),
					  .descriptors = raise_descriptor_limit(),
					  .own_tables = capacity_own_table() };
}

static uint32_t least(uint64_t a, uint64_t b)
{
	return (uint32_t)(a < b ? a : b);
}

/* Loops that have a fair part of what politeness allows. */
static unsigned polite_loops(const struct options *options)
{
	uint32_t loops = least(options->per_ip, LOOPS_MAX);

	/* Nor shall a loop's part of an address keep a host from what --per-host allows it. */
	if (options->per_host < SPREAD_PER_HOST_MIN)
		loops = least(loops, options->per_ip / options->per_host);
	return loops ? loops : 1;
}

/* Hops that can be under way with so many descriptors; at least 1. */
static uint64_t hops_of(uint64_t descriptors)
{
	const uint64_t shard = FETCH_SHARD_TRANSFERS * WALK_DESCRIPTORS + SHARD_DESCRIPTORS;
	uint64_t left = descriptors > DESCRIPTORS_RESERVED ? descriptors - DESCRIPTORS_RESERVED : 0;
	uint64_t hops = left / shard * FETCH_SHARD_TRANSFERS;

	left %= shard;
	if (left > SHARD_DESCRIPTORS)
		hops += (left - SHARD_DESCRIPTORS) / WALK_DESCRIPTORS;
	return hops ? hops : 1;
}

/* What a loop that holds `walks` makes of its part of the descriptors. */
static void fit_shards(struct capacity *capacity, uint64_t walks, uint64_t descriptors)
{
	uint64_t shards = (walks + FETCH_SHARD_TRANSFERS - 1) / FETCH_SHARD_TRANSFERS;
	uint64_t spare = least(FETCH_SHARDS_MIN, descriptors / SHARD_DESCRIPTORS_WORTH), taken;

	if (shards < spare)
		shards = spare;
	capacity->shards = least(shards ? shards : 1, FETCH_SHARDS_MAX);
	taken = DESCRIPTORS_RESERVED + (uint64_t)capacity->shards * SHARD_DESCRIPTORS;
	capacity->connections_max = descriptors > taken ? least(descriptors - taken, UINT32_MAX) : 1;
}

struct capacity capacity_fit(const struct options *options, const struct capacity_machine *machine)
{
	uint64_t wanted = options->concurrency, hops = hops_of(machine->descriptors);
	unsigned loops = options->loops ? options->loops : machine->processors;
	unsigned loops_max = least(polite_loops(options), wanted);
	bool own_tables = hops < wanted && machine->own_tables;

	if (own_tables && !options->loops && loops < (wanted + hops - 1) / hops)
		loops = least((wanted + hops - 1) / hops, loops_max);
	loops = least(loops, loops_max);
	own_tables = own_tables && loops > 1;

	struct capacity capacity = { .loops = loops,
				     .walks_max = least(wanted, own_tables ? hops * loops : hops),
				     .hops_max = least(wanted, hops),
				     .own_tables = own_tables };

	fit_shards(&capacity, (capacity.walks_max + loops - 1) / loops,
		   own_tables ? machine->descriptors : machine->descriptors / loops);
	return capacity;
}
