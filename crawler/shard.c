#include "crawler/shard.h"

#include <sys/epoll.h>

#include "crawler/clock.h"

/* Connections that wait for their next request, in percent of those in use. libcurl's limit counts both,
 * and above it one is closed for each that is given back; new ones come on top. */
#define IDLE_PCT 50

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *unused)
{
	struct shard *shard = data;
	struct epoll_event event = { .data.u64 = (uint64_t)shard->index << 32 | (uint32_t)fd };
	int epoll = shard->epoll;

	(void)easy;
	(void)unused;
	if (what == CURL_POLL_REMOVE) {
		/* The kernel has forgotten a closed descriptor already; that is no failure. */
		epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	event.events = (what & CURL_POLL_IN ? (uint32_t)EPOLLIN : 0) | (what & CURL_POLL_OUT ? (uint32_t)EPOLLOUT : 0);
	/* Descriptor numbers come again, so the state of a number is not known here. */
	if (epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) != 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0)
		return -1;
	return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *data)
{
	struct shard *shard = data;

	(void)multi;
	shard->deadline_us = timeout_ms < 0 ? INT64_MAX : clock_now_us() + timeout_ms * US_PER_MS;
	return 0;
}

bool shard_init(struct shard *shard, int epoll, uint32_t index, unsigned transfers)
{
	*shard = (struct shard){ .multi = curl_multi_init(), .epoll = epoll, .index = index, .deadline_us = INT64_MAX };
	if (!shard->multi)
		return false;
	curl_multi_setopt(shard->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(shard->multi, CURLMOPT_SOCKETDATA, shard);
	curl_multi_setopt(shard->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(shard->multi, CURLMOPT_TIMERDATA, shard);
	curl_multi_setopt(shard->multi, CURLMOPT_MAXCONNECTS, (long)transfers * (100 + IDLE_PCT) / 100);
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
