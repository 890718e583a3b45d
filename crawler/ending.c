/* The end of a walk: its record goes on to the auditors, or its line is put off to the next pass. */
#include "crawler/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>

#include "crawler/clock.h"
#include "crawler/walk.h"
#include "formats/http_date.h"

void ending_free(struct walk *walk)
{
	if (walk->cookies)
		curl_share_cleanup(walk->cookies);
	record_free(walk->without_cookies);
	record_free(walk->record);
	robots_free(walk->robots);
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
void ending_leave_live(struct crawl *crawl, bool last)
{
	bool none_live = atomic_fetch_sub(&crawl->walks_live, 1) == 1;

	if (last || (none_live && atomic_load(&crawl->stopping)))
		crawl_wake(crawl);
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

	walker_leave_loop(walk);
	ending_free(walk);
	last = atomic_fetch_sub(&crawl->walks_left, 1) == 1;
	ending_leave_live(crawl, last);
	consider_next_pass(crawl);
}

void ending_defer(struct walk *walk)
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
	walker_leave_loop(walk);
	ending_free(walk);
	atomic_fetch_add(&crawl->walks_deferred, 1);
	ending_leave_live(crawl, false);
	consider_next_pass(crawl);
}

void ending_hand_on(struct loop *loop)
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
		walker_hand_over(walk, owner, WALK_DEFER);
	else
		ending_defer(walk);
}

void ending_finish(struct walk *walk)
{
	if (walk->robots_entry) {
		permission_tell(walk);
		return;
	}
	if (walk->without_cookies)
		join_passes(walk);
	if (deserves_another_pass(walk)) {
		put_off(walk);
		return;
	}
	walk_queue_add(&walk->loop->finished, walk);
	ending_hand_on(walk->loop);
}
