/* The auditor threads: each takes finished records from the queue, runs the rules, writes the row,
 * counts and frees. */
#ifndef AUDIT_AUDITOR_H
#define AUDIT_AUDITOR_H

#include <stdio.h>

#include "audit/inventory.h"
#include "audit/queue.h"
#include "audit/rule_settings.h"
#include "audit/tally.h"
#include "formats/output.h"

struct auditors;

/* Starts `count` threads; they end when the queue is closed and empty. When writing fails they go
 * on taking records and drop them, so that nobody waits for room for ever. `inventory` has a feed for each thread, or
 * is NULL. All arguments must outlive the threads. A machine that gives no thread ends the process with a message on
 * `errors`. */
struct auditors *auditors_start(unsigned count, struct queue *queue, const struct rule_settings *settings,
				struct output *output, struct inventory *inventory, FILE *errors);

/* Waits for the end, adds the threads' totals to `tally` and frees. All rows are written out then,
 * unless output_failed. */
void auditors_join(struct auditors *auditors, struct tally *tally);

#endif
