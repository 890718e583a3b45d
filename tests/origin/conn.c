#include "tests/origin/conn.h"

#include <arpa/inet.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* The first byte of a TLS record that carries a handshake: RFC 8446 section 5.1. */
#define TLS_RECORD_HANDSHAKE 0x16

static void want(struct conn *conn, enum conn_state state, uint32_t events)
{
	conn->state = state;
	if (events == conn->events)
		return;
	conn->events = events;
	loop_change(conn->loop, &conn->watch, events);
}

static void name_address(int fd, int (*get)(int, struct sockaddr *, socklen_t *), char *out, size_t size)
{
	struct sockaddr_storage address = { 0 };
	socklen_t len = sizeof(address);
	char text[INET6_ADDRSTRLEN] = "?";
	unsigned port = 0;

	if (get(fd, (struct sockaddr *)&address, &len) == 0) {
		const struct sockaddr_in *v4 = (const struct sockaddr_in *)&address;
		const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&address;

		if (address.ss_family == AF_INET)
			inet_ntop(AF_INET, &v4->sin_addr, text, sizeof(text));
		else
			inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof(text));
		port = ntohs(address.ss_family == AF_INET ? v4->sin_port : v6->sin6_port);
	}
	if (get == getpeername)
		snprintf(out, size, "%s#%u", text, port);
	else
		snprintf(out, size, "%s", text);
}

static void log_answer(struct conn *conn, bool complete)
{
	char address[INET6_ADDRSTRLEN], peer[INET6_ADDRSTRLEN + 8];

	conn->answering = false;
	if (!log_is_on(&conn->loop->log))
		return;
	name_address(conn->watch.fd, getsockname, address, sizeof(address));
	name_address(conn->watch.fd, getpeername, peer, sizeof(peer));
	log_request(&conn->loop->log, &(struct log_request){ .number = conn->request_number,
							     .connection = conn->number,
							     .tls = conn->ssl != NULL,
							     .address = address,
							     .peer = peer,
							     .request = conn->refused ? NULL : &conn->request,
							     .status = conn->status,
							     .sent_bytes = conn->out_sent,
							     .complete = complete,
							     .arrived_us = conn->arrived_us,
							     .done_us = clock_us() });
}

static void log_end(struct conn *conn)
{
	char address[INET6_ADDRSTRLEN], peer[INET6_ADDRSTRLEN + 8];

	if (conn->answering)
		log_answer(conn, false);
	if (!log_is_on(&conn->loop->log))
		return;
	name_address(conn->watch.fd, getsockname, address, sizeof(address));
	name_address(conn->watch.fd, getpeername, peer, sizeof(peer));
	log_connection(&conn->loop->log,
		       &(struct log_connection){ .connection = conn->number,
						 .requests = conn->requests,
						 .tls = conn->ssl != NULL,
						 .resumed = conn->ssl && SSL_session_reused(conn->ssl),
						 .sni = conn->hello.sni,
						 .address = address,
						 .peer = peer,
						 .opened_us = conn->opened_us,
						 .closed_us = clock_us() });
}

void conn_end(struct conn *conn)
{
	log_end(conn);
	timers_clear(&conn->loop->timers, &conn->timer);
	*conn->link = conn->next;
	if (conn->next)
		conn->next->link = conn->link;
	atomic_fetch_sub_explicit(&conn->loop->origin->served.connections_open, 1, memory_order_relaxed);
	SSL_free(conn->ssl);
	close(conn->watch.fd);
	buf_release(&conn->in);
	buf_release(&conn->url);
	buf_release(&conn->out);
	free(conn);
}

static void run_requests(struct conn *conn);

/* The answer is out: log it and do what the rule wants next. False when the connection is gone. */
static bool finish_answer(struct conn *conn)
{
	size_t len = conn->request.head_len + conn->request.body.len;

	if (conn->ending == ENDING_HANG) {
		/* The request stays unanswered, so its line is written when the connection ends. */
		want(conn, CONN_HANG, EPOLLRDHUP);
		return false;
	}
	log_answer(conn, true);
	if (conn->ending != ENDING_KEEP) {
		conn_farewell(conn, conn->ending == ENDING_RESET);
		conn_end(conn);
		return false;
	}
	memmove(conn->in.bytes, conn->in.bytes + len, conn->in.len - len);
	buf_cut(&conn->in, conn->in.len - len);
	buf_clear(&conn->out);
	conn->out_sent = 0;
	conn->arrived_us = 0;
	conn->continued = false;
	want(conn, CONN_REQUEST, EPOLLIN | EPOLLRDHUP);
	return true;
}

