#include "audit/queue.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "formats/arena.h"

/* ck_ring is written in inline assembly that ThreadSanitizer does not see: it is told what a push
 * and a pop order, and not to look at the ring's own slots. */
#if defined(__SANITIZE_THREAD__)
#define QUEUE_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define QUEUE_TSAN 1
#pragma clang attribute push(__attribute__((no_sanitize("thread"))), apply_to = function)
#include <ck_ring.h>
#pragma clang attribute pop
#endif
#endif
#include <ck_ring.h>

#ifdef QUEUE_TSAN
void __tsan_acquire(void *address);
void __tsan_release(void *address);
#define UNSEEN __attribute__((no_sanitize("thread"), noinline))
#else
#define __tsan_acquire(address) ((void)(address))
#define __tsan_release(address) ((void)(address))
#define UNSEEN
#endif

struct queue {
	ck_ring_t ring;
	ck_ring_buffer_t *slot;
	int wake_fd;          /* a semaphore: one count wakes one sleeper */
	atomic_uint sleepers; /* consumers that sleep or are about to */
	atomic_bool closed;
};

struct queue *queue_new(unsigned size)
{
	struct queue *queue = memory_alloc(sizeof(*queue));

	assert(size >= 4 && size <= 65536 && (size & (size - 1)) == 0);
	memset(queue, 0, sizeof(*queue));
	queue->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
	if (queue->wake_fd < 0) {
		free(queue);
		return NULL;
	}
	queue->slot = memory_alloc(size * sizeof(*queue->slot));
	ck_ring_init(&queue->ring, size);
	return queue;
}

UNSEEN static bool ring_push(struct queue *queue, struct record *record)
{
	unsigned ticket;
	struct record **slot = ck_ring_enqueue_reserve_mpmc(&queue->ring, queue->slot, &ticket);

	if (!slot)
		return false;
	*slot = record;
	/* Pushes are published in the order in which they were reserved. With more threads than
	 * processors, the one in front may be off its processor: the library would spin until it is back,
	 * and so would everybody behind. */
	while (ck_pr_load_uint(&queue->ring.p_tail) != ticket)
		sched_yield();
	ck_ring_enqueue_commit_mpmc(&queue->ring, ticket);
	return true;
}

UNSEEN static struct record *ring_pop(struct queue *queue)
{
	struct record *record = NULL;

	return ck_ring_dequeue_mpmc(&queue->ring, queue->slot, &record) ? record : NULL;
}

static struct record *pop(struct queue *queue)
{
	struct record *record = ring_pop(queue);

	if (record)
		__tsan_acquire(record);
	return record;
}

void queue_free(struct queue *queue)
{
	struct record *record;

	if (!queue)
		return;
	while ((record = pop(queue)) != NULL)
		record_free(record);
	close(queue->wake_fd);
	free(queue->slot);
	free(queue);
}

static void wake(struct queue *queue, uint64_t count)
{
	ssize_t written = write(queue->wake_fd, &count, sizeof(count));

	assert(written == sizeof(count) || errno == EAGAIN);
}

bool queue_push(struct queue *queue, struct record *record)
{
	__tsan_release(record);
	if (!ring_push(queue, record))
		return false;
	/* Pairs with the fence in queue_pop: either the sleeper's last look finds the record, or this
	 * look finds the sleeper. */
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load_explicit(&queue->sleepers, memory_order_relaxed))
		wake(queue, 1);
	return true;
}

void queue_close(struct queue *queue)
{
	/* Release pairs with the acquire in queue_pop: who sees the end sees every push before it. */
	atomic_store_explicit(&queue->closed, true, memory_order_release);
	wake(queue, UINT32_MAX);
}

/* Sleeps until somebody pushes or closes; false when time is up. */
static bool sleep_for_push(struct queue *queue, int timeout_ms)
{
	struct pollfd poll_fd = { .fd = queue->wake_fd, .events = POLLIN };
	uint64_t count;
	int ready = poll(&poll_fd, 1, timeout_ms);

	/* Another sleeper may have been faster; that is no failure. */
	if (ready > 0 && read(queue->wake_fd, &count, sizeof(count)) < 0)
		assert(errno == EAGAIN);
	return ready != 0;
}

enum queue_result queue_pop(struct queue *queue, int timeout_ms, struct record **record)
{
	bool closed, woken = true;

	while ((*record = pop(queue)) == NULL) {
		if (!woken)
			return QUEUE_TIMEOUT;
		atomic_fetch_add_explicit(&queue->sleepers, 1, memory_order_relaxed);
		/* Pairs with the fence in queue_push. */
		atomic_thread_fence(memory_order_seq_cst);
		closed = atomic_load_explicit(&queue->closed, memory_order_acquire);
		*record = pop(queue);
		if (!*record && !closed)
			woken = sleep_for_push(queue, timeout_ms);
		atomic_fetch_sub_explicit(&queue->sleepers, 1, memory_order_relaxed);
		if (*record)
			break;
		if (closed)
			return QUEUE_END;
	}
	return QUEUE_RECORD;
}
