/* How many hops one loop has under way at most: as many as the machine bears.
 *
 * Descriptors, local ports and socket memory run out without notice, some by what other processes do. A hop
 * that meets such a limit is no fault of the site: it waits and is tried again, and fewer are let out at once
 * until things go well for a while (additive increase, multiplicative decrease). Pure: the clock comes in as
 * now_us. Belongs to the loop's thread. */
#ifndef CRAWLER_ADMISSION_H
#define CRAWLER_ADMISSION_H

#include <stdbool.h>
#include <stdint.h>

struct admission {
	uint64_t limit;     /* hops under way; at least 1 */
	uint64_t limit_max; /* what was asked for */
	uint64_t successes; /* since the limit was moved */
	int64_t lowered_us;
};

void admission_init(struct admission *admission, uint64_t limit_max);

/* A hop could not be begun with `under_way` others in progress. True if the limit was lowered. */
bool admission_failed(struct admission *admission, uint64_t under_way, int64_t now_us);

/* A hop has got through. */
void admission_succeeded(struct admission *admission);

#endif
