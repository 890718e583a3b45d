/* How much memory the process holds, and when that is too much: --memory.
 *
 * What counts is the resident set, as the kernel and its killer see it. Near the budget no more walks
 * are begun; those that end give their memory back. */
#ifndef CRAWLER_MEMORY_H
#define CRAWLER_MEMORY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct memory_budget {
	uint64_t bytes;
	int statm;                /* descriptor of /proc/self/statm; -1: there is none */
	_Atomic int64_t again_us; /* when it is read next */
	atomic_bool is_short;     /* what was read last */
};

/* `budget_mib` as --memory says; 0 is a share of what memory_available_bytes() tells. To be called before
 * the loops start: each descriptor table needs the open file. */
void memory_budget_init(struct memory_budget *budget, uint32_t budget_mib);
void memory_budget_release(struct memory_budget *budget);

/* True while the resident set is near the budget. `now_us` of the monotonic clock; the kernel is asked
 * every few milliseconds, and the calls between cost a load. Any thread. */
bool memory_is_short(struct memory_budget *budget, int64_t now_us);

/* The largest resident set of this process so far, in bytes. */
uint64_t memory_peak_bytes(void);

/* The machine's memory, or the least that a control group of the process (version 1 or 2) or one above it
 * allows. /proc and /sys are looked for in the directory `root`: "" but in tests. */
uint64_t memory_available_bytes(const char *root);

#endif
