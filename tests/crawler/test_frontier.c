#include "crawler/frontier.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <cmocka.h>
#include <xxhash.h>

#include "formats/limits.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define LOOPS 3

static const char *directory(void)
{
	const char *where = getenv("TMPDIR");

	return where ? where : "/tmp";
}

static bool add(struct frontier *frontier, unsigned loop, const char *host, uint64_t seq, struct span text)
{
	const struct frontier_entry entry = { .seq = seq, .method = METHOD_GET, .text = text };

	return frontier_add(frontier, loop, span_of(host), &entry);
}

static void expect_next(struct frontier_share *share, uint64_t seq, const char *text)
{
	struct frontier_entry entry;

	assert_true(frontier_peek(share, &entry));
	if (entry.seq != seq || !span_equal(entry.text, span_of(text)))
		fail_msg("%s instead of %s: line %ju", entry.text.bytes, text, (uintmax_t)entry.seq);
	frontier_take(share);
}

static void is_empty_at_first(void **state)
{
	struct frontier *frontier = frontier_new(directory(), LOOPS, stderr);
	struct frontier_entry entry;

	(void)state;
	assert_true(frontier_seal(frontier));
	assert_int_equal(frontier_lines(frontier), 0);
	for (unsigned loop = 0; loop < LOOPS; loop++) {
		struct frontier_share *share = frontier_share(frontier, loop);

		assert_false(frontier_is_ready(share));
		assert_false(frontier_peek(share, &entry));
		assert_false(frontier_has_more(share, SPAN("a.example")));
	}
	frontier_free(frontier);
	frontier_free(NULL);
}

/* Hosts take turns, whatever the order of the list. */
static void hosts_take_turns(void **state)
{
	struct frontier *frontier = frontier_new(directory(), 1, stderr);
	struct frontier_share *share = frontier_share(frontier, 0);
	static const char *const hosts[] = { "a.example", "b.example", "c.example" };
	unsigned seen[3][3] = { { 0 } };

	(void)state;
	for (uint64_t h = 0; h < 3; h++) {
		for (uint64_t i = 0; i < 3; i++) {
			char text[64];

			snprintf(text, sizeof(text), "http://%s/%d", hosts[h], (int)i);
			assert_true(add(frontier, 0, hosts[h], h * 3 + i + 1, span_of(text)));
		}
	}
	assert_true(frontier_seal(frontier));
	assert_int_equal(frontier_lines(frontier), 9);
	for (unsigned turn = 0; turn < 9; turn++) {
		struct frontier_entry entry, again;
		uint64_t host;

		assert_true(frontier_peek(share, &entry));
		host = (entry.seq - 1) / 3;
		assert_int_equal(host, turn % 3);
		assert_int_equal(entry.method, METHOD_GET);
		seen[host][(entry.seq - 1) % 3]++;
		/* Looking takes nothing. */
		assert_true(frontier_peek(share, &again));
		assert_int_equal(again.seq, entry.seq);
		assert_int_equal(again.place, entry.place);
		assert_true(frontier_has_more(share, span_of(hosts[host])));
		frontier_take(share);
		assert_int_equal(frontier_has_more(share, span_of(hosts[host])), turn < 6);
	}
	assert_false(frontier_is_ready(share));
	for (unsigned i = 0; i < 9; i++)
		assert_int_equal(seen[i / 3][i % 3], 1);
	frontier_free(frontier);
}

static void held_buckets_stand_still(void **state)
{
	struct frontier *frontier = frontier_new(directory(), 1, stderr);
	struct frontier_share *share = frontier_share(frontier, 0);

	(void)state;
	assert_true(add(frontier, 0, "a.example", 1, SPAN("http://a.example/1")));
	assert_true(add(frontier, 0, "a.example", 2, SPAN("http://a.example/2")));
	assert_true(add(frontier, 0, "b.example", 3, SPAN("http://b.example/1")));
	assert_true(add(frontier, 0, "b.example", 4, SPAN("http://b.example/2")));
	assert_true(frontier_seal(frontier));
	expect_next(share, 2, "http://a.example/2");
	expect_next(share, 4, "http://b.example/2");
	/* a.example has to wait. */
	{
		struct frontier_entry entry;

		assert_true(frontier_peek(share, &entry));
		assert_int_equal(entry.seq, 1);
		frontier_hold(share);
	}
	assert_true(frontier_has_more(share, SPAN("a.example")));
	expect_next(share, 3, "http://b.example/1");
	assert_false(frontier_is_ready(share));
	frontier_release(share, SPAN("a.example"));
	assert_true(frontier_is_ready(share));
	expect_next(share, 1, "http://a.example/1");
	assert_false(frontier_is_ready(share));
	frontier_free(frontier);
}

