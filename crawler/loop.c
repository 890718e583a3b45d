#include "crawler/loop.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "crawler/capacity.h"
#include "crawler/clock.h"

/* What an event of the epoll is about: FETCH_EVENT, or one of these in the upper half of its data. */
#define EVENT_RESOLVER (UINT64_C(0xfffffffe) << 32)
#define EVENT_WAKE     (UINT64_C(0xffffffff) << 32)

/* Events taken in one turn. */
#define EVENTS_MAX 1024

/* The memo has one part in so many of the memory's budget, whatever --memo-size says. */
#define MEMO_PART 4

/* And what robots.txt files say one in so many. */
#define ROBOTS_PART 16

/* How soon to look again for room: behind a full queue, or among the walks of all loops. */
#define ROOM_RETRY_US (1 * US_PER_MS)

unsigned crawl_owner(const struct crawl *crawl, const struct url *url)
{
	struct span key = crawl->spread_hosts ? url_wire_key(url) : url->host;

	return crawl->loops == 1 ? 0 : (unsigned)((uint32_t)XXH3_64bits(key.bytes, key.len) % crawl->loops);
}

/* A share that never rounds to nothing. */
static uint32_t share_of(uint32_t whole, unsigned loops)
{
	uint32_t share = whole / loops;

	return share ? share : 1;
}

/* Later passes ask those who could not cope, or whose network could not: with this part of the load. */
#define LATER_PASS_PART 4

/* Failures in a row that a later pass takes from a host: it has failed before. */
#define LATER_PASS_SET_ASIDE 5

static struct host_limits host_limits_of(const struct crawl *crawl, unsigned pass)
{
	const struct options *options = crawl->options;
	unsigned part = pass > 1 ? LATER_PASS_PART : 1, spread = part * (crawl->spread_hosts ? crawl->loops : 1);

	return (struct host_limits){
		.per_host = share_of(options->per_host, spread),
		.per_ip = share_of(options->per_ip, part * crawl->loops),
		.rate = options->rate ? share_of(options->rate, spread) : 0,
		.set_aside = pass > 1 && options->set_aside > LATER_PASS_SET_ASIDE ? LATER_PASS_SET_ASIDE
										   : options->set_aside,
		.park_max_ms = options->retry_after_max_ms,
	};
}

/* At most a part of what the process may hold, so that the walks have the rest. */
static struct memo *new_memo(const struct crawl *crawl)
{
	uint64_t bytes = (uint64_t)crawl->options->memo_size_mib << 20;

	if (bytes > crawl->memory.bytes / MEMO_PART)
		bytes = crawl->memory.bytes / MEMO_PART;
	return crawl->options->memo_size_mib ? memo_new((size_t)bytes / crawl->loops) : NULL;
}

/* What a loop may hold of robots.txt files; those that are being read may take as much again. */
static size_t robots_bytes(const struct crawl *crawl)
{
	uint64_t bytes = ROBOTS_TABLE_BYTES_MAX;

	if (bytes > crawl->memory.bytes / ROBOTS_PART)
		bytes = crawl->memory.bytes / ROBOTS_PART;
	return (size_t)bytes / crawl->loops;
}

struct loop *loop_new(struct crawl *crawl, unsigned index, FILE *errors)
{
	const struct host_limits limits = host_limits_of(crawl, 1);
	struct loop *loop = memory_alloc(sizeof(*loop));

	*loop = (struct loop){ .crawl = crawl,
			       .index = index,
			       .pass = 1,
			       .epoll = -1,
			       .wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
			       .hosts = host_table_new(&limits),
			       .memo = new_memo(crawl),
			       .robots = crawl->options->robots == ROBOTS_IGNORE
						 ? NULL
						 : robots_table_new(robots_bytes(crawl)),
			       .frontier = frontier_share(crawl->frontier, index),
			       .walks_max = share_of(crawl->walks_max + crawl->loops - 1, crawl->loops) };
	admission_init(&loop->admission, crawl->hops_max);
	loop->run.last = &loop->run.first;
	loop->held.last = &loop->held.first;
	loop->finished.last = &loop->finished.first;
	if (loop->wake_fd < 0) {
		fprintf(errors, "detour: cannot make an event descriptor: %s\n", strerror(errno));
		loop_free(loop);
		return NULL;
	}
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	walker_drop_all(loop);
	host_table_free(loop->hosts);
	memo_free(loop->memo);
	robots_table_free(loop->robots);
	for (unsigned i = 0; i < loop->set_aside_count; i++)
		free(loop->set_aside[i]);
	if (loop->wake_fd >= 0)
		close(loop->wake_fd);
	free(loop);
}

