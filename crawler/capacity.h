/* How many loops walk and how many walks they hold: what --loops and --concurrency ask for, as far as the
 * processors, politeness and the file descriptors allow.
 *
 * A thread may have a descriptor table of its own, and the limit of the process counts for each table. So
 * more loops than processors are worth their switches when one table is too small. */
#ifndef CRAWLER_CAPACITY_H
#define CRAWLER_CAPACITY_H

#include "crawler/options.h"

/* A host with this allowance or more is worth all loops: its URLs are dealt out and the allowance
 * divided. Below it, one loop keeps the count exactly. */
#define SPREAD_PER_HOST_MIN 256

struct capacity_machine {
	unsigned processors;  /* that this process may use */
	uint64_t descriptors; /* of one table */
	bool own_tables;      /* threads can have tables of their own */
};

struct capacity {
	unsigned loops;
	uint32_t walks_max;       /* in flight, over all loops; less than --concurrency where that does not fit */
	uint32_t hops_max;        /* under way in one loop: what its table has room for */
	unsigned shards;          /* multi handles of one loop */
	uint32_t connections_max; /* open in one loop, those that wait for their next request included */
	bool own_tables;          /* each loop has to begin with capacity_own_table */
};

/* Asks the kernel. The soft limit of descriptors is raised to the hard one. To be called while the process
 * has one thread. */
struct capacity_machine capacity_machine(void);

struct capacity capacity_fit(const struct options *options, const struct capacity_machine *machine);

/* Gives the calling thread a descriptor table of its own, with all that is open in it. False, with errno,
 * if the kernel refuses. */
bool capacity_own_table(void);

#endif
