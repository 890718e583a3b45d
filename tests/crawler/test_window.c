#include "crawler/window.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct window make_window(size_t size)
{
	return (struct window){ .size = size, .min = 2, .max = 10, .halved_at_us = -1000, .halve_every_us = 1000 };
}

static void answer(struct window *window, size_t count)
{
	while (count--)
		window_answered(window);
}

static void test_grows_by_one_for_each_window(void **state)
{
	struct window window = make_window(4);

	(void)state;
	answer(&window, 3);
	assert_int_equal(window.size, 4);
	answer(&window, 1);
	assert_int_equal(window.size, 5);
	answer(&window, 4);
	assert_int_equal(window.size, 5);
	answer(&window, 1);
	assert_int_equal(window.size, 6);
}

static void test_stays_within_its_bounds(void **state)
{
	struct window window = make_window(9);

	(void)state;
	answer(&window, 1000);
	assert_int_equal(window.size, 10);
	for (int64_t now_us = 0; now_us < 10000; now_us += 1000)
		window_lost(&window, now_us);
	assert_int_equal(window.size, 2);
}

static void test_losses_that_come_together_are_one(void **state)
{
	struct window window = make_window(8);

	(void)state;
	window_lost(&window, 0);
	window_lost(&window, 1);
	window_lost(&window, 999);
	assert_int_equal(window.size, 4);
	window_lost(&window, 1000);
	assert_int_equal(window.size, 2);
}

static void test_a_loss_begins_the_count_anew(void **state)
{
	struct window window = make_window(8);

	(void)state;
	answer(&window, 7);
	window_lost(&window, 0);
	answer(&window, 3);
	assert_int_equal(window.size, 4);
	answer(&window, 1);
	assert_int_equal(window.size, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grows_by_one_for_each_window),
		cmocka_unit_test(test_stays_within_its_bounds),
		cmocka_unit_test(test_losses_that_come_together_are_one),
		cmocka_unit_test(test_a_loss_begins_the_count_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
