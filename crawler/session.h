/* A run of `detour audit` from its arguments to the end of its last walk: everything but what becomes of the
 * records. In the order of the functions; each that returns an exit code returns 0 to go on. `detour reaudit`
 * has the first two in common with it, and goes on with reaudit.h. */
#ifndef CRAWLER_SESSION_H
#define CRAWLER_SESSION_H

#include "crawler/crawler.h"
#include "crawler/destination.h"
#include "crawler/progress.h"
#include "formats/run_read.h"

struct session {
	struct options options;
	char id[40];        /* of the run */
	int64_t started_us; /* wall clock; of the first process, if the run was resumed */
	int64_t begun_us;   /* monotonic; of this one */
	int signal_fd;
	unsigned signals; /* INT and TERM that came so far */
	bool list_read;   /* to its end; so are the rows that are judged again */
	struct progress progress;
	struct destination destination;
	struct output *output;   /* to be closed by the caller */
	struct crawler *crawler; /* of audit */
	struct run_read *stored; /* of reaudit: the run that is read */
	uint64_t rows_read;      /* of it, those that were handed on */
};

/* The command line is what stands behind `detour audit`, or the other command. EXIT_USAGE after a message.
 * session_release is needed either way. */
int session_init(struct session *session, enum command command, int argc, char **argv);
void session_release(struct session *session);

/* The figures of the run so far. */
void session_count(const struct session *session, struct crawler_counters *out);

/* Whether there is nothing that has no row: of a list that was read, or of a run that is judged again. To be asked
 * after its end. */
bool session_is_complete(const struct session *session);

/* Finds what can be found before anything is made, so that a slip of the keyboard leaves no directory behind. */
int session_check(const struct session *session);

/* Makes crawler and output. `done` and `context` as in crawler_config. With 0 and without an output there is
 * nothing to do: the run is complete. To be called while the process has one thread. */
int session_open(struct session *session, bool (*done)(void *context, struct record *record), void *context);

/* Where temporary files go; good as long as the session. */
const char *session_temporary_directory(const struct session *session);

/* Reads the list, or what comes of it before a signal. Lines that are no URL become records at once. */
int session_read_list(struct session *session);

/* Walks it, or as much of it as a signal or a failed output allow. */
int session_walk(struct session *session);

#endif
