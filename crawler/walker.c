/* The life of a walk in its loop:
 *
 *	admitted -> asks robots.txt -> asks the memo -> waits for its host -> name -> waits for its address -+
 *	                ^                  |                                                                 |
 *	                |                  +----------------- known, or another walk asks --+                v
 *	                +-- next hop, another try ------------------------------------------+-- answer <- request
 *	                                                                                    |
 *	                                                                                    +-> finished
 *
 * A walk that can go on is put into the run queue and continued from there, never from inside the
 * call that freed it: a host with thousands waiting must not make the stack deep. */
#include "crawler/loop.h"

#include <assert.h>
#include <stdlib.h>
#include <sysexits.h>
#include <utlist.h>

#include "crawler/clock.h"
#include "crawler/walk.h"

/* Walks begun in one turn, so that answers are not kept waiting while a burst is let in. */
#define ADMIT_TURN_MAX 64

void walker_leave_loop(struct walk *walk)
{
	struct loop *loop = walk->loop;

	DL_DELETE2(loop->live, walk, live_prev, live_next);
	loop->walks_here -= !walk->robots_entry;
}

void walker_hand_over(struct walk *walk, unsigned owner, enum walk_task task)
{
	struct loop *loop = walk->loop;

	walker_leave_loop(walk);
	walk->task = task;
	counter_add(&loop->counters.handed_over, 1);
	loop_give(loop->crawl->loop[owner], walk);
}

void walker_fail(struct walk *walk, enum hop_error error, const char *detail)
{
	struct hop *hop = walk_last_hop(walk);

	hop->error = error;
	if (detail[0] && !hop->error_detail.len)
		hop->error_detail = arena_copy(&walk->record->arena, span_of(detail));
	sharing_tell(walk);
	walk_end(walk->record, hop_error_outcome(error));
	ending_finish(walk);
}

/* --- Waiting for a host --- */

void walker_serve_host(struct loop *loop, struct host *host)
{
	int64_t ready_us = host_ready_us(host, loop->now_us);

	while (host_has_queue(host) && (host_is_set_aside(host) || ready_us <= loop->now_us)) {
		struct walk *walk = walk_of_wait(host_queue_take(host));

		walk->has_slot = !host_is_set_aside(host);
		if (walk->has_slot)
			host_begin(host, loop->now_us);
		walk_enqueue(walk, WALK_RESOLVE);
		ready_us = host_ready_us(host, loop->now_us);
	}
	if (host_bucket_waiting(host) && (host_is_set_aside(host) || ready_us <= loop->now_us)) {
		host_set_bucket_waiting(host, false);
		frontier_release(loop->frontier, span_of(host_name(host)));
		return;
	}
	if ((host_has_queue(host) || host_bucket_waiting(host)) && ready_us != INT64_MAX)
		host_sleep(host, ready_us);
}

/* The last hop of `walk` is to be asked for, here or in the loop that owns its host. */
static void want_hop(struct walk *walk)
{
	struct loop *loop = walk->loop;
	const struct url *url = &walk_last_hop(walk)->url;
	unsigned owner = crawl_owner(loop->crawl, url);

	if (!permission_ask(walk))
		return;
	if (owner != loop->index) {
		walker_hand_over(walk, owner, WALK_ASK);
		return;
	}
	if (!walk->note && sharing_is_possible(walk) && !sharing_ask(walk))
		return;
	walk->host = host_get(loop->hosts, url->host);
	host_queue(walk->host, &walk->wait);
	walker_serve_host(loop, walk->host);
}

static void adopt(struct loop *loop, struct walk *walk)
{
	walk->loop = loop;
	DL_APPEND2(loop->live, walk, live_prev, live_next);
	/* A walk to a robots.txt goes in place of the one that waits for it. */
	loop->walks_here += !walk->robots_entry;
}

void walker_take_inbox(struct loop *loop)
{
	/* Acquire pairs with the release in loop_give: the walk's memory is ours now. */
	struct walk *walk = atomic_exchange_explicit(&loop->inbox, NULL, memory_order_acquire), *next;

	/* Behind the exchange: what came may belong to the next pass already. */
	loop_join_pass(loop);
	for (; walk; walk = next) {
		next = walk->next;
		adopt(loop, walk);
		walk_queue_add(&loop->run, walk);
	}
}

static void add_hop(struct walk *walk, const struct url *url, enum method method)
{
	struct hop *hop = record_add_hop(walk->record);

	hop->url = *url;
	hop->method = method;
	hop->started_at_us = clock_wall_us();
	walk->tries = walk->held_back = 0;
}

void walker_begin(struct loop *loop, struct walk *walk)
{
	adopt(loop, walk);
	add_hop(walk, &walk->record->url, walk->record->method);
	walk_enqueue(walk, WALK_ASK);
}

/* --- Admission --- */

static struct walk *new_walk(const struct frontier_entry *entry)
{
	struct walk *walk = memory_alloc(sizeof(*walk));
	struct record *record = record_new();
	enum url_error error;

	*walk = (struct walk){ .record = record, .place = entry->place };
	record->seq = entry->seq;
	record->passes = (uint8_t)(entry->passes + 1);
	record->first_error = entry->first_error;
	record->first_status = entry->first_status;
	record->method = entry->method;
	error = url_parse(&record->arena, entry->text, NULL, &record->url);
	assert(error == URL_OK); /* it was parsed when the line was added */
	record->input_url = arena_copy(&record->arena, entry->text);
	return walk;
}