/* False unless the answer is out and the connection goes on. */
static bool send_answer(struct conn *conn)
{
	while (conn->out_sent < conn->out.len) {
		size_t sent;
		enum io io = conn_write(conn, conn->out.bytes + conn->out_sent, conn->out.len - conn->out_sent, &sent);

		conn->out_sent += sent;
		if (io == IO_ENDED) {
			conn_end(conn);
			return false;
		}
		if (io != IO_DONE) {
			want(conn, CONN_ANSWER, io == IO_WAIT_READ ? EPOLLIN : EPOLLOUT);
			return false;
		}
	}
	return finish_answer(conn);
}

static void drip(struct conn *conn)
{
	size_t sent = 0;

	if (conn->out_sent == conn->out.len) {
		if (finish_answer(conn))
			run_requests(conn);
		return;
	}
	if (conn_write(conn, conn->out.bytes + conn->out_sent, 1, &sent) == IO_ENDED) {
		conn_end(conn);
		return;
	}
	conn->out_sent += sent;
	timers_set(&conn->loop->timers, &conn->timer, clock_us() + conn->rule->drip_us);
	want(conn, CONN_DRIP, EPOLLRDHUP);
}

static void timer_fired(struct timer *timer)
{
	struct conn *conn = (struct conn *)((char *)timer - offsetof(struct conn, timer));

	if (conn->state == CONN_DRIP || conn->rule->drip_us)
		drip(conn);
	else if (send_answer(conn))
		run_requests(conn);
}

/* Builds the answer and begins it. True when it is out and the connection goes on. */
static bool begin_answer(struct conn *conn, int status)
{
	struct origin *origin = conn->loop->origin;
	struct answer_context context = { .request = &conn->request,
					  .date = span_of(conn->loop->date),
					  .port = origin->port };

	conn->answering = true;
	conn->requests++;
	atomic_fetch_add_explicit(&origin->served.requests, 1, memory_order_relaxed);
	/* A pipelined request was read together with the one before it. */
	if (!conn->arrived_us && log_is_on(&conn->loop->log))
		conn->arrived_us = clock_us();
	conn->request_number = 1 + atomic_fetch_add_explicit(&origin->log.numbers, 1, memory_order_relaxed);
	context.number = conn->request_number;
	conn->refused = status != 200;
	conn->rule = conn->refused ? NULL : table_match(&origin->table, &conn->request, &context.rest);
	if (conn->rule) {
		conn->status = conn->rule->status;
		conn->ending = answer_build(&conn->out, conn->rule, &context);
	} else {
		conn->status = conn->refused ? (unsigned)status : 404;
		conn->ending =
			answer_plain(&conn->out, conn->status, &context, !conn->refused && conn->request.keep_alive);
	}
	if (conn->rule && conn->rule->delay_us) {
		timers_set(&conn->loop->timers, &conn->timer, clock_us() + conn->rule->delay_us);
		want(conn, CONN_DELAY, EPOLLRDHUP);
		return false;
	}
	if (conn->rule && conn->rule->drip_us) {
		drip(conn);
		return false;
	}
	return send_answer(conn);
}

/* RFC 9110 section 10.1.1. */
static void send_continue(struct conn *conn)
{
	static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";
	size_t sent;

	conn->continued = true;
	conn_write(conn, text, sizeof(text) - 1, &sent);
}

/* Reads and answers until the connection has nothing more, waits, or is gone. */
static void run_requests(struct conn *conn)
{
	for (;;) {
		int status = conn->in.len ? request_parse(buf_span(&conn->in), conn->ssl != NULL,
							  conn->loop->origin->port, &conn->url, &conn->request)
					  : 0;

		if (status) {
			if (!begin_answer(conn, status))
				return;
			/* The usual client sends nothing more until it has read the answer. */
			if (!conn->in.len && !conn->ssl)
				return;
			continue;
		}
		if (conn->in.len && conn->request.head_len && conn->request.expect_continue && !conn->continued)
			send_continue(conn);

		enum io io = conn_read(conn);

		if (io == IO_ENDED) {
			conn_end(conn);
			return;
		}
		if (io != IO_DONE) {
			want(conn, CONN_REQUEST, io == IO_WAIT_WRITE ? EPOLLOUT : EPOLLIN | EPOLLRDHUP);
			return;
		}
		if (!conn->arrived_us && log_is_on(&conn->loop->log))
			conn->arrived_us = clock_us();
	}
}

