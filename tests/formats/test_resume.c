#include "formats/resume.h"

#include <signal.h>
#include <sys/resource.h>
#include <sysexits.h>

#include "tests/formats/output_bed.h"

/* Rows of each of a part's two frames. */
enum { FRAME_ROWS = 3, PART_ROWS = 2 * FRAME_ROWS };

static const struct manifest_text options[] = { { "max-redirects", "20" } };

static struct stamp stamp_of(const char *list)
{
	return (struct stamp){ .run_id = "r1",
			       .started_at_us = 77,
			       .list = list,
			       .tool_version = "1",
			       .option = options,
			       .option_count = 1 };
}

/* The output of a run, being written or resumed. */
struct run {
	struct scratch scratch;
	struct stamp stamp;
	struct output *output;
	int code;
	FILE *errors;
	char *said;
	size_t said_len;
};

static void open_run(struct run *run, enum output_dir_mode mode, uint64_t part_bytes)
{
	const struct output_config config = { .path = scratch_path(&run->scratch, "out"),
					      .mode = mode,
					      .part_bytes = part_bytes,
					      .frame_age_us = FRAME_AGE_US,
					      .run_id = mode == OUTPUT_DIR_RESUME ? "r2" : "r1",
					      .stamp = &run->stamp };

	run->errors = open_memstream(&run->said, &run->said_len);
	run->output = output_open(&config, run->errors, &run->code);
	fflush(run->errors);
}

static void end_run(struct run *run, bool complete, uint64_t input_lines)
{
	const struct manifest_facts facts = { .complete = complete, .input_lines = input_lines, .tool_version = "1" };

	if (run->output)
		run->code = output_close(run->output, &facts);
	fclose(run->errors);
	free(run->said);
	run->output = NULL;
}

/* Writes frames of FRAME_ROWS rows. */
static void write_frames(struct run *run, uint64_t first_seq, unsigned frames)
{
	struct output_writer *writer = output_writer_new(run->output);

	for (unsigned i = 0; i < frames; i++) {
		assert_true(write_rows(writer, first_seq + i * FRAME_ROWS, FRAME_ROWS, 50));
		assert_true(output_finish_writer(writer));
	}
	output_writer_free(writer);
}

/* A run of one part of two frames, stopped by a signal. */
static void stopped_run(struct run *run)
{
	scratch_init(&run->scratch);
	run->stamp = stamp_of("00");
	open_run(run, OUTPUT_DIR_NEW, 1 << 20);
	assert_int_equal(run->code, 0);
	assert_int_equal(output_before(run->output).started_at_us, 0);
	write_frames(run, 1, 2);
	assert_true(output_list_read(run->output, "00"));
	end_run(run, false, 100);
	assert_int_equal(run->code, 0);
}

