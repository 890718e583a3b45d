#include "tests/origin/timers.h"

#include <limits.h>
#include <stdlib.h>

#include "formats/arena.h"

void timers_release(struct timers *timers)
{
	free(timers->heap);
	*timers = (struct timers){ 0 };
}

static void put(struct timers *timers, struct timer *timer, size_t place)
{
	timers->heap[place] = timer;
	timer->place = place;
}

static void rise(struct timers *timers, struct timer *timer, size_t place)
{
	while (place > 1 && timers->heap[place / 2]->due_us > timer->due_us) {
		put(timers, timers->heap[place / 2], place);
		place /= 2;
	}
	put(timers, timer, place);
}

static void sink(struct timers *timers, struct timer *timer, size_t place)
{
	for (;;) {
		size_t child = place * 2;

		if (child < timers->count && timers->heap[child + 1]->due_us < timers->heap[child]->due_us)
			child++;
		if (child > timers->count || timers->heap[child]->due_us >= timer->due_us)
			break;
		put(timers, timers->heap[child], place);
		place = child;
	}
	put(timers, timer, place);
}

void timers_set(struct timers *timers, struct timer *timer, uint64_t due_us)
{
	timers_clear(timers, timer);
	if (timers->count + 2 > timers->size) {
		timers->size = timers->size ? timers->size * 2 : 64;
		timers->heap = memory_resize(timers->heap, timers->size * sizeof(struct timer *));
	}
	timer->due_us = due_us;
	rise(timers, timer, ++timers->count);
}

void timers_clear(struct timers *timers, struct timer *timer)
{
	size_t place = timer->place;

	if (!place)
		return;
	timer->place = 0;

	struct timer *last = timers->heap[timers->count--];

	if (last == timer)
		return;
	if (place > 1 && timers->heap[place / 2]->due_us > last->due_us)
		rise(timers, last, place);
	else
		sink(timers, last, place);
}

void timers_run(struct timers *timers, uint64_t now_us)
{
	while (timers->count && timers->heap[1]->due_us <= now_us) {
		struct timer *timer = timers->heap[1];

		timers_clear(timers, timer);
		timer->fire(timer);
	}
}

int timers_wait_ms(const struct timers *timers, uint64_t now_us)
{
	if (!timers->count)
		return -1;
	if (timers->heap[1]->due_us <= now_us)
		return 0;

	uint64_t wait_ms = (timers->heap[1]->due_us - now_us + 999) / 1000;

	return wait_ms < INT_MAX ? (int)wait_ms : INT_MAX;
}
