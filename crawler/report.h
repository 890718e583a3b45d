/* The figures of a run that has ended, for machines: the manifest's counts and --metrics-file. */
#ifndef CRAWLER_REPORT_H
#define CRAWLER_REPORT_H

#include "crawler/crawler.h"
#include "formats/output.h"

struct report {
	const struct options *options;
	int64_t started_us;        /* wall clock; of the first process, if the run was resumed */
	int64_t begun_us;          /* monotonic; of this one */
	bool complete;             /* every line has its row */
	const char *parent_run_id; /* the run that was judged again; NULL: none */
	uint64_t rows_before;
	struct row_counts rows; /* all, those before this process included */
	struct crawler_counters counters;
	uint64_t inventory_chains;                       /* the inventory was made of; 0: none was made */
	uint64_t inventory_findings[SEVERITY_ERROR + 1]; /* by severity */
	uint64_t inventory_bytes;                        /* of its temporary files */
};

/* Completes the output with a manifest of these figures; returns output_close's exit code. */
int report_close_output(const struct report *report, struct output *output);

/* Writes --metrics-file, if there is one. `exit_code` is what the program will end with. False after a
 * message on `errors`. */
bool report_write_metrics(const struct report *report, int exit_code, FILE *errors);

#endif
