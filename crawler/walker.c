/* The life of a walk in its loop:
 *
 *	admitted -> asks the memo -> waits for its host -> name -> waits for its address -> request -> answer
 *	                ^    |                                                                           |
 *	                |    +------------------------ known, or another walk asks ---------------------+
 *	                +------------------------------ next hop, another try --------------------------+--> finished
 *
 * A walk that can go on is put into the run queue and continued from there, never from inside the
 * call that freed it: a host with thousands waiting must not make the stack deep. */
#include "crawler/loop.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>
#include <utlist.h>

#include "crawler/clock.h"
#include "crawler/walk.h"
#include "formats/http_date.h"

/* Walks begun in one turn, so that answers are not kept waiting while a burst is let in. */
#define ADMIT_TURN_MAX 64

/* --- The end of a walk --- */

static void free_walk(struct walk *walk)
{
	if (walk->cookies)
		curl_share_cleanup(walk->cookies);
	record_free(walk->without_cookies);
	record_free(walk->record);
	free(walk);
}

static bool hand_on(struct walk *walk)
{
	struct crawl *crawl = walk->loop->crawl;

	if (!crawl->done(crawl->context, walk->record))
		return false;
	walk->record = NULL;
	counter_add(&walk->loop->counters.lines_done, 1);
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

static void leave_loop(struct walk *walk)
{
	struct loop *loop = walk->loop;

	DL_DELETE2(loop->live, walk, live_prev, live_next);
	loop->walks_here--;
}

static void hand_over(struct walk *walk, unsigned owner, enum walk_todo todo)
{
	struct loop *loop = walk->loop;

	leave_loop(walk);
	walk->todo = todo;
	counter_add(&loop->counters.handed_over, 1);
	loop_give(loop->crawl->loop[owner], walk);
}

/* When only deferred lines are left, they are walked. To be called last: from then on they may be. */
static void consider_next_pass(struct crawl *crawl)
{
	unsigned pass = atomic_load(&crawl->pass);
	uint64_t deferred = atomic_load(&crawl->walks_deferred);

	/* Several loops may see it; the first one begins the pass. */
	if (deferred && atomic_load(&crawl->walks_left) == deferred &&
	    atomic_compare_exchange_strong(&crawl->pass, &pass, pass + 1)) {
		atomic_fetch_sub(&crawl->walks_deferred, deferred);
		crawl_wake(crawl);
	}
}

static void forget(struct walk *walk)
{
	struct crawl *crawl = walk->loop->crawl;
	bool last;

	leave_loop(walk);
	free_walk(walk);
	last = atomic_fetch_sub(&crawl->walks_left, 1) == 1;
	leave_live(crawl, last);
	consider_next_pass(crawl);
}

/* Leaves no record: the line is walked again. */
static void defer(struct walk *walk)
{
	struct crawl *crawl = walk->loop->crawl;
	const struct record *record = walk->record;
	const struct frontier_entry entry = { .place = walk->place,
					      .passes = record->passes,
					      .first_error = record->first_error,
					      .first_status = record->first_status };

	if (!frontier_defer(walk->loop->frontier, record->url.host, &entry)) {
		fprintf(stderr, "detour: cannot write the temporary file of the URL list: %s\n", strerror(errno));
		exit(EX_IOERR);
	}
	leave_loop(walk);
	free_walk(walk);
	atomic_fetch_add(&crawl->walks_deferred, 1);
	leave_live(crawl, false);
	consider_next_pass(crawl);
}

void walker_hand_on(struct loop *loop)
{
	while (loop->finished.first && hand_on(loop->finished.first))
		forget(walk_queue_take(&loop->finished));
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

/* A host that wants to be left alone for longer than a run waits is not asked again in it. */
static bool deserves_another_pass(const struct walk *walk)
{
	const struct options *options = walk->loop->crawl->options;
	const struct hop *last = walk_last_hop(walk);
	uint32_t wait_s = 0;

	retry_after_parse(last->header[HEADER_RETRY_AFTER], clock_wall_us() / US_PER_S, &wait_s);
	return walk->record->passes < options->passes && walk_may_pass(last) &&
	       walk->record->chain.outcome != OUTCOME_COOKIE_LOOP &&
	       wait_s * (uint64_t)1000 <= options->retry_after_max_ms;
}

/* The line is kept by the loop that owns its URL. */
static void put_off(struct walk *walk)
{
	struct record *record = walk->record;
	unsigned owner = crawl_owner(walk->loop->crawl, &record->url);

	if (record->passes == 1) {
		record->first_error = record->chain.error;
		record->first_status = record->chain.final_status;
	}
	if (owner != walk->loop->index)
		hand_over(walk, owner, WALK_DEFER);
	else
		defer(walk);
}

static void finish(struct walk *walk)
{
	if (walk->without_cookies)
		join_passes(walk);
	if (deserves_another_pass(walk)) {
		put_off(walk);
		return;
	}
	walk_queue_add(&walk->loop->finished, walk);
	walker_hand_on(walk->loop);
}

/* --- The memo --- */

/* What makes two requests one. The same walk asks a URL it comes back to once more: only then is a loop
 * known to be one. */
static XXH128_hash_t request_key(const struct walk *walk)
{
	const struct hop *hop = walk_last_hop(walk);
	const struct url *credentials = visit_credentials(walk);
	struct span url = url_wire_key(&hop->url);
	uint64_t seed = walk_earlier_visits(&walk->record->chain) * (uint64_t)METHOD_COUNT + hop->method;

	if (credentials && (credentials->username.len || credentials->password.len)) {
		seed = XXH3_64bits_withSeed(credentials->username.bytes, credentials->username.len, seed + 1);
		seed = XXH3_64bits_withSeed(credentials->password.bytes, credentials->password.len, seed);
	}
	return XXH3_128bits_withSeed(url.bytes, url.len, seed);
}

/* An answer to a request with cookies is the walk's own, and one of another method may change the site:
 * who lists it twice wants it twice. */
static bool may_share(const struct walk *walk)
{
	enum method method = walk_last_hop(walk)->method;

	return walk->loop->memo && !walk->cookies && (method == METHOD_GET || method == METHOD_HEAD);
}

static void recall(struct walk *walk, struct note *note)
{
	struct record *record = walk->record;

	memo_recall(walk->loop->memo, note, &record->arena, walk_last_hop(walk), &record->chain.page);
	counter_add(&walk->loop->counters.recalled, 1);
	walk_todo(walk, WALK_GO_ON);
}

/* True if the walk has to ask. */
static bool ask_memo(struct walk *walk)
{
	struct note *note;

	switch (memo_look_up(walk->loop->memo, request_key(walk), &walk->memo_wait, &note)) {
	case MEMO_ASK:
		walk->note = note;
		return true;
	case MEMO_KNOWN:
		recall(walk, note);
		return false;
	case MEMO_WAIT:
		return false;
	}
	abort();
}

/* Another walk may fare better than one that had no time left, or met a limit of ours. */
static bool is_for_all(const struct hop *hop)
{
	enum outcome outcome = hop->error == HOP_OK ? OUTCOME_OK : hop_error_outcome(hop->error);

	return outcome != OUTCOME_INTERNAL_ERROR && outcome != OUTCOME_NOT_REACHED &&
	       hop->error != HOP_ERROR_WALK_TIMEOUT;
}

/* The last hop has its answer, or its failure: whoever waits for it has it too. */
static void tell_memo(struct walk *walk)
{
	const struct hop *hop = walk_last_hop(walk);
	struct memo *memo = walk->loop->memo;
	struct note *note = walk->note;
	bool known = is_for_all(hop);
	struct memo_wait *wait, *next;

	walk->note = NULL;
	if (!note)
		return;
	wait = known ? memo_keep(memo, note, hop, &walk->record->chain.page, walk_may_pass(hop))
		     : memo_forget(memo, note);
	for (; wait; wait = next) {
		next = wait->next;
		if (known)
			recall(walk_of_memo_wait(wait), note);
		else
			walk_todo(walk_of_memo_wait(wait), WALK_ASK);
	}
}

void walker_fail(struct walk *walk, enum hop_error error, const char *detail)
{
	struct hop *hop = walk_last_hop(walk);

	hop->error = error;
	if (detail[0] && !hop->error_detail.len)
		hop->error_detail = arena_copy(&walk->record->arena, span_of(detail));
	tell_memo(walk);
	walk_end(walk->record, hop_error_outcome(error));
	finish(walk);
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
		walk_todo(walk, WALK_RESOLVE);
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

	if (owner != loop->index) {
		hand_over(walk, owner, WALK_ASK);
		return;
	}
	if (!walk->note && may_share(walk) && !ask_memo(walk))
		return;
	walk->host = host_get(loop->hosts, url->host);
	host_queue(walk->host, &walk->wait);
	walker_serve_host(loop, walk->host);
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

/* --- After a hop --- */

/* The same hop once more: as if it had not been requested. */
static void ask_again(struct walk *walk)
{
	struct hop *hop = walk_last_hop(walk);
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

/* The hop has its answer, or its failure. */
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

void walker_go_on(struct walk *walk, bool again)
{
	if (again) {
		ask_again(walk);
		return;
	}
	tell_memo(walk);
	go_on(walk);
}

void walker_run(struct loop *loop)
{
	struct walk *walk;

	while ((walk = walk_queue_take(&loop->run)) != NULL) {
		switch (walk->todo) {
		case WALK_ASK:
			want_hop(walk);
			break;
		case WALK_RESOLVE:
			if (loop->hops_under_way < loop->crawl->hops_max)
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
			defer(walk);
			break;
		}
	}
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