static void put_bytes(const struct run *run, const char *name, const char *bytes, size_t len)
{
	FILE *file = fopen(scratch_path(&run->scratch, name), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

/* As a killed run leaves it: no manifest, and part 0 with these bytes under its hidden name or its own. */
static void leave(const struct run *run, bool published, const char *bytes, size_t len)
{
	unlink(scratch_path(&run->scratch, "out/_manifest.json"));
	unlink(scratch_path(&run->scratch, "out/_SUCCESS"));
	unlink(scratch_path(&run->scratch, "out/part-00000.ndjson.zst"));
	unlink(scratch_path(&run->scratch, "out/part-00001.ndjson.zst"));
	put_bytes(run, published ? "out/part-00000.ndjson.zst" : "out/.part-00000.ndjson.zst", bytes, len);
}

/* Resumes the run, writes what is missing of PART_ROWS, and checks that each row is there once. Returns the rows
 * that were there before. */
static uint64_t finish_and_check(struct run *run, const char *name)
{
	bool seen[PART_ROWS + 1] = { false };
	struct output_writer *writer;
	size_t frames = 0, rows = 0;
	uint64_t before, missing = 0;
	char text[64];

	open_run(run, OUTPUT_DIR_RESUME, 1 << 20);
	if (!run->output)
		fail_msg("%s: %d, %s", name, run->code, run->said);
	before = output_before(run->output).counts.rows;
	assert_int_equal(output_before(run->output).started_at_us, 77);
	assert_true(output_list_read(run->output, "00"));
	writer = output_writer_new(run->output);
	for (uint64_t seq = 1; seq <= PART_ROWS; seq++) {
		if (!output_has_row(run->output, seq)) {
			assert_true(write_rows(writer, seq, 1, 50));
			missing++;
		}
	}
	assert_true(output_finish_writer(writer));
	output_writer_free(writer);
	assert_int_equal(before + missing, PART_ROWS);
	end_run(run, true, PART_ROWS);
	if (run->code != 0)
		fail_msg("%s: exit %d", name, run->code);

	for (unsigned i = 0; i < 2; i++) {
		struct bed bed = { .scratch = run->scratch };

		snprintf(text, sizeof(text), "out/part-%05u.ndjson.zst", i);
		if (!scratch_has(&run->scratch, text))
			continue;
		rows += read_part(&bed, text, &frames, seen, PART_ROWS);
		expect_sha256(&bed, text);
	}
	if (rows != PART_ROWS)
		fail_msg("%s: %zu rows", name, rows);
	assert_true(scratch_has(&run->scratch, "out/_SUCCESS"));
	assert_false(scratch_has(&run->scratch, "out/.part-00000.ndjson.zst"));
	return before;
}

/* Where the first of a part's frames ends. */
static size_t first_frame_len(const char *bytes, size_t len)
{
	return ZSTD_findFrameCompressedSize(bytes, len);
}

/* Cut at every byte, in work and published: whole frames stay, all else is walked again. */
static void test_torn_anywhere(void **state)
{
	struct run run;
	size_t len, first;
	char *bytes;

	(void)state;
	stopped_run(&run);
	bytes = scratch_get(&run.scratch, "out/part-00000.ndjson.zst", &len);
	first = first_frame_len(bytes, len);
	assert_true(first < len);
	for (size_t cut = 0; cut <= len; cut++) {
		uint64_t whole = cut == len ? PART_ROWS : cut >= first ? FRAME_ROWS : 0;
		uint64_t before;
		char name[64];

		snprintf(name, sizeof(name), "cut to %zu of %zu bytes", cut, len);
		leave(&run, cut % 2, bytes, cut);
		before = finish_and_check(&run, name);
		if (before != whole)
			fail_msg("%s: %" PRIu64 " rows before", name, before);
	}
	free(bytes);
	scratch_release(&run.scratch);
}

/* A byte that changed anywhere: its frame and what is behind it are walked again. */
static void test_damaged_anywhere(void **state)
{
	struct run run;
	size_t len, first;
	char *bytes;

	(void)state;
	stopped_run(&run);
	bytes = scratch_get(&run.scratch, "out/part-00000.ndjson.zst", &len);
	first = first_frame_len(bytes, len);
	for (size_t at = 0; at < len; at++) {
		uint64_t before;
		char name[64];

		snprintf(name, sizeof(name), "byte %zu of %zu damaged", at, len);
		bytes[at] ^= 0x20;
		leave(&run, at % 2, bytes, len);
		before = finish_and_check(&run, name);
		bytes[at] ^= 0x20;
		/* Some bits mean nothing to a decoder; then all rows are there, and right. */
		if (before != (at < first ? 0 : FRAME_ROWS) && before != PART_ROWS)
			fail_msg("%s: %" PRIu64 " rows before", name, before);
		if (at + 1 == first || at + 1 == len)
			assert_int_not_equal(before, PART_ROWS); /* the checksum's last byte */
	}
	free(bytes);
	scratch_release(&run.scratch);
}

static void test_tails(void **state)
{
	static const struct {
		const char *name, *bytes;
		size_t len;
	} cases[] = {
		{ "text", "garbage\n", 8 },
		{ "zeros, as a file system may leave them", "\0\0\0\0\0\0\0\0", 8 },
		{ "a skippable frame", "\x50\x2A\x4D\x18\x01\0\0\0x", 9 },
		{ "an empty frame without checksum", "\x28\xB5\x2F\xFD\x20\x00\x01\x00\x00", 9 },
		{ "a magic number", "\x28\xB5\x2F\xFD", 4 },
	};
	struct run run;
	size_t len;
	char *bytes;

	(void)state;
	stopped_run(&run);
	bytes = scratch_get(&run.scratch, "out/part-00000.ndjson.zst", &len);
	bytes = memory_resize(bytes, len + 100);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memcpy(bytes + len, cases[i].bytes, cases[i].len);
		leave(&run, i % 2, bytes, len + cases[i].len);
		assert_int_equal(finish_and_check(&run, cases[i].name), PART_ROWS);
	}
	free(bytes);
	scratch_release(&run.scratch);
}

/* A limit on the size of files stands in for the full disk. */
static void test_full_disk(void **state)
{
	struct rlimit limit, small;
	struct output_writer *writer;
	struct run run;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small = (struct rlimit){ .rlim_cur = 20000, .rlim_max = limit.rlim_max };
	scratch_init(&run.scratch);
	run.stamp = stamp_of("00");
	open_run(&run, OUTPUT_DIR_NEW, 1 << 20);
	assert_true(output_list_read(run.output, "00"));
	write_frames(&run, 1, 1);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	writer = output_writer_new(run.output);
	assert_true(write_rows(writer, FRAME_ROWS + 1, 1, 100000));
	assert_false(output_finish_writer(writer));
	output_writer_free(writer);
	end_run(&run, false, PART_ROWS);
	assert_int_equal(run.code, EX_IOERR);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(finish_and_check(&run, "there is room again"), FRAME_ROWS);
	scratch_release(&run.scratch);
}

/* Several parts: numbers go on, counts are of all, the manifest that was is gone at once. */
static void test_parts(void **state)
{
	struct run run;
	struct output_before before;
	struct bed bed;

	(void)state;
	scratch_init(&run.scratch);
	run.stamp = stamp_of("00");
	open_run(&run, OUTPUT_DIR_NEW, 1); /* each frame is a part */
	write_frames(&run, 1, 3);
	assert_true(output_list_read(run.output, "00"));
	end_run(&run, false, 100);
	open_run(&run, OUTPUT_DIR_RESUME, 1);
	assert_false(scratch_has(&run.scratch, "out/_manifest.json"));
	before = output_before(run.output);
	assert_int_equal(before.counts.rows, 9);
	assert_int_equal(before.counts.outcome[OUTCOME_OK], 5);
	assert_int_equal(before.counts.outcome[OUTCOME_LOOP], 4);
	assert_true(output_has_row(run.output, 9));
	assert_false(output_has_row(run.output, 10));
	write_frames(&run, 10, 1);
	end_run(&run, true, 12);
	assert_int_equal(run.code, 0);
	assert_true(scratch_has(&run.scratch, "out/part-00003.ndjson.zst"));
	assert_int_equal(scratch_entries(&run.scratch, "out"), 8); /* 4 parts, manifest, mark, lock, stamp */
	bed = (struct bed){ .scratch = run.scratch };
	expect_manifest(&bed, "\"run_id\": \"r1\"");
	expect_manifest(&bed, "\"rows\": 12,");
	expect_manifest(&bed, "\"frames\": 4,");
	expect_manifest(&bed, "\"ok\": 6,");
	expect_manifest(&bed, "\"state\": \"complete\"");
	scratch_release(&run.scratch);
}

static void test_refusals(void **state)
{
	static const struct manifest_text other[] = { { "max-redirects", "5" } };
	struct run run;
	size_t len;
	char *bytes, *twice;

	(void)state;
	stopped_run(&run);
	bytes = scratch_get(&run.scratch, "out/part-00000.ndjson.zst", &len);

	run.stamp.option = other;
	open_run(&run, OUTPUT_DIR_RESUME, 1);
	assert_int_equal(run.code, 2);
	assert_non_null(strstr(run.said, "\"--max-redirects\": \"20\", not \"--max-redirects\": \"5\""));
	end_run(&run, false, 0);

	run.stamp = stamp_of("11");
	open_run(&run, OUTPUT_DIR_RESUME, 1);
	assert_int_equal(run.code, EX_DATAERR);
	assert_non_null(strstr(run.said, "another list"));
	end_run(&run, false, 0);
	run.stamp = stamp_of("00");
	assert_true(scratch_has(&run.scratch, "out/_manifest.json"));

	/* One row in two places, in one part and in two. */
	twice = malloc(2 * len);
	assert_non_null(twice);
	memcpy(twice, bytes, len);
	memcpy(twice + len, bytes, len);
	leave(&run, true, twice, 2 * len);
	open_run(&run, OUTPUT_DIR_RESUME, 1);
	assert_int_equal(run.code, EX_DATAERR);
	assert_non_null(strstr(run.said, "has one already"));
	end_run(&run, false, 0);
	leave(&run, true, bytes, len);
	put_bytes(&run, "out/.part-00001.ndjson.zst", bytes, len);
	open_run(&run, OUTPUT_DIR_RESUME, 1);
	assert_int_equal(run.code, EX_DATAERR);
	end_run(&run, false, 0);

	/* A part that is there hidden as well. */
	put_bytes(&run, "out/.part-00000.ndjson.zst", bytes, len);
	open_run(&run, OUTPUT_DIR_RESUME, 1);
	assert_int_equal(run.code, EX_DATAERR);
	assert_non_null(strstr(run.said, "is there twice"));
	end_run(&run, false, 0);

	/* Rows, and nothing that tells whose. */
	unlink(scratch_path(&run.scratch, "out/.run.json"));
	unlink(scratch_path(&run.scratch, "out/.part-00000.ndjson.zst"));
	open_run(&run, OUTPUT_DIR_RESUME, 1);
	assert_int_equal(run.code, EX_CANTCREAT);
	assert_non_null(strstr(run.said, "without .run.json"));
	end_run(&run, false, 0);
	assert_true(scratch_has(&run.scratch, "out/part-00000.ndjson.zst"));
	scratch_put(&run.scratch, "out/.run.json", "{");
	open_run(&run, OUTPUT_DIR_RESUME, 1);
	assert_int_equal(run.code, EX_CANTCREAT);
	assert_non_null(strstr(run.said, "damaged"));
	end_run(&run, false, 0);
	free(twice);
	free(bytes);
	scratch_release(&run.scratch);
}

static void test_rows_of_another_run(void **state)
{
	struct run run;
	char *stamp, *id;

	(void)state;
	stopped_run(&run);
	stamp = scratch_get(&run.scratch, "out/.run.json", NULL);
	id = strstr(stamp, "r1");
	assert_non_null(id);
	id[1] = '9';
	scratch_put(&run.scratch, "out/.run.json", stamp);
	open_run(&run, OUTPUT_DIR_RESUME, 1);
	assert_int_equal(run.code, EX_DATAERR);
	assert_non_null(strstr(run.said, "part-00000.ndjson.zst: holds something else"));
	end_run(&run, false, 0);
	free(stamp);
	scratch_release(&run.scratch);
}

static void test_complete(void **state)
{
	struct run run;
	size_t entries;

	(void)state;
	stopped_run(&run);
	finish_and_check(&run, "the first time");
	entries = scratch_entries(&run.scratch, "out");
	open_run(&run, OUTPUT_DIR_RESUME, 1);
	assert_null(run.output);
	assert_int_equal(run.code, 0);
	assert_string_equal(run.said, "");
	end_run(&run, false, 0);
	assert_int_equal(scratch_entries(&run.scratch, "out"), entries);
	scratch_release(&run.scratch);
}

/* Nothing was walked as long as the list was not read: whatever is there goes. */
static void test_ended_early(void **state)
{
	struct run run;

	(void)state;
	scratch_init(&run.scratch);
	run.stamp = stamp_of("");
	open_run(&run, OUTPUT_DIR_NEW, 1);
	write_frames(&run, 1, 1);
	end_run(&run, false, 100);
	open_run(&run, OUTPUT_DIR_RESUME, 1);
	assert_non_null(run.output);
	assert_int_equal(output_before(run.output).started_at_us, 0);
	assert_false(output_has_row(run.output, 1));
	assert_false(scratch_has(&run.scratch, "out/part-00000.ndjson.zst"));
	assert_int_equal(scratch_entries(&run.scratch, "out"), 2); /* lock, stamp */
	end_run(&run, false, 0);

	/* Killed before it had written anything. */
	unlink(scratch_path(&run.scratch, "out/.run.json"));
	unlink(scratch_path(&run.scratch, "out/_manifest.json"));
	scratch_put(&run.scratch, "out/..run.json", "{");
	open_run(&run, OUTPUT_DIR_RESUME, 1);
	assert_non_null(run.output);
	end_run(&run, false, 0);
	scratch_release(&run.scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_torn_anywhere),
		cmocka_unit_test(test_damaged_anywhere),
		cmocka_unit_test(test_tails),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_rows_of_another_run),
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_ended_early),
	};

	/* Thousands of syncs: they are for no disk. */
	if (access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
