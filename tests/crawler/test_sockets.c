#include "crawler/sockets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define OWNER 7

struct bed {
	struct sockets sockets;
	int near, far; /* the two ends of a connection */
};

static void make_connection(struct bed *bed)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	bed->near = pair[0];
	bed->far = pair[1];
	sockets_forget(&bed->sockets, bed->near);
}

static int set_up(void **state)
{
	static struct bed bed;

	sockets_init(&bed.sockets, epoll_create1(0));
	make_connection(&bed);
	*state = &bed;
	return 0;
}

static int tear_down(void **state)
{
	struct bed *bed = *state;

	close(bed->near);
	close(bed->far);
	close(bed->sockets.epoll);
	sockets_release(&bed->sockets);
	return 0;
}

/* The epoll's events for the near end, 0 for none. */
static uint32_t events_of(const struct bed *bed)
{
	struct epoll_event event = { .events = 0 };
	int count = epoll_wait(bed->sockets.epoll, &event, 1, 0);

	assert_in_range(count, 0, 1);
	if (count)
		assert_int_equal(event.data.u64, (uint64_t)OWNER << 32 | (uint32_t)bed->near);
	return event.events;
}

static void say(const struct bed *bed)
{
	assert_int_equal(write(bed->far, "x", 1), 1);
}

static void test_tells_the_kernel_what_is_awaited(void **state)
{
	struct bed *bed = *state;

	assert_true(sockets_watch(&bed->sockets, bed->near, OWNER, EPOLLOUT));
	assert_int_equal(events_of(bed), EPOLLOUT);
	assert_true(sockets_watch(&bed->sockets, bed->near, OWNER, EPOLLIN));
	assert_int_equal(events_of(bed), 0);
	say(bed);
	assert_int_equal(events_of(bed), EPOLLIN);
	assert_true(sockets_watch(&bed->sockets, bed->near, OWNER, EPOLLIN | EPOLLOUT));
	assert_int_equal(events_of(bed), EPOLLIN | EPOLLOUT);
	assert_true(sockets_is_awaited(&bed->sockets, bed->near, OWNER));
}

static void test_a_connection_stays_registered_between_requests(void **state)
{
	struct bed *bed = *state;
	int epoll = bed->sockets.epoll;

	sockets_watch(&bed->sockets, bed->near, OWNER, EPOLLIN);
	/* No call can have reached the kernel: there is no such epoll. */
	bed->sockets.epoll = -1;
	assert_true(sockets_watch(&bed->sockets, bed->near, OWNER, 0));
	assert_true(sockets_watch(&bed->sockets, bed->near, OWNER, EPOLLIN));
	bed->sockets.epoll = epoll;
	say(bed);
	assert_int_equal(events_of(bed), EPOLLIN);
	assert_true(sockets_is_awaited(&bed->sockets, bed->near, OWNER));
}

static void test_an_idle_connection_that_ends_is_told_of_once(void **state)
{
	struct bed *bed = *state;

	sockets_watch(&bed->sockets, bed->near, OWNER, EPOLLIN);
	sockets_watch(&bed->sockets, bed->near, OWNER, 0);
	shutdown(bed->far, SHUT_RDWR);
	assert_int_not_equal(events_of(bed), 0);
	assert_false(sockets_is_awaited(&bed->sockets, bed->near, OWNER));
	assert_int_equal(events_of(bed), 0);
	/* Whoever wants it nevertheless is told. */
	assert_true(sockets_watch(&bed->sockets, bed->near, OWNER, EPOLLIN));
	assert_int_not_equal(events_of(bed), 0);
	assert_true(sockets_is_awaited(&bed->sockets, bed->near, OWNER));
}

/* It would be ready without end, and libcurl closes it without telling. */
static void test_one_that_never_connected_does_not_rest(void **state)
{
	struct bed *bed = *state;

	sockets_watch(&bed->sockets, bed->near, OWNER, EPOLLOUT);
	sockets_watch(&bed->sockets, bed->near, OWNER, 0);
	assert_int_equal(events_of(bed), 0);
}

static void test_a_number_that_comes_again_is_another_socket(void **state)
{
	struct bed *bed = *state;
	int old = bed->near;

	sockets_watch(&bed->sockets, bed->near, OWNER, EPOLLIN);
	close(bed->far);
	sockets_forget(&bed->sockets, bed->near);
	close(bed->near);
	/* An event of the old socket, taken from the epoll before it was closed. */
	assert_false(sockets_is_awaited(&bed->sockets, old, OWNER));
	make_connection(bed);
	assert_int_equal(dup2(bed->near, old), old);
	if (bed->near != old)
		close(bed->near);
	bed->near = old;
	sockets_forget(&bed->sockets, old);
	assert_true(sockets_watch(&bed->sockets, old, OWNER, EPOLLIN));
	assert_false(sockets_is_awaited(&bed->sockets, old, OWNER + 1));
	say(bed);
	assert_int_equal(events_of(bed), EPOLLIN);
	assert_true(sockets_is_awaited(&bed->sockets, old, OWNER));
}

static void test_a_descriptor_may_be_large(void **state)
{
	struct bed *bed = *state;

	sockets_forget(&bed->sockets, 100000);
	assert_false(sockets_is_awaited(&bed->sockets, 100000, OWNER));
	assert_false(sockets_is_awaited(&bed->sockets, 99999, OWNER));
}

static void test_says_when_the_kernel_refuses(void **state)
{
	struct bed *bed = *state;

	assert_false(sockets_watch(&bed->sockets, 100000, OWNER, EPOLLIN));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_tells_the_kernel_what_is_awaited),
		TEST(test_a_connection_stays_registered_between_requests),
		TEST(test_an_idle_connection_that_ends_is_told_of_once),
		TEST(test_one_that_never_connected_does_not_rest),
		TEST(test_a_number_that_comes_again_is_another_socket),
		TEST(test_a_descriptor_may_be_large),
		TEST(test_says_when_the_kernel_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
