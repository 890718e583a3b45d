/* How much memory the process holds, and how many walks it bears: --memory.
 *
 * What counts is the resident set, as the kernel and its killer see it. It does not shrink by itself when a
 * walk ends: what was freed is used for the next one. So near the budget walks are begun as others end, and
 * only beyond it there are fewer. */
#ifndef CRAWLER_MEMORY_H
#define CRAWLER_MEMORY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct memory_budget {
	uint64_t bytes;
	int statm;                /* descriptor of /proc/self/statm; -1: there is none */
	_Atomic int64_t again_us; /* when it is read next */
	_Atomic uint64_t walks;   /* that may be live; at first a guess */
	/* Of whoever reads. */
	uint64_t most;    /* walks that were live at one time, as far as the budget bore them */
	int64_t purge_us; /* when the allocator may be asked again to give back what is free */
};

/* `budget_mib` as --memory says; 0 is a share of what memory_available_bytes() tells. To be called before
 * the loops start: each descriptor table needs the open file. */
void memory_budget_init(struct memory_budget *budget, uint32_t budget_mib);
void memory_budget_release(struct memory_budget *budget);

/* True if `live` walks, those of all loops, are as many as the budget bears; false without any. `now_us` of
 * the monotonic clock; the kernel is asked every few milliseconds, and the calls between cost two loads. Any
 * thread. */
bool memory_is_short(struct memory_budget *budget, uint64_t live, int64_t now_us);

/* The largest resident set of this process so far, in bytes. */
uint64_t memory_peak_bytes(void);

/* The machine's memory, or the least that a control group of the process (version 1 or 2) or one above it
 * allows. /proc and /sys are looked for in the directory `root`: "" but in tests. */
uint64_t memory_available_bytes(const char *root);

#endif
