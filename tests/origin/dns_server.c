#include "tests/origin/dns_server.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/origin/dns.h"

/* Queries taken from the socket before the loop looks at anything else. */
#define UDP_BATCH 64
/* Answers to a burst of thousands of queries wait here, not in nowhere. */
#define UDP_SOCKET_BYTES (4 * 1024 * 1024)
#define QUERY_BYTES_MAX  4096

struct udp {
	struct watch watch;
	struct loop *loop;
};

/* A UDP answer that waits for its time. */
struct late {
	struct timer timer;
	int fd;
	struct sockaddr_storage to;
	socklen_t to_len;
	struct buf bytes;
};

struct dns_tcp {
	struct watch watch;
	struct timer timer; /* an answer that waits */
	struct loop *loop;
	struct dns_tcp *next, **link; /* in loop->dns_conns */
	struct buf in, out;
};

static void send_late(struct timer *timer)
{
	struct late *late = (struct late *)timer;

	sendto(late->fd, late->bytes.bytes, late->bytes.len, 0, (struct sockaddr *)&late->to, late->to_len);
	buf_release(&late->bytes);
	free(late);
}

static void answer_udp(struct udp *udp, struct span query, const struct sockaddr_storage *from, socklen_t from_len)
{
	struct buf out = { .size_max = DNS_BYTES_MAX };
	struct dns_reply reply;

	if (dns_answer(&udp->loop->origin->table, query, false, &out, &reply)) {
		log_dns(&udp->loop->log, "udp", span_of(reply.name), reply.type, reply.word);
		if (reply.send && reply.delay_us) {
			struct late *late = memory_alloc(sizeof(*late));

			*late = (struct late){ .timer = { .fire = send_late },
					       .fd = udp->watch.fd,
					       .to = *from,
					       .to_len = from_len,
					       .bytes = out };
			timers_set(&udp->loop->timers, &late->timer, clock_us() + reply.delay_us);
			return;
		}
		if (reply.send)
			sendto(udp->watch.fd, out.bytes, out.len, 0, (const struct sockaddr *)from, from_len);
	}
	buf_release(&out);
}

static void udp_ready(struct watch *watch, uint32_t events)
{
	char query[QUERY_BYTES_MAX];

	(void)events;
	for (int i = 0; i < UDP_BATCH; i++) {
		struct sockaddr_storage from;
		socklen_t from_len = sizeof(from);
		ssize_t len = recvfrom(watch->fd, query, sizeof(query), 0, (struct sockaddr *)&from, &from_len);

		if (len < 0)
			return;
		answer_udp((struct udp *)watch, (struct span){ query, (size_t)len }, &from, from_len);
	}
}

void dns_server_add_udp(struct loop *loop, int fd)
{
	/* Lives as long as the process. */
	struct udp *udp = arena_alloc(&loop->origin->table.arena, sizeof(*udp));
	int size = UDP_SOCKET_BYTES;

	*udp = (struct udp){ .watch = { .ready = udp_ready, .fd = fd }, .loop = loop };
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	loop_watch(loop, &udp->watch, EPOLLIN);
}

static void tcp_end(struct dns_tcp *tcp)
{
	timers_clear(&tcp->loop->timers, &tcp->timer);
	*tcp->link = tcp->next;
	if (tcp->next)
		tcp->next->link = tcp->link;
	close(tcp->watch.fd);
	buf_release(&tcp->in);
	buf_release(&tcp->out);
	free(tcp);
}

/* Answers are far smaller than a socket's buffer: a short write means that the client does not read. */
static bool tcp_send(struct dns_tcp *tcp)
{
	ssize_t len = send(tcp->watch.fd, tcp->out.bytes, tcp->out.len, MSG_NOSIGNAL);
	bool ok = len == (ssize_t)tcp->out.len;

	buf_clear(&tcp->out);
	return ok;
}

static void tcp_run(struct dns_tcp *tcp)
{
	while (tcp->in.len >= 2 && !tcp->timer.place) {
		size_t len = (size_t)((unsigned char)tcp->in.bytes[0] << 8 | (unsigned char)tcp->in.bytes[1]);
		struct dns_reply reply;

		if (tcp->in.len < len + 2)
			return;
		buf_add(&tcp->out, "\0\0", 2);
		if (!dns_answer(&tcp->loop->origin->table, (struct span){ tcp->in.bytes + 2, len }, true, &tcp->out,
				&reply)) {
			tcp_end(tcp);
			return;
		}
		log_dns(&tcp->loop->log, "tcp", span_of(reply.name), reply.type, reply.word);
		memmove(tcp->in.bytes, tcp->in.bytes + len + 2, tcp->in.len - len - 2);
		buf_cut(&tcp->in, tcp->in.len - len - 2);
		tcp->out.bytes[0] = (char)((tcp->out.len - 2) >> 8);
		tcp->out.bytes[1] = (char)(tcp->out.len - 2);
		if (!reply.send) {
			buf_clear(&tcp->out);
		} else if (reply.delay_us) {
			timers_set(&tcp->loop->timers, &tcp->timer, clock_us() + reply.delay_us);
		} else if (!tcp_send(tcp)) {
			tcp_end(tcp);
			return;
		}
	}
}

static void tcp_timer(struct timer *timer)
{
	struct dns_tcp *tcp = (struct dns_tcp *)((char *)timer - offsetof(struct dns_tcp, timer));

	if (tcp_send(tcp))
		tcp_run(tcp);
	else
		tcp_end(tcp);
}

static void tcp_ready(struct watch *watch, uint32_t events)
{
	struct dns_tcp *tcp = (struct dns_tcp *)watch;
	char bytes[QUERY_BYTES_MAX];
	ssize_t len = recv(watch->fd, bytes, sizeof(bytes), 0);

	(void)events;
	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	buf_add(&tcp->in, bytes, len > 0 ? (size_t)len : 0);
	if (len <= 0 || tcp->in.overflow)
		tcp_end(tcp);
	else
		tcp_run(tcp);
}

void dns_server_accept(struct loop *loop, int fd)
{
	struct dns_tcp *tcp = memory_alloc(sizeof(*tcp));

	*tcp = (struct dns_tcp){ .watch = { .ready = tcp_ready, .fd = fd },
				 .timer = { .fire = tcp_timer },
				 .loop = loop,
				 .next = loop->dns_conns,
				 .link = &loop->dns_conns };
	if (tcp->next)
		tcp->next->link = &tcp->next;
	loop->dns_conns = tcp;
	buf_init(&tcp->in, 2 * 65536);
	buf_init(&tcp->out, 2 + DNS_BYTES_MAX);
	loop_watch(loop, &tcp->watch, EPOLLIN);
}

void dns_server_end(struct loop *loop)
{
	while (loop->dns_conns)
		tcp_end(loop->dns_conns);
	timers_run(&loop->timers, UINT64_MAX);
}
