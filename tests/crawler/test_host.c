#include "crawler/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define S  INT64_C(1000000)
#define MS INT64_C(1000)

/* What host.c keeps of hosts that nobody uses. */
#define IDLE_HOSTS 65536

/* Some moment of the monotonic clock. */
#define T0 (1000 * S)

static const struct host_limits usual = { .per_host = 2, .per_ip = 3, .set_aside = 3, .park_max_ms = 60000 };

static void hosts_are_found_by_name(void **state)
{
	struct host_table *table = host_table_new(&usual);
	struct host *a = host_get(table, SPAN("a.example")), *b = host_get(table, SPAN("b.example"));

	(void)state;
	assert_ptr_not_equal(a, b);
	assert_ptr_equal(host_get(table, SPAN("a.example")), a);
	assert_ptr_equal(host_get(table, (struct span){ .bytes = "b.example.test", .len = 9 }), b);
	assert_ptr_not_equal(host_get(table, SPAN("a.exampl")), a);
	assert_ptr_not_equal(host_get(table, SPAN("")), a);
	assert_string_equal(host_name(a), "a.example");
	assert_string_equal(host_name(b), "b.example");
	host_table_free(table);
	host_table_free(NULL);
}

static void slots_are_counted(void **state)
{
	struct host_table *table = host_table_new(&usual);
	struct host *host = host_get(table, SPAN("a.example")), *other = host_get(table, SPAN("b.example"));

	(void)state;
	assert_true(host_ready_us(host, T0) <= T0);
	host_begin(host, T0);
	assert_true(host_ready_us(host, T0) <= T0);
	host_begin(host, T0);
	assert_int_equal(host_ready_us(host, T0), INT64_MAX);
	assert_true(host_ready_us(other, T0) <= T0);
	host_end(host);
	assert_true(host_ready_us(host, T0) <= T0);
	host_end(host);
	assert_true(host_ready_us(host, T0) <= T0);
	host_table_free(table);
}

static const struct {
	uint32_t rate;
	int64_t spacing_us;
} spacings[] = {
	{ 0, 0 }, { 1, 1 * S }, { 2, 500 * MS }, { 3, 333333 }, { 100000, 10 },
};

static void requests_are_spaced(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(spacings); i++) {
		const struct host_limits limits = {
			.per_host = 8, .per_ip = 8, .set_aside = 1, .rate = spacings[i].rate
		};
		struct host_table *table = host_table_new(&limits);
		struct host *host = host_get(table, SPAN("a.example"));
		int64_t next_us = T0 + spacings[i].spacing_us;

		host_begin(host, T0);
		assert_int_equal(host_ready_us(host, T0), next_us);
		/* Ending early does not shorten it. */
		host_end(host);
		assert_int_equal(host_ready_us(host, T0), next_us);
		assert_true(host_ready_us(host, next_us) <= next_us);
		/* From the request on, not from when it might have been. */
		host_begin(host, next_us + 7);
		assert_int_equal(host_ready_us(host, next_us + 7), next_us + 7 + spacings[i].spacing_us);
		host_table_free(table);
	}
}

/* Answers of "later" in order, each at a time after T0 with its Retry-After, 0 for none; and until
 * when the host is parked by then. */
static const struct {
	const char *name;
	uint32_t park_max_ms;
	struct {
		int64_t at_us;
		uint32_t retry_after_s;
		int64_t until_us;
	} answer[7];
} parkings[] = {
	{ "Retry-After", 60000, { { 0, 5, 5 * S } } },
	{ "at most the maximum", 60000, { { 0, 3600, 60 * S } } },
	{ "exactly the maximum", 60000, { { 0, 60, 60 * S } } },
	{ "the largest number", 60000, { { 0, UINT32_MAX, 60 * S } } },
	{ "a maximum of nothing", 0, { { 0, 5, 0 }, { 0, 0, 0 } } },
	{ "doubling",
	  60000,
	  { { 0, 0, 1 * S },
	    { 1 * S, 0, 3 * S },
	    { 3 * S, 0, 7 * S },
	    { 7 * S, 0, 15 * S },
	    { 15 * S, 0, 31 * S },
	    { 31 * S, 0, 63 * S },
	    { 63 * S, 0, 123 * S } } },
	{ "one complaint of several requests",
	  60000,
	  { { 0, 0, 1 * S }, { 1, 0, 1 * S }, { S - 1, 0, 1 * S }, { S, 0, 3 * S } } },
	{ "a longer Retry-After meanwhile", 60000, { { 0, 5, 5 * S }, { 1 * S, 10, 11 * S } } },
	{ "a shorter Retry-After meanwhile", 60000, { { 0, 5, 5 * S }, { 1 * S, 1, 5 * S } } },
	{ "none while Retry-After runs", 60000, { { 0, 5, 5 * S }, { 1 * S, 0, 5 * S } } },
};

