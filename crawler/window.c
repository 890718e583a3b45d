#include "crawler/window.h"

/* So many questions in a row are never lost by chance: one in fifty gives such a row once in 4e13. */
#define ROW_MIN 8

/* The window grows by one in so many. */
#define GROWTH_PART 4

void window_full(struct window *window, int64_t now_us)
{
	uint32_t grown = window->size + window->size / GROWTH_PART + 1;

	if (now_us < window->grow_at_us)
		return;
	window->size = grown < window->max ? grown : window->max;
	window->grow_at_us = now_us + window->notice_us;
}

void window_lost(struct window *window, uint64_t number, int64_t now_us)
{
	window->row = number == window->lost + 1 ? window->row + 1 : 1;
	window->lost = number;
	/* Losses from before it was halved say nothing about the size it has. */
	if (window->row < ROW_MIN || now_us < window->halve_at_us)
		return;
	window->size = window->size / 2 > window->min ? window->size / 2 : window->min;
	window->row = 0;
	window->halve_at_us = window->grow_at_us = now_us + window->notice_us;
}
