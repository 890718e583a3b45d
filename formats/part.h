/* One part file: frames behind one another, written under a hidden name and published by renaming.
 * Not locked: a part belongs to one thread at a time. */
#ifndef FORMATS_PART_H
#define FORMATS_PART_H

#include <stdint.h>

#include "formats/record.h"
#include "formats/span.h"

/* Room for a part's name and its NUL. */
#define PART_NAME_BYTES_MAX 40

/* "part-00000.ndjson.zst", numbered from 0. While it is written a dot stands before it, because readers
 * leave such names alone. */
void part_name(unsigned number, char name[PART_NAME_BYTES_MAX]);

/* The file of findings on the whole list. It is written as a part is, and is none: no row of a chain is in it. */
#define INVENTORY_NAME "inventory-00000.ndjson.zst"

/* The other direction. False if `name` is none that part_name makes. */
bool part_number(const char *name, unsigned *number);

/* SHA-256 in hexadecimal, with a NUL. */
#define PART_SHA256_BYTES 65

/* What is in some rows, added up. */
struct row_counts {
	uint64_t rows;
	uint64_t bytes; /* of the rows, before they are compressed */
	uint64_t outcome[OUTCOME_COUNT];
	uint64_t hops;
	uint64_t findings[SEVERITY_ERROR + 1]; /* by severity */
};

void row_counts_add(struct row_counts *sum, const struct row_counts *counts);

struct part {
	char name[PART_NAME_BYTES_MAX]; /* as published */
	int dir_fd;                     /* the caller's */
	int fd;                         /* -1 after part_publish */
	bool published;
	bool broken;    /* holds something behind its last whole frame and could not be cut */
	uint64_t bytes; /* of whole frames */
	uint64_t frames;
	struct row_counts counts;
	char sha256[PART_SHA256_BYTES]; /* after part_publish */
	struct evp_md_ctx_st *digest;
};

/* Creates the hidden file. NULL with errno set if it cannot be created. */
struct part *part_new(int dir_fd, unsigned number);

/* The same for INVENTORY_NAME; a hidden one that is there is replaced. */
struct part *part_new_inventory(int dir_fd);

/* Opens a part that another process left, published or not, as one without frames: part_keep() adds them, one after
 * the other from the file's beginning. NULL with errno set if it cannot be opened. */
struct part *part_open(int dir_fd, unsigned number, bool published);

/* Counts the frame that the file has behind those that are counted. */
void part_keep(struct part *part, struct span frame, const struct row_counts *counts);

/* Cuts off what the file has behind its counted frames, and sets `dropped` to its bytes. False with errno set if
 * that fails. */
bool part_cut(struct part *part, uint64_t *dropped) __attribute__((warn_unused_result));

/* Closes the file; one that was not published is left as it is. part_free(NULL) is allowed. */
void part_free(struct part *part);

/* Adds a frame that holds `counts`, and waits until it is on the disk: what is in a part outlives a loss of
 * power. False with errno set if it cannot be written; the part is then cut back to its last whole frame. */
bool part_append(struct part *part, struct span frame, const struct row_counts *counts)
	__attribute__((warn_unused_result));

/* Syncs the file and gives it its name, if it has not got it yet. A part without frames is removed instead: readers
 * stumble over empty ones. False with errno set if that fails; the file then stays. */
bool part_publish(struct part *part) __attribute__((warn_unused_result));

#endif
