/* Where the rows of a run go, as the options say: a new run, one that replaces another, or the rest of one
 * that was stopped. */
#ifndef CRAWLER_DESTINATION_H
#define CRAWLER_DESTINATION_H

#include "crawler/options.h"
#include "formats/list_hash.h"
#include "formats/output.h"

/* Options as names and values, copied. Zeroed, it is empty. */
struct text_list {
	struct manifest_text text[64];
	size_t count;
};

/* Adds all options. */
void text_list_of_options(struct text_list *list, const struct options *options);
void text_list_release(struct text_list *list);

/* Zeroed at first. */
struct destination {
	bool resumed;
	struct row_counts before;     /* of the rows that the resumed run had, of a complete one the findings only */
	struct text_list row_options; /* what the runs of one directory must have in common */
	char list[LIST_HASH_BYTES];   /* the same; "": not compared */
	struct stamp stamp;
	struct row_reader reader; /* sees the rows that the resumed run had; set by the caller */
};

/* Checks what needs no look at the directory. Returns 0, or 2 after a line on `errors`. */
int destination_check(const struct options *options, FILE *errors);

/* Opens the output. With --resume and a run to compare with, the list is read for its hash first. Sets
 * `started_us` to the beginning of the run that is resumed. NULL with an exit code after a line on `errors`: those of
 * output_open, or EX_DATAERR; or with 0 if the run that would be resumed is complete. `options` and `run_id` must
 * outlive `destination`. */
struct output *destination_open(struct destination *destination, const struct options *options, const char *run_id,
				int64_t *started_us, FILE *errors, int *exit_code);
void destination_release(struct destination *destination);

/* To be called when the whole list has been read and before the first walk. Returns 0, EX_IOERR, or EX_DATAERR if
 * it is not the list that was compared. */
int destination_list_read(const struct destination *destination, struct output *output, const struct list_hash *hash,
			  FILE *errors);

#endif
