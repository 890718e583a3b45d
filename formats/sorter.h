/* Sorting more records than memory holds. Records are bytes of one size, and their order is that of memcmp, so what
 * comes first counts most, and numbers stand with their highest byte first (sorter_put, sorter_get).
 *
 * Each thread adds records through a feed of its own. A full feed is sorted and written to a temporary file as one run;
 * at the end the runs, and what still lies in the feeds, are merged. Few records never touch the disk. Time goes with
 * n log n, memory is that of the feeds and SORTER_MERGE_BYTES. */
#ifndef FORMATS_SORTER_H
#define FORMATS_SORTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The largest record. */
#define SORTER_RECORD_BYTES_MAX 64

/* What a merge reads ahead, over all runs. Fewer bytes mean more and shorter reads. */
#define SORTER_MERGE_BYTES ((size_t)16 << 20)

struct sorter;
struct sorter_feed;
struct sorter_merge;

/* The temporary file is made in `directory`, which must outlive the sorter, when the first feed is full. Each of the
 * feeds holds up to `feed_bytes`; memory is taken as it is used. */
struct sorter *sorter_new(const char *directory, size_t record_bytes, unsigned feeds, size_t feed_bytes);
void sorter_free(struct sorter *sorter);

/* A feed is for one thread. */
struct sorter_feed *sorter_feed(struct sorter *sorter, unsigned index);

/* Copies the record. A file that cannot be written is told by sorter_error; records are then dropped. */
void sorter_add(struct sorter_feed *feed, const uint8_t *record);

/* 0, or the errno of what went wrong first. Any thread. */
int sorter_error(const struct sorter *sorter);

/* Bytes in the temporary file. */
uint64_t sorter_bytes(const struct sorter *sorter);

/* Begins to read all records in order; no feed is used any more. One merge at a time. */
struct sorter_merge *sorter_merge(struct sorter *sorter);
void sorter_merge_free(struct sorter_merge *merge);

/* The next record, good until the next call; NULL at the end and after an error. */
const uint8_t *sorter_next(struct sorter_merge *merge);

/* Writes the lowest `bytes` bytes of `value`, highest first; returns what stands behind. */
static inline uint8_t *sorter_put(uint8_t *at, uint64_t value, unsigned bytes)
{
	for (unsigned i = bytes; i-- > 0;)
		*at++ = (uint8_t)(value >> 8 * i);
	return at;
}

/* Reads what sorter_put wrote, and moves `at` behind it. */
static inline uint64_t sorter_get(const uint8_t **at, unsigned bytes)
{
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | *(*at)++;
	return value;
}

#endif
