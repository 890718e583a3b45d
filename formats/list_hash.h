/* A fingerprint of a URL list: of its lines that give rows and their numbers, whatever the files are
 * called and however they are compressed. It tells whether a run is resumed with the list it began with. */
#ifndef FORMATS_LIST_HASH_H
#define FORMATS_LIST_HASH_H

#include <stdio.h>

#include "formats/input.h"

/* 128 bits in hexadecimal, with a NUL. */
#define LIST_HASH_BYTES 33

struct list_hash {
	struct XXH3_state_s *state;
};

void list_hash_init(struct list_hash *hash);
void list_hash_release(struct list_hash *hash);
void list_hash_add(struct list_hash *hash, const struct input_line *line);
/* Of the lines added so far. */
void list_hash_text(const struct list_hash *hash, char text[LIST_HASH_BYTES]);

/* Reads a whole list. False after a line on `errors`, with the exit code in `exit_code`. */
bool list_hash_read(const char *const *path, size_t count, char text[LIST_HASH_BYTES], FILE *errors, int *exit_code);

#endif
