#include "formats/sorter.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formats/arena.h"
#include "formats/temp_file.h"

/* Below so many records, comparing them in pairs is faster than counting bytes. */
#define SHORT_RUN 32

/* A run reads at least so much at once, however many there are. */
#define READ_BYTES_MIN 4096

struct run {
	uint64_t at, bytes; /* in the file */
};

struct sorter_feed {
	struct sorter *sorter;
	uint8_t *bytes; /* NULL before the first record */
	size_t used;
};

struct sorter {
	const char *directory;
	size_t record_bytes;
	size_t feed_bytes;
	atomic_int error; /* relaxed: only its value counts */

	pthread_mutex_t lock; /* guards what follows */
	int fd;
	uint64_t size;
	struct run *run;
	size_t run_count;

	unsigned feed_count;
	struct sorter_feed feed[];
};

/* --- In memory: a radix sort from the first byte on, in place --- */

static void swap(uint8_t *a, uint8_t *b, size_t len)
{
	uint8_t kept[SORTER_RECORD_BYTES_MAX];

	memcpy(kept, a, len);
	memcpy(a, b, len);
	memcpy(b, kept, len);
}

static void sort_few(uint8_t *bytes, size_t count, size_t len)
{
	uint8_t kept[SORTER_RECORD_BYTES_MAX];

	for (size_t i = 1; i < count; i++) {
		size_t place = i;

		while (place > 0 && memcmp(bytes + (place - 1) * len, bytes + i * len, len) > 0)
			place--;
		if (place == i)
			continue;
		memcpy(kept, bytes + i * len, len);
		memmove(bytes + (place + 1) * len, bytes + place * len, (i - place) * len);
		memcpy(bytes + place * len, kept, len);
	}
}

/* Goes as deep as a record is long, and only into what is equal so far. */
static void sort(uint8_t *bytes, size_t count, size_t len, size_t depth)
{
	size_t begin[257], next[256];

	if (count <= SHORT_RUN || depth == len) {
		sort_few(bytes, count <= SHORT_RUN ? count : 0, len);
		return;
	}
	memset(begin, 0, sizeof(begin));
	for (size_t i = 0; i < count; i++)
		begin[bytes[i * len + depth] + 1U]++;
	for (size_t i = 0; i < 256; i++)
		begin[i + 1] += begin[i];
	memcpy(next, begin, sizeof(next));
	for (size_t i = 0; i < 256; i++) {
		while (next[i] < begin[i + 1]) {
			uint8_t *at = bytes + next[i] * len;
			size_t to = at[depth];

			if (to != i)
				swap(at, bytes + next[to] * len, len);
			next[to]++;
		}
	}
	for (size_t i = 0; i < 256; i++) {
		if (begin[i + 1] - begin[i] > 1)
			sort(bytes + begin[i] * len, begin[i + 1] - begin[i], len, depth + 1);
	}
}

/* --- Feeds --- */

struct sorter *sorter_new(const char *directory, size_t record_bytes, unsigned feeds, size_t feed_bytes)
{
	struct sorter *sorter = memory_alloc(sizeof(*sorter) + feeds * sizeof(sorter->feed[0]));

	assert(record_bytes > 0 && record_bytes <= SORTER_RECORD_BYTES_MAX && feed_bytes >= record_bytes);
	*sorter = (struct sorter){
		.directory = directory,
		.record_bytes = record_bytes,
		.feed_bytes = feed_bytes - feed_bytes % record_bytes,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.fd = -1,
		.feed_count = feeds,
	};
	for (unsigned i = 0; i < feeds; i++)
		sorter->feed[i] = (struct sorter_feed){ .sorter = sorter };
	return sorter;
}

static void free_feeds(struct sorter *sorter)
{
	for (unsigned i = 0; i < sorter->feed_count; i++) {
		free(sorter->feed[i].bytes);
		sorter->feed[i].bytes = NULL;
		sorter->feed[i].used = 0;
	}
}

void sorter_free(struct sorter *sorter)
{
	if (!sorter)
		return;
	free_feeds(sorter);
	if (sorter->fd >= 0)
		close(sorter->fd);
	pthread_mutex_destroy(&sorter->lock);
	free(sorter->run);
	free(sorter);
}

struct sorter_feed *sorter_feed(struct sorter *sorter, unsigned index)
{
	assert(index < sorter->feed_count);
	return &sorter->feed[index];
}

int sorter_error(const struct sorter *sorter)
{
	return atomic_load_explicit(&sorter->error, memory_order_relaxed);
}

uint64_t sorter_bytes(const struct sorter *sorter)
{
	return sorter->size;
}

static void fail(struct sorter *sorter)
{
	int none = 0;

	atomic_compare_exchange_strong_explicit(&sorter->error, &none, errno, memory_order_relaxed,
						memory_order_relaxed);
}

/* A place in the file for one more run. */
static bool reserve(struct sorter *sorter, struct run *run)
{
	pthread_mutex_lock(&sorter->lock);
	if (sorter->fd < 0)
		sorter->fd = temp_file_open(sorter->directory);
	if (sorter->fd >= 0) {
		run->at = sorter->size;
		sorter->size += run->bytes;
		sorter->run = memory_resize(sorter->run, (sorter->run_count + 1) * sizeof(*sorter->run));
		sorter->run[sorter->run_count++] = *run;
	}
	pthread_mutex_unlock(&sorter->lock);
	return sorter->fd >= 0;
}

