#include "formats/output.h"

#include <signal.h>
#include <sys/resource.h>
#include <sysexits.h>

#include "tests/formats/output_bed.h"

/* A limit on the size of files stands in for a full disk: a write that is short, then fails. */
static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void test_full_disk(void **state)
{
	(void)state;
	for (uint64_t good = 0; good <= 2; good++) {
		bool seen[3] = { false };
		struct bed bed;
		struct output_writer *writer;
		size_t frames = 0;

		bed_init(&bed, NULL, 1 << 30);
		writer = output_writer_new(bed.output);
		for (uint64_t i = 1; i <= good; i++)
			assert_true(write_rows(writer, i, 1, 1000) && output_finish_writer(writer));
		assert_false(output_failed(bed.output));
		limit_files(20000);
		assert_true(write_rows(writer, good + 1, 1, 100000));
		assert_false(output_finish_writer(writer));
		assert_true(output_failed(bed.output));

		/* It stays so, even if there is room again. */
		assert_false(write_rows(writer, good + 2, 1, 10));
		assert_false(output_flush_if_due(writer, 1));
		assert_false(output_finish_writer(writer));
		output_writer_free(writer);
		assert_int_equal(bed_close(&bed, true, good), EX_IOERR);
		limit_files(RLIM_INFINITY);

		assert_non_null(strstr(bed.said, "out/part-00000.ndjson.zst: File too large\n"));
		expect_manifest(&bed, "\"state\": \"partial\"");
		expect_manifest(&bed, "File too large");
		assert_false(scratch_has(&bed.scratch, "out/_SUCCESS"));
		assert_int_equal(scratch_has(&bed.scratch, "out/part-00000.ndjson.zst"), good > 0);
		assert_false(scratch_has(&bed.scratch, "out/.part-00000.ndjson.zst"));
		if (good) {
			assert_int_equal(read_part(&bed, "out/part-00000.ndjson.zst", &frames, seen, 3), good);
			assert_int_equal(frames, good);
			expect_sha256(&bed, "out/part-00000.ndjson.zst");
		}
		bed_release(&bed);
	}
}

/* Something is in the way of a new part. */
static void test_no_part(void **state)
{
	struct bed bed;
	struct output_writer *writer;

	(void)state;
	bed_init(&bed, NULL, 1);
	writer = output_writer_new(bed.output);
	assert_true(write_rows(writer, 1, 1, 10) && output_finish_writer(writer));
	scratch_put(&bed.scratch, "out/.part-00001.ndjson.zst", "");
	assert_true(write_rows(writer, 2, 1, 10));
	assert_false(output_finish_writer(writer));
	output_writer_free(writer);
	assert_int_equal(bed_close(&bed, true, 2), EX_IOERR);
	assert_non_null(strstr(bed.said, "out/part-00001.ndjson.zst: File exists\n"));
	expect_manifest(&bed, "\"rows\": 1,");
	bed_release(&bed);
}

/* Not even the manifest can be written: the parts are there, and the exit code tells. */
static void test_no_manifest(void **state)
{
	struct bed bed;
	struct output_writer *writer;

	(void)state;
	bed_init(&bed, NULL, 1);
	writer = output_writer_new(bed.output);
	assert_true(write_rows(writer, 1, 1, 10) && output_finish_writer(writer));
	output_writer_free(writer);
	limit_files(100);
	assert_int_equal(bed_close(&bed, true, 1), EX_IOERR);
	limit_files(RLIM_INFINITY);
	assert_non_null(strstr(bed.said, "_manifest.json"));
	assert_int_equal(scratch_entries(&bed.scratch, "out"), 2); /* the part and the lock */
	assert_true(scratch_has(&bed.scratch, "out/part-00000.ndjson.zst"));
	bed_release(&bed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_no_part),
		cmocka_unit_test(test_no_manifest),
	};

	signal(SIGXFSZ, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
