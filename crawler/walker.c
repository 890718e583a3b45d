/* The life of a walk in its loop:
 *
 *	admitted -> waits for its host -> name -> waits for its address -> request -> answer
 *	                  ^                                                            |
 *	                  +------------------ next hop, another try ------------------+--> finished
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
#include "formats/credentials.h"
#include "formats/http_date.h"
#include "formats/page.h"

/* Walks begun in one turn, so that answers are not kept waiting while a burst is let in. */
#define ADMIT_TURN_MAX 64

static void queue_walk(struct walk_queue *queue, struct walk *walk)
{
	walk->next = NULL;
	*queue->last = walk;
	queue->last = &walk->next;
}

static struct walk *take_walk(struct walk_queue *queue)
{
	struct walk *walk = queue->first;

	if (walk) {
		queue->first = walk->next;
		if (!queue->first)
			queue->last = &queue->first;
	}
	return walk;
}

static struct walk *walk_of_wait(struct host_wait *wait)
{
	return (struct walk *)(void *)((char *)wait - offsetof(struct walk, wait));
}

static struct hop *last_hop(const struct walk *walk)
{
	const struct chain *chain = &walk->record->chain;

	return &chain->hop[chain->hop_count - 1];
}

/* --- The end of a walk --- */

static void free_walk(struct walk *walk)
{
	if (walk->cookies)
		curl_share_cleanup(walk->cookies);
	record_free(walk->without_cookies);
	record_free(walk->shared_record);
	record_free(walk->record);
	free(walk);
}

/* The records of the lines that share the walk go first: they are copies of this one. */
static bool hand_on(struct walk *walk)
{
	struct loop *loop = walk->loop;
	struct crawl *crawl = loop->crawl;
	struct frontier_entry entry;

	for (;;) {
		if (!walk->shared_record) {
			if (!frontier_next_shared(loop->frontier, walk->key, walk->place, &walk->shared_cursor, &entry))
				break;
			walk->shared_record = record_copy_for(walk->record, entry.seq,
							      credentials_mask(&walk->record->arena, entry.text));
		}
		if (!crawl->done(crawl->context, walk->shared_record))
			return false;
		walk->shared_record = NULL;
		counter_add(&loop->counters.lines_done, 1);
	}
	if (!crawl->done(crawl->context, walk->record))
		return false;
	walk->record = NULL;
	counter_add(&loop->counters.lines_done, 1);
	return true;
}

/* Sequentially consistent, as all uses of these three: a loop may only end when it sees that no
 * other loop can still give it a walk. */
static void leave_live(struct crawl *crawl, bool last)
{
	bool none_live = atomic_fetch_sub(&crawl->walks_live, 1) == 1;

	if (last || (none_live && atomic_load(&crawl->stopping)))
		crawl_wake(crawl);
}

static void forget(struct walk *walk)
{
	struct loop *loop = walk->loop;
	struct crawl *crawl = loop->crawl;
	bool last;

	DL_DELETE2(loop->live, walk, live_prev, live_next);
	loop->walks_here--;
	free_walk(walk);
	last = atomic_fetch_sub(&crawl->walks_left, 1) == 1;
	leave_live(crawl, last);
}

void walker_hand_on(struct loop *loop)
{
	while (loop->finished.first && hand_on(loop->finished.first))
		forget(take_walk(&loop->finished));
}

static bool answered(enum outcome outcome)
{
	return outcome == OUTCOME_OK || outcome == OUTCOME_CLIENT_ERROR || outcome == OUTCOME_SERVER_ERROR ||
	       outcome == OUTCOME_NOT_FOLLOWED;
}

/* The row shows the pass without cookies, which is what crawlers see, and how the other one ended. */
static void join_passes(struct walk *walk)
{
	const struct record *with = walk->record;
	struct record *without = walk->without_cookies;
	struct chain *chain = &without->chain;

	chain->cookie_pass = true;
	chain->cookie_outcome = with->chain.outcome;
	chain->cookie_redirects = with->chain.redirects;
	chain->cookie_final_status = with->chain.final_status;
	chain->cookie_final_url = arena_copy(&without->arena, with->chain.final_url);
	if (answered(with->chain.outcome))
		chain->outcome = OUTCOME_COOKIE_LOOP;
	record_free(walk->record);
	walk->record = without;
	walk->without_cookies = NULL;
}

