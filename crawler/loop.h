/* One event loop: a thread with one epoll and everything that hangs on it. Shared by loop.c (the
 * thread and its turns), walker.c (the life of a walk), sharing.c (answers that walks share), ending.c
 * (how a walk ends), visit.c (one hop of it), permission.c (what robots.txt allows) and crawler.c (all loops
 * together). */
#ifndef CRAWLER_LOOP_H
#define CRAWLER_LOOP_H

#include <pthread.h>
#include <stdatomic.h>

#include "crawler/address.h"
#include "crawler/admission.h"
#include "crawler/connect_to.h"
#include "crawler/crawler.h"
#include "crawler/fetch.h"
#include "crawler/frontier.h"
#include "crawler/host.h"
#include "crawler/hosts_file.h"
#include "crawler/memo.h"
#include "crawler/memory.h"
#include "crawler/resolve.h"
#include "crawler/robots_table.h"

/* Hosts whose names are kept for the summary. */
#define SET_ASIDE_NAMES_MAX 100

/* What all loops see. Written before they start, but for the atomics. */
struct crawl {
	const struct options *options;
	bool (*done)(void *context, struct record *record);
	void *context;
	struct address_policy policy;
	struct connect_to connect_to;
	struct hosts_file *hosts_file;
	X509_STORE *store;
	struct frontier *frontier;
	struct memory_budget memory;
	struct loop **loop;
	unsigned loops;
	uint32_t walks_max;       /* in flight, over all loops */
	bool spread_hosts;        /* a host's URLs go to all loops, and its allowance is divided */
	bool own_tables;          /* each loop has a descriptor table */
	uint64_t hops_max;        /* under way in one loop: what its table has room for */
	unsigned shards;          /* multi handles of one loop */
	uint32_t connections_max; /* open in one loop, idle ones included */
	int ended_fd;
	atomic_bool stopping, aborting;
	atomic_uint sheds;           /* times that a limit of this machine was met: idle connections are in the way */
	atomic_uint running;         /* loops that have not ended */
	_Atomic uint64_t walks_left; /* not finished, begun or not */
	_Atomic uint64_t walks_live;
	_Atomic uint64_t walks_deferred; /* of those left, to the next pass */
	atomic_uint pass;                /* the list is walked for the first, second ... time */
};

/* What a walk in the run queue does next. */
enum walk_task {
	WALK_ASK,     /* its last hop has neither answer nor slot */
	WALK_RESOLVE, /* it has its host's slot, or its host was set aside */
	WALK_SEND,    /* it has its address's slot as well */
	WALK_GO_ON,   /* its last hop has its answer */
	WALK_DEFER,   /* it failed, and is over until the next pass */
	WALK_TELL,    /* it has come to the end of a robots.txt */
};

/* A walk in flight. It belongs to one loop at a time, and to one of its lists. */
struct walk {
	struct record *record;
	struct loop *loop;
	enum walk_task task;
	struct host *host;     /* of the hop that is wanted or under way */
	bool has_slot;         /* one of the host's */
	struct peer *peer;     /* the address whose slot it holds or waits for; NULL: none */
	struct host_wait wait; /* in the queue of the host or of the peer */
	struct resolve_wait resolve_wait;
	struct resolved resolved;
	size_t address_index;
	struct walk *lookup_prev, *lookup_next; /* in the loop's `lookups` */
	struct span lookup_name;
	int64_t lookup_us; /* when the name was asked for */
	uint16_t port;
	uint64_t place;     /* of its line in the frontier */
	uint32_t tries;     /* requests for this hop that were answered with "later" */
	uint32_t held_back; /* times that a limit of this machine kept this hop from being sent */
	struct note *note;  /* of the last hop, when this walk is the one that asks; NULL: nobody shares it */
	struct memo_wait memo_wait;
	struct robots_wait robots_wait; /* for permission to ask for the last hop */
	struct robots_entry
		*robots_entry;          /* of a walk to a robots.txt, in the loop that keeps it; NULL: a line's walk */
	struct robots *robots;          /* what was found there; NULL: nothing yet */
	CURLSH *cookies;                /* the second pass of a loop that set cookies */
	struct record *without_cookies; /* the first pass */
	struct walk *next;              /* in the inbox, the run queue or the list of walks to hand on */
	struct walk *live_prev, *live_next;
};