static void hosts_are_parked(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(parkings); i++) {
		const struct host_limits limits = {
			.per_host = 8, .per_ip = 8, .set_aside = 1, .park_max_ms = parkings[i].park_max_ms
		};
		struct host_table *table = host_table_new(&limits);
		struct host *host = host_get(table, SPAN("a.example"));

		for (size_t n = 0; n < COUNT(parkings[i].answer) && (n == 0 || parkings[i].answer[n].until_us); n++) {
			int64_t now_us = T0 + parkings[i].answer[n].at_us, until_us;

			host_park(host, parkings[i].answer[n].retry_after_s, now_us);
			until_us = host_ready_us(host, now_us);
			if (until_us != T0 + parkings[i].answer[n].until_us)
				fail_msg("%s: answer %zu: %jd us", parkings[i].name, n, (intmax_t)(until_us - T0));
			assert_true(host_ready_us(host, until_us) <= until_us);
		}
		host_table_free(table);
	}
}

static void success_ends_the_back_off(void **state)
{
	struct host_table *table = host_table_new(&usual);
	struct host *host = host_get(table, SPAN("a.example"));

	(void)state;
	host_park(host, 0, T0);
	host_park(host, 0, T0 + 1 * S);
	assert_int_equal(host_ready_us(host, T0 + 1 * S), T0 + 3 * S);
	host_succeeded(host);
	host_park(host, 0, T0 + 10 * S);
	assert_int_equal(host_ready_us(host, T0 + 10 * S), T0 + 11 * S);
	host_table_free(table);
}

/* However often it doubles. */
static void back_off_has_an_end(void **state)
{
	const struct host_limits limits = { .per_host = 1, .per_ip = 1, .set_aside = 1, .park_max_ms = 24 * 3600000 };
	struct host_table *table = host_table_new(&limits);
	struct host *host = host_get(table, SPAN("a.example"));
	int64_t now_us = T0;

	(void)state;
	for (int i = 0; i < 100; i++) {
		int64_t until_us;

		host_park(host, 0, now_us);
		until_us = host_ready_us(host, now_us);
		assert_true(until_us > now_us && until_us - now_us <= 24 * 3600 * S);
		now_us = until_us;
	}
	host_table_free(table);
}

static void parking_does_not_undo_spacing(void **state)
{
	const struct host_limits limits = { .per_host = 2, .per_ip = 2, .set_aside = 1, .rate = 1, .park_max_ms = 500 };
	struct host_table *table = host_table_new(&limits);
	struct host *host = host_get(table, SPAN("a.example"));

	(void)state;
	host_begin(host, T0);
	host_park(host, 1, T0);
	assert_int_equal(host_ready_us(host, T0), T0 + 1 * S);
	/* And neither gives a slot. */
	host_begin(host, T0 + 1 * S);
	assert_int_equal(host_ready_us(host, T0 + 100 * S), INT64_MAX);
	host_table_free(table);
}

static void failing_hosts_are_set_aside(void **state)
{
	struct host_table *table = host_table_new(&usual);
	struct host *host = host_get(table, SPAN("a.example"));

	(void)state;
	assert_false(host_failed(host));
	assert_false(host_failed(host));
	/* In a row. */
	host_succeeded(host);
	assert_false(host_failed(host));
	assert_false(host_failed(host));
	assert_false(host_is_set_aside(host));
	assert_true(host_failed(host));
	assert_true(host_is_set_aside(host));
	/* Told once, and for good. */
	assert_false(host_failed(host));
	host_succeeded(host);
	assert_true(host_is_set_aside(host));
	assert_false(host_is_set_aside(host_get(table, SPAN("b.example"))));
	host_table_free(table);
}

static void the_queue_keeps_its_order(void **state)
{
	struct host_table *table = host_table_new(&usual);
	struct host *host = host_get(table, SPAN("a.example")), *other = host_get(table, SPAN("b.example"));
	struct host_wait wait[4];

	(void)state;
	assert_false(host_has_queue(host));
	assert_null(host_queue_take(host));
	for (size_t i = 0; i < 3; i++)
		host_queue(host, &wait[i]);
	assert_true(host_has_queue(host));
	assert_false(host_has_queue(other));
	assert_ptr_equal(host_queue_take(host), &wait[0]);
	host_queue(host, &wait[3]);
	for (size_t i = 1; i < 4; i++)
		assert_ptr_equal(host_queue_take(host), &wait[i]);
	assert_null(host_queue_take(host));
	assert_false(host_has_queue(host));
	/* An emptied queue is as good as a new one. */
	host_queue(host, &wait[1]);
	assert_ptr_equal(host_queue_take(host), &wait[1]);
	assert_null(host_queue_take(host));
	host_table_free(table);
}