/* What a host's tls mode asks for instead of a handshake. True if it was done. */
static bool misbehave(struct conn *conn)
{
	static const char plain[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

	switch (conn->hello.mode) {
	case TLS_HANG:
		want(conn, CONN_HANG, EPOLLRDHUP);
		return true;
	case TLS_RESET:
		conn_farewell(conn, true);
		conn_end(conn);
		return true;
	case TLS_NONE:
		send(conn->watch.fd, plain, sizeof(plain) - 1, MSG_NOSIGNAL);
		shutdown(conn->watch.fd, SHUT_WR);
		conn_end(conn);
		return true;
	default:
		return false;
	}
}

static void run_handshake(struct conn *conn)
{
	enum tls_step step = tls_accept(conn->ssl);

	if (misbehave(conn))
		return;
	if (step == TLS_STEP_DONE) {
		conn->state = CONN_REQUEST;
		run_requests(conn);
	} else if (step == TLS_STEP_FAILED) {
		conn_end(conn);
	} else {
		want(conn, CONN_HANDSHAKE, step == TLS_STEP_WRITE ? EPOLLOUT : EPOLLIN | EPOLLRDHUP);
	}
}

static void first_byte(struct conn *conn)
{
	unsigned char byte;
	ssize_t got = recv(conn->watch.fd, &byte, 1, MSG_PEEK);

	if (got == 0) {
		conn_end(conn);
	} else if (got > 0 && byte == TLS_RECORD_HANDSHAKE) {
		conn->ssl = tls_new_connection(conn->loop->origin->tls, conn->watch.fd, &conn->hello);
		run_handshake(conn);
	} else if (got > 0) {
		conn->state = CONN_REQUEST;
		run_requests(conn);
	}
}

static void answer_ready(struct conn *conn)
{
	if (send_answer(conn))
		run_requests(conn);
}

static void ready(struct watch *watch, uint32_t events)
{
	/* Where nothing is expected from the client, an event means that it is gone. */
	static void (*const on_ready[CONN_STATE_COUNT])(struct conn * conn) = {
		[CONN_FIRST_BYTE] = first_byte, [CONN_HANDSHAKE] = run_handshake, [CONN_REQUEST] = run_requests,
		[CONN_DELAY] = conn_end,        [CONN_ANSWER] = answer_ready,     [CONN_DRIP] = conn_end,
		[CONN_HANG] = conn_end,
	};
	struct conn *conn = (struct conn *)watch;

	if (events & EPOLLERR || (events & EPOLLHUP && !(events & EPOLLIN)))
		conn_end(conn);
	else
		on_ready[conn->state](conn);
}

/* Relaxed: these are counts, and nothing else is read by them. */
static void count_connection(struct served *served)
{
	uint64_t open = 1 + atomic_fetch_add_explicit(&served->connections_open, 1, memory_order_relaxed);
	uint64_t most = atomic_load_explicit(&served->connections_most, memory_order_relaxed);

	atomic_fetch_add_explicit(&served->connections, 1, memory_order_relaxed);
	while (open > most && !atomic_compare_exchange_weak_explicit(&served->connections_most, &most, open,
								     memory_order_relaxed, memory_order_relaxed))
		continue;
}

void conn_new(struct loop *loop, int fd)
{
	struct conn *conn = memory_alloc(sizeof(*conn));
	struct log *log = &loop->origin->log;

	*conn = (struct conn){ .watch = { .ready = ready, .fd = fd },
			       .timer = { .fire = timer_fired },
			       .loop = loop,
			       .next = loop->conns,
			       .link = &loop->conns,
			       .events = EPOLLIN | EPOLLRDHUP };
	conn->number = 1 + atomic_fetch_add_explicit(&log->connections, 1, memory_order_relaxed);
	conn->opened_us = log_is_on(&loop->log) ? clock_us() : 0;
	if (conn->next)
		conn->next->link = &conn->next;
	loop->conns = conn;
	buf_init(&conn->in, REQUEST_HEAD_BYTES_MAX + REQUEST_BODY_BYTES_MAX + 65536);
	buf_init(&conn->url, REQUEST_HEAD_BYTES_MAX * 2);
	buf_init(&conn->out, ANSWER_BYTES_MAX);
	loop_watch(loop, &conn->watch, conn->events);
	count_connection(&loop->origin->served);
}
