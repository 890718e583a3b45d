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

/* What may be in the directory. */
enum output_dir_mode {
	OUTPUT_DIR_NEW,     /* nothing */
	OUTPUT_DIR_REPLACE, /* a run, which is removed */
	OUTPUT_DIR_RESUME,  /* a run, which is left */
};

/* Makes `path` (its parent must exist) or takes an empty one. One that holds a run is taken, as `mode` says,
 * only if every file in it is of a run. The lock is gone with the process, however it
 * ends; the file stays, because removing it would let two processes lock two files.
 *
 * Returns 0, or an exit code after a line on `errors`: EX_CANTCREAT, or EX_TEMPFAIL if another
 * process has the lock. */
int output_dir_open(struct output_dir *dir, const char *path, enum output_dir_mode mode, FILE *errors);

/* Removes the run that the directory holds. Returns 0 or EX_CANTCREAT, after a line on `errors`. */
int output_dir_empty(const struct output_dir *dir, const char *path, FILE *errors);

/* Calls `each` for every entry but the lock until it returns false. True if it never did; false, with
 * errno set, also if the directory cannot be read. */
bool output_dir_each(const struct output_dir *dir, bool (*each)(void *context, int dir_fd, const char *name),
		     void *context);

void output_dir_release(struct output_dir *dir);

#endif
