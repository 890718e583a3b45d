#include "crawler/window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NOTICE_US 1000

static struct window make_window(uint32_t size)
{
	return (struct window){ .size = size, .min = 4, .max = 100, .notice_us = NOTICE_US };
}

/* Loses `count` questions in a row, `from` being the first; returns the next number. */
static uint64_t lose(struct window *window, uint64_t from, unsigned count, int64_t now_us)
{
	while (count--)
		window_lost(window, from++, now_us);
	return from;
}

static void test_grows_when_it_is_full(void **state)
{
	struct window window = make_window(8);

	(void)state;
	window_full(&window, 0);
	assert_int_equal(window.size, 11);
	window_full(&window, NOTICE_US - 1);
	assert_int_equal(window.size, 11);
	window_full(&window, NOTICE_US);
	assert_int_equal(window.size, 14);
}

static void test_stays_within_its_bounds(void **state)
{
	struct window window = make_window(1);
	uint64_t next = 1;

	(void)state;
	for (int64_t now_us = 0; now_us < 50 * NOTICE_US; now_us += NOTICE_US)
		window_full(&window, now_us);
	assert_int_equal(window.size, 100);
	for (int64_t now_us = 100 * NOTICE_US; now_us < 150 * NOTICE_US; now_us += NOTICE_US)
		next = lose(&window, next, 8, now_us);
	assert_int_equal(window.size, 4);
}

static void test_a_row_of_losses_halves_it(void **state)
{
	struct window window = make_window(64);

	(void)state;
	lose(&window, 1, 7, 0);
	assert_int_equal(window.size, 64);
	lose(&window, 8, 1, 0);
	assert_int_equal(window.size, 32);
}

static void test_a_server_that_is_full_is_one_loss(void **state)
{
	struct window window = make_window(64);
	uint64_t next = lose(&window, 1, 500, 0);

	(void)state;
	assert_int_equal(window.size, 32);
	next = lose(&window, next, 8, NOTICE_US - 1);
	assert_int_equal(window.size, 32);
	lose(&window, next, 8, NOTICE_US);
	assert_int_equal(window.size, 16);
}

static void test_does_not_grow_where_it_has_just_lost(void **state)
{
	struct window window = make_window(64);

	(void)state;
	lose(&window, 1, 8, 0);
	window_full(&window, NOTICE_US - 1);
	assert_int_equal(window.size, 32);
	window_full(&window, NOTICE_US);
	assert_int_equal(window.size, 41);
}

static void test_losses_here_and_there_do_not_matter(void **state)
{
	struct window window = make_window(64);
	uint64_t next = 1;

	(void)state;
	for (int64_t now_us = 0; now_us < 1000 * NOTICE_US; now_us += NOTICE_US)
		next = 1 + lose(&window, next, 7, now_us);
	assert_int_equal(window.size, 64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows_when_it_is_full),
		cmocka_unit_test(test_stays_within_its_bounds),
		cmocka_unit_test(test_a_row_of_losses_halves_it),
		cmocka_unit_test(test_a_server_that_is_full_is_one_loss),
		cmocka_unit_test(test_does_not_grow_where_it_has_just_lost),
		cmocka_unit_test(test_losses_here_and_there_do_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
