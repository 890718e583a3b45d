/* How many questions a name server is sent before it has answered the first of them: found out, since
 * what it can hold is not known.
 *
 * A server that cannot keep up loses questions in rows, as its socket buffer is full for a while. A line
 * that drops one in fifty, and names whose own servers are dead, lose them here and there. So only a row
 * of losses makes the window smaller; and it grows while it is filled and there is none. Pure. */
#ifndef CRAWLER_WINDOW_H
#define CRAWLER_WINDOW_H

#include <stdint.h>

struct window {
	uint32_t size; /* questions that may be open at once; from `min` to `max` */
	uint32_t min, max;
	int64_t notice_us; /* a loss is known this long after the question */
	int64_t grow_at_us, halve_at_us;
	uint64_t lost; /* number of the question that was lost last */
	uint32_t row;  /* losses in a row up to that one */
};

/* The window is full, and there is more to ask. */
void window_full(struct window *window, int64_t now_us);

/* The question with this number was lost. Questions are numbered in the order they are asked in. */
void window_lost(struct window *window, uint64_t number, int64_t now_us);

#endif
