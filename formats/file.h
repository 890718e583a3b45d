/* Whole reads and writes of files. */
#ifndef FORMATS_FILE_H
#define FORMATS_FILE_H

#include <stdbool.h>

#include "formats/buf.h"

/* Writes all of `bytes`, whatever signals and short writes come between, and waits for a pipe or
 * socket that does not block. False, with errno set, if the rest cannot be written; some of it may
 * have been. The process must ignore SIGPIPE and SIGXFSZ, so that they arrive here as errors. */
bool file_write(int fd, struct span bytes) __attribute__((warn_unused_result));

/* Adds the content of the file `name` in the directory to `out`. False with errno set if it cannot be read; EFBIG:
 * it does not fit. Some of it may have been added then. */
bool file_read(int dir_fd, const char *name, struct buf *out) __attribute__((warn_unused_result));

/* The same for a path that the user has named: a symbolic link is followed, and a pipe is read to its end. */
bool file_read_path(const char *path, struct buf *out) __attribute__((warn_unused_result));

/* Puts a file with this content, synced to disk, at `name` in the directory: written as `.name` first
 * and then renamed, so that nobody ever sees half of it. False with errno set if that fails. */
bool file_publish(int dir_fd, const char *name, struct span content) __attribute__((warn_unused_result));

#endif
