#include "crawler/host.h"

#include <assert.h>
#include <stdlib.h>
#include <uthash.h>

#include "crawler/clock.h"
#include "formats/arena.h"

/* Idle hosts that are remembered, about 250 bytes each. Forgetting one forgets its spacing, and
 * that it was set aside: it is then tried again. */
#define IDLE_HOSTS_MAX 65536

/* The back-off without Retry-After: 1 s, 2 s, 4 s ... */
#define BACKOFF_FIRST_US  US_PER_S
#define BACKOFF_STEPS_MAX 12

struct queue {
	struct host_wait *first, **last;
};

struct host {
	UT_hash_handle hh;
	struct host_table *table;
	struct queue queue;
	uint32_t active;
	uint32_t failures;
	uint32_t backoff_steps;
	bool set_aside;
	bool bucket_waiting;
	int64_t next_start_us;
	int64_t parked_until_us;
	int64_t sleep_until_us; /* 0: not asleep */
	size_t heap_at;
	size_t name_len;
	char name[];
};

struct peer {
	UT_hash_handle hh;
	uint32_t active, active_max;
	struct queue queue;
	size_t key_len;
	char key[];
};

struct host_table {
	struct host_limits limits;
	struct host *by_name; /* least recently asked for first */
	struct peer *by_key;
	struct host **heap; /* of sleepers, earliest first */
	size_t heap_count, heap_size;
};

static void queue_init(struct queue *queue)
{
	queue->first = NULL;
	queue->last = &queue->first;
}

static void queue_add(struct queue *queue, struct host_wait *wait)
{
	wait->next = NULL;
	*queue->last = wait;
	queue->last = &wait->next;
}

static struct host_wait *queue_take(struct queue *queue)
{
	struct host_wait *wait = queue->first;

	if (wait) {
		queue->first = wait->next;
		if (!queue->first)
			queue->last = &queue->first;
	}
	return wait;
}

struct host_table *host_table_new(const struct host_limits *limits)
{
	struct host_table *table = memory_alloc(sizeof(*table));

	assert(limits->per_host > 0 && limits->per_ip > 0 && limits->set_aside > 0);
	*table = (struct host_table){ .limits = *limits };
	return table;
}

void host_table_free(struct host_table *table)
{
	struct host *host, *next_host;
	struct peer *peer, *next_peer;

	if (!table)
		return;
	HASH_ITER(hh, table->by_name, host, next_host)
	{
		HASH_DEL(table->by_name, host);
		free(host);
	}
	HASH_ITER(hh, table->by_key, peer, next_peer)
	{
		HASH_DEL(table->by_key, peer);
		free(peer);
	}
	free(table->heap);
	free(table);
}

void host_table_begin_pass(struct host_table *table, const struct host_limits *limits)
{
	assert(!table->by_key);
	table->limits = *limits;
	for (struct host *host = table->by_name; host; host = host->hh.next) {
		assert(host->active == 0 && !host->queue.first);
		host->failures = 0;
		host->set_aside = false;
	}
}

struct host *host_get(struct host_table *table, struct span name)
{
	struct host *host;

	HASH_FIND(hh, table->by_name, name.bytes, name.len, host);
	if (host && host->hh.next) {
		/* To the end of the line; the last one is there. */
		HASH_DEL(table->by_name, host);
		HASH_ADD_KEYPTR(hh, table->by_name, host->name, host->name_len, host);
	}
	if (host)
		return host;
	host = memory_alloc(sizeof(*host) + name.len + 1);
	*host = (struct host){ .table = table, .name_len = name.len };
	queue_init(&host->queue);
	memcpy(host->name, name.bytes, name.len);
	host->name[name.len] = '\0';
	HASH_ADD_KEYPTR(hh, table->by_name, host->name, host->name_len, host);
	return host;
}

const char *host_name(const struct host *host)
{
	return host->name;
}

int64_t host_ready_us(const struct host *host, int64_t now_us)
{
	int64_t ready_us = host->next_start_us;

	if (host->active >= host->table->limits.per_host)
		return INT64_MAX;
	if (host->parked_until_us > ready_us)
		ready_us = host->parked_until_us;
	return ready_us > now_us ? ready_us : now_us;
}

bool host_is_set_aside(const struct host *host)
{
	return host->set_aside;
}

void host_begin(struct host *host, int64_t now_us)
{
	host->active++;
	if (host->table->limits.rate)
		host->next_start_us = now_us + US_PER_S / host->table->limits.rate;
}

void host_end(struct host *host)
{
	assert(host->active > 0);
	host->active--;
}

void host_queue(struct host *host, struct host_wait *wait)
{
	queue_add(&host->queue, wait);
}

struct host_wait *host_queue_take(struct host *host)
{
	return queue_take(&host->queue);
}

bool host_has_queue(const struct host *host)
{
	return host->queue.first != NULL;
}

void host_set_bucket_waiting(struct host *host, bool waiting)
{
	host->bucket_waiting = waiting;
}

bool host_bucket_waiting(const struct host *host)
{
	return host->bucket_waiting;
}

void host_succeeded(struct host *host)
{
	host->failures = 0;
	host->backoff_steps = 0;
}