static void spill(struct sorter_feed *feed)
{
	struct sorter *sorter = feed->sorter;
	struct run run = { .bytes = feed->used };

	sort(feed->bytes, feed->used / sorter->record_bytes, sorter->record_bytes, 0);
	if (!reserve(sorter, &run) || !temp_file_write(sorter->fd, feed->bytes, feed->used, run.at))
		fail(sorter);
	feed->used = 0;
}

void sorter_add(struct sorter_feed *feed, const uint8_t *record)
{
	const struct sorter *sorter = feed->sorter;

	if (!feed->bytes)
		feed->bytes = memory_alloc(sorter->feed_bytes);
	if (feed->used == sorter->feed_bytes)
		spill(feed);
	memcpy(feed->bytes + feed->used, record, sorter->record_bytes);
	feed->used += sorter->record_bytes;
}

/* --- Merging --- */

/* A sorted run being read: from memory, or from the file through a buffer. */
struct source {
	const uint8_t *at, *end; /* what was read of it */
	uint8_t *buffer;         /* NULL: all of it is in memory */
	struct run rest;         /* still in the file */
};

struct sorter_merge {
	struct sorter *sorter;
	size_t buffer_bytes;
	uint8_t *buffers;
	size_t source_count, heap_count;
	struct source *source;
	struct source **heap; /* the one with the least record is heap[0] */
	bool begun;           /* the record of heap[0] was given out */
};

/* False at the end of the run, and after an error. */
static bool refill(const struct sorter_merge *merge, struct source *source)
{
	size_t len = source->rest.bytes < merge->buffer_bytes ? (size_t)source->rest.bytes : merge->buffer_bytes;

	if (len == 0)
		return false;
	if (!temp_file_read(merge->sorter->fd, source->buffer, len, source->rest.at)) {
		fail(merge->sorter);
		return false;
	}
	source->at = source->buffer;
	source->end = source->buffer + len;
	source->rest.at += len;
	source->rest.bytes -= len;
	return true;
}

static bool before(const struct sorter_merge *merge, const struct source *a, const struct source *b)
{
	return memcmp(a->at, b->at, merge->sorter->record_bytes) < 0;
}

static void sift_down(struct sorter_merge *merge, size_t place)
{
	struct source *moved = merge->heap[place];

	for (;;) {
		size_t child = 2 * place + 1;

		if (child + 1 < merge->heap_count && before(merge, merge->heap[child + 1], merge->heap[child]))
			child++;
		if (child >= merge->heap_count || !before(merge, merge->heap[child], moved))
			break;
		merge->heap[place] = merge->heap[child];
		place = child;
	}
	merge->heap[place] = moved;
}

static void open_sources(struct sorter_merge *merge)
{
	struct sorter *sorter = merge->sorter;

	for (size_t i = 0; i < sorter->run_count; i++) {
		struct source *source = &merge->source[merge->source_count++];

		source->buffer = merge->buffers + i * merge->buffer_bytes;
		source->rest = sorter->run[i];
		if (refill(merge, source))
			merge->heap[merge->heap_count++] = source;
	}
	for (unsigned i = 0; i < sorter->feed_count; i++) {
		struct sorter_feed *feed = &sorter->feed[i];
		struct source *source = &merge->source[merge->source_count++];

		if (!feed->used)
			continue;
		sort(feed->bytes, feed->used / sorter->record_bytes, sorter->record_bytes, 0);
		source->at = feed->bytes;
		source->end = feed->bytes + feed->used;
		merge->heap[merge->heap_count++] = source;
	}
	for (size_t i = merge->heap_count / 2; i-- > 0;)
		sift_down(merge, i);
}

struct sorter_merge *sorter_merge(struct sorter *sorter)
{
	struct sorter_merge *merge = memory_alloc(sizeof(*merge));
	size_t sources, share;

	/* What is left in the feeds of a sorter that has a file goes there too, so that their memory can be used
	 * for reading. */
	for (unsigned i = 0; sorter->run_count && i < sorter->feed_count; i++) {
		if (sorter->feed[i].used)
			spill(&sorter->feed[i]);
	}
	if (sorter->run_count)
		free_feeds(sorter);
	sources = sorter->run_count + sorter->feed_count;
	share = SORTER_MERGE_BYTES / (sorter->run_count + 1);
	share = share < READ_BYTES_MIN ? READ_BYTES_MIN : share;
	*merge = (struct sorter_merge){ .sorter = sorter, .buffer_bytes = share - share % sorter->record_bytes };
	merge->buffers = memory_alloc(sorter->run_count * merge->buffer_bytes);
	merge->source = memory_alloc(sources * sizeof(*merge->source));
	merge->heap = memory_alloc(sources * sizeof(struct source *));
	memset(merge->source, 0, sources * sizeof(*merge->source));
	open_sources(merge);
	return merge;
}

void sorter_merge_free(struct sorter_merge *merge)
{
	if (!merge)
		return;
	free(merge->buffers);
	free(merge->source);
	free(merge->heap);
	free(merge);
}

const uint8_t *sorter_next(struct sorter_merge *merge)
{
	if (merge->begun && merge->heap_count) {
		struct source *first = merge->heap[0];

		first->at += merge->sorter->record_bytes;
		if (first->at == first->end && !refill(merge, first))
			merge->heap[0] = merge->heap[--merge->heap_count];
		if (merge->heap_count)
			sift_down(merge, 0);
	}
	merge->begun = true;
	return merge->heap_count && !sorter_error(merge->sorter) ? merge->heap[0]->at : NULL;
}
