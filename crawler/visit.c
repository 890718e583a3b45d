/* One hop of a walk, from its host's slot to its answer: name, address, request. */
#include "crawler/loop.h"

#include <assert.h>
#include <utlist.h>

#include "crawler/clock.h"
#include "formats/http_date.h"
#include "formats/page.h"

/* The end of what visit_begin began. */
static void release_host(struct walk *walk)
{
	struct loop *loop = walk->loop;

	if (walk->has_slot)
		host_end(walk->host);
	walk->has_slot = false;
	loop->hops_under_way--;
	if (loop->held.first)
		walk_queue_add(&loop->run, walk_queue_take(&loop->held));
	walker_serve_host(loop, walk->host);
}

/* Ends the walk before there was a connection. */
static void fail_at_host(struct walk *walk, enum hop_error error, const char *detail)
{
	release_host(walk);
	walker_fail(walk, error, detail);
}

/* Of the whole walk's time, waits for politeness not counted. Others wait for a robots.txt: with all its redirects
 * it has the time of one hop. */
static uint64_t walk_left_us(const struct walk *walk)
{
	const struct options *options = walk->loop->crawl->options;
	const struct chain *chain = &walk->record->chain;
	uint32_t max_ms = walk->robots_entry ? options->hop_timeout_ms : options->walk_timeout_ms;
	uint64_t max_us = max_ms * (uint64_t)US_PER_MS, us = 0;

	for (uint32_t i = 0; i < chain->hop_count; i++)
		us += chain->hop[i].memo ? 0 : chain->hop[i].total_us;
	return us < max_us ? max_us - us : 0;
}

static bool walk_is_out_of_time(const struct walk *walk)
{
	return !walk->robots_entry && walk_left_us(walk) < US_PER_MS;
}

/* What the hop may take yet: the rest of its own time or of the walk's. */
static uint32_t time_left_ms(const struct walk *walk)
{
	uint64_t max_us = walk->loop->crawl->options->hop_timeout_ms * (uint64_t)US_PER_MS;
	uint64_t us = walk_last_hop(walk)->total_us, walk_us = walk_left_us(walk),
		 hop_us = us < max_us ? max_us - us : 0;

	return (uint32_t)((hop_us < walk_us ? hop_us : walk_us) / (uint64_t)US_PER_MS);
}

const struct url *visit_credentials(const struct walk *walk)
{
	const struct url *given = &walk->record->url;

	return url_same_origin(given, &walk_last_hop(walk)->url) ? given : NULL;
}

void visit_send(struct walk *walk)
{
	struct loop *loop = walk->loop;
	const struct address *address = &walk->resolved.address[walk->address_index];
	struct span host = span_of(host_name(walk->host));
	const struct fetch_request request = { .record = walk->record,
					       .address = *address,
					       .port = walk->port,
					       .timeout_ms = time_left_ms(walk),
					       .keep_connection = host_has_queue(walk->host) || walk->robots_entry ||
								  frontier_has_more(loop->frontier, host),
					       .robots = walk->robots_entry != NULL,
					       .credentials = visit_credentials(walk),
					       .cookies = walk->cookies,
					       .owner = walk };

	counter_add(&loop->counters.requests, 1);
	counter_add(&loop->counters.requests_live, 1);
	walk_last_hop(walk)->attempts++;
	fetch_start(loop->fetcher, &request);
}