void loop_wake(struct loop *loop)
{
	const uint64_t one = 1;
	ssize_t written = write(loop->wake_fd, &one, sizeof(one));

	/* A counter that is full wakes as well. */
	assert(written == sizeof(one) || errno == EAGAIN);
}

void crawl_wake(struct crawl *crawl)
{
	for (unsigned i = 0; i < crawl->loops; i++)
		loop_wake(crawl->loop[i]);
}

void loop_join_pass(struct loop *loop)
{
	struct crawl *crawl = loop->crawl;
	unsigned pass = atomic_load(&crawl->pass);
	const struct host_limits limits = host_limits_of(crawl, pass);

	if (pass == loop->pass)
		return;
	assert(!loop->live && !loop->run.first && !loop->finished.first);
	loop->pass = pass;
	loop->walks_max = share_of(crawl->walks_max, LATER_PASS_PART * crawl->loops);
	host_table_begin_pass(loop->hosts, &limits);
	if (loop->memo)
		memo_forget_transient(loop->memo);
	if (loop->robots)
		robots_table_forget_unreachable(loop->robots);
	resolver_forget_failures(loop->resolver);
	frontier_next_pass(loop->frontier);
}

void loop_give(struct loop *loop, struct walk *walk)
{
	struct walk *first = atomic_load_explicit(&loop->inbox, memory_order_relaxed);

	/* Release pairs with the acquire in walker_take_inbox: the walk's memory goes with it, and it must
	 * not be touched any more afterwards. */
	do
		walk->next = first;
	while (!atomic_compare_exchange_weak_explicit(&loop->inbox, &first, walk, memory_order_release,
						      memory_order_relaxed));
	/* Whoever finds the inbox empty wakes; the others come along. */
	if (!first)
		loop_wake(loop);
}

static void watch_resolver(void *context, int fd, uint32_t events)
{
	struct loop *loop = context;
	struct epoll_event event = { .events = events, .data.u64 = EVENT_RESOLVER | (uint32_t)fd };

	if (!events)
		epoll_ctl(loop->epoll, EPOLL_CTL_DEL, fd, NULL);
	else if (epoll_ctl(loop->epoll, EPOLL_CTL_MOD, fd, &event) != 0)
		epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event);
}

/* Everything with a descriptor is made in the loop's own thread: its table may be its own. */
static bool set_up(struct loop *loop)
{
	struct crawl *crawl = loop->crawl;
	struct epoll_event wake = { .events = EPOLLIN, .data.u64 = EVENT_WAKE };
	uint32_t transfers = loop->walks_max / crawl->shards + 1;
	const struct fetcher_config fetch = {
		.options = crawl->options,
		.policy = &crawl->policy,
		.store = crawl->store,
		.shards = crawl->shards,
		.shard_transfers = transfers < FETCH_SHARD_TRANSFERS ? transfers : FETCH_SHARD_TRANSFERS,
		.connections_max = crawl->connections_max,
		.large_files_max = share_of((uint32_t)robots_bytes(crawl), ROBOTS_BYTES_MAX),
		.done = visit_fetched,
		.context = loop
	};
	const struct resolver_config resolve = { .options = crawl->options,
						 .loops = crawl->loops,
						 .hosts = crawl->hosts_file,
						 .watch = watch_resolver,
						 .context = loop };
	struct fetcher_config config = fetch;

	/* A table of its own gives the loop the whole limit again. */
	if (crawl->own_tables && !capacity_own_table()) {
		fprintf(stderr, "detour: cannot give a loop its own descriptor table: %s\n", strerror(errno));
		return false;
	}
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0 || epoll_ctl(loop->epoll, EPOLL_CTL_ADD, loop->wake_fd, &wake) != 0) {
		fprintf(stderr, "detour: cannot make an epoll: %s\n", strerror(errno));
		return false;
	}
	config.epoll = loop->epoll;
	loop->resolver = resolver_new(&resolve, stderr);
	loop->fetcher = loop->resolver ? fetcher_new(&config, stderr) : NULL;
	return loop->fetcher != NULL;
}

