/* Timers of one loop: a binary heap. */
#ifndef ORIGIN_TIMERS_H
#define ORIGIN_TIMERS_H

#include <stddef.h>
#include <stdint.h>

struct timer {
	uint64_t due_us; /* clock_us() */
	size_t place;    /* 1-based in the heap; 0: not set */
	void (*fire)(struct timer *timer);
};

struct timers {
	struct timer **heap; /* heap[0] is not used */
	size_t count, size;
};

/* A zeroed struct timers is empty. */
void timers_release(struct timers *timers);

/* Sets or moves a timer. It must live until it fires or is cleared. */
void timers_set(struct timers *timers, struct timer *timer, uint64_t due_us);
void timers_clear(struct timers *timers, struct timer *timer);

/* Fires what is due; a timer may set or clear any timer while it fires. */
void timers_run(struct timers *timers, uint64_t now_us);

/* Milliseconds until the next one, rounded up; -1: there is none. */
int timers_wait_ms(const struct timers *timers, uint64_t now_us);

#endif