/* The address at address_index gets its slot, now or later. */
static void want_address(struct walk *walk)
{
	const struct address *address = &walk->resolved.address[walk->address_index];
	struct span key = { .bytes = (const char *)address->bytes, .len = address->family == AF_INET ? 4 : 16 };

	if (time_left_ms(walk) == 0) {
		fail_at_host(walk, walk_is_out_of_time(walk) ? HOP_ERROR_WALK_TIMEOUT : HOP_ERROR_DNS_TIMEOUT, "");
		return;
	}
	walk->peer = peer_get(walk->loop->hosts, key);
	if (peer_try_begin(walk->peer))
		visit_send(walk);
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

static void conclude(struct walk *walk, struct span page, bool page_cut);

/* Tries the first permitted address from `from` on, after others have failed. False if there is none. */
static bool try_other_address(struct walk *walk, size_t from)
{
	struct hop *hop = walk_last_hop(walk);

	if (!find_permitted(walk, from) || time_left_ms(walk) == 0)
		return false;
	hop->error = HOP_OK;
	hop->error_detail = (struct span){ .len = 0 };
	want_address(walk);
	return true;
}

static void first_resolved(struct walk *walk)
{
	struct hop *hop = walk_last_hop(walk);
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

static void resolved(struct walk *walk)
{
	if (walk->resolve_wait.part == RESOLVE_FIRST)
		first_resolved(walk);
	else if (!try_other_address(walk, 0))
		conclude(walk, (struct span){ .len = 0 }, false);
}

static void end_lookup(struct walk *walk)
{
	int64_t took_us = clock_now_us() - walk->lookup_us;
	struct hop *hop = walk_last_hop(walk);
	uint32_t us = took_us > UINT32_MAX ? UINT32_MAX : (uint32_t)took_us;

	DL_DELETE2(walk->loop->lookups, walk, lookup_prev, lookup_next);
	hop->dns_us += us;
	hop->total_us += us;
}

static void on_resolved(struct resolve_wait *wait, const struct resolved *answer)
{
	struct walk *walk = (struct walk *)(void *)((char *)wait - offsetof(struct walk, resolve_wait));

	end_lookup(walk);
	walk->resolved = *answer;
	resolved(walk);
}

int64_t visit_lookup_deadline_us(const struct loop *loop)
{
	return loop->lookups ? loop->lookups->lookup_us + loop->crawl->options->hop_timeout_ms * US_PER_MS : INT64_MAX;
}

void visit_expire_lookups(struct loop *loop)
{
	while (visit_lookup_deadline_us(loop) <= loop->now_us) {
		struct walk *walk = loop->lookups;

		resolver_forget(loop->resolver, walk->lookup_name, &walk->resolve_wait);
		end_lookup(walk);
		if (walk->resolve_wait.part == RESOLVE_FIRST)
			fail_at_host(walk, HOP_ERROR_DNS_TIMEOUT, "no answer within --hop-timeout");
		else
			conclude(walk, (struct span){ .len = 0 }, false);
	}
}

static void look_up(struct walk *walk, enum resolve_part part)
{
	struct loop *loop = walk->loop;

	walk->lookup_us = clock_now_us();
	walk->resolve_wait = (struct resolve_wait){ .part = part, .done = on_resolved };
	if (resolver_lookup(loop->resolver, walk->lookup_name, &walk->resolve_wait, &walk->resolved))
		resolved(walk);
	else
		DL_APPEND2(loop->lookups, walk, lookup_prev, lookup_next);
}

void visit_begin(struct walk *walk)
{
	struct loop *loop = walk->loop;

	loop->hops_under_way++;
	if (host_is_set_aside(walk->host)) {
		fail_at_host(walk, HOP_ERROR_HOST_SET_ASIDE, "");
		return;
	}
	walk_last_hop(walk)->started_at_us = clock_wall_us();
	connect_to_find(&loop->crawl->connect_to, &walk_last_hop(walk)->url, &walk->lookup_name, &walk->port);
	look_up(walk, RESOLVE_FIRST);
}

/* How long a hop that met a limit of this machine waits for others to end before it is tried regardless, and
 * how often: ten seconds in all. */
#define HELD_RETRY_US (50 * US_PER_MS)
#define HELD_BACK_MAX 200

static bool met_own_limit(const struct hop *hop)
{
	return hop->error == HOP_ERROR_NO_DESCRIPTORS || hop->error == HOP_ERROR_NO_PORTS ||
	       hop->error == HOP_ERROR_NO_MEMORY;
}

/* The hop is tried again when there may be room; until then it keeps its host's slot. */
static bool hold_back(struct walk *walk)
{
	struct loop *loop = walk->loop;
	struct hop *hop = walk_last_hop(walk);

	if (walk->held_back == HELD_BACK_MAX || time_left_ms(walk) == 0)
		return false;
	walk->held_back++;
	hop->error = HOP_OK;
	hop->error_detail = (struct span){ .len = 0 };
	counter_add(&loop->counters.held_back, 1);
	if (admission_failed(&loop->admission, --loop->hops_under_way, loop->now_us)) {
		/* Other loops may have what is missing here. */
		atomic_fetch_add(&loop->crawl->sheds, 1);
		crawl_wake(loop->crawl);
	}
	walk->task = WALK_RESOLVE;
	walk_queue_add(&loop->held, walk);
	if (!loop->held_until_us)
		loop->held_until_us = loop->now_us + HELD_RETRY_US;
	return true;
}

void visit_release_held(struct loop *loop)
{
	if (!loop->held_until_us || loop->held_until_us > loop->now_us)
		return;
	loop->held_until_us = 0;
	if (!loop->held.first)
		return;
	walk_queue_add(&loop->run, walk_queue_take(&loop->held));
	if (loop->held.first)
		loop->held_until_us = loop->now_us + HELD_RETRY_US;
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
	walk_enqueue(waiting, WALK_SEND);
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

	/* Whether the host is good for its URLs, only they can show: of a robots.txt it is heard how long it wants
	 * to be left alone, and no more. */
	if (walk->robots_entry) {
		if (asks_for_patience(hop) &&
		    retry_after_parse(hop->header[HEADER_RETRY_AFTER], clock_wall_us() / US_PER_S, &wait_s) && wait_s)
			host_park(walk->host, wait_s, walk->loop->now_us);
		return false;
	}
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

static bool could_not_connect(const struct hop *hop)
{
	return !hop->status && hop->error != HOP_OK &&
	       (hop_error_outcome(hop->error) == OUTCOME_CONNECT_ERROR || hop->error == HOP_ERROR_CONNECT_TIMEOUT);
}

/* Goes on with another address of the host, if no connection came about. */
static bool try_next_address(struct walk *walk)
{
	if (!could_not_connect(walk_last_hop(walk)))
		return false;
	if (try_other_address(walk, walk->address_index + 1))
		return true;
	if (!walk->resolved.may_have_spare || time_left_ms(walk) == 0)
		return false;
	look_up(walk, RESOLVE_SPARE);
	return true;
}

/* Judges the answer, or the failure. */
static void conclude(struct walk *walk, struct span page, bool page_cut)
{
	struct hop *hop = walk_last_hop(walk);
	bool again;

	if (page.len && walk->robots_entry) {
		permission_read(walk, page);
	} else if (page.len) {
		page_read(&walk->record->arena, page, hop->header[HEADER_CONTENT_TYPE], &hop->url,
			  &walk->record->chain.page);
		walk->record->chain.page.cut |= page_cut;
	}
	/* The request was given less than --hop-timeout: it is the walk that ran out of time. */
	if (hop->error != HOP_OK && hop_error_outcome(hop->error) == OUTCOME_TIMEOUT && walk_is_out_of_time(walk))
		hop->error = HOP_ERROR_WALK_TIMEOUT;
	again = judge_host(walk, hop);
	release_host(walk);
	walker_go_on(walk, again);
}

void visit_fetched(void *context, void *owner, struct span page, bool page_cut)
{
	struct loop *loop = context;
	struct walk *walk = owner;
	const struct hop *hop = walk_last_hop(walk);

	loop->now_us = clock_now_us();
	counter_subtract(&loop->counters.requests_live, 1);
	counter_add(&loop->counters.failures, hop->error != HOP_OK);
	release_peer(walk);
	if (met_own_limit(hop) && hold_back(walk))
		return;
	admission_succeeded(&loop->admission);
	if (!try_next_address(walk))
		conclude(walk, page, page_cut);
}
