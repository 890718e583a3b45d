/* Telling a person how a run goes: one line that renews itself on a terminal, a log line every 30
 * seconds otherwise. */
#ifndef CRAWLER_PROGRESS_H
#define CRAWLER_PROGRESS_H

#include <stdio.h>

#include "crawler/crawler.h"

struct progress {
	FILE *out;
	bool quiet;
	bool terminal;
	bool line_open;      /* a line on the terminal wants to be ended */
	int64_t begun_us;    /* when walking began */
	int64_t shown_us;    /* when something was printed last */
	uint64_t shown_done; /* lines done by then */
};

/* Asks whether `out` is a terminal that can renew a line. `now_us` of the monotonic clock, here and below. */
void progress_init(struct progress *progress, FILE *out, bool quiet, int64_t now_us);

/* While the list is read, or whatever else `what` says. */
void progress_reading(struct progress *progress, const char *what, uint64_t lines, int64_t now_us);

/* Walking begins: rates count from here. */
void progress_begin(struct progress *progress, int64_t now_us);

/* Prints if it is time to. */
void progress_walking(struct progress *progress, const struct crawler_counters *counters, int64_t now_us);

/* A line of its own, whatever stands on the terminal; nothing when quiet. */
void progress_say(struct progress *progress, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Clears the terminal's line. */
void progress_end(struct progress *progress);

/* How long to sleep at most before the next call, in milliseconds. */
int progress_wait_ms(const struct progress *progress);

#endif
