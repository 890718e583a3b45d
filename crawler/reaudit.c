#include "crawler/reaudit.h"

#include <inttypes.h>
#include <poll.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "crawler/clock.h"
#include "crawler/help.h"
#include "crawler/signals.h"
#include "formats/run_read.h"

/* Rows between two looks at the time, and for a signal. */
#define ROWS_PER_LOOK 256

/* How long to wait when there is no room for a record: the auditors take some in that time. */
#define WAIT_MS 1

static bool is_same_directory(const char *a, const char *b)
{
	struct stat left, right;

	return stat(a, &left) == 0 && stat(b, &right) == 0 && left.st_dev == right.st_dev &&
	       left.st_ino == right.st_ino;
}

int reaudit_check(const struct session *session)
{
	const struct options *options = &session->options;

	if (options->input_count != 1 || !options->output[0]) {
		fprintf(stderr, "detour: reaudit needs %s; see detour help reaudit\n",
			options->input_count == 1 ? "--output DIR, or --output - for standard output"
						  : "the directory of one run");
		return EXIT_USAGE;
	}
	if (is_same_directory(options->input[0], options->output)) {
		fprintf(stderr, "detour: reaudit cannot write to the run that it reads\n");
		return EXIT_USAGE;
	}
	return 0;
}

static struct output *open_output(const struct session *session, int *exit_code)
{
	const struct options *options = &session->options;
	const struct output_config config = { .path = options->output,
					      .mode = options->force ? OUTPUT_DIR_REPLACE : OUTPUT_DIR_NEW,
					      .part_bytes = (uint64_t)options->part_size_mib << 20,
					      .frame_age_us = options->checkpoint_ms * US_PER_MS,
					      .run_id = session->id };

	return output_open(&config, stderr, exit_code);
}

int reaudit_open(struct session *session)
{
	int exit_code;

	session->signal_fd = signals_open(stderr);
	if (session->signal_fd < 0)
		return EX_OSERR;
	session->stored = run_read_open(session->options.input[0], stderr, &exit_code);
	if (!session->stored)
		return exit_code;
	session->output = open_output(session, &exit_code);
	if (session->output && !run_read_is_complete(session->stored))
		progress_say(&session->progress, "the run in %s is not complete: the rows that are there are judged",
			     session->options.input[0]);
	return exit_code;
}

static void look(struct session *session)
{
	progress_reading(&session->progress, "judging again", session->rows_read, clock_now_us());
	session->signals += signals_take(session->signal_fd);
}

/* False if there is no room before a signal comes. */
static bool hand_on(struct session *session, struct record *record, bool (*done)(void *context, struct record *record),
		    void *context)
{
	struct pollfd signal = { .fd = session->signal_fd, .events = POLLIN };

	while (!done(context, record)) {
		if (poll(&signal, 1, WAIT_MS) > 0)
			look(session);
		if (session->signals) {
			record_free(record);
			return false;
		}
	}
	return true;
}

int reaudit_read(struct session *session, bool (*done)(void *context, struct record *record), void *context)
{
	struct record *record = NULL;
	uint64_t truncated = 0;
	int exit_code = 0;

	while (session->signals == 0 && !output_failed(session->output) &&
	       (record = run_read_next(session->stored, &exit_code))) {
		truncated += record->truncated;
		record_forget_audit(record);
		if (hand_on(session, record, done, context))
			session->rows_read++;
		if (session->rows_read % ROWS_PER_LOOK == 0)
			look(session);
	}
	session->list_read = !record && exit_code == 0 && session->signals == 0;
	if (truncated)
		progress_say(&session->progress,
			     "%" PRIu64 " rows had lost parts of long texts; what is found in them may differ",
			     truncated);
	return exit_code;
}
