#include "crawler/fetch.h"

#include <assert.h>
#include <stdlib.h>
#include <utlist.h>
#include <xxhash.h>

#include "crawler/clock.h"
#include "crawler/shard.h"
#include "crawler/tls_context.h"
#include "crawler/transfer.h"

/* How long the rest of a small body may take when it is read only to keep the connection. */
#define DRAIN_TIMEOUT_US (1 * US_PER_S)

/* libcurl ends a transfer by itself; if it has not by this much later, it is taken away from it. */
#define WATCHDOG_US (2 * US_PER_S)

struct fetch {
	struct transfer transfer;
	struct fetch *prev, *next; /* in `live`, oldest first, or `next` alone in its shard's `idle` */
	struct fetch *drain_prev, *drain_next;
	struct fetcher *fetcher;
	struct shard *shard;
	int64_t drain_deadline_us; /* 0: it is not in `drain` */
	struct fetch *large_prev, *large_next;
	enum { LARGE_NOT, LARGE_WAITS, LARGE_READ } large;
};

struct fetcher {
	struct fetcher_config config;
	struct transfer_setup setup;
	struct sockets sockets;
	struct shard *shard;
	struct fetch *live;  /* utlist, by start */
	struct fetch *drain; /* utlist, by drain deadline */
	struct fetch *large; /* utlist of those that wait to be read on, first come first */
	unsigned large_read;
};

static struct fetch *fetch_of(struct transfer *transfer)
{
	return (struct fetch *)(void *)((char *)transfer - offsetof(struct fetch, transfer));
}

static void on_draining(struct transfer *transfer)
{
	struct fetch *fetch = fetch_of(transfer);

	fetch->drain_deadline_us = clock_now_us() + DRAIN_TIMEOUT_US;
	DL_APPEND2(fetch->fetcher->drain, fetch, drain_prev, drain_next);
}

/* libcurl tells of the same body again as it goes on. */
static bool on_growing(struct transfer *transfer)
{
	struct fetch *fetch = fetch_of(transfer);
	struct fetcher *fetcher = fetch->fetcher;

	if (fetch->large == LARGE_NOT && fetcher->large_read < fetcher->config.large_files_max) {
		fetch->large = LARGE_READ;
		fetcher->large_read++;
	} else if (fetch->large == LARGE_NOT) {
		fetch->large = LARGE_WAITS;
		DL_APPEND2(fetcher->large, fetch, large_prev, large_next);
	}
	return fetch->large == LARGE_READ;
}

/* The fetch is over: another one may be read on. */
static void end_large(struct fetch *fetch)
{
	struct fetcher *fetcher = fetch->fetcher;
	struct fetch *next;

	if (fetch->large == LARGE_WAITS)
		DL_DELETE2(fetcher->large, fetch, large_prev, large_next);
	fetcher->large_read -= fetch->large == LARGE_READ;
	fetch->large = LARGE_NOT;
	next = fetcher->large;
	if (!next || fetcher->large_read == fetcher->config.large_files_max)
		return;
	DL_DELETE2(fetcher->large, next, large_prev, large_next);
	next->large = LARGE_READ;
	fetcher->large_read++;
	transfer_resume(&next->transfer);
}

static void fetch_free(struct fetch *fetch)
{
	transfer_release(&fetch->transfer);
	free(fetch);
}

/* No more hosts than requests are worked on at a time. */
static struct tls_sessions *new_sessions(const struct fetcher_config *config)
{
	size_t transfers = (size_t)config->shards * config->shard_transfers;

	return tls_sessions_new(transfers < TLS_SESSIONS_MAX ? transfers : TLS_SESSIONS_MAX);
}

struct fetcher *fetcher_new(const struct fetcher_config *config, FILE *errors)
{
	struct fetcher *fetcher = memory_alloc(sizeof(*fetcher));
	struct curl_slist *dummies;

	assert(config->shards > 0 && config->shards <= FETCH_SHARDS_MAX && config->large_files_max > 0);
	/* libcurl never resolves: every name has this address (TEST-NET-1) in its cache, and the real one is
	 * put in its place as the socket is made. A port of its own would need an entry of its own, so
	 * requests to other ports are looked up under port 80. */
	dummies = curl_slist_append(NULL, "*:80:192.0.2.1");
	*fetcher = (struct fetcher){ .config = *config,
				     .setup = { .options = config->options,
						.policy = config->policy,
						.store = config->store,
						.sessions = new_sessions(config),
						.verified = tls_verified_new(TLS_VERIFIED_MAX),
						.resolve = curl_slist_append(dummies, "*:443:192.0.2.1"),
						.odd_port = curl_slist_append(NULL, ":::80"),
						.sockets = &fetcher->sockets,
						.draining = on_draining,
						.growing = on_growing } };
	tls_context_begin(config->store);
	sockets_init(&fetcher->sockets, config->epoll);
	fetcher->shard = memory_alloc(config->shards * sizeof(*fetcher->shard));
	for (unsigned i = 0; i < config->shards; i++) {
		if (!shard_init(&fetcher->shard[i], &fetcher->sockets, i, config->shard_transfers,
				config->connections_max / config->shards)) {
			fprintf(errors, "detour: cannot make a multi handle of libcurl\n");
			fetcher->config.shards = i;
			fetcher_free(fetcher);
			return NULL;
		}
	}
	return fetcher;
}

