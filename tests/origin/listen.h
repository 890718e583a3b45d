/* Listening sockets on loopback addresses. */
#ifndef ORIGIN_LISTEN_H
#define ORIGIN_LISTEN_H

#include <netinet/in.h>

#include "tests/origin/loop.h"

/* An address to serve. */
struct place {
	struct sockaddr_storage address; /* its port is set by listen_open */
	socklen_t address_len;
	bool whole_net; /* all of 127.0.0.0/8: 0.0.0.0, but through the loopback device only */
};

/* "127.0.0.5", "::1" or "127.0.0.0/8". False if it is none, or not loopback. */
bool listen_parse(const char *text, struct place *place);

/* The same for an address in binary; false if it is not in 127.0.0.0/8. */
bool listen_place_of(struct in_addr address, struct place *place);

/* A bound socket of `type` (SOCK_STREAM: listening, SOCK_DGRAM) at `port`, 0 for a free one. The
 * port can be shared with other sockets of this process's user. -1 with errno. */
int listen_open(const struct place *place, int type, uint16_t port);

/* The port a socket is bound to. */
uint16_t listen_port(int fd);

/* Accepts connections on `fd` and gives each to `take`. */
void listen_watch(struct loop *loop, int fd, void (*take)(struct loop *loop, int fd));

/* Takes `port` of an address in such a way that connecting to it gets no answer at all. False with errno. */
bool listen_blackhole(const struct place *place, uint16_t port);

#endif