/* Both of two buckets held, released the other way round. */
static void released_buckets_queue_up(void **state)
{
	struct frontier *frontier = frontier_new(directory(), 1, stderr);
	struct frontier_share *share = frontier_share(frontier, 0);
	struct frontier_entry entry;

	(void)state;
	assert_true(add(frontier, 0, "a.example", 1, SPAN("http://a.example/")));
	assert_true(add(frontier, 0, "b.example", 2, SPAN("http://b.example/")));
	assert_true(frontier_seal(frontier));
	for (uint64_t seq = 1; seq <= 2; seq++) {
		assert_true(frontier_peek(share, &entry));
		assert_int_equal(entry.seq, seq);
		frontier_hold(share);
	}
	assert_false(frontier_is_ready(share));
	frontier_release(share, SPAN("b.example"));
	frontier_release(share, SPAN("a.example"));
	expect_next(share, 2, "http://b.example/");
	expect_next(share, 1, "http://a.example/");
	assert_false(frontier_is_ready(share));
	frontier_free(frontier);
}

/* 100,000 lines over 5,000 hosts and three loops. */
#define LINES 100000
#define HOSTS 5000

static size_t print_line(char *out, size_t size, uint64_t i, char *host, size_t host_size)
{
	snprintf(host, host_size, "h%ju.example", (uintmax_t)(i % HOSTS));
	return (size_t)snprintf(out, size, "http://%s/%ju%.*s", host, (uintmax_t)i, (int)(i % 600),
				"--------------------------------------------------------------------------------"
				"--------------------------------------------------------------------------------"
				"--------------------------------------------------------------------------------"
				"--------------------------------------------------------------------------------"
				"--------------------------------------------------------------------------------"
				"--------------------------------------------------------------------------------"
				"--------------------------------------------------------------------------------");
}

static unsigned loop_of(const char *host)
{
	return (unsigned)(XXH3_64bits(host, strlen(host)) % LOOPS);
}

static void expect_line(const struct frontier_entry *entry, uint8_t *seen)
{
	char text[1024], host[64];
	size_t len;

	assert_in_range(entry->seq, 1, LINES);
	len = print_line(text, sizeof(text), entry->seq - 1, host, sizeof(host));
	assert_true(span_equal(entry->text, (struct span){ text, len }));
	assert_int_equal(seen[entry->seq - 1], 0);
	seen[entry->seq - 1] = 1;
}

static void many_lines_come_out_once(void **state)
{
	struct frontier *frontier = frontier_new(directory(), LOOPS, stderr);
	uint8_t *seen = calloc(LINES, 1);

	(void)state;
	for (uint64_t i = 0; i < LINES; i++) {
		char text[1024], host[64];
		size_t len = print_line(text, sizeof(text), i, host, sizeof(host));

		assert_true(add(frontier, loop_of(host), host, i + 1, (struct span){ text, len }));
	}
	assert_true(frontier_seal(frontier));
	assert_int_equal(frontier_lines(frontier), LINES);
	for (unsigned loop = 0; loop < LOOPS; loop++) {
		struct frontier_share *share = frontier_share(frontier, loop);
		struct frontier_entry entry;

		while (frontier_peek(share, &entry)) {
			expect_line(&entry, seen);
			frontier_take(share);
		}
	}
	for (uint64_t i = 0; i < LINES; i++)
		assert_int_equal(seen[i], 1);
	free(seen);
	frontier_free(frontier);
}

