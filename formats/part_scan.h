/* Reading the parts of a run that ended early, to go on with it. */
#ifndef FORMATS_PART_SCAN_H
#define FORMATS_PART_SCAN_H

#include <stdio.h>

#include "formats/part.h"
#include "formats/seq_set.h"

struct part_scanner;

/* Who wants to see each row that is kept; zeroed: nobody. */
struct row_reader {
	void (*row)(void *context, struct span row);
	void *context;
};

/* `run_id` must outlive the scanner. Takes some 30 MiB. */
struct part_scanner *part_scanner_new(struct span run_id, struct row_reader reader);
void part_scanner_free(struct part_scanner *scanner);

enum part_scan_status {
	PART_SCAN_OK,
	PART_SCAN_ERROR,    /* cannot be read; errno is set */
	PART_SCAN_FOREIGN,  /* a sound frame holds something else than rows of this run */
	PART_SCAN_REPEATED, /* a row's line was in `done` already */
};

/* Counts the whole frames that the opened part begins with, and adds the lines of their rows to `done`. What
 * stands behind them, be it a torn frame or anything else, is not counted: part_cut() is what follows.
 * The part and `done` are of no use unless the status is OK. */
enum part_scan_status part_scan(struct part_scanner *scanner, struct part *part, struct seq_set *done)
	__attribute__((warn_unused_result));

#endif