struct walk_queue {
	struct walk *first, **last;
};

/* Written by the loop's thread, read by anybody: relaxed, they pair with nothing. */
struct loop_counters {
	_Atomic uint64_t lines_done, requests, requests_live, recalled, failures, held_back, handed_over,
		hosts_set_aside, robots_fetched;
};

struct loop {
	struct crawl *crawl;
	unsigned index;
	pthread_t thread;
	int epoll, wake_fd;
	struct fetcher *fetcher;
	struct resolver *resolver;
	struct host_table *hosts;
	struct memo *memo;           /* NULL with --memo-size 0 */
	struct robots_table *robots; /* NULL with --robots ignore */
	struct frontier_share *frontier;
	unsigned sheds, pass; /* the crawl's, as far as this loop has taken part */
	uint32_t walks_max;
	uint32_t walks_here;        /* of lines */
	struct walk *live;          /* utlist of all walks of this loop */
	struct walk *lookups;       /* utlist of those that wait for a name, oldest first */
	struct walk_queue run;      /* walks that can go on at once */
	struct walk_queue finished; /* walks whose records wait for room */
	struct walk_queue held;     /* walks that wait until `admission` allows their hop */
	int64_t held_until_us;      /* when one of them is tried, whatever happens until then; 0: none waits for it */
	struct admission admission; /* of hops under way, from visit_begin until the slot is given back */
	uint64_t hops_under_way;
	_Atomic(struct walk *) inbox; /* handed over by other loops, newest first */
	int64_t now_us;               /* of this turn */
	struct loop_counters counters;
	char *set_aside[SET_ASIDE_NAMES_MAX];
	unsigned set_aside_count;
};

static inline void counter_add(_Atomic uint64_t *counter, uint64_t by)
{
	atomic_fetch_add_explicit(counter, by, memory_order_relaxed);
}

static inline void counter_subtract(_Atomic uint64_t *counter, uint64_t by)
{
	atomic_fetch_sub_explicit(counter, by, memory_order_relaxed);
}

