#include "crawler/frontier.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include <xxhash.h>

#include "formats/limits.h"
#include "formats/temp_file.h"

/* Queues of each loop. More cost 12 bytes each; fewer put more hosts into one queue, where a slow
 * host holds up those behind it. */
#define BUCKETS 65536

#define WRITE_BYTES (256 * 1024)

/* Most lines are read whole by one call of this size. */
#define READ_BYTES 512

/* Address 0 means "none", so the file begins with bytes that no line uses. */
#define FILE_BEGIN 8

struct stored_entry {
	uint64_t next; /* address of the line added before it to the same bucket; 0: none */
	uint64_t seq;
	uint16_t text_len;
	uint16_t first_status;
	uint8_t method;
	uint8_t passes;
	uint8_t first_error;
};

static_assert(URL_BYTES_MAX <= UINT16_MAX && METHOD_COUNT <= UINT8_MAX && HOP_ERROR_COUNT <= UINT8_MAX,
	      "the members of a stored line are large enough");

struct bucket {
	uint64_t head; /* 0: empty */
	uint32_t next; /* in the ready queue; BUCKETS: none */
};

struct frontier_share {
	struct frontier *frontier;
	uint32_t ready_first, ready_last; /* BUCKETS: none */
	uint64_t peeked_next;             /* what stands behind the line peeked at */
	struct bucket bucket[BUCKETS];
	uint64_t *deferred; /* heads of the next pass's buckets; NULL: none is deferred */
	char text[sizeof(struct stored_entry) + URL_BYTES_MAX];
};

struct frontier {
	int fd;
	uint64_t size; /* written and buffered */
	size_t buffered;
	uint64_t lines;
	int error;
	unsigned loops;
	struct frontier_share **share;
	char buffer[WRITE_BYTES];
};

static struct frontier_share *new_share(struct frontier *frontier)
{
	struct frontier_share *share = memory_alloc(sizeof(*share));

	share->frontier = frontier;
	share->ready_first = share->ready_last = BUCKETS;
	share->deferred = NULL;
	for (uint32_t i = 0; i < BUCKETS; i++)
		share->bucket[i] = (struct bucket){ .next = BUCKETS };
	return share;
}

struct frontier *frontier_new(const char *directory, unsigned loops, FILE *errors)
{
	struct frontier *frontier = memory_alloc(sizeof(*frontier));

	frontier->size = FILE_BEGIN;
	frontier->buffered = 0;
	frontier->lines = 0;
	frontier->error = 0;
	frontier->loops = loops;
	frontier->fd = temp_file_open(directory);
	if (frontier->fd < 0) {
		fprintf(errors, "detour: cannot make a temporary file in %s: %s\n", directory, strerror(errno));
		free(frontier);
		return NULL;
	}
	frontier->share = memory_alloc(loops * sizeof(struct frontier_share *));
	for (unsigned i = 0; i < loops; i++)
		frontier->share[i] = new_share(frontier);
	return frontier;
}

void frontier_free(struct frontier *frontier)
{
	if (!frontier)
		return;
	close(frontier->fd);
	for (unsigned i = 0; i < frontier->loops; i++) {
		free(frontier->share[i]->deferred);
		free(frontier->share[i]);
	}
	free(frontier->share);
	free(frontier);
}

static bool flush(struct frontier *frontier)
{
	uint64_t at = frontier->size - frontier->buffered;
	size_t done = 0;

	while (!frontier->error && done < frontier->buffered) {
		ssize_t written =
			pwrite(frontier->fd, frontier->buffer + done, frontier->buffered - done, (off_t)(at + done));

		if (written > 0)
			done += (size_t)written;
		else if (written < 0 && errno != EINTR)
			frontier->error = errno;
	}
	frontier->buffered = 0;
	return !frontier->error;
}

static bool append(struct frontier *frontier, const void *bytes, size_t len)
{
	assert(len <= WRITE_BYTES);
	if (frontier->buffered + len > WRITE_BYTES && !flush(frontier))
		return false;
	memcpy(frontier->buffer + frontier->buffered, bytes, len);
	frontier->buffered += len;
	frontier->size += len;
	return true;
}

static void make_ready(struct frontier_share *share, uint32_t index)
{
	share->bucket[index].next = BUCKETS;
	if (share->ready_first == BUCKETS)
		share->ready_first = index;
	else
		share->bucket[share->ready_last].next = index;
	share->ready_last = index;
}

static void leave_ready(struct frontier_share *share)
{
	share->ready_first = share->bucket[share->ready_first].next;
	if (share->ready_first == BUCKETS)
		share->ready_last = BUCKETS;
}

static uint32_t bucket_of(struct span host)
{
	return (uint32_t)(XXH3_64bits(host.bytes, host.len) >> 32) % BUCKETS;
}

