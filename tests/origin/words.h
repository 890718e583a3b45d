/* The words of one line of the table. */
#ifndef ORIGIN_WORDS_H
#define ORIGIN_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/arena.h"

#define WORDS_MAX 256

struct words {
	struct span word[WORDS_MAX]; /* in the arena, escapes decoded */
	bool quoted[WORDS_MAX];
	size_t count;
	size_t next;       /* the first word not taken yet */
	const char *error; /* static; NULL while all is well */
};

/* Splits at blanks. "..." is one word, in which \r \n \t \\ \" and \xNN are decoded.
 * False, with `error`, for a bad escape, a missing quote or too many words. */
bool words_split(struct words *words, struct arena *arena, struct span line);

/* Takes the next word; false if there is none. */
bool words_take(struct words *words, struct span *out);

/* Takes the next word if it is `word` and not quoted. */
bool words_take_if(struct words *words, const char *word);

/* The following take the next word as something, or set `error` (to `what`, a static sentence) and return 0. */
uint32_t words_take_number(struct words *words, uint32_t max, const char *what);
struct span words_take_text(struct words *words, const char *what);
/* "200ms", "2s", "50us" as microseconds; at most an hour. */
uint32_t words_take_duration_us(struct words *words, const char *what);

/* Whether there is an unquoted next word that is a number up to `max`. */
bool words_number_is_next(const struct words *words, uint32_t max);

#endif
