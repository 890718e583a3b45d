/* The directory a run is written to: made or emptied, and locked for this process. */
#ifndef FORMATS_OUTPUT_DIR_H
#define FORMATS_OUTPUT_DIR_H

#include <stdbool.h>
#include <stdio.h>

#define MANIFEST_NAME "_manifest.json"
#define SUCCESS_NAME  "_SUCCESS"
#define LOCK_NAME     ".lock"

struct output_dir {
	int fd;
	int lock_fd;
};

/* Makes `path` (its parent must exist) or takes an empty one. With `force` one that holds a run is
 * emptied, but only if every file in it is of a run. The lock is gone with the process, however it
 * ends; the file stays, because removing it would let two processes lock two files.
 *
 * Returns 0, or an exit code after a line on `errors`: EX_CANTCREAT, or EX_TEMPFAIL if another
 * process has the lock. */
int output_dir_open(struct output_dir *dir, const char *path, bool force, FILE *errors);
void output_dir_release(struct output_dir *dir);

#endif
