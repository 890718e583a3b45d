#include "crawler/shard.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sysexits.h>

#include "crawler/clock.h"

/* Connections that wait for their next request: in percent of those in use, and beyond that. With 300 live on
 * 2,000 hosts each hop in two needed a new one without the latter, 82 us of CPU a hop against 49. An idle TLS
 * connection takes 42 KiB. */
#define IDLE_PCT 50
#define IDLE_MIN 128

/* libcurl's limit counts those in use too, and above it one is closed for each that is given back; new ones
 * come on top. */
static long kept_connections(unsigned transfers, unsigned connections_max)
{
	long wanted = (long)transfers * (100 + IDLE_PCT) / 100 + IDLE_MIN;
	long room = (long)connections_max - (long)transfers;

	return room < 1 ? 1 : wanted < room ? wanted : room;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *unused)
{
	struct shard *shard = data;
	uint32_t events = 0;

	(void)easy;
	(void)unused;
	/* CURL_POLL_REMOVE is none of both. */
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		events |= EPOLLIN;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		events |= EPOLLOUT;
	return sockets_watch(shard->sockets, fd, shard->index, events) ? 0 : -1;
}

static int on_timer(CURLM *multi, long timeout_ms, void *data)
{
	struct shard *shard = data;

	(void)multi;
	shard->deadline_us = timeout_ms < 0 ? INT64_MAX : clock_now_us() + timeout_ms * US_PER_MS;
	return 0;
}

static bool make_multi(struct shard *shard, long kept)
{
	shard->multi = curl_multi_init();
	if (!shard->multi)
		return false;
	curl_multi_setopt(shard->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(shard->multi, CURLMOPT_SOCKETDATA, shard);
	curl_multi_setopt(shard->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(shard->multi, CURLMOPT_TIMERDATA, shard);
	curl_multi_setopt(shard->multi, CURLMOPT_MAXCONNECTS, kept);
	return true;
}

bool shard_init(struct shard *shard, struct sockets *sockets, uint32_t index, unsigned transfers,
		unsigned connections_max)
{
	*shard = (struct shard){ .sockets = sockets, .index = index, .deadline_us = INT64_MAX };
	return make_multi(shard, kept_connections(transfers, connections_max));
}

bool shard_shed(struct shard *shard)
{
	if (shard->live) {
		curl_multi_setopt(shard->multi, CURLMOPT_MAXCONNECTS, (long)shard->live);
		return false;
	}
	curl_multi_cleanup(shard->multi);
	shard->deadline_us = INT64_MAX;
	/* Where descriptors or ports have run out once, few connections are kept from then on. */
	if (!make_multi(shard, 1)) {
		fprintf(stderr, "detour: out of memory for a multi handle; lower --concurrency\n");
		exit(EX_OSERR);
	}
	return true;
}

void shard_release(struct shard *shard)
{
	curl_multi_cleanup(shard->multi);
}

void shard_event(struct shard *shard, int fd, uint32_t events)
{
	int mask = (events & EPOLLIN ? CURL_CSELECT_IN : 0) | (events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
		   (events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
	int running;

	if (sockets_is_awaited(shard->sockets, fd, shard->index))
		curl_multi_socket_action(shard->multi, fd, mask, &running);
}

void shard_expire(struct shard *shard, int64_t now_us)
{
	int running;

	if (shard->deadline_us > now_us)
		return;
	shard->deadline_us = INT64_MAX;
	curl_multi_socket_action(shard->multi, CURL_SOCKET_TIMEOUT, 0, &running);
}
