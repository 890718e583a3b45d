#include "formats/part_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/formats/scratch.h"

static void test_numbers(void **state)
{
	static const char *const names[] = {
		"part-00010.ndjson.zst", ".part-00002.ndjson.zst", "part-00000.ndjson.zst",   "part-0.ndjson.zst",
		"_manifest.json",        ".part-x.ndjson.zst",     "..part-00003.ndjson.zst",
	};
	struct output_dir dir = { .lock_fd = -1 };
	struct part_list list;
	struct scratch scratch;

	(void)state;
	scratch_init(&scratch);
	dir.fd = open(scratch_path(&scratch, ""), O_RDONLY | O_DIRECTORY);
	assert_true(part_list_read(&list, &dir) && list.count == 0);
	part_list_release(&list);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		scratch_put(&scratch, names[i], "");
	assert_true(part_list_read(&list, &dir));
	assert_int_equal(list.count, 3);
	assert_true(list.entry[0].number == 0 && list.entry[0].published);
	assert_true(list.entry[1].number == 2 && !list.entry[1].published);
	assert_true(list.entry[2].number == 10 && list.entry[2].published);
	assert_null(part_list_repeated(&list));
	part_list_release(&list);

	scratch_put(&scratch, ".part-00010.ndjson.zst", "");
	assert_true(part_list_read(&list, &dir));
	assert_non_null(part_list_repeated(&list));
	assert_int_equal(part_list_repeated(&list)->number, 10);
	part_list_release(&list);
	output_dir_release(&dir);

	dir.fd = -1;
	assert_false(part_list_read(&list, &dir));
	part_list_release(&list);
	scratch_release(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
