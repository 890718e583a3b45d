/* The end of a run in words: for a person at a terminal, 80 to 100 columns wide. URLs and host names
 * come from strangers: whatever could move the cursor or turn the text round is replaced. */
#ifndef AUDIT_SUMMARY_H
#define AUDIT_SUMMARY_H

#include <stdio.h>

#include "audit/tally.h"

/* What the tally does not know. */
struct summary_facts {
	uint64_t elapsed_us;
	uint64_t requests;       /* begun; more than the rows show, which keep the last of several tries */
	uint64_t robots_fetched; /* of these, those that began with the robots.txt of an origin */
	uint64_t memory_peak_bytes;
	uint64_t temporary_bytes; /* of the temporary file */
	const char *rows_at;      /* the output directory; NULL: standard output */
	bool stopped_early;
	uint64_t lines_total;         /* input lines; 0: not known */
	uint64_t rows_before;         /* of these, those that had a row before the run was resumed */
	const uint64_t *whole_list;   /* findings on the whole list by severity; NULL: they were not looked for */
	const struct span *set_aside; /* hosts that were given up */
	size_t set_aside_count;
};

/* Errors of `out` are left for its owner to see with ferror(). */
void summary_print(FILE *out, const struct tally *tally, const struct summary_facts *facts);

/* Prints `text` in at most `columns` (at least 8) characters: control characters, those that change
 * the direction of writing and bytes that are no UTF-8 become "?", and a longer text loses its
 * middle to "...". Returns how many characters were printed. */
size_t summary_print_text(FILE *out, struct span text, size_t columns);

#endif
