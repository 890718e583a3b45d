/* From a URL list to finished chains: the face of this folder.
 *
 * One thread adds all lines, starts the loops and waits; the loops walk. Share nothing: each loop
 * owns its hosts, its connections, its name cache and its counters, and a walk whose next hop is on
 * another loop's host is handed over whole. */
#ifndef CRAWLER_CRAWLER_H
#define CRAWLER_CRAWLER_H

#include "crawler/options.h"
#include "formats/input.h"
#include "formats/record.h"

struct crawler;

struct crawler_config {
	const struct options *options;
	/* Takes `record` over and returns true; or has no room, returns false, and is called again with
	 * the same record later. Called from every loop's thread, and from crawler_add's. */
	bool (*done)(void *context, struct record *record);
	void *context;
};

/* Checks the options and makes nothing on disk. NULL after a message on `errors`; `exit_code` then is
 * 2 or one of sysexits.h. */
struct crawler *crawler_new(const struct crawler_config *config, FILE *errors, int *exit_code);

/* Makes the frontier, whose file goes to `temporary_directory`, and the loops. To be called once,
 * before crawler_add. False after a message on `errors`. */
bool crawler_open(struct crawler *crawler, const char *temporary_directory, FILE *errors);

/* Only after crawler_join, or before crawler_start. */
void crawler_free(struct crawler *crawler);

/* Takes one input line in. A line that is no URL becomes a record at once. False after a message on
 * `errors`: the frontier's file cannot be written. Before crawler_start, one thread. */
bool crawler_add(struct crawler *crawler, const struct input_line *line, FILE *errors);

/* Starts the loops. False after a message on `errors`: the frontier's file cannot be written. */
bool crawler_start(struct crawler *crawler, FILE *errors);

/* A descriptor that becomes readable when the last loop has ended. */
int crawler_ended_fd(const struct crawler *crawler);

/* Begin no more walks; those in flight go on. Any thread. */
void crawler_stop(struct crawler *crawler);
/* Give up the walks in flight too; they leave no record. Any thread. */
void crawler_abort(struct crawler *crawler);

void crawler_join(struct crawler *crawler);

/* Sums over all loops; while they run, each number is a moment's. */
struct crawler_counters {
	uint64_t lines;      /* input lines that have or will have a record */
	uint64_t lines_done; /* of these, those whose record was handed on */
	uint64_t walks_live;
	uint64_t walks_deferred; /* that wait for the next pass */
	uint64_t requests;       /* begun, over all */
	uint64_t requests_live;
	uint64_t recalled;    /* hops whose answer was known already */
	uint64_t failures;    /* requests that ended without an answer */
	uint64_t held_back;   /* times that a hop had to wait for a limit of this machine */
	uint64_t handed_over; /* walks that changed loops */
	uint64_t hosts_set_aside;
	uint64_t robots_fetched;  /* robots.txt files that were asked for */
	uint64_t temporary_bytes; /* size of the frontier's file */
};
void crawler_count(const struct crawler *crawler, struct crawler_counters *out);

/* Names of hosts that were set aside, at most a hundred of each loop; after crawler_join. */
void crawler_each_set_aside(const struct crawler *crawler, void (*each)(void *context, const char *host),
			    void *context);

#endif
