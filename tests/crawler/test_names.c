#include "crawler/names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct name *add(struct names *names, unsigned number, enum name_state state)
{
	char text[32];
	struct name *name;

	snprintf(text, sizeof(text), "host-%u.example", number);
	name = names_add(names, span_of(text));
	name->state = state;
	return name;
}

static struct name *find(const struct names *names, unsigned number)
{
	char text[32];

	snprintf(text, sizeof(text), "host-%u.example", number);
	return names_find(names, span_of(text));
}

static void test_finds_what_was_added(void **state)
{
	struct names names = { .max = 10000 };

	(void)state;
	assert_null(find(&names, 1));
	for (unsigned i = 0; i < 5000; i++)
		add(&names, i, NAME_KNOWN)->expires_us = i;
	for (unsigned i = 0; i < 5000; i += 3)
		names_remove(&names, find(&names, i));
	for (unsigned i = 0; i < 5000; i++) {
		const struct name *name = find(&names, i);

		assert_int_equal(name == NULL, i % 3 == 0);
		if (name)
			assert_int_equal(name->expires_us, i);
	}
	assert_null(names_find(&names, SPAN("host-1.exampl")));
	assert_null(names_find(&names, SPAN("")));
	names_release(&names);
}

static void test_the_oldest_makes_room(void **state)
{
	struct names names = { .max = 3 };

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		add(&names, i, NAME_KNOWN);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(find(&names, i) != NULL, i >= 2);
	names_release(&names);
}

static void test_who_is_asked_for_stays(void **state)
{
	struct names names = { .max = 2 };

	(void)state;
	add(&names, 0, NAME_LATE);
	add(&names, 1, NAME_KNOWN);
	add(&names, 2, NAME_KNOWN);
	assert_non_null(find(&names, 0));
	assert_non_null(find(&names, 1));
	find(&names, 0)->state = NAME_KNOWN;
	add(&names, 3, NAME_KNOWN);
	assert_null(find(&names, 0));
	names_release(&names);
}

static bool is_nxdomain(const struct name *name)
{
	return name->error == HOP_ERROR_DNS_NXDOMAIN;
}

static void test_sweep(void **state)
{
	struct names names = { .max = 10 };

	(void)state;
	add(&names, 0, NAME_KNOWN)->error = HOP_ERROR_DNS_NXDOMAIN;
	add(&names, 1, NAME_KNOWN)->error = HOP_ERROR_DNS_TIMEOUT;
	add(&names, 2, NAME_QUEUED)->error = HOP_ERROR_DNS_NXDOMAIN;
	names_sweep(&names, is_nxdomain);
	assert_null(find(&names, 0));
	assert_non_null(find(&names, 1));
	assert_non_null(find(&names, 2));
	names_release(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_what_was_added),
		cmocka_unit_test(test_the_oldest_makes_room),
		cmocka_unit_test(test_who_is_asked_for_stays),
		cmocka_unit_test(test_sweep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
