/* The sockets of a loop's requests in its epoll. libcurl takes a socket up and lets go of it with each
 * transfer, also where the connection stays open for the next one; here it stays registered in between, so
 * the kernel is told of real changes only. Belongs to the loop's thread. */
#ifndef CRAWLER_SOCKETS_H
#define CRAWLER_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sockets {
	int epoll;
	struct socket_state *state; /* by descriptor */
	size_t count;
};

/* Events will have the owner in the upper half of their epoll data and the descriptor in the lower. */
void sockets_init(struct sockets *sockets, int epoll);
void sockets_release(struct sockets *sockets);

/* A socket that was made, or is about to be closed: descriptor numbers come again, and the kernel has
 * nothing registered under this one any more, or soon has not. */
void sockets_forget(struct sockets *sockets, int fd);

/* `owner` waits for `events` (EPOLLIN, EPOLLOUT or both), level-triggered; 0: for nothing. False if the kernel
 * refuses, for want of memory. */
bool sockets_watch(struct sockets *sockets, int fd, uint32_t owner, uint32_t events);

/* Something happened. True if `owner` waits for it. False if nobody does (the event is older than the socket, or an
 * idle connection was ended by the other side); it does not come again. */
bool sockets_is_awaited(struct sockets *sockets, int fd, uint32_t owner);

#endif
