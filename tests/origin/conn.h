/* One TCP connection of a client: plain or TLS by its first byte, then requests and answers. */
#ifndef ORIGIN_CONN_H
#define ORIGIN_CONN_H

#include <openssl/ssl.h>

#include "tests/origin/answer.h"
#include "tests/origin/loop.h"
#include "tests/origin/tls.h"

enum conn_state {
	CONN_FIRST_BYTE, /* it decides between plain and TLS */
	CONN_HANDSHAKE,
	CONN_REQUEST, /* reading */
	CONN_DELAY,   /* an answer is ready and waits for its time */
	CONN_ANSWER,  /* writing */
	CONN_DRIP,    /* writing, byte by byte */
	CONN_HANG,    /* nothing more is said */
	CONN_STATE_COUNT,
};

struct conn {
	struct watch watch;
	struct timer timer;
	struct loop *loop;
	struct conn *next, **link; /* in loop->conns */
	enum conn_state state;
	uint32_t events; /* as epoll has them */
	SSL *ssl;        /* NULL: plain */
	struct tls_hello hello;

	struct buf in; /* bytes read and not yet answered */
	struct buf url;
	struct request request; /* points into `in` and `url` */
	struct buf out;
	size_t out_sent;
	const struct rule *rule; /* NULL: an answer that no rule gives */
	enum ending ending;
	unsigned status;
	bool refused;   /* what came is no HTTP request */
	bool answering; /* between the request's arrival and its log line */
	bool continued; /* 100 Continue was sent */

	uint64_t number, request_number, requests;
	uint64_t opened_us, arrived_us;
};

/* Takes over a connected, non-blocking socket. */
void conn_new(struct loop *loop, int fd);

/* Logs what is not logged yet, closes, frees. */
void conn_end(struct conn *conn);

/* conn_io.c: bytes of the connection, plain or TLS. */
enum io { IO_DONE, IO_WAIT_READ, IO_WAIT_WRITE, IO_ENDED };

/* Appends what can be read at once to conn->in. */
enum io conn_read(struct conn *conn);
/* Sends `len` bytes; *sent is how many went. */
enum io conn_write(struct conn *conn, const char *bytes, size_t len, size_t *sent);
/* Says goodbye (FIN, close_notify) or, with `reset`, makes close() send RST. */
void conn_farewell(struct conn *conn, bool reset);

#endif
