/* Where the rows go: a directory of part files with a manifest, or standard output.
 *
 * Several threads write at once, each through a writer of its own: rows are encoded and compressed
 * without a lock, and only whole frames are appended under one. The order of rows is not kept; `seq` tells it.
 *
 * Errors of writing are sticky: once one has happened, writers return false, what was written is kept,
 * and output_close tells about it. The process must ignore SIGPIPE and SIGXFSZ.
 *
 * A directory is its own checkpoint: whatever ends the process, the frames that were appended stay, and the
 * run can be resumed from them. */
#ifndef FORMATS_OUTPUT_H
#define FORMATS_OUTPUT_H

#include <stdio.h>

#include "formats/manifest.h"
#include "formats/output_dir.h"
#include "formats/part_scan.h"
#include "formats/record.h"
#include "formats/stamp.h"

/* On standard output rows wait at most this long or until there are so many bytes of them; in a
 * directory a frame is ended after `frame_age_us` or FRAME_ROWS_BYTES. */
#define STDOUT_AGE_US INT64_C(1000000)
#define STDOUT_BYTES  65536

struct output_config {
	const char *path; /* a directory, see output_dir.h; "-" is standard output */
	enum output_dir_mode mode;
	uint64_t part_bytes;  /* a part is ended once it has this size, compressed */
	int64_t frame_age_us; /* how long rows may wait for the end of their frame */
	const char *run_id;
	/* Kept in the directory for runs that resume this one; NULL: this cannot be resumed, and resumes none. Must
	 * outlive output_list_read. Not looked at for standard output. */
	const struct stamp *stamp;
	struct row_reader reader; /* sees the rows that a run which is resumed had before */
};

struct output;
struct output_writer;

/* Copies what it needs of `config`. NULL after a line on `errors`, with the exit code in `exit_code`:
 * EX_CANTCREAT, EX_TEMPFAIL when another process writes there, or one of resume_open(); or NULL with 0 and no
 * line if the run to be resumed is complete. `errors` is used until output_close. */
struct output *output_open(const struct output_config *config, FILE *errors, int *exit_code);

/* What a run that is resumed had before. */
struct output_before {
	int64_t started_at_us;    /* 0: no run is resumed */
	struct row_counts counts; /* of the rows that were there */
};
struct output_before output_before(const struct output *output);

/* Whether the input line `seq` has had its row before. */
bool output_has_row(const struct output *output, uint64_t seq);

/* To be called when the whole list has been read and before the first walk, with its hash (list_hash.h): from
 * here on there is something to resume. False after a line on `errors`. */
bool output_list_read(struct output *output, const char *list_hash) __attribute__((warn_unused_result));

/* Whether writing has failed: from any thread, at any time. */
bool output_failed(const struct output *output);

/* Bytes written so far, compressed unless they go to standard output: from any thread. */
uint64_t output_bytes(struct output *output);

/* Adds a finding on the whole list, once all writers are freed; not on standard output. False if writing has failed. */
struct inventory_finding;
bool output_write_inventory(struct output *output, const struct inventory_finding *finding)
	__attribute__((warn_unused_result));

/* Publishes the last part and the inventory, and writes the manifest, and _SUCCESS if the run is complete and nothing
 * failed; then frees `output`. All writers must be finished and freed. Returns the exit code: 0,
 * EX_IOERR after a line on `errors`, or EX_SOFTWARE if a run said to be complete has not one row for
 * each input line. The state that `facts` gives is not an error. */
int output_close(struct output *output, const struct manifest_facts *facts);

/* A writer is for one thread. */
struct output_writer *output_writer_new(struct output *output);

/* Drops rows that were not finished. output_writer_free(NULL) is allowed. */
void output_writer_free(struct output_writer *writer);

/* Adds the row of `record`, which stays the caller's. False if writing has failed. */
bool output_write(struct output_writer *writer, const struct record *record) __attribute__((warn_unused_result));

/* Writes out rows that have waited long enough. Call it at least every few hundred milliseconds;
 * `now_us` is of any clock that does not go back. False if writing has failed. */
bool output_flush_if_due(struct output_writer *writer, int64_t now_us) __attribute__((warn_unused_result));

/* Writes out all rows. False if writing has failed. */
bool output_finish_writer(struct output_writer *writer) __attribute__((warn_unused_result));

#endif