/* What was deferred comes again, with what it was deferred with, as often as it is. */
static void deferred_lines_come_again(void **state)
{
	struct frontier *frontier = frontier_new(directory(), LOOPS, stderr);
	struct frontier_share *share = frontier_share(frontier, 1);
	struct frontier_entry entry;

	(void)state;
	for (uint64_t i = 1; i <= 100; i++)
		assert_true(add(frontier, 1, i % 2 ? "a.example" : "b.example", i, SPAN("http://a.example/")));
	assert_true(frontier_seal(frontier));
	for (unsigned pass = 1; pass <= 4; pass++) {
		uint64_t step = 1U << (pass - 1), count = 0;

		while (frontier_peek(share, &entry)) {
			frontier_take(share);
			count++;
			assert_int_equal(entry.passes, pass - 1);
			assert_int_equal(entry.seq % step, 0);
			assert_int_equal(entry.first_error, pass > 1 ? HOP_ERROR_RESET : HOP_OK);
			assert_int_equal(entry.first_status, pass > 1 ? entry.seq : 0);
			if (entry.seq % (step * 2))
				continue;
			entry.passes++;
			entry.first_error = HOP_ERROR_RESET;
			entry.first_status = (uint16_t)entry.seq;
			assert_true(
				frontier_defer(share, entry.seq % 2 ? SPAN("a.example") : SPAN("b.example"), &entry));
		}
		assert_int_equal(count, 100 / step);
		frontier_next_pass(share);
	}
	frontier_free(frontier);
}

/* Longer than what one read takes in, up to the longest there is. */
static void long_lines_come_out_whole(void **state)
{
	static const size_t lengths[] = { 0, 1, 487, 488, 489, 511, 512, 513, URL_BYTES_MAX - 1, URL_BYTES_MAX };
	static char text[URL_BYTES_MAX];
	struct frontier *frontier = frontier_new(directory(), 1, stderr);
	struct frontier_share *share = frontier_share(frontier, 0);
	struct frontier_entry entry;
	unsigned count = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + i % 23);
	for (size_t i = 0; i < COUNT(lengths); i++)
		assert_true(add(frontier, 0, "a.example", i, (struct span){ text, lengths[i] }));
	assert_true(frontier_seal(frontier));
	while (frontier_peek(share, &entry)) {
		assert_true(entry.seq < COUNT(lengths));
		assert_true(span_equal(entry.text, (struct span){ text, lengths[entry.seq] }));
		frontier_take(share);
		count++;
	}
	assert_int_equal(count, COUNT(lengths));
	frontier_free(frontier);
}

/* A disk that is full: told when the buffer is written out, by frontier_add or at the latest by
 * frontier_seal. */
static void write_errors_are_told(void **state)
{
	static char text[URL_BYTES_MAX];
	static const unsigned line_counts[] = { 1, 1000 };
	struct rlimit limit, small;
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);

	(void)state;
	getrlimit(RLIMIT_FSIZE, &limit);
	small = (struct rlimit){ .rlim_cur = 100, .rlim_max = limit.rlim_max };
	memset(text, 'x', sizeof(text));
	for (size_t i = 0; i < COUNT(line_counts); i++) {
		struct frontier *frontier = frontier_new(directory(), 1, stderr);
		bool added = true, sealed;

		setrlimit(RLIMIT_FSIZE, &small);
		for (unsigned line = 0; line < line_counts[i] && added; line++) {
			memcpy(text, &line, sizeof(line));
			added = add(frontier, 0, "a.example", line + 1, (struct span){ text, sizeof(text) });
		}
		sealed = frontier_seal(frontier);
		setrlimit(RLIMIT_FSIZE, &limit);
		assert_int_equal(added, line_counts[i] == 1);
		assert_false(sealed);
		assert_string_equal(frontier_error(frontier), strerror(EFBIG));
		frontier_free(frontier);
	}
	signal(SIGXFSZ, handler);
}

static void says_where_it_cannot_be(void **state)
{
	char *message = NULL;
	size_t size;
	FILE *errors = open_memstream(&message, &size);

	(void)state;
	assert_null(frontier_new("/nonexistent/folder", 1, errors));
	fclose(errors);
	assert_string_equal(message, "detour: cannot make a temporary file in /nonexistent/folder: "
				     "No such file or directory\n");
	free(message);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_empty_at_first),         cmocka_unit_test(hosts_take_turns),
		cmocka_unit_test(held_buckets_stand_still),  cmocka_unit_test(released_buckets_queue_up),
		cmocka_unit_test(many_lines_come_out_once),  cmocka_unit_test(deferred_lines_come_again),
		cmocka_unit_test(long_lines_come_out_whole), cmocka_unit_test(write_errors_are_told),
		cmocka_unit_test(says_where_it_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
