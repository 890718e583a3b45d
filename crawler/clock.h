/* Time in microseconds. */
#ifndef CRAWLER_CLOCK_H
#define CRAWLER_CLOCK_H

#include <stdint.h>
#include <time.h>

#define US_PER_S  INT64_C(1000000)
#define US_PER_MS INT64_C(1000)

static inline int64_t clock_read_us(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * US_PER_S + now.tv_nsec / 1000;
}

/* For deadlines and durations: never jumps. */
static inline int64_t clock_now_us(void)
{
	return clock_read_us(CLOCK_MONOTONIC);
}

/* For what is written out: since 1970, UTC. */
static inline int64_t clock_wall_us(void)
{
	return clock_read_us(CLOCK_REALTIME);
}

#endif
