#include "formats/text_log.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include <xxhash.h>
#include <zstd.h>

#include "formats/arena.h"
#include "formats/limits.h"
#include "formats/temp_file.h"

/* Texts of one block. Larger ones pack a little better and cost their size for each thread. */
#define BLOCK_BYTES ((size_t)256 << 10)

/* URLs of one list are so much alike that the fastest level packs them to a fifth. */
#define ZSTD_LEVEL 1

/* Hashes of texts added lately, each at a place of its own: 128 KiB. What is met all the time stays there. */
#define RECENT_COUNT 16384

struct text_log_feed {
	struct text_log *log;
	ZSTD_CCtx *context; /* NULL before the first text, as the three below */
	uint64_t *recent;
	char *block; /* texts, each with its NUL */
	char *packed;
	size_t used;
};

struct text_log {
	const char *directory;
	atomic_int error; /* relaxed: only its value counts */

	pthread_mutex_t lock; /* guards what follows */
	int fd;
	uint64_t size;

	unsigned feed_count;
	struct text_log_feed feed[];
};

uint64_t text_hash(struct span text)
{
	return XXH3_64bits(text.bytes, text.len);
}

struct text_log *text_log_new(const char *directory, unsigned feeds)
{
	struct text_log *log = memory_alloc(sizeof(*log) + feeds * sizeof(log->feed[0]));

	*log = (struct text_log){
		.directory = directory, .lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1, .feed_count = feeds
	};
	for (unsigned i = 0; i < feeds; i++)
		log->feed[i] = (struct text_log_feed){ .log = log };
	return log;
}

void text_log_free(struct text_log *log)
{
	if (!log)
		return;
	for (unsigned i = 0; i < log->feed_count; i++) {
		ZSTD_freeCCtx(log->feed[i].context);
		free(log->feed[i].recent);
		free(log->feed[i].block);
		free(log->feed[i].packed);
	}
	if (log->fd >= 0)
		close(log->fd);
	pthread_mutex_destroy(&log->lock);
	free(log);
}

struct text_log_feed *text_log_feed(struct text_log *log, unsigned index)
{
	assert(index < log->feed_count);
	return &log->feed[index];
}

int text_log_error(const struct text_log *log)
{
	return atomic_load_explicit(&log->error, memory_order_relaxed);
}

uint64_t text_log_bytes(const struct text_log *log)
{
	return log->size;
}

static void fail(struct text_log *log)
{
	int none = 0;

	atomic_compare_exchange_strong_explicit(&log->error, &none, errno, memory_order_relaxed, memory_order_relaxed);
}

/* A block in the file: how long it is, four bytes, and then the zstd frame. */
static void write_block(struct text_log_feed *feed)
{
	struct text_log *log = feed->log;
	size_t len = ZSTD_compressCCtx(feed->context, feed->packed + sizeof(uint32_t), ZSTD_compressBound(BLOCK_BYTES),
				       feed->block, feed->used, ZSTD_LEVEL);
	uint32_t stored = (uint32_t)len;
	uint64_t at;

	assert(!ZSTD_isError(len));
	memcpy(feed->packed, &stored, sizeof(stored));
	pthread_mutex_lock(&log->lock);
	if (log->fd < 0)
		log->fd = temp_file_open(log->directory);
	at = log->size;
	log->size += sizeof(stored) + len;
	pthread_mutex_unlock(&log->lock);
	if (log->fd < 0 || !temp_file_write(log->fd, feed->packed, sizeof(stored) + len, at))
		fail(log);
	feed->used = 0;
}

static void open_feed(struct text_log_feed *feed)
{
	feed->context = ZSTD_createCCtx();
	assert(feed->context);
	feed->recent = memory_alloc(RECENT_COUNT * sizeof(*feed->recent));
	memset(feed->recent, 0, RECENT_COUNT * sizeof(*feed->recent));
	feed->block = memory_alloc(BLOCK_BYTES);
	feed->packed = memory_alloc(sizeof(uint32_t) + ZSTD_compressBound(BLOCK_BYTES));
}

void text_log_add(struct text_log_feed *feed, uint64_t hash, struct span text)
{
	assert(text.len > 0 && text.len <= URL_BYTES_MAX);
	if (!feed->context)
		open_feed(feed);
	if (feed->recent[hash % RECENT_COUNT] == hash)
		return;
	feed->recent[hash % RECENT_COUNT] = hash;
	if (feed->used + text.len + 1 > BLOCK_BYTES)
		write_block(feed);
	memcpy(feed->block + feed->used, text.bytes, text.len);
	feed->block[feed->used + text.len] = '\0';
	feed->used += text.len + 1;
}

static void each_of_block(const char *block, size_t len, void (*each)(void *context, uint64_t hash, struct span text),
			  void *context)
{
	for (size_t at = 0; at < len;) {
		struct span text = span_of(block + at);

		each(context, text_hash(text), text);
		at += text.len + 1;
	}
}

bool text_log_each(struct text_log *log, void (*each)(void *context, uint64_t hash, struct span text), void *context)
{
	const size_t room = ZSTD_compressBound(BLOCK_BYTES);
	char *packed = memory_alloc(room), *block = memory_alloc(BLOCK_BYTES);
	uint64_t at = 0;
	uint32_t stored;

	while (at < log->size && !text_log_error(log)) {
		size_t len = 0;

		errno = EIO;
		if (!temp_file_read(log->fd, &stored, sizeof(stored), at) || stored > room ||
		    !temp_file_read(log->fd, packed, stored, at + sizeof(stored)))
			fail(log);
		else if (len = ZSTD_decompress(block, BLOCK_BYTES, packed, stored), ZSTD_isError(len))
			fail(log);
		else
			each_of_block(block, len, each, context);
		at += sizeof(stored) + stored;
	}
	for (unsigned i = 0; i < log->feed_count; i++)
		each_of_block(log->feed[i].block, log->feed[i].used, each, context);
	free(packed);
	free(block);
	return !text_log_error(log);
}
