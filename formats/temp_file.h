/* Files without a name, gone with the process. */
#ifndef FORMATS_TEMP_FILE_H
#define FORMATS_TEMP_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A descriptor open for reading and writing, or -1 with errno set. */
int temp_file_open(const char *directory);

/* Writes or reads all of `len` bytes at `at`, whatever signals come between. False with errno set; EIO: the file ends
 * before. Any thread. */
bool temp_file_write(int fd, const void *bytes, size_t len, uint64_t at) __attribute__((warn_unused_result));
bool temp_file_read(int fd, void *bytes, size_t len, uint64_t at) __attribute__((warn_unused_result));

#endif
