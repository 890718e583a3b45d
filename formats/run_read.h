/* Reading the rows of a run back as records, part by part, in the order in which they were written. */
#ifndef FORMATS_RUN_READ_H
#define FORMATS_RUN_READ_H

#include <stdio.h>

#include "formats/record.h"

struct run_read; /* for one thread; some 30 MiB, and a bit for each line of the run's list */

/* Opens the run in the directory at `path`, and keeps others from writing there. Both arguments must outlive it.
 * NULL after a line on `errors`, with an exit code: EX_NOINPUT if there is no run, EX_TEMPFAIL while another
 * process writes it, EX_DATAERR if it is damaged. */
struct run_read *run_read_open(const char *path, FILE *errors, int *exit_code);
void run_read_close(struct run_read *run);

/* Whether the run is complete. Of one that is not, the whole frames are read. */
bool run_read_is_complete(const struct run_read *run);

/* Its id; "" if none is known yet. Good until the next call of run_read_next. */
const char *run_read_id(const struct run_read *run);

/* What its manifest says; 0 without one. */
uint64_t run_read_row_count(const struct run_read *run);

/* The next record, which is the caller's, or NULL: at the end with 0 in `exit_code`, otherwise after a line on
 * `errors` with EX_DATAERR or EX_IOERR. No row is left out of a complete run, and none is given twice. */
struct record *run_read_next(struct run_read *run, int *exit_code);

#endif