/* False if the bucket has to wait for its host. */
static bool admit_one(struct loop *loop, const struct frontier_entry *entry)
{
	struct walk *walk = new_walk(entry);
	struct host *host = host_get(loop->hosts, walk->record->url.host);
	int64_t ready_us = host_ready_us(host, loop->now_us);

	if (!host_is_set_aside(host) &&
	    (ready_us > loop->now_us || host_has_queue(host) || permission_is_awaited(loop, &walk->record->url))) {
		ending_free(walk);
		frontier_hold(loop->frontier);
		host_set_bucket_waiting(host, true);
		if (ready_us != INT64_MAX && ready_us > loop->now_us)
			host_sleep(host, ready_us);
		return false;
	}
	frontier_take(loop->frontier);
	atomic_fetch_add(&loop->crawl->walks_live, 1);
	adopt(loop, walk);
	add_hop(walk, &walk->record->url, walk->record->method);
	want_hop(walk);
	return true;
}

/* With `live` walks in all loops. */
static enum walker_room room_with(const struct loop *loop, uint64_t live)
{
	struct crawl *crawl = loop->crawl;

	if (loop->walks_here >= loop->walks_max || !frontier_is_ready(loop->frontier) || loop->finished.first ||
	    loop->held.first || resolver_is_busy(loop->resolver) || atomic_load(&crawl->stopping))
		return ROOM_NONE;
	/* Other loops hold more than their shares if many walks were handed over to them. */
	if (live >= crawl->walks_max || memory_is_short(&crawl->memory, live, loop->now_us))
		return ROOM_SOON;
	return ROOM_NOW;
}

enum walker_room walker_room(const struct loop *loop)
{
	return room_with(loop, atomic_load(&loop->crawl->walks_live));
}

void walker_admit(struct loop *loop)
{
	struct crawl *crawl = loop->crawl;
	struct frontier_entry entry;
	unsigned admitted = 0;

	/* Counted as a live walk while it admits, so that no loop ends between the look at `stopping`
	 * and the first walk. It stands for the walk that is let in next, so several loops that look at
	 * once let in no more than there is room for. */
	atomic_fetch_add(&crawl->walks_live, 1);
	while (admitted < ADMIT_TURN_MAX && room_with(loop, atomic_load(&crawl->walks_live) - 1) == ROOM_NOW &&
	       frontier_peek(loop->frontier, &entry))
		admitted += admit_one(loop, &entry);
	ending_leave_live(crawl, false);
}

/* --- After a hop --- */

/* The same hop once more: as if it had not been requested. */
static void ask_again(struct walk *walk)
{
	struct hop *hop = walk_last_hop(walk);

	*hop = (struct hop){ .url = hop->url,
			     .method = hop->method,
			     .robots = hop->robots,
			     .robots_line = hop->robots_line,
			     .robots_rule = hop->robots_rule };
	want_hop(walk);
}

static void begin_cookie_pass(struct walk *walk)
{
	struct record *first = walk->record, *second = record_new();

	walk->without_cookies = first;
	walk->record = second;
	walk->cookies = curl_share_init();
	if (!walk->cookies) {
		fprintf(stderr, "detour: out of memory for a cookie jar; lower --concurrency\n");
		exit(EX_OSERR);
	}
	curl_share_setopt(walk->cookies, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
	second->seq = first->seq;
	second->method = first->method;
	/* The first record stays until both are joined, so its URL's memory does too. */
	second->url = first->url;
	add_hop(walk, &second->url, second->method);
	want_hop(walk);
}

/* The hop has its answer, or its failure. */
static void go_on(struct walk *walk)
{
	const struct options *options = walk->loop->crawl->options;
	const struct walk_limits limits = { .max_redirects =
						    walk->robots_entry ? ROBOTS_REDIRECTS_MAX : options->max_redirects,
					    .cookies = walk->cookies != NULL };
	struct walk_step step = walk_next(walk->record, &limits);

	if (step.action == WALK_REQUEST) {
		add_hop(walk, &step.url, step.method);
		want_hop(walk);
	} else if (walk->record->chain.outcome == OUTCOME_LOOP && !walk->cookies && !walk->robots_entry &&
		   walk_saw_cookie(&walk->record->chain)) {
		begin_cookie_pass(walk);
	} else {
		ending_finish(walk);
	}
}

void walker_go_on(struct walk *walk, bool again)
{
	if (again) {
		ask_again(walk);
		return;
	}
	sharing_tell(walk);
	go_on(walk);
}

void walker_run(struct loop *loop)
{
	struct walk *walk;

	while ((walk = walk_queue_take(&loop->run)) != NULL) {
		switch (walk->task) {
		case WALK_ASK:
			want_hop(walk);
			break;
		case WALK_RESOLVE:
			if (loop->hops_under_way < loop->admission.limit)
				visit_begin(walk);
			else
				walk_queue_add(&loop->held, walk);
			break;
		case WALK_SEND:
			visit_send(walk);
			break;
		case WALK_GO_ON:
			go_on(walk);
			break;
		case WALK_DEFER:
			ending_defer(walk);
			break;
		case WALK_TELL:
			permission_tell(walk);
			break;
		}
	}
}

void walker_drop_all(struct loop *loop)
{
	struct walk *walk, *next;

	DL_FOREACH_SAFE2(loop->live, walk, next, live_next)
	{
		ending_free(walk);
	}
	loop->live = NULL;
	for (walk = atomic_exchange(&loop->inbox, NULL); walk; walk = next) {
		next = walk->next;
		ending_free(walk);
	}
}
