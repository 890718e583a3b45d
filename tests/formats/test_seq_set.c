#include "formats/seq_set.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void test_members(void **state)
{
	static const uint64_t seqs[] = { 1, 2, 63, 64, 65, 1000000, 999999, 5 };
	struct seq_set set;

	(void)state;
	seq_set_init(&set);
	for (size_t i = 0; i < sizeof(seqs) / sizeof(seqs[0]); i++) {
		assert_false(seq_set_has(&set, seqs[i]));
		assert_true(seq_set_add(&set, seqs[i]));
		assert_false(seq_set_add(&set, seqs[i]));
		for (size_t k = 0; k <= i; k++)
			assert_true(seq_set_has(&set, seqs[k]));
	}
	assert_false(seq_set_has(&set, 0));
	assert_false(seq_set_has(&set, 3));
	assert_false(seq_set_has(&set, 62));
	assert_false(seq_set_has(&set, 1000001));
	assert_false(seq_set_has(&set, UINT64_MAX));
	seq_set_release(&set);
	assert_false(seq_set_has(&set, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
