/* The hand-over from the loops to the auditors: a bounded lock-free ring of records, many producers
 * and many consumers (Concurrency Kit's ck_ring). Bounded, so that slow auditors or a slow disk hold
 * the loops back instead of growing the process.
 *
 * Pushing hands the record over; popping takes it over. All memory written before a push is visible
 * after the pop that gets the record. */
#ifndef AUDIT_QUEUE_H
#define AUDIT_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/record.h"

struct queue;

/* Holds `size` - 1 records; `size` is a power of two from 4 to 65536. The descriptor it sleeps on is
 * made here, so before any thread gets a descriptor table of its own. NULL, with errno set, if there
 * is no descriptor. */
struct queue *queue_new(unsigned size);

/* Frees the records that are still in it. Nobody else may use it any more. */
void queue_free(struct queue *queue);

/* Takes `record` and returns true, or returns false at once if the queue is full. */
bool queue_push(struct queue *queue, struct record *record);

/* No more will be pushed: sleepers wake up and find the end. */
void queue_close(struct queue *queue);

enum queue_result {
	QUEUE_RECORD,  /* *record is yours */
	QUEUE_TIMEOUT, /* nothing came in timeout_ms */
	QUEUE_END,     /* closed and empty */
};

/* The oldest record, waiting up to `timeout_ms` for one. */
enum queue_result queue_pop(struct queue *queue, int timeout_ms, struct record **record);

#endif