void fetcher_free(struct fetcher *fetcher)
{
	struct fetch *fetch, *next;

	if (!fetcher)
		return;
	DL_FOREACH_SAFE(fetcher->live, fetch, next)
	{
		curl_multi_remove_handle(fetch->shard->multi, fetch->transfer.easy);
		curl_easy_setopt(fetch->transfer.easy, CURLOPT_SHARE, NULL);
		fetch_free(fetch);
	}
	for (unsigned i = 0; i < fetcher->config.shards; i++) {
		LL_FOREACH_SAFE(fetcher->shard[i].idle, fetch, next)
		{
			fetch_free(fetch);
		}
		shard_release(&fetcher->shard[i]);
	}
	tls_context_end();
	tls_sessions_free(fetcher->setup.sessions);
	tls_verified_free(fetcher->setup.verified);
	curl_slist_free_all(fetcher->setup.resolve);
	curl_slist_free_all(fetcher->setup.odd_port);
	sockets_release(&fetcher->sockets);
	free(fetcher->shard);
	free(fetcher);
}

/* A host's requests share a shard, and so connections, unless it is full. */
static struct shard *choose_shard(struct fetcher *fetcher, struct span host)
{
	unsigned shards = fetcher->config.shards, first = (unsigned)(XXH3_64bits(host.bytes, host.len) % shards);

	for (unsigned i = 0; i < shards; i++) {
		struct shard *shard = &fetcher->shard[(first + i) % shards];

		if (shard->live < FETCH_SHARD_TRANSFERS)
			return shard;
	}
	return &fetcher->shard[first];
}

static struct fetch *take_idle(struct fetcher *fetcher, struct shard *shard)
{
	struct fetch *fetch = shard->idle;

	if (fetch) {
		shard->idle = fetch->next;
		return fetch;
	}
	fetch = memory_alloc(sizeof(*fetch));
	*fetch = (struct fetch){ .fetcher = fetcher, .shard = shard };
	transfer_init(&fetch->transfer, &fetcher->setup, fetch);
	return fetch;
}

void fetch_start(struct fetcher *fetcher, const struct fetch_request *request)
{
	const struct chain *chain = &request->record->chain;
	struct shard *shard = choose_shard(fetcher, chain->hop[chain->hop_count - 1].url.host);
	struct fetch *fetch = take_idle(fetcher, shard);

	fetch->drain_deadline_us = 0;
	transfer_prepare(&fetch->transfer, request);
	shard->live++;
	DL_APPEND(fetcher->live, fetch);
	curl_multi_add_handle(shard->multi, fetch->transfer.easy);
}

static void finish(struct fetch *fetch, CURLcode code)
{
	struct fetcher *fetcher = fetch->fetcher;
	struct transfer *transfer = &fetch->transfer;
	struct shard *shard = fetch->shard;

	DL_DELETE(fetcher->live, fetch);
	shard->live--;
	if (fetch->drain_deadline_us)
		DL_DELETE2(fetcher->drain, fetch, drain_prev, drain_next);
	transfer_store(transfer, code);
	curl_multi_remove_handle(shard->multi, transfer->easy);
	curl_easy_setopt(transfer->easy, CURLOPT_SHARE, NULL);
	fetcher->config.done(fetcher->config.context, transfer->request.owner, transfer_page(transfer),
			     transfer->ended_by_us || code != CURLE_OK);
	buf_release(&transfer->body);
	if (fetch->large != LARGE_NOT)
		end_large(fetch);
	fetch->next = shard->idle;
	shard->idle = fetch;
}

void fetcher_shed(struct fetcher *fetcher)
{
	for (unsigned i = 0; i < fetcher->config.shards; i++) {
		struct fetch *fetch;

		if (!shard_shed(&fetcher->shard[i]))
			continue;
		LL_FOREACH(fetcher->shard[i].idle, fetch)
		{
			curl_easy_setopt(fetch->transfer.easy, CURLOPT_RESOLVE, fetcher->setup.resolve);
		}
	}
}

void fetcher_event(struct fetcher *fetcher, uint64_t data, uint32_t events)
{
	shard_event(&fetcher->shard[data >> 32], (int)(uint32_t)data, events);
}

static void hand_out(struct shard *shard)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(shard->multi, &left)) != NULL) {
		char *fetch = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &fetch);
		finish((struct fetch *)(void *)fetch, message->data.result);
	}
}

static int64_t watchdog_us(const struct fetch *fetch)
{
	return fetch->transfer.started_us + fetch->fetcher->config.options->hop_timeout_ms * US_PER_MS + WATCHDOG_US;
}

void fetcher_process(struct fetcher *fetcher, int64_t now_us)
{
	for (unsigned i = 0; i < fetcher->config.shards; i++) {
		shard_expire(&fetcher->shard[i], now_us);
		hand_out(&fetcher->shard[i]);
	}
	while (fetcher->drain && fetcher->drain->drain_deadline_us <= now_us)
		finish(fetcher->drain, CURLE_OPERATION_TIMEDOUT);
	/* Not the site's time-out, which libcurl would have told: an error of ours. */
	while (fetcher->live && watchdog_us(fetcher->live) <= now_us)
		finish(fetcher->live, CURLE_ABORTED_BY_CALLBACK);
}

int64_t fetcher_deadline_us(const struct fetcher *fetcher)
{
	int64_t deadline_us = INT64_MAX;

	for (unsigned i = 0; i < fetcher->config.shards; i++) {
		if (fetcher->shard[i].deadline_us < deadline_us)
			deadline_us = fetcher->shard[i].deadline_us;
	}
	if (fetcher->drain && fetcher->drain->drain_deadline_us < deadline_us)
		deadline_us = fetcher->drain->drain_deadline_us;
	if (fetcher->live && watchdog_us(fetcher->live) < deadline_us)
		deadline_us = watchdog_us(fetcher->live);
	return deadline_us;
}
