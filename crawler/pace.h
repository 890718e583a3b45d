/* No more than so many events a second, as a token bucket that holds what PACE_BURST_US brings. Pure. */
#ifndef CRAWLER_PACE_H
#define CRAWLER_PACE_H

#include <stdint.h>

/* What was not used for this long may be made up for at once: event loops wait in whole milliseconds and
 * have turns that last several. */
#define PACE_BURST_US 20000

struct pace {
	int64_t interval_ns; /* between two events; 0: no limit */
	int64_t next_ns;     /* when the next one is due; on the clock of `now_us` */
};

/* `per_s` events a second, divided among `parts` that know nothing of each other; 0: no limit. */
void pace_init(struct pace *pace, uint32_t per_s, uint32_t parts);

/* When the next event may happen; now or earlier: at once. */
int64_t pace_ready_us(const struct pace *pace);

/* An event happens. */
void pace_count(struct pace *pace, int64_t now_us);

#endif