static inline uint64_t counter_read(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

/* loop.c */

/* NULL after a message on `errors`. The eventfd is made here, in the table that all threads share. */
struct loop *loop_new(struct crawl *crawl, unsigned index, FILE *errors);
void loop_free(struct loop *loop);
bool loop_start(struct loop *loop);
/* Wakes the loop, or all of them, from any thread. */
void loop_wake(struct loop *loop);
void crawl_wake(struct crawl *crawl);
/* Goes over to the crawl's next pass if it has begun: no walk of the last one is left anywhere. */
void loop_join_pass(struct loop *loop);
/* Hands `walk` to `loop`, from another loop's thread. */
void loop_give(struct loop *loop, struct walk *walk);

/* The loop that asks for `url`. */
unsigned crawl_owner(const struct crawl *crawl, const struct url *url);

static inline void walk_queue_add(struct walk_queue *queue, struct walk *walk)
{
	walk->next = NULL;
	*queue->last = walk;
	queue->last = &walk->next;
}

/* NULL if it is empty. */
static inline struct walk *walk_queue_take(struct walk_queue *queue)
{
	struct walk *walk = queue->first;

	if (walk) {
		queue->first = walk->next;
		if (!queue->first)
			queue->last = &queue->first;
	}
	return walk;
}

/* The walk that a place in a host's or an address's queue belongs to. */
static inline struct walk *walk_of_wait(struct host_wait *wait)
{
	return (struct walk *)(void *)((char *)wait - offsetof(struct walk, wait));
}

static inline struct walk *walk_of_memo_wait(struct memo_wait *wait)
{
	return (struct walk *)(void *)((char *)wait - offsetof(struct walk, memo_wait));
}

static inline struct walk *walk_of_robots_wait(struct robots_wait *wait)
{
	return (struct walk *)(void *)((char *)wait - offsetof(struct walk, robots_wait));
}

/* Puts the walk into its loop's run queue. */
static inline void walk_enqueue(struct walk *walk, enum walk_task task)
{
	walk->task = task;
	walk_queue_add(&walk->loop->run, walk);
}

/* The hop that is wanted, under way or just answered. */
static inline struct hop *walk_last_hop(const struct walk *walk)
{
	const struct chain *chain = &walk->record->chain;

	return &chain->hop[chain->hop_count - 1];
}

/* walker.c: all in the loop's thread */

/* Whether walker_admit would begin a walk: not before something happens, maybe in a moment without anything
 * happening here, or at once. */
enum walker_room { ROOM_NONE, ROOM_SOON, ROOM_NOW };
enum walker_room walker_room(const struct loop *loop);
/* Begins walks while there is room, queues are ready and nobody waits for room behind. */
void walker_admit(struct loop *loop);
/* Takes in a walk that no line stands for. It has a record with url and method, and no hop. */
void walker_begin(struct loop *loop, struct walk *walk);
/* Lets the walks of the run queue go on, until none is left. */
void walker_run(struct loop *loop);
/* Takes in what other loops handed over. */
void walker_take_inbox(struct loop *loop);
/* Lets go who may ask `host` now: after a slot has become free, or its time has come. */
void walker_serve_host(struct loop *loop, struct host *host);
/* The last hop has its answer; with `again`, it is to be asked once more. */
void walker_go_on(struct walk *walk, bool again);
/* Ends the walk with `error` in its last hop. `detail` may be "". */
void walker_fail(struct walk *walk, enum hop_error error, const char *detail);
/* Gives all walks up without a record. */
void walker_drop_all(struct loop *loop);

/* Takes the walk out of its loop's lists, which holds it no longer. */
void walker_leave_loop(struct walk *walk);
/* The same, and gives it to the loop `owner`, where it goes on with `task`. */
void walker_hand_over(struct walk *walk, unsigned owner, enum walk_task task);

/* ending.c: the same */

/* The chain has its outcome: the walk is handed on, or its line is put off. */
void ending_finish(struct walk *walk);
/* Hands on the records that wait for room, as far as there is some. */
void ending_hand_on(struct loop *loop);
/* Puts the line of a walk whose first URL is this loop's off to the next pass. */
void ending_defer(struct walk *walk);
/* One walk less is in flight; `last`: and none is left. Wakes the loops where that may be their end. */
void ending_leave_live(struct crawl *crawl, bool last);
void ending_free(struct walk *walk);

/* sharing.c: the same */

/* True if the last hop's answer may be another walk's, or be given to one. */
bool sharing_is_possible(const struct walk *walk);
/* Looks the last hop up in the memo. True if the walk has to ask; otherwise it goes on by itself, at once or once
 * the walk that asks has its answer. */
bool sharing_ask(struct walk *walk);
/* The last hop has its answer, or its failure: whoever waits for it has it too. */
void sharing_tell(struct walk *walk);

/* permission.c: the same */

/* Asks robots.txt about the last hop. True if it may be asked for. Otherwise the walk goes on by itself: where the
 * origin's robots.txt is kept, once that is known, or to its end, if it is forbidden and has to obey. */
bool permission_ask(struct walk *walk);
/* Whether the robots.txt for `url` is being fetched for this loop: walks to it would only wait. After that
 * walker_serve_host is called for its host. */
bool permission_is_awaited(const struct loop *loop, const struct url *url);
/* A walk to a robots.txt has found `file`, which is valid during the call. */
void permission_read(struct walk *walk, struct span file);
/* It is over: those who waited for it go on. */
void permission_tell(struct walk *walk);

/* visit.c: the same */

/* Credentials of the input line go to its own origin only: those for the last hop, or NULL. */
const struct url *visit_credentials(const struct walk *walk);
/* The walk has its host's slot, or its host was set aside. */
void visit_begin(struct walk *walk);
/* The walk has its address's slot as well. */
void visit_send(struct walk *walk);
/* Lets a held walk try its luck if its time has come. */
void visit_release_held(struct loop *loop);
/* The fetcher's callback. */
void visit_fetched(void *context, void *owner, struct span page, bool page_cut);
/* Ends the walks that have waited for a name for as long as a hop may take. */
void visit_expire_lookups(struct loop *loop);
/* When that has to be done next; INT64_MAX: nobody waits. */
int64_t visit_lookup_deadline_us(const struct loop *loop);

#endif