static void finish(struct walk *walk)
{
	if (walk->without_cookies)
		join_passes(walk);
	queue_walk(&walk->loop->finished, walk);
	walker_hand_on(walk->loop);
}

static void fail(struct walk *walk, enum hop_error error, const char *detail)
{
	struct hop *hop = last_hop(walk);

	hop->error = error;
	if (detail[0] && !hop->error_detail.len)
		hop->error_detail = arena_copy(&walk->record->arena, span_of(detail));
	walk_end(walk->record, hop_error_outcome(error));
	finish(walk);
}

/* --- Waiting for a host --- */

/* Lets go who may go; notes when to look again. */
static void serve_host(struct loop *loop, struct host *host)
{
	int64_t ready_us = host_ready_us(host, loop->now_us);

	while (host_has_queue(host) && (host_is_set_aside(host) || ready_us <= loop->now_us)) {
		struct walk *walk = walk_of_wait(host_queue_take(host));

		walk->has_slot = !host_is_set_aside(host);
		if (walk->has_slot)
			host_begin(host, loop->now_us);
		queue_walk(&loop->run, walk);
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

void walker_wake_host(struct loop *loop, struct host *host)
{
	serve_host(loop, host);
}

/* The last hop of `walk` is new: it waits for its turn, here or in the loop that owns its host. */
static void want_hop(struct walk *walk)
{
	struct loop *loop = walk->loop;
	const struct url *url = &last_hop(walk)->url;
	unsigned owner = crawl_owner(loop->crawl, url);

	if (owner != loop->index) {
		DL_DELETE2(loop->live, walk, live_prev, live_next);
		loop->walks_here--;
		counter_add(&loop->counters.handed_over, 1);
		loop_give(loop->crawl->loop[owner], walk);
		return;
	}
	walk->host = host_get(loop->hosts, url->host);
	host_queue(walk->host, &walk->wait);
	serve_host(loop, walk->host);
}

static void adopt(struct loop *loop, struct walk *walk)
{
	walk->loop = loop;
	DL_APPEND2(loop->live, walk, live_prev, live_next);
	loop->walks_here++;
}

void walker_take_inbox(struct loop *loop)
{
	/* Acquire pairs with the release in loop_give: the walk's memory is ours now. */
	struct walk *walk = atomic_exchange_explicit(&loop->inbox, NULL, memory_order_acquire), *next;

	for (; walk; walk = next) {
		next = walk->next;
		adopt(loop, walk);
		want_hop(walk);
	}
}

static void add_hop(struct walk *walk, const struct url *url, enum method method)
{
	struct hop *hop = record_add_hop(walk->record);

	hop->url = *url;
	hop->method = method;
	hop->started_at_us = clock_wall_us();
	walk->tries = 0;
}

/* --- Admission --- */

static struct walk *new_walk(const struct frontier_entry *entry)
{
	struct walk *walk = memory_alloc(sizeof(*walk));
	struct record *record = record_new();
	enum url_error error;

	*walk = (struct walk){ .record = record, .place = entry->place };
	record->seq = entry->seq;
	record->method = entry->method;
	error = url_parse(&record->arena, entry->text, NULL, &record->url);
	assert(error == URL_OK); /* it was parsed when the line was added */
	record->input_url = credentials_mask(&record->arena, arena_copy(&record->arena, entry->text));
	walk->key = crawl_key(record->method, &record->url);
	return walk;
}

/* False if the bucket has to wait for its host. */
static bool admit_one(struct loop *loop, const struct frontier_entry *entry)
{
	struct walk *walk = new_walk(entry);
	struct host *host = host_get(loop->hosts, walk->record->url.host);
	int64_t ready_us = host_ready_us(host, loop->now_us);

	if (!host_is_set_aside(host) && (ready_us > loop->now_us || host_has_queue(host))) {
		free_walk(walk);
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

void walker_admit(struct loop *loop)
{
	struct crawl *crawl = loop->crawl;
	struct frontier_entry entry;
	unsigned admitted = 0;

	/* Counted as a live walk while it admits, so that no loop ends between the look at `stopping`
	 * and the first walk. It stands for the walk that is let in next, so several loops that look at
	 * once let in no more than there is room for. */
	atomic_fetch_add(&crawl->walks_live, 1);
	while (!atomic_load(&crawl->stopping) && admitted < ADMIT_TURN_MAX && loop->walks_here < loop->walks_max &&
	       atomic_load(&crawl->walks_live) <= crawl->walks_max && !loop->finished.first &&
	       frontier_peek(loop->frontier, &entry))
		admitted += admit_one(loop, &entry);
	leave_live(crawl, false);
}

/* --- Name, address, request --- */

/* The end of what begin_hop began. */
static void release_host(struct walk *walk)
{
	struct loop *loop = walk->loop;

	if (walk->has_slot)
		host_end(walk->host);
	walk->has_slot = false;
	loop->hops_under_way--;
	if (loop->held.first)
		queue_walk(&loop->run, take_walk(&loop->held));
	serve_host(loop, walk->host);
}

/* Ends the walk before there was a connection. */
static void fail_at_host(struct walk *walk, enum hop_error error, const char *detail)
{
	release_host(walk);
	fail(walk, error, detail);
}

/* Of the whole walk's time, waits for politeness not counted. */
static uint64_t walk_left_us(const struct walk *walk)
{
	const struct chain *chain = &walk->record->chain;
	uint64_t max_us = walk->loop->crawl->options->walk_timeout_ms * (uint64_t)US_PER_MS, us = 0;

	for (uint32_t i = 0; i < chain->hop_count; i++)
		us += chain->hop[i].total_us;
	return us < max_us ? max_us - us : 0;
}

/* What the hop may take yet: the rest of its own time or of the walk's. */
static uint32_t time_left_ms(const struct walk *walk)
{
	uint64_t max_us = walk->loop->crawl->options->hop_timeout_ms * (uint64_t)US_PER_MS;
	uint64_t us = last_hop(walk)->total_us, walk_us = walk_left_us(walk), hop_us = us < max_us ? max_us - us : 0;

	return (uint32_t)((hop_us < walk_us ? hop_us : walk_us) / (uint64_t)US_PER_MS);
}

/* Credentials of the input line go to its own origin only. */
static const struct url *credentials_for(const struct walk *walk)
{
	const struct url *given = &walk->record->url;

	return url_same_origin(given, &last_hop(walk)->url) ? given : NULL;
}

static void send_request(struct walk *walk)
{
	struct loop *loop = walk->loop;
	const struct address *address = &walk->resolved.address[walk->address_index];
	struct span host = span_of(host_name(walk->host));
	const struct fetch_request request = { .record = walk->record,
					       .address = *address,
					       .port = walk->port,
					       .timeout_ms = time_left_ms(walk),
					       .keep_connection = host_has_queue(walk->host) ||
								  frontier_has_more(loop->frontier, host),
					       .credentials = credentials_for(walk),
					       .cookies = walk->cookies,
					       .owner = walk };

	counter_add(&loop->counters.requests, 1);
	counter_add(&loop->counters.requests_live, 1);
	last_hop(walk)->attempts++;
	fetch_start(loop->fetcher, &request);
}

/* The address at address_index gets its slot, now or later. */
static void want_address(struct walk *walk)
{
	const struct address *address = &walk->resolved.address[walk->address_index];
	struct span key = { .bytes = (const char *)address->bytes, .len = address->family == AF_INET ? 4 : 16 };

	if (time_left_ms(walk) == 0) {
		fail_at_host(walk, walk_left_us(walk) < US_PER_MS ? HOP_ERROR_WALK_TIMEOUT : HOP_ERROR_DNS_TIMEOUT, "");
		return;
	}
	walk->peer = peer_get(walk->loop->hosts, key);
	if (peer_try_begin(walk->peer))
		send_request(walk);
	else
		peer_queue(walk->peer, &walk->wait);
}

static bool find_permitted(struct walk *walk, size_t from)
{
	const struct address_policy *policy = &walk->loop->crawl->policy;

	for (size_t i = from; i < walk->resolved.address_count; i++) {
		if (address_permitted(policy, &walk->resolved.address[i])) {
			walk->address_index = i;
			return true;
		}
	}
	return false;
}

static void resolved(struct walk *walk)
{
	struct hop *hop = last_hop(walk);
	char ip[INET6_ADDRSTRLEN];

	if (walk->resolved.error != HOP_OK) {
		fail_at_host(walk, walk->resolved.error, walk->resolved.detail);
		return;
	}
	if (!find_permitted(walk, 0)) {
		address_print(&walk->resolved.address[0], ip, sizeof(ip));
		hop->ip = arena_copy(&walk->record->arena, span_of(ip));
		fail_at_host(walk, HOP_ERROR_ADDRESS_NOT_PUBLIC, "allow it with --allow-address if it is yours");
		return;
	}
	want_address(walk);
}

static void end_lookup(struct walk *walk)
{
	int64_t took_us = clock_now_us() - walk->lookup_us;
	struct hop *hop = last_hop(walk);

	DL_DELETE2(walk->loop->lookups, walk, lookup_prev, lookup_next);
	hop->dns_us = took_us > UINT32_MAX ? UINT32_MAX : (uint32_t)took_us;
	hop->total_us += hop->dns_us;
}

static void on_resolved(struct resolve_wait *wait, const struct resolved *answer)
{
	struct walk *walk = (struct walk *)(void *)((char *)wait - offsetof(struct walk, resolve_wait));

	end_lookup(walk);
	walk->resolved = *answer;
	resolved(walk);
}

int64_t walker_lookup_deadline_us(const struct loop *loop)
{
	return loop->lookups ? loop->lookups->lookup_us + loop->crawl->options->hop_timeout_ms * US_PER_MS : INT64_MAX;
}

void walker_expire_lookups(struct loop *loop)
{
	while (walker_lookup_deadline_us(loop) <= loop->now_us) {
		struct walk *walk = loop->lookups;

		resolver_forget(loop->resolver, walk->lookup_name, &walk->resolve_wait);
		end_lookup(walk);
		fail_at_host(walk, HOP_ERROR_DNS_TIMEOUT, "no answer within --hop-timeout");
	}
}

/* The walk has its host's slot, or its host was set aside. */
static void begin_hop(struct walk *walk)
{
	struct loop *loop = walk->loop;

	loop->hops_under_way++;
	if (host_is_set_aside(walk->host)) {
		fail_at_host(walk, HOP_ERROR_HOST_SET_ASIDE, "");
		return;
	}
	last_hop(walk)->started_at_us = clock_wall_us();
	connect_to_find(&loop->crawl->connect_to, &last_hop(walk)->url, &walk->lookup_name, &walk->port);
	walk->lookup_us = clock_now_us();
	walk->resolve_wait = (struct resolve_wait){ .done = on_resolved };
	if (resolver_lookup(loop->resolver, walk->lookup_name, &walk->resolve_wait, &walk->resolved))
		resolved(walk);
	else
		DL_APPEND2(loop->lookups, walk, lookup_prev, lookup_next);
}

void walker_run(struct loop *loop)
{
	struct walk *walk;

	while ((walk = take_walk(&loop->run)) != NULL) {
		if (walk->peer)
			send_request(walk);
		else if (loop->hops_under_way < loop->crawl->hops_max)
			begin_hop(walk);
		else
			queue_walk(&loop->held, walk);
	}
}

/* --- The answer --- */

static void release_peer(struct walk *walk)
{
	struct host_wait *wait = peer_end(walk->loop->hosts, walk->peer);
	struct walk *waiting;
	bool begun;

	walk->peer = NULL;
	if (!wait)
		return;
	waiting = walk_of_wait(wait);
	begun = peer_try_begin(waiting->peer);
	assert(begun);
	queue_walk(&walk->loop->run, waiting);
}

/* RFC 6585 section 4, RFC 9110 section 15.6.4. */
static bool asks_for_patience(const struct hop *hop)
{
	return hop->status == 429 || hop->status == 503;
}

/* A 503 that does not say when it will be over may last for days: the host is spared, but the answer
 * stands. */
static bool is_worth_another_try(const struct hop *hop)
{
	return hop->status == 429 || hop->header[HEADER_RETRY_AFTER].len;
}

static void set_aside(struct loop *loop, const struct host *host)
{
	counter_add(&loop->counters.hosts_set_aside, 1);
	if (loop->set_aside_count < SET_ASIDE_NAMES_MAX)
		loop->set_aside[loop->set_aside_count++] = strdup(host_name(host));
}

static bool is_host_failure(enum hop_error error)
{
	return error != HOP_OK &&
	       (hop_error_outcome(error) == OUTCOME_CONNECT_ERROR || hop_error_outcome(error) == OUTCOME_TIMEOUT);
}

/* What the answer means for those who ask the host next. True if this hop is to be asked again. */
static bool judge_host(struct walk *walk, const struct hop *hop)
{
	const struct options *options = walk->loop->crawl->options;
	uint32_t wait_s = 0;
	bool again = false, failed = is_host_failure(hop->error);

	if (asks_for_patience(hop)) {
		retry_after_parse(hop->header[HEADER_RETRY_AFTER], clock_wall_us() / US_PER_S, &wait_s);
		host_park(walk->host, wait_s, walk->loop->now_us);
		again = is_worth_another_try(hop) && ++walk->tries < options->tries &&
			wait_s * (uint64_t)1000 <= options->retry_after_max_ms;
		failed = !again;
	}
	if (failed && host_failed(walk->host))
		set_aside(walk->loop, walk->host);
	if (!failed && !again && hop->error == HOP_OK)
		host_succeeded(walk->host);
	return again;
}

/* The same hop once more: as if it had not been requested. */
static void ask_again(struct walk *walk)
{
	struct hop *hop = last_hop(walk);
	const struct url url = hop->url;
	enum method method = hop->method;

	*hop = (struct hop){ .url = url, .method = method };
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

static void go_on(struct walk *walk)
{
	const struct walk_limits limits = { .max_redirects = walk->loop->crawl->options->max_redirects,
					    .cookies = walk->cookies != NULL };
	struct walk_step step = walk_next(walk->record, &limits);

	if (step.action == WALK_REQUEST) {
		add_hop(walk, &step.url, step.method);
		want_hop(walk);
	} else if (walk->record->chain.outcome == OUTCOME_LOOP && !walk->cookies &&
		   walk_saw_cookie(&walk->record->chain)) {
		begin_cookie_pass(walk);
	} else {
		finish(walk);
	}
}

static bool try_next_address(struct walk *walk, struct hop *hop)
{
	if (hop->error == HOP_OK || hop->status ||
	    (hop_error_outcome(hop->error) != OUTCOME_CONNECT_ERROR && hop->error != HOP_ERROR_CONNECT_TIMEOUT) ||
	    !find_permitted(walk, walk->address_index + 1) || time_left_ms(walk) == 0)
		return false;
	hop->error = HOP_OK;
	hop->error_detail = (struct span){ .len = 0 };
	return true;
}

void walker_fetched(void *context, void *owner, struct span page, bool page_cut)
{
	struct loop *loop = context;
	struct walk *walk = owner;
	struct hop *hop = last_hop(walk);
	bool again;

	loop->now_us = clock_now_us();
	counter_subtract(&loop->counters.requests_live, 1);
	counter_add(&loop->counters.failures, hop->error != HOP_OK);
	release_peer(walk);
	if (try_next_address(walk, hop)) {
		want_address(walk);
		return;
	}
	if (page.len) {
		page_read(&walk->record->arena, page, hop->header[HEADER_CONTENT_TYPE], &hop->url,
			  &walk->record->chain.page);
		walk->record->chain.page.cut |= page_cut;
	}
	/* The request was given less than --hop-timeout: it is the walk that ran out of time. */
	if (hop->error != HOP_OK && hop_error_outcome(hop->error) == OUTCOME_TIMEOUT && walk_left_us(walk) < US_PER_MS)
		hop->error = HOP_ERROR_WALK_TIMEOUT;
	again = judge_host(walk, hop);
	release_host(walk);
	if (again)
		ask_again(walk);
	else
		go_on(walk);
}

void walker_drop_all(struct loop *loop)
{
	struct walk *walk, *next;

	DL_FOREACH_SAFE2(loop->live, walk, next, live_next)
	{
		free_walk(walk);
	}
	loop->live = NULL;
	for (walk = atomic_exchange(&loop->inbox, NULL); walk; walk = next) {
		next = walk->next;
		free_walk(walk);
	}
}