bool host_failed(struct host *host)
{
	if (host->set_aside || ++host->failures < host->table->limits.set_aside)
		return false;
	host->set_aside = true;
	return true;
}

void host_park(struct host *host, uint32_t retry_after_s, int64_t now_us)
{
	int64_t park_us = retry_after_s * US_PER_S, park_max_us = host->table->limits.park_max_ms * US_PER_MS;

	/* Answers to requests that were under way when the first one parked the host are one complaint. */
	if (!retry_after_s && host->parked_until_us > now_us)
		return;
	if (!retry_after_s) {
		park_us = BACKOFF_FIRST_US << host->backoff_steps;
		if (host->backoff_steps < BACKOFF_STEPS_MAX)
			host->backoff_steps++;
	}
	if (park_us > park_max_us)
		park_us = park_max_us;
	if (now_us + park_us > host->parked_until_us)
		host->parked_until_us = now_us + park_us;
}

/* --- The heap of sleepers --- */

static void heap_put(struct host_table *table, size_t at, struct host *host)
{
	table->heap[at] = host;
	host->heap_at = at;
}

static void heap_lift(struct host_table *table, size_t at)
{
	struct host *host = table->heap[at];

	for (; at > 0 && table->heap[(at - 1) / 2]->sleep_until_us > host->sleep_until_us; at = (at - 1) / 2)
		heap_put(table, at, table->heap[(at - 1) / 2]);
	heap_put(table, at, host);
}

static void heap_sink(struct host_table *table, size_t at)
{
	struct host *host = table->heap[at];

	for (size_t child; (child = 2 * at + 1) < table->heap_count; at = child) {
		if (child + 1 < table->heap_count &&
		    table->heap[child + 1]->sleep_until_us < table->heap[child]->sleep_until_us)
			child++;
		if (table->heap[child]->sleep_until_us >= host->sleep_until_us)
			break;
		heap_put(table, at, table->heap[child]);
	}
	heap_put(table, at, host);
}

void host_sleep(struct host *host, int64_t at_us)
{
	struct host_table *table = host->table;

	if (host->sleep_until_us) {
		host->sleep_until_us = at_us;
		heap_lift(table, host->heap_at);
		heap_sink(table, host->heap_at);
		return;
	}
	if (table->heap_count == table->heap_size) {
		table->heap_size = table->heap_size ? table->heap_size * 2 : 64;
		table->heap = memory_resize(table->heap, table->heap_size * sizeof(struct host *));
	}
	host->sleep_until_us = at_us;
	table->heap[table->heap_count++] = host;
	heap_lift(table, table->heap_count - 1);
}

struct host *host_wake(struct host_table *table, int64_t now_us)
{
	struct host *host;

	if (table->heap_count == 0 || table->heap[0]->sleep_until_us > now_us)
		return NULL;
	host = table->heap[0];
	host->sleep_until_us = 0;
	table->heap_count--;
	if (table->heap_count) {
		heap_put(table, 0, table->heap[table->heap_count]);
		heap_sink(table, 0);
	}
	return host;
}

int64_t host_table_deadline_us(const struct host_table *table)
{
	return table->heap_count ? table->heap[0]->sleep_until_us : INT64_MAX;
}

static bool is_idle(const struct host *host)
{
	return host->active == 0 && !host->queue.first && !host->bucket_waiting && !host->sleep_until_us;
}

void host_table_trim(struct host_table *table)
{
	unsigned count = HASH_COUNT(table->by_name), looked_at = 0;
	struct host *host, *next;

	if (count <= IDLE_HOSTS_MAX)
		return;
	/* A few at a time, oldest first, so that no turn of the loop takes long. */
	HASH_ITER(hh, table->by_name, host, next)
	{
		if (count <= IDLE_HOSTS_MAX || ++looked_at > 256)
			return;
		HASH_DEL(table->by_name, host);
		if (is_idle(host)) {
			free(host);
			count--;
			continue;
		}
		/* Busy: to the end of the line. */
		HASH_ADD_KEYPTR(hh, table->by_name, host->name, host->name_len, host);
	}
}

/* --- Addresses --- */

struct peer *peer_get(struct host_table *table, struct span key)
{
	struct peer *peer;

	HASH_FIND(hh, table->by_key, key.bytes, key.len, peer);
	if (peer)
		return peer;
	peer = memory_alloc(sizeof(*peer) + key.len);
	*peer = (struct peer){ .active_max = table->limits.per_ip, .key_len = key.len };
	queue_init(&peer->queue);
	memcpy(peer->key, key.bytes, key.len);
	HASH_ADD_KEYPTR(hh, table->by_key, peer->key, peer->key_len, peer);
	return peer;
}

bool peer_try_begin(struct peer *peer)
{
	if (peer->active >= peer->active_max)
		return false;
	peer->active++;
	return true;
}

struct host_wait *peer_end(struct host_table *table, struct peer *peer)
{
	struct host_wait *wait;

	assert(peer->active > 0);
	peer->active--;
	wait = queue_take(&peer->queue);
	if (!wait && peer->active == 0) {
		HASH_DEL(table->by_key, peer);
		free(peer);
	}
	return wait;
}

void peer_queue(struct peer *peer, struct host_wait *wait)
{
	queue_add(&peer->queue, wait);
}
