#include "crawler/progress.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crawler/clock.h"

#define TERMINAL_EVERY_US (1 * US_PER_S)
#define LOG_EVERY_US      (30 * US_PER_S)

static bool is_terminal(FILE *out)
{
	const char *type = getenv("TERM");

	return isatty(fileno(out)) == 1 && type && strcmp(type, "dumb") != 0;
}

void progress_init(struct progress *progress, FILE *out, bool quiet, int64_t now_us)
{
	*progress = (struct progress){
		.out = out, .quiet = quiet, .terminal = is_terminal(out), .begun_us = now_us, .shown_us = now_us
	};
}

static bool is_time(const struct progress *progress, int64_t now_us)
{
	return !progress->quiet &&
	       now_us - progress->shown_us >= (progress->terminal ? TERMINAL_EVERY_US : LOG_EVERY_US);
}

/* "\033[K" clears what an earlier, longer line left. Until "\033[?7h" the terminal cuts a line that is
 * wider than it is; wrapped, it could not be cleared. */
static void begin_line(struct progress *progress)
{
	fputs(progress->terminal ? "\r\033[K\033[?7l" : "detour: ", progress->out);
}

static void end_line(struct progress *progress)
{
	fputs(progress->terminal ? "\033[?7h" : "\n", progress->out);
	progress->line_open = progress->terminal;
	fflush(progress->out);
}

void progress_reading(struct progress *progress, const char *what, uint64_t lines, int64_t now_us)
{
	if (!is_time(progress, now_us))
		return;
	begin_line(progress);
	fprintf(progress->out, "%s: %" PRIu64 " URLs", what, lines);
	end_line(progress);
	progress->shown_us = now_us;
}

void progress_begin(struct progress *progress, int64_t now_us)
{
	progress->begun_us = progress->shown_us = now_us;
}

static void print_duration(FILE *out, uint64_t seconds)
{
	if (seconds >= 3600)
		fprintf(out, "%" PRIu64 " h %02" PRIu64 " min", seconds / 3600, seconds / 60 % 60);
	else if (seconds >= 60)
		fprintf(out, "%" PRIu64 " min %02" PRIu64 " s", seconds / 60, seconds % 60);
	else
		fprintf(out, "%" PRIu64 " s", seconds);
}

void progress_walking(struct progress *progress, const struct crawler_counters *counters, int64_t now_us)
{
	uint64_t elapsed_ms = (uint64_t)((now_us - progress->begun_us) / US_PER_MS);
	uint64_t interval_ms = (uint64_t)((now_us - progress->shown_us) / US_PER_MS);
	uint64_t left = counters->lines - counters->lines_done;

	if (!is_time(progress, now_us))
		return;
	begin_line(progress);
	fprintf(progress->out, "%" PRIu64 " of %" PRIu64 " URLs (%" PRIu64 " %%), %" PRIu64 "/s, ",
		counters->lines_done, counters->lines,
		counters->lines ? counters->lines_done * 100 / counters->lines : 100,
		(counters->lines_done - progress->shown_done) * 1000 / (interval_ms ? interval_ms : 1));
	if (counters->lines_done && left) {
		/* The rate of the whole run so far: a host that is slow now does not make it jump. */
		print_duration(progress->out, left * elapsed_ms / counters->lines_done / 1000 + 1);
		fputs(" left, ", progress->out);
	}
	fprintf(progress->out, "%" PRIu64 " requests in flight, %" PRIu64 " failed", counters->requests_live,
		counters->failures);
	end_line(progress);
	progress->shown_us = now_us;
	progress->shown_done = counters->lines_done;
}

void progress_say(struct progress *progress, const char *format, ...)
{
	va_list args;

	if (progress->quiet)
		return;
	progress_end(progress);
	fputs("detour: ", progress->out);
	va_start(args, format);
	vfprintf(progress->out, format, args);
	va_end(args);
	fputc('\n', progress->out);
}

void progress_end(struct progress *progress)
{
	if (progress->line_open)
		fputs("\r\033[K", progress->out);
	progress->line_open = false;
	fflush(progress->out);
}

int progress_wait_ms(const struct progress *progress)
{
	return progress->terminal ? (int)(TERMINAL_EVERY_US / US_PER_MS) : 1000;
}