static void the_bucket_is_remembered(void **state)
{
	struct host_table *table = host_table_new(&usual);
	struct host *host = host_get(table, SPAN("a.example"));

	(void)state;
	assert_false(host_bucket_waiting(host));
	host_set_bucket_waiting(host, true);
	assert_true(host_bucket_waiting(host));
	host_set_bucket_waiting(host, false);
	assert_false(host_bucket_waiting(host));
	host_table_free(table);
}

static struct host *numbered(struct host_table *table, uint32_t number)
{
	char name[32];

	snprintf(name, sizeof(name), "host%u.example", number);
	return host_get(table, span_of(name));
}

static void sleepers_wake_in_order(void **state)
{
	struct host_table *table = host_table_new(&usual);
	int64_t at_us = 0, previous_us = 0;
	unsigned woken = 0;

	(void)state;
	assert_int_equal(host_table_deadline_us(table), INT64_MAX);
	assert_null(host_wake(table, INT64_MAX));
	for (uint32_t i = 0; i < 1000; i++)
		host_sleep(numbered(table, i), T0 + i * 7919 % 1000);
	/* Every third sleeps longer, every fifth shorter: each sleeps once, until the time told last. */
	for (uint32_t i = 0; i < 1000; i += 3)
		host_sleep(numbered(table, i), T0 + 2000 + i);
	for (uint32_t i = 0; i < 1000; i += 5)
		host_sleep(numbered(table, i), T0 - 2000 + i);
	while ((at_us = host_table_deadline_us(table)) != INT64_MAX) {
		struct host *host;
		unsigned number;
		int64_t wanted_us;

		assert_true(at_us >= previous_us);
		assert_null(host_wake(table, at_us - 1));
		host = host_wake(table, at_us);
		assert_non_null(host);
		assert_int_equal(sscanf(host_name(host), "host%u", &number), 1);
		wanted_us = number % 5 == 0   ? T0 - 2000 + number
			    : number % 3 == 0 ? T0 + 2000 + number
					      : T0 + number * 7919 % 1000;
		assert_int_equal(at_us, wanted_us);
		previous_us = at_us;
		woken++;
	}
	assert_int_equal(woken, 1000);
	/* Awake, it may sleep again. */
	host_sleep(numbered(table, 1), T0);
	assert_ptr_equal(host_wake(table, T0), numbered(table, 1));
	assert_null(host_wake(table, INT64_MAX));
	host_table_free(table);
}

/* More hosts than are kept, each set aside so that a forgotten one can be told. */
static struct host_table *crowded_table(uint32_t count)
{
	const struct host_limits limits = { .per_host = 1, .per_ip = 1, .set_aside = 1 };
	struct host_table *table = host_table_new(&limits);

	for (uint32_t i = 0; i < count; i++)
		host_failed(numbered(table, i));
	return table;
}

static uint32_t count_remembered(struct host_table *table, uint32_t from, uint32_t to)
{
	uint32_t count = 0;

	for (uint32_t i = from; i < to; i++)
		count += host_is_set_aside(numbered(table, i));
	return count;
}

static void trim(struct host_table *table)
{
	for (int turn = 0; turn < 1000; turn++)
		host_table_trim(table);
}

static void trimming_keeps_a_fixed_number(void **state)
{
	struct host_table *table = crowded_table(IDLE_HOSTS);

	(void)state;
	trim(table);
	assert_int_equal(count_remembered(table, 0, IDLE_HOSTS), IDLE_HOSTS);
	host_table_free(table);
	table = crowded_table(IDLE_HOSTS + 5000);
	trim(table);
	assert_int_equal(count_remembered(table, 5000, IDLE_HOSTS + 5000), IDLE_HOSTS);
	host_table_free(table);
}

static void trimming_forgets_the_longest_unused(void **state)
{
	struct host_table *table = crowded_table(IDLE_HOSTS + 100);

	(void)state;
	for (uint32_t i = 0; i < 50; i++)
		numbered(table, i);
	trim(table);
	assert_int_equal(count_remembered(table, 0, 50), 50);
	assert_int_equal(count_remembered(table, 50, 150), 0);
	host_table_free(table);
}

