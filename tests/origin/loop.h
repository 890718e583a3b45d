/* One event loop: a thread with an epoll, timers and connections of its own. */
#ifndef ORIGIN_LOOP_H
#define ORIGIN_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/origin/log.h"
#include "tests/origin/table.h"
#include "tests/origin/timers.h"

struct conn;
struct dns_tcp;
struct tls;

/* What was served so far, over HTTP. */
struct served {
	_Atomic uint64_t requests, connections, connections_open;
	_Atomic uint64_t connections_most; /* open at one time, since it was last told */
};

/* What all loops share. */
struct origin {
	struct table table;
	struct log log;
	struct served served;
	struct tls *tls;
	uint16_t port, dns_port;
	_Atomic bool stop;
};

/* A descriptor in a loop's epoll; the first member of whatever owns the descriptor. */
struct watch {
	void (*ready)(struct watch *watch, uint32_t events);
	int fd;
};

struct loop {
	struct origin *origin;
	int epoll;
	struct watch wake; /* an eventfd: look at origin->stop, flush the log */
	struct timers timers;
	struct log_writer log;
	struct conn *conns;        /* all open connections */
	struct dns_tcp *dns_conns; /* those of the name server */
	char date[32];             /* for the Date field */
	int64_t date_second;
};

/* Failures here (no descriptors) end the process. */
void loop_init(struct loop *loop, struct origin *origin);
void loop_release(struct loop *loop);

void loop_watch(struct loop *loop, struct watch *watch, uint32_t events);
void loop_change(struct loop *loop, struct watch *watch, uint32_t events);

/* Runs until origin->stop. */
void loop_run(struct loop *loop);

/* From any thread or signal handler. */
void loop_wake(struct loop *loop);

#endif
