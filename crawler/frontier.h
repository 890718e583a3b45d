/* The frontier: all lines still to be walked, on disk.
 *
 * The whole list is read first. Each URL goes to an append-only temporary file without a name; what
 * stays in memory is the head of one linked list per bucket (a hash of the host), so memory does not
 * grow with the list, and a list sorted by host keeps all its hosts busy.
 *
 * frontier_add is for one thread, before frontier_seal. After it, each loop works on its own share and
 * its own lines of the file. */
#ifndef CRAWLER_FRONTIER_H
#define CRAWLER_FRONTIER_H

#include <stdio.h>

#include "formats/record.h"

struct frontier;
struct frontier_share;

/* A line to be walked. */
struct frontier_entry {
	uint64_t place; /* its address in the file */
	uint64_t seq;
	enum method method;
	uint8_t passes;             /* times it was walked already */
	enum hop_error first_error; /* of the first walk, if there was one */
	uint16_t first_status;
	struct span text; /* the URL as given; valid until the next call on the same share */
};

/* `directory` is where the temporary file is made. NULL after a message on `errors`. */
struct frontier *frontier_new(const char *directory, unsigned loops, FILE *errors);
void frontier_free(struct frontier *frontier);

/* Adds a line to the share of `loop`. `host` chooses the bucket. False if the file could not be
 * written; frontier_error has the reason. */
bool frontier_add(struct frontier *frontier, unsigned loop, struct span host, const struct frontier_entry *entry);
bool frontier_seal(struct frontier *frontier);
const char *frontier_error(const struct frontier *frontier);

/* Lines added. */
uint64_t frontier_lines(const struct frontier *frontier);

/* Size of the temporary file. */
uint64_t frontier_bytes(const struct frontier *frontier);

struct frontier_share *frontier_share(struct frontier *frontier, unsigned loop);

bool frontier_is_ready(const struct frontier_share *share);

/* The next line of the bucket whose turn it is, without taking it; false if no bucket is ready. */
bool frontier_peek(struct frontier_share *share, struct frontier_entry *entry);
/* Takes the line that was peeked at; the bucket goes to the end of the queue. */
void frontier_take(struct frontier_share *share);
/* Takes the peeked line's bucket out of the queue until frontier_release for its host. */
void frontier_hold(struct frontier_share *share);
void frontier_release(struct frontier_share *share, struct span host);

/* True if lines that wait in the host's bucket are likely to be the host's. */
bool frontier_has_more(const struct frontier_share *share, struct span host);

/* A line that was taken is to be walked once more in the next pass; `entry` has the place and what the first
 * walk came to. False if the file could not be written. The loop's own thread. */
bool frontier_defer(struct frontier_share *share, struct span host, const struct frontier_entry *entry);
/* All lines were taken: those deferred come again. */
void frontier_next_pass(struct frontier_share *share);

#endif