bool frontier_add(struct frontier *frontier, unsigned loop, struct span host, const struct frontier_entry *entry)
{
	struct frontier_share *share = frontier->share[loop];
	uint64_t place = frontier->size;
	uint32_t index = bucket_of(host);
	struct bucket *bucket = &share->bucket[index];
	struct stored_entry stored = { .next = bucket->head,
				       .seq = entry->seq,
				       .text_len = (uint16_t)entry->text.len,
				       .method = (uint8_t)entry->method };

	assert(loop < frontier->loops && entry->text.len <= URL_BYTES_MAX);
	if (!append(frontier, &stored, sizeof(stored)) || !append(frontier, entry->text.bytes, entry->text.len))
		return false;
	frontier->lines++;
	if (!bucket->head)
		make_ready(share, index);
	bucket->head = place;
	return true;
}

bool frontier_seal(struct frontier *frontier)
{
	return flush(frontier);
}

const char *frontier_error(const struct frontier *frontier)
{
	return strerror(frontier->error);
}

uint64_t frontier_lines(const struct frontier *frontier)
{
	return frontier->lines;
}

uint64_t frontier_bytes(const struct frontier *frontier)
{
	return frontier->size;
}

struct frontier_share *frontier_share(struct frontier *frontier, unsigned loop)
{
	assert(loop < frontier->loops);
	return frontier->share[loop];
}

/* Reads at least `len_min` and at most `len` bytes; returns how many. */
static size_t read_at(const struct frontier *frontier, char *out, size_t len, uint64_t at, size_t len_min)
{
	size_t done = 0;

	while (done < len_min) {
		ssize_t count = pread(frontier->fd, out + done, len - done, (off_t)(at + done));

		/* What was written to this file is there, or the disk is broken. */
		if (count == 0 || (count < 0 && errno != EINTR)) {
			fprintf(stderr, "detour: cannot read the temporary file of the URL list: %s\n",
				count ? strerror(errno) : "it is shorter than what was written");
			exit(EX_IOERR);
		}
		if (count > 0)
			done += (size_t)count;
	}
	return done;
}

/* Returns the address of the line behind it. */
static uint64_t read_entry(struct frontier_share *share, uint64_t place, struct frontier_entry *entry)
{
	struct stored_entry stored;
	size_t got = read_at(share->frontier, share->text, READ_BYTES, place, sizeof(stored)), len;

	memcpy(&stored, share->text, sizeof(stored));
	assert(stored.text_len <= URL_BYTES_MAX && stored.method < METHOD_COUNT);
	len = sizeof(stored) + stored.text_len;
	if (got < len)
		read_at(share->frontier, share->text + got, len - got, place + got, len - got);
	*entry = (struct frontier_entry){ .place = place,
					  .seq = stored.seq,
					  .method = (enum method)stored.method,
					  .passes = stored.passes,
					  .first_error = (enum hop_error)stored.first_error,
					  .first_status = stored.first_status,
					  .text = { .bytes = share->text + sizeof(stored), .len = stored.text_len } };
	return stored.next;
}

bool frontier_is_ready(const struct frontier_share *share)
{
	return share->ready_first != BUCKETS;
}

bool frontier_peek(struct frontier_share *share, struct frontier_entry *entry)
{
	if (!frontier_is_ready(share))
		return false;
	share->peeked_next = read_entry(share, share->bucket[share->ready_first].head, entry);
	return true;
}

void frontier_take(struct frontier_share *share)
{
	uint32_t index = share->ready_first;

	share->bucket[index].head = share->peeked_next;
	leave_ready(share);
	if (share->peeked_next)
		make_ready(share, index);
}

void frontier_hold(struct frontier_share *share)
{
	leave_ready(share);
}

void frontier_release(struct frontier_share *share, struct span host)
{
	make_ready(share, bucket_of(host));
}

bool frontier_has_more(const struct frontier_share *share, struct span host)
{
	return share->bucket[bucket_of(host)].head != 0;
}

bool frontier_defer(struct frontier_share *share, struct span host, const struct frontier_entry *entry)
{
	uint32_t index = bucket_of(host);
	struct stored_entry stored;

	if (!share->deferred) {
		share->deferred = memory_alloc(BUCKETS * sizeof(uint64_t));
		memset(share->deferred, 0, BUCKETS * sizeof(uint64_t));
	}
	read_at(share->frontier, (char *)&stored, sizeof(stored), entry->place, sizeof(stored));
	stored.next = share->deferred[index];
	stored.passes = entry->passes;
	stored.first_error = (uint8_t)entry->first_error;
	stored.first_status = entry->first_status;
	if (pwrite(share->frontier->fd, &stored, sizeof(stored), (off_t)entry->place) != sizeof(stored))
		return false;
	share->deferred[index] = entry->place;
	return true;
}

void frontier_next_pass(struct frontier_share *share)
{
	assert(!frontier_is_ready(share));
	for (uint32_t i = 0; share->deferred && i < BUCKETS; i++) {
		assert(!share->bucket[i].head);
		share->bucket[i].head = share->deferred[i];
		if (share->deferred[i])
			make_ready(share, i);
	}
	free(share->deferred);
	share->deferred = NULL;
}
