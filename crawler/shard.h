/* A shard: one multi handle of libcurl on the loop's epoll. A loop has several, because one multi handle
 * with ten thousand live transfers costs 4 to 10 times more for each. Belongs to the loop's thread. */
#ifndef CRAWLER_SHARD_H
#define CRAWLER_SHARD_H

#include <stdbool.h>
#include <stdint.h>

#include <curl/curl.h>

#include "crawler/sockets.h"

struct shard {
	CURLM *multi;
	struct sockets *sockets;
	uint32_t index;
	unsigned live;       /* kept by the owner */
	int64_t deadline_us; /* when libcurl wants to be called; INT64_MAX: never */
	/* The owner's pool. A handle stays in its shard: the dummy addresses it brings are loaded into the
	 * shard's cache once. */
	struct fetch *idle;
};

/* `index` is the owner of its sockets. `transfers` is how many will be live at once, and
 * `connections_max` how many descriptors there are for their connections and idle ones. False if libcurl has no
 * memory. */
bool shard_init(struct shard *shard, struct sockets *sockets, uint32_t index, unsigned transfers,
		unsigned connections_max);

/* Gives the connections up that wait for a next request, where that can be done: at once if nothing is live,
 * otherwise as those in use come back. True if the handles must be given their dummy addresses again. */
bool shard_shed(struct shard *shard);

/* All handles must have been removed. */
void shard_release(struct shard *shard);

/* Something happened to `fd`: `events` as epoll tells. */
void shard_event(struct shard *shard, int fd, uint32_t events);

/* Calls libcurl if its time has come. */
void shard_expire(struct shard *shard, int64_t now_us);

#endif
