#include "crawler/session.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sysexits.h>
#include <unistd.h>

#include "crawler/clock.h"
#include "crawler/help.h"
#include "crawler/signals.h"
#include "crawler/version.h"

/* Lines read between two looks for a signal. */
#define LINES_PER_LOOK 4096

/* "20261121T010203Z-9f86d081": sorts by time, and two runs of one second differ. */
static void make_run_id(struct session *session)
{
	time_t seconds = (time_t)(session->started_us / US_PER_S);
	uint32_t chance = 0;
	struct tm utc;
	size_t len;

	gmtime_r(&seconds, &utc);
	len = strftime(session->id, sizeof(session->id), "%Y%m%dT%H%M%SZ", &utc);
	if (getrandom(&chance, sizeof(chance), 0) != sizeof(chance))
		chance = (uint32_t)getpid();
	snprintf(session->id + len, sizeof(session->id) - len, "-%08" PRIx32, chance);
}

int session_init(struct session *session, enum command command, int argc, char **argv)
{
	*session = (struct session){ .started_us = clock_wall_us(), .begun_us = clock_now_us(), .signal_fd = -1 };
	make_run_id(session);
	if (!options_parse(&session->options, command, argc, argv, stderr))
		return EXIT_USAGE;
	progress_init(&session->progress, stderr, session->options.quiet, session->begun_us);
	if (command == COMMAND_AUDIT)
		version_check(stderr);
	return 0;
}

void session_release(struct session *session)
{
	crawler_free(session->crawler);
	run_read_close(session->stored);
	destination_release(&session->destination);
	options_release(&session->options);
}

void session_count(const struct session *session, struct crawler_counters *out)
{
	uint64_t rows = session->stored ? run_read_row_count(session->stored) : 0;

	if (session->crawler)
		crawler_count(session->crawler, out);
	else
		*out = (struct crawler_counters){ .lines = rows > session->rows_read ? rows : session->rows_read,
						  .lines_done = session->rows_read };
}

bool session_is_complete(const struct session *session)
{
	struct crawler_counters counters;

	session_count(session, &counters);
	return session->list_read && counters.lines_done == counters.lines &&
	       (!session->stored || run_read_is_complete(session->stored));
}

int session_check(const struct session *session)
{
	const struct options *options = &session->options;

	if (!options->input_count || !options->output[0]) {
		fprintf(stderr, "detour: audit needs %s; see detour --help\n",
			options->input_count ? "--output DIR, or --output - for standard output"
					     : "a file of URLs, or - for standard input");
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < options->input_count; i++) {
		if (strcmp(options->input[i], "-") != 0 && access(options->input[i], R_OK) != 0) {
			fprintf(stderr, "detour: %s: %s\n", options->input[i], strerror(errno));
			return EX_NOINPUT;
		}
	}
	if (options->temp_dir[0] && access(options->temp_dir, W_OK | X_OK) != 0) {
		fprintf(stderr, "detour: --temp-dir %s: %s\n", options->temp_dir, strerror(errno));
		return EX_CANTCREAT;
	}
	return destination_check(options, stderr);
}

const char *session_temporary_directory(const struct session *session)
{
	const struct options *options = &session->options;
	const char *named = getenv("TMPDIR");

	if (options->temp_dir[0])
		return options->temp_dir;
	if (strcmp(options->output, "-") != 0)
		return options->output;
	return named && named[0] ? named : "/var/tmp";
}

int session_open(struct session *session, bool (*done)(void *context, struct record *record), void *context)
{
	const struct options *options = &session->options;
	const struct crawler_config crawler = { .options = options, .done = done, .context = context };
	int exit_code = EX_OSERR;

	session->signal_fd = signals_open(stderr);
	if (session->signal_fd < 0)
		return EX_OSERR;
	session->crawler = crawler_new(&crawler, stderr, &exit_code);
	if (!session->crawler)
		return exit_code;
	session->output =
		destination_open(&session->destination, options, session->id, &session->started_us, stderr, &exit_code);
	if (!session->output) {
		if (exit_code == 0)
			progress_say(&session->progress, "%s holds the complete run of this list; nothing to do",
				     options->output);
		return exit_code;
	}
	if (session->destination.resumed)
		progress_say(&session->progress, "resuming: %" PRIu64 " rows are there",
			     session->destination.before.rows);
	if (!crawler_open(session->crawler, session_temporary_directory(session), stderr))
		return EX_CANTCREAT;
	return 0;
}

static bool got_signal(struct session *session)
{
	bool got = signals_take(session->signal_fd);

	session->signals += got;
	return got;
}

int session_read_list(struct session *session)
{
	struct input *input = input_new(session->options.input, session->options.input_count);
	struct list_hash hash;
	struct input_line line;
	enum input_status status;
	uint64_t lines = 0;
	int exit_code = 0;

	input_stop_at(input, session->signal_fd);
	list_hash_init(&hash);
	while ((status = input_next(input, &line)) == INPUT_LINE) {
		list_hash_add(&hash, &line);
		if (!output_has_row(session->output, line.seq) && !crawler_add(session->crawler, &line, stderr)) {
			exit_code = EX_IOERR;
			break;
		}
		if (++lines % LINES_PER_LOOK)
			continue;
		progress_reading(&session->progress, "reading the list", lines, clock_now_us());
		if (got_signal(session))
			break;
	}
	if (status == INPUT_STOPPED)
		got_signal(session);
	if (status == INPUT_ERROR) {
		progress_end(&session->progress);
		fprintf(stderr, "detour: %s\n", input_error(input)->message);
		exit_code = input_error(input)->exit_code;
	}
	session->list_read = status == INPUT_END;
	if (session->list_read)
		exit_code = destination_list_read(&session->destination, session->output, &hash, stderr);
	list_hash_release(&hash);
	input_free(input);
	return exit_code;
}

static void on_signal(struct session *session, int64_t *drain_until_us)
{
	if (session->signals > 1) {
		progress_say(&session->progress, "second signal: giving up the walks in flight");
		crawler_abort(session->crawler);
		return;
	}
	progress_say(&session->progress, "stopping: no new walks; those in flight have %" PRIu32 " s to finish",
		     session->options.drain_timeout_ms / 1000);
	crawler_stop(session->crawler);
	*drain_until_us = clock_now_us() + session->options.drain_timeout_ms * US_PER_MS;
}

int session_walk(struct session *session)
{
	struct pollfd poll_fd[] = { { .fd = crawler_ended_fd(session->crawler), .events = POLLIN },
				    { .fd = session->signal_fd, .events = POLLIN } };
	struct crawler_counters counters;
	int64_t drain_until_us = INT64_MAX;

	progress_begin(&session->progress, clock_now_us());
	if (!crawler_start(session->crawler, stderr))
		return EX_IOERR;
	while (!(poll_fd[0].revents & POLLIN)) {
		poll(poll_fd, 2, progress_wait_ms(&session->progress));
		if (got_signal(session))
			on_signal(session, &drain_until_us);
		if (clock_now_us() >= drain_until_us || output_failed(session->output))
			crawler_abort(session->crawler);
		crawler_count(session->crawler, &counters);
		progress_walking(&session->progress, &counters, clock_now_us());
	}
	crawler_join(session->crawler);
	return 0;
}
