#include "crawler/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define S_US    1000000
#define LATE_US (INT64_C(1000) * S_US)

/* How many events happen from `from_us` on within `length_us`, when somebody tries every `step_us`. */
static unsigned count(struct pace *pace, int64_t from_us, int64_t length_us, int64_t step_us)
{
	unsigned events = 0;

	for (int64_t now_us = from_us; now_us < from_us + length_us; now_us += step_us) {
		while (events < 1000000 && pace_ready_us(pace) <= now_us) {
			pace_count(pace, now_us);
			events++;
		}
	}
	return events;
}

static void test_rate(void **state)
{
	static const struct {
		uint32_t per_s, parts;
		int64_t step_us;
		unsigned low, high; /* events in 10 s */
	} cases[] = {
		{ 1, 1, 1000, 10, 11 },
		{ 1, 4, 1000, 3, 4 },
		{ 100, 1, 1000, 1000, 1003 },
		{ 100, 3, 1000, 333, 335 },
		{ 30000, 1, 1000, 299000, 300700 },
		{ 30000, 1, 15000, 299000, 300700 },
		{ 30000, 64, 1000, 4687, 4700 },
		/* Turns longer than the bucket lose what does not fit. */
		{ 30000, 1, 40000, 150000, 151000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pace pace;

		pace_init(&pace, cases[i].per_s, cases[i].parts);
		assert_in_range(count(&pace, LATE_US, 10 * S_US, cases[i].step_us), cases[i].low, cases[i].high);
	}
}

static void test_no_limit(void **state)
{
	struct pace pace;

	(void)state;
	pace_init(&pace, 0, 8);
	for (int i = 0; i < 100000; i++)
		pace_count(&pace, LATE_US);
	assert_true(pace_ready_us(&pace) <= LATE_US);
}

static void test_a_pause_is_not_saved_up(void **state)
{
	struct pace pace;

	(void)state;
	pace_init(&pace, 1000, 1);
	assert_in_range(count(&pace, LATE_US, 1, 1), 20, 21);
	assert_in_range(count(&pace, LATE_US + 60 * S_US, 1, 1), 20, 21);
	assert_int_equal(count(&pace, LATE_US + 60 * S_US + 1, 1, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_no_limit),
		cmocka_unit_test(test_a_pause_is_not_saved_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