/* In the loop's own thread as well: in another's table the same numbers are other files. The walks
 * that requests and lookups point to go later, in loop_free. */
static void tear_down(struct loop *loop)
{
	fetcher_free(loop->fetcher);
	resolver_free(loop->resolver);
	if (loop->epoll >= 0)
		close(loop->epoll);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Milliseconds until something wants to be done, rounded up: waking too early would spin. */
static int wait_ms(const struct loop *loop)
{
	int64_t deadline_us = earlier(fetcher_deadline_us(loop->fetcher), resolver_deadline_us(loop->resolver));
	int64_t now_us = clock_now_us(), wait_us;
	enum walker_room room = walker_room(loop);

	deadline_us = earlier(deadline_us, host_table_deadline_us(loop->hosts));
	deadline_us = earlier(deadline_us, visit_lookup_deadline_us(loop));
	if (loop->held_until_us)
		deadline_us = earlier(deadline_us, loop->held_until_us);
	if (loop->finished.first || room == ROOM_SOON)
		deadline_us = earlier(deadline_us, now_us + ROOM_RETRY_US);
	else if (room == ROOM_NOW)
		return 0;
	if (deadline_us == INT64_MAX)
		return -1;
	wait_us = deadline_us > now_us ? deadline_us - now_us : 0;
	return wait_us > 60 * US_PER_S ? 60000 : (int)((wait_us + US_PER_MS - 1) / US_PER_MS);
}

static void take_events(struct loop *loop)
{
	struct epoll_event event[EVENTS_MAX];
	int count = epoll_wait(loop->epoll, event, EVENTS_MAX, wait_ms(loop));
	uint64_t wakes;

	assert(count >= 0 || errno == EINTR);
	loop->now_us = clock_now_us();
	for (int i = 0; i < count; i++) {
		uint64_t data = event[i].data.u64;

		if (FETCH_EVENT(data))
			fetcher_event(loop->fetcher, data, event[i].events);
		else if (data == EVENT_WAKE)
			while (read(loop->wake_fd, &wakes, sizeof(wakes)) > 0)
				;
		else
			resolver_process(loop->resolver, (int)(uint32_t)data, event[i].events);
	}
}

static void take_turn(struct loop *loop)
{
	struct host *host;

	take_events(loop);
	fetcher_process(loop->fetcher, loop->now_us);
	if (loop->sheds != atomic_load(&loop->crawl->sheds)) {
		loop->sheds = atomic_load(&loop->crawl->sheds);
		fetcher_shed(loop->fetcher);
	}
	if (resolver_deadline_us(loop->resolver) <= loop->now_us)
		resolver_process(loop->resolver, -1, 0);
	visit_expire_lookups(loop);
	visit_release_held(loop);
	walker_take_inbox(loop);
	while ((host = host_wake(loop->hosts, loop->now_us)) != NULL)
		walker_serve_host(loop, host);
	ending_hand_on(loop);
	walker_run(loop);
	walker_admit(loop);
	walker_run(loop);
	host_table_trim(loop->hosts);
}

static bool is_over(const struct loop *loop)
{
	const struct crawl *crawl = loop->crawl;

	return atomic_load(&crawl->aborting) || atomic_load(&crawl->walks_left) == 0 ||
	       (atomic_load(&crawl->stopping) && atomic_load(&crawl->walks_live) == 0);
}

static void *run(void *data)
{
	struct loop *loop = data;
	struct crawl *crawl = loop->crawl;
	const uint64_t one = 1;

	if (!set_up(loop)) {
		atomic_store(&crawl->aborting, true);
		crawl_wake(crawl);
	}
	while (!is_over(loop))
		take_turn(loop);
	tear_down(loop);
	if (atomic_fetch_sub(&crawl->running, 1) == 1 && write(crawl->ended_fd, &one, sizeof(one)) != sizeof(one))
		abort();
	return NULL;
}

bool loop_start(struct loop *loop)
{
	return pthread_create(&loop->thread, NULL, run, loop) == 0;
}