static void trimming_keeps_who_is_busy(void **state)
{
	struct host_table *table = crowded_table(IDLE_HOSTS + 100);
	struct host *active = numbered(table, 0), *queued = numbered(table, 1), *waiting = numbered(table, 2),
		    *asleep = numbered(table, 3);
	struct host_wait wait;

	(void)state;
	host_begin(active, T0);
	host_queue(queued, &wait);
	host_set_bucket_waiting(waiting, true);
	host_sleep(asleep, T0);
	/* They are the oldest all the same. */
	for (uint32_t i = 4; i < IDLE_HOSTS + 100; i++)
		numbered(table, i);
	trim(table);
	assert_ptr_equal(numbered(table, 0), active);
	assert_ptr_equal(numbered(table, 1), queued);
	assert_ptr_equal(numbered(table, 2), waiting);
	assert_ptr_equal(numbered(table, 3), asleep);
	assert_int_equal(count_remembered(table, 0, 4), 4);
	assert_ptr_equal(host_wake(table, T0), asleep);
	assert_int_equal(count_remembered(table, 104, IDLE_HOSTS + 100), IDLE_HOSTS - 4);
	host_table_free(table);
}

static void peers_have_slots(void **state)
{
	struct host_table *table = host_table_new(&usual);
	struct peer *peer = peer_get(table, SPAN("\x7F\0\0\1")), *other = peer_get(table, SPAN("\x7F\0\0\2"));
	struct host_wait wait[2];

	(void)state;
	assert_ptr_not_equal(peer, other);
	assert_ptr_equal(peer_get(table, SPAN("\x7F\0\0\1")), peer);
	for (int i = 0; i < 3; i++)
		assert_true(peer_try_begin(peer));
	assert_false(peer_try_begin(peer));
	assert_true(peer_try_begin(other));
	peer_queue(peer, &wait[0]);
	peer_queue(peer, &wait[1]);
	/* Who is returned has not begun, and finds a slot. */
	assert_ptr_equal(peer_end(table, peer), &wait[0]);
	assert_true(peer_try_begin(peer));
	assert_false(peer_try_begin(peer));
	assert_ptr_equal(peer_end(table, peer), &wait[1]);
	assert_true(peer_try_begin(peer));
	assert_null(peer_end(table, peer));
	assert_null(peer_end(table, peer));
	assert_null(peer_end(table, peer));
	assert_null(peer_end(table, other));
	/* Gone with the last request, and as new when asked for again. */
	peer = peer_get(table, SPAN("\x7F\0\0\1"));
	for (int i = 0; i < 3; i++)
		assert_true(peer_try_begin(peer));
	assert_false(peer_try_begin(peer));
	host_table_free(table);
}

static void a_pass_begins_with_other_limits(void **state)
{
	const struct host_limits later = { .per_host = 1, .per_ip = 1, .set_aside = 1, .park_max_ms = 60000 };
	struct host_table *table = host_table_new(&usual);
	struct host *dead = host_get(table, SPAN("dead.example")), *busy = host_get(table, SPAN("busy.example"));
	struct peer *peer;

	(void)state;
	while (!host_failed(dead))
		;
	host_park(busy, 10, T0);
	host_table_begin_pass(table, &later);
	assert_false(host_is_set_aside(dead));
	assert_true(host_failed(dead));
	/* What it asked for counts on. */
	assert_int_equal(host_ready_us(busy, T0), T0 + 10 * S);
	host_begin(busy, T0 + 10 * S);
	assert_int_equal(host_ready_us(busy, T0 + 11 * S), INT64_MAX);
	host_end(busy);
	peer = peer_get(table, SPAN("\x7F\0\0\1"));
	assert_true(peer_try_begin(peer));
	assert_false(peer_try_begin(peer));
	assert_null(peer_end(table, peer));
	host_table_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_are_found_by_name),
		cmocka_unit_test(slots_are_counted),
		cmocka_unit_test(requests_are_spaced),
		cmocka_unit_test(hosts_are_parked),
		cmocka_unit_test(success_ends_the_back_off),
		cmocka_unit_test(back_off_has_an_end),
		cmocka_unit_test(parking_does_not_undo_spacing),
		cmocka_unit_test(failing_hosts_are_set_aside),
		cmocka_unit_test(the_queue_keeps_its_order),
		cmocka_unit_test(the_bucket_is_remembered),
		cmocka_unit_test(sleepers_wake_in_order),
		cmocka_unit_test(trimming_keeps_a_fixed_number),
		cmocka_unit_test(trimming_forgets_the_longest_unused),
		cmocka_unit_test(trimming_keeps_who_is_busy),
		cmocka_unit_test(peers_have_slots),
		cmocka_unit_test(a_pass_begins_with_other_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
