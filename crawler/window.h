/* How much to ask of somebody at once, found as TCP finds it: one more for each window's worth of
 * answers, half as much when answers are lost. Pure. */
#ifndef CRAWLER_WINDOW_H
#define CRAWLER_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct window {
	size_t size; /* questions that may be open at once; at least `min` */
	size_t min, max;
	size_t answers; /* since the window grew last */
	int64_t halved_at_us;
	int64_t halve_every_us; /* losses within this time are one */
};

/* An answer came. */
void window_answered(struct window *window);

/* An answer did not come in time. */
void window_lost(struct window *window, int64_t now_us);

#endif
