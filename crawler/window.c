#include "crawler/window.h"

void window_answered(struct window *window)
{
	if (++window->answers < window->size)
		return;
	window->answers = 0;
	if (window->size < window->max)
		window->size++;
}

void window_lost(struct window *window, int64_t now_us)
{
	if (now_us - window->halved_at_us < window->halve_every_us)
		return;
	window->size = window->size / 2 > window->min ? window->size / 2 : window->min;
	window->answers = 0;
	window->halved_at_us = now_us;
}
