#include "crawler/admission.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define S  INT64_C(1000000)
#define MS INT64_C(1000)

static const struct {
	uint64_t limit_max, under_way, limit;
} cases[] = {
	{ 1000, 1000, 750 }, { 1000, 400, 300 }, { 1000, 3, 2 }, { 1000, 1, 1 },
	{ 1000, 0, 1 },      { 10, 5000, 7 },    { 1, 1, 1 },
};

static void failures_lower_the_limit(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct admission admission;

		admission_init(&admission, cases[i].limit_max);
		assert_int_equal(admission.limit, cases[i].limit_max);
		admission_failed(&admission, cases[i].under_way, 5 * S);
		if (admission.limit != cases[i].limit)
			fail_msg("case %zu: %ju", i, (uintmax_t)admission.limit);
	}
}

static void failures_together_count_once(void **state)
{
	struct admission admission;

	(void)state;
	admission_init(&admission, 1000);
	for (int64_t ms = 0; ms < 50; ms++)
		admission_failed(&admission, 1000, 5 * S + ms * MS);
	assert_int_equal(admission.limit, 750);
	admission_failed(&admission, 750, 5 * S + 50 * MS);
	assert_int_equal(admission.limit, 562);
}

static void successes_raise_it_slowly(void **state)
{
	struct admission admission;
	unsigned successes = 0;

	(void)state;
	admission_init(&admission, 100);
	admission_failed(&admission, 100, 5 * S);
	for (; admission.limit < 80; successes++)
		admission_succeeded(&admission);
	assert_int_equal(successes, 75 + 76 + 77 + 78 + 79);
	/* A failure takes back what was on the way up. */
	for (unsigned i = 0; i < 79; i++)
		admission_succeeded(&admission);
	admission_failed(&admission, 80, 6 * S);
	assert_int_equal(admission.limit, 60);
	for (unsigned i = 0; i < 10000; i++)
		admission_succeeded(&admission);
	assert_int_equal(admission.limit, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failures_lower_the_limit),
		cmocka_unit_test(failures_together_count_once),
		cmocka_unit_test(successes_raise_it_slowly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
