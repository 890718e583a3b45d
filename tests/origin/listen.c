#include "tests/origin/listen.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* The kernel cuts it to net.core.somaxconn, which is 4096 on Linux. */
#define BACKLOG 4096
/* Connections taken before the loop looks at anything else. */
#define ACCEPT_BATCH 64

struct listener {
	struct watch watch;
	struct loop *loop;
	void (*take)(struct loop *loop, int fd);
};

bool listen_parse(const char *text, struct place *place)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&place->address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&place->address;

	*place = (struct place){ 0 };
	place->whole_net = strcmp(text, "127.0.0.0/8") == 0;
	if (inet_pton(AF_INET, place->whole_net ? "0.0.0.0" : text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		place->address_len = sizeof(*v4);
		return place->whole_net || ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	}
	if (inet_pton(AF_INET6, text, &v6->sin6_addr) != 1)
		return false;
	v6->sin6_family = AF_INET6;
	place->address_len = sizeof(*v6);
	return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

bool listen_place_of(struct in_addr address, struct place *place)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&place->address;

	*place = (struct place){ .address_len = sizeof(*v4) };
	v4->sin_family = AF_INET;
	v4->sin_addr = address;
	return ntohl(address.s_addr) >> 24 == 127;
}

static struct sockaddr_storage with_port(const struct place *place, uint16_t port)
{
	struct sockaddr_storage address = place->address;

	/* The port is at the same place in both. */
	((struct sockaddr_in *)&address)->sin_port = htons(port);
	return address;
}

int listen_open(const struct place *place, int type, uint16_t port)
{
	struct sockaddr_storage address = with_port(place, port);
	int one = 1, fd = socket(address.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	if (address.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if ((place->whole_net && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) < 0) ||
	    bind(fd, (struct sockaddr *)&address, place->address_len) < 0 ||
	    (type == SOCK_STREAM && listen(fd, BACKLOG) < 0)) {
		close(fd);
		return -1;
	}
	return fd;
}

uint16_t listen_port(int fd)
{
	struct sockaddr_storage address = { 0 };
	socklen_t len = sizeof(address);

	getsockname(fd, (struct sockaddr *)&address, &len);
	return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

static void accept_ready(struct watch *watch, uint32_t events)
{
	struct listener *listener = (struct listener *)watch;
	int one = 1;

	(void)events;
	for (int i = 0; i < ACCEPT_BATCH; i++) {
		/* Without descriptors this fails, and is tried again when a connection has ended. */
		int fd = accept4(watch->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0)
			return;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		listener->take(listener->loop, fd);
	}
}

void listen_watch(struct loop *loop, int fd, void (*take)(struct loop *loop, int fd))
{
	/* Lives as long as the process. */
	struct listener *listener = arena_alloc(&loop->origin->table.arena, sizeof(*listener));

	*listener = (struct listener){ .watch = { .ready = accept_ready, .fd = fd }, .loop = loop, .take = take };
	loop_watch(loop, &listener->watch, EPOLLIN);
}

bool listen_blackhole(const struct place *place, uint16_t port)
{
	struct sockaddr_storage address = with_port(place, port);
	int one = 1, fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	/* Beside a socket for the whole net; the one for a single address comes first. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one));
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, place->address_len) < 0 || listen(fd, 0) < 0)
		return false;
	/* Once the queue is full the kernel drops every SYN. Nobody accepts or closes these. */
	for (int i = 0; i < 3; i++) {
		int filler = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

		connect(filler, (struct sockaddr *)&address, place->address_len);
	}
	return true;
}
