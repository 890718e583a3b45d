#include "tests/origin/loop.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "tests/origin/conn.h"
#include "tests/origin/dns_server.h"

/* Events of one epoll_wait: enough that its cost is shared, few enough that timers stay exact. */
#define EVENTS_MAX 256

static void die(const char *what)
{
	perror(what);
	exit(EX_OSERR);
}

static void woken(struct watch *watch, uint32_t events)
{
	struct loop *loop = (struct loop *)((char *)watch - offsetof(struct loop, wake));
	uint64_t count;

	(void)events;
	if (read(watch->fd, &count, sizeof(count)) > 0)
		log_flush(&loop->log);
}

void loop_init(struct loop *loop, struct origin *origin)
{
	*loop = (struct loop){ .origin = origin };
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	loop->wake = (struct watch){ .ready = woken, .fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK) };
	if (loop->epoll < 0 || loop->wake.fd < 0)
		die("origin: epoll");
	log_writer_init(&loop->log, &origin->log);
	loop_watch(loop, &loop->wake, EPOLLIN);
}

void loop_release(struct loop *loop)
{
	while (loop->conns)
		conn_end(loop->conns);
	dns_server_end(loop);
	log_writer_release(&loop->log);
	timers_release(&loop->timers);
	close(loop->wake.fd);
	close(loop->epoll);
}

static void control(struct loop *loop, int operation, struct watch *watch, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };

	if (epoll_ctl(loop->epoll, operation, watch->fd, &event) < 0)
		die("origin: epoll_ctl");
}

void loop_watch(struct loop *loop, struct watch *watch, uint32_t events)
{
	control(loop, EPOLL_CTL_ADD, watch, events);
}

void loop_change(struct loop *loop, struct watch *watch, uint32_t events)
{
	control(loop, EPOLL_CTL_MOD, watch, events);
}

static void update_date(struct loop *loop)
{
	time_t now = time(NULL);
	struct tm parts;

	if (now == loop->date_second)
		return;
	loop->date_second = now;
	gmtime_r(&now, &parts);
	strftime(loop->date, sizeof(loop->date), "%a, %d %b %Y %H:%M:%S GMT", &parts);
}

void loop_run(struct loop *loop)
{
	struct epoll_event event[EVENTS_MAX];

	/* Pairs with the release in the signal's handling; relaxed would do, the eventfd orders it. */
	while (!atomic_load_explicit(&loop->origin->stop, memory_order_acquire)) {
		int wait_ms = loop->timers.count ? timers_wait_ms(&loop->timers, clock_us()) : -1;
		int count = epoll_wait(loop->epoll, event, EVENTS_MAX, loop->log.lines.len ? 0 : wait_ms);

		if (count == 0 && loop->log.lines.len)
			log_flush(&loop->log);
		update_date(loop);
		for (int i = 0; i < count; i++) {
			struct watch *watch = event[i].data.ptr;

			watch->ready(watch, event[i].events);
		}
		if (loop->timers.count)
			timers_run(&loop->timers, clock_us());
	}
}

void loop_wake(struct loop *loop)
{
	uint64_t one = 1;

	/* A full counter wakes as well. */
	if (write(loop->wake.fd, &one, sizeof(one)) < 0)
		return;
}
