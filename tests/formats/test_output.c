#include "formats/output.h"

#include <pthread.h>
#include <sysexits.h>

#include "tests/formats/output_bed.h"

static void test_frames(void **state)
{
	enum { ROWS = 20000 };
	static bool seen[ROWS];
	struct bed bed;
	struct output_writer *writer;
	size_t frames = 0, len;
	uint64_t bytes;

	(void)state;
	bed_init(&bed, NULL, 1 << 30);
	writer = output_writer_new(bed.output);
	assert_true(write_rows(writer, 1, ROWS, 300)); /* some 22 MB, so three frames */
	assert_true(output_finish_writer(writer));
	assert_true(output_finish_writer(writer)); /* again: nothing to do */
	output_writer_free(writer);
	bytes = output_bytes(bed.output);
	assert_int_equal(bed_close(&bed, true, ROWS), 0);
	assert_int_equal(read_part(&bed, "out/part-00000.ndjson.zst", &frames, seen, ROWS), ROWS);
	free(scratch_get(&bed.scratch, "out/part-00000.ndjson.zst", &len));
	assert_int_equal(bytes, len);
	assert_int_equal(frames, 3);
	assert_int_equal(scratch_entries(&bed.scratch, "out"), 4); /* the part, manifest, mark, lock */
	assert_true(scratch_has(&bed.scratch, "out/_SUCCESS"));
	expect_manifest(&bed, "\"state\": \"complete\"");
	expect_manifest(&bed, "\"frames\": 3");
	expect_manifest(&bed, "\"ok\": 10000,");
	expect_manifest(&bed, "\"loop\": 10000,");
	expect_sha256(&bed, "out/part-00000.ndjson.zst");
	bed_release(&bed);
}

/* Every row ends up in a published part, whichever thread wrote it. */
struct job {
	struct output *output;
	uint64_t first, count;
};

static void *run_job(void *context)
{
	struct job *job = context;
	struct output_writer *writer = output_writer_new(job->output);
	bool done = true;

	for (uint64_t i = 0; i < job->count; i += 100)
		done = write_rows(writer, job->first + i, 100, 200) && output_finish_writer(writer) && done;
	output_writer_free(writer);
	return done ? job : NULL;
}

static void test_parts_of_several_threads(void **state)
{
	enum { THREADS = 4, ROWS = 5000 };
	static bool seen[THREADS * ROWS];
	struct bed bed;
	struct job job[THREADS];
	pthread_t thread[THREADS];
	size_t frames = 0, rows = 0;
	unsigned parts = 0;
	char name[64];

	(void)state;
	bed_init(&bed, NULL, 100000);
	for (unsigned i = 0; i < THREADS; i++) {
		job[i] = (struct job){ bed.output, 1 + i * ROWS, ROWS };
		assert_int_equal(pthread_create(&thread[i], NULL, run_job, &job[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		void *result;

		pthread_join(thread[i], &result);
		assert_non_null(result);
	}
	assert_int_equal(bed_close(&bed, true, THREADS * ROWS), 0);
	for (;; parts++) {
		snprintf(name, sizeof(name), "out/part-%05u.ndjson.zst", parts);
		if (!scratch_has(&bed.scratch, name))
			break;
		rows += read_part(&bed, name, &frames, seen, THREADS * ROWS);
		expect_sha256(&bed, name);
	}
	assert_true(parts > 3);
	assert_int_equal(frames, THREADS * ROWS / 100);
	assert_int_equal(rows, THREADS * ROWS);
	assert_int_equal(scratch_entries(&bed.scratch, "out"), parts + 3);
	bed_release(&bed);
}

static void test_states(void **state)
{
	static const struct {
		const char *name;
		uint64_t rows, input_lines;
		bool complete;
		int code;
		size_t entries; /* the lock and the manifest are always there */
		const char *manifest;
	} cases[] = {
		{ "no input", 0, 0, true, 0, 3, "\"state\": \"complete\"" },
		{ "stopped before the first row", 0, 9, false, 0, 2, "\"state\": \"partial\"" },
		{ "stopped", 3, 9, false, 0, 3, "\"state\": \"partial\"" },
		{ "complete", 9, 9, true, 0, 4, "\"state\": \"complete\"" },
		{ "a row is missing", 8, 9, true, EX_SOFTWARE, 3, "\"state\": \"partial\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bed bed;
		struct output_writer *writer;
		int code;

		bed_init(&bed, NULL, 1);
		writer = output_writer_new(bed.output);
		assert_true(write_rows(writer, 1, cases[i].rows, 10));
		assert_true(output_finish_writer(writer));
		output_writer_free(writer);
		code = bed_close(&bed, cases[i].complete, cases[i].input_lines);
		if (code != cases[i].code || scratch_entries(&bed.scratch, "out") != cases[i].entries)
			fail_msg("%s: %d, %zu entries, %s", cases[i].name, code, scratch_entries(&bed.scratch, "out"),
				 bed.said);
		expect_manifest(&bed, cases[i].manifest);
		bed_release(&bed);
	}
}

static void test_frames_end_with_time(void **state)
{
	bool seen[4] = { false };
	struct bed bed;
	struct output_writer *writer;
	size_t frames = 0;

	(void)state;
	bed_init(&bed, NULL, 1 << 20);
	writer = output_writer_new(bed.output);
	assert_true(output_flush_if_due(writer, 1000));
	assert_true(write_rows(writer, 1, 1, 10));
	assert_true(output_flush_if_due(writer, 2000)); /* the row is seen here */
	assert_true(write_rows(writer, 2, 1, 10));
	assert_true(output_flush_if_due(writer, 2000 + FRAME_AGE_US - 1));
	assert_false(scratch_has(&bed.scratch, "out/.part-00000.ndjson.zst"));
	assert_true(output_flush_if_due(writer, 2000 + FRAME_AGE_US));
	assert_true(scratch_has(&bed.scratch, "out/.part-00000.ndjson.zst"));
	assert_true(write_rows(writer, 3, 1, 10));
	assert_true(output_flush_if_due(writer, 2000 + 2 * FRAME_AGE_US)); /* its time begins here */
	assert_true(write_rows(writer, 4, 1, 10));
	assert_true(output_finish_writer(writer));
	output_writer_free(writer);
	assert_int_equal(bed_close(&bed, true, 4), 0);
	assert_int_equal(read_part(&bed, "out/part-00000.ndjson.zst", &frames, seen, 4), 4);
	assert_int_equal(frames, 2);
	bed_release(&bed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_parts_of_several_threads),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_frames_end_with_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
