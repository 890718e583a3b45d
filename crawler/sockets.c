#include "crawler/sockets.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "formats/arena.h"

/* A table of this many at first; it doubles. */
#define COUNT_MIN 1024

struct socket_state {
	uint32_t owner;
	uint16_t awaited;
	uint16_t registered; /* 0: the epoll does not have it */
};

void sockets_init(struct sockets *sockets, int epoll)
{
	*sockets = (struct sockets){ .epoll = epoll };
}

void sockets_release(struct sockets *sockets)
{
	free(sockets->state);
	sockets_init(sockets, sockets->epoll);
}

static struct socket_state *state_of(struct sockets *sockets, int fd)
{
	size_t count = sockets->count ? sockets->count : COUNT_MIN;

	if ((size_t)fd < sockets->count)
		return &sockets->state[fd];
	while (count <= (size_t)fd)
		count *= 2;
	sockets->state = memory_resize(sockets->state, count * sizeof(*sockets->state));
	memset(sockets->state + sockets->count, 0, (count - sockets->count) * sizeof(*sockets->state));
	sockets->count = count;
	return &sockets->state[fd];
}

void sockets_forget(struct sockets *sockets, int fd)
{
	*state_of(sockets, fd) = (struct socket_state){ .registered = 0 };
}

static void unregister(struct sockets *sockets, int fd, struct socket_state *state)
{
	/* The kernel has forgotten a closed descriptor already; that is no failure. */
	epoll_ctl(sockets->epoll, EPOLL_CTL_DEL, fd, NULL);
	state->registered = 0;
}

bool sockets_watch(struct sockets *sockets, int fd, uint32_t owner, uint32_t events)
{
	struct socket_state *state = state_of(sockets, fd);
	struct epoll_event event = { .events = events, .data.u64 = (uint64_t)owner << 32 | (uint32_t)fd };
	int operation = state->registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	state->owner = owner;
	state->awaited = (uint16_t)events;
	/* A connection that was answered rests quietly. One that was not connected would not, and libcurl
	 * closes it without a word. */
	if (!events && state->registered & EPOLLOUT)
		unregister(sockets, fd, state);
	if (!events || events == state->registered)
		return true;
	if (epoll_ctl(sockets->epoll, operation, fd, &event) != 0)
		return false;
	state->registered = (uint16_t)events;
	return true;
}

bool sockets_is_awaited(struct sockets *sockets, int fd, uint32_t owner)
{
	struct socket_state *state = state_of(sockets, fd);

	if (!state->registered || state->owner != owner)
		return false;
	if (!state->awaited)
		unregister(sockets, fd, state);
	return state->awaited != 0;
}
