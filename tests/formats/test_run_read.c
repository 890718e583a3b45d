#include "formats/run_read.h"

#include <sysexits.h>

#include "tests/formats/output_bed.h"

#define PART(number) "out/part-0000" #number ".ndjson.zst"

enum { PARTS = 3, ROWS = 30 };

/* A run in three parts, whose rows do not compress. */
static void make_run(struct bed *bed, bool complete)
{
	struct output_writer *writer;

	bed_init(bed, NULL, 1);
	writer = output_writer_new(bed->output);
	for (uint64_t part = 0; part < PARTS; part++) {
		assert_true(write_rows(writer, 1 + part * (ROWS / PARTS), ROWS / PARTS, 100));
		assert_true(output_finish_writer(writer));
	}
	output_writer_free(writer);
	assert_int_equal(bed_close(bed, complete, ROWS), 0);
}

/* What reading the run at `path` comes to. */
struct result {
	bool opened, complete;
	uint64_t rows, row_count;
	int code;
	char id[40];
	char said[500];
};

static struct result read_run(const char *path)
{
	struct result result = { .rows = 0 };
	FILE *errors = fmemopen(result.said, sizeof(result.said), "w");
	struct run_read *run = run_read_open(path, errors, &result.code);
	struct record *record;

	result.opened = run != NULL;
	if (run) {
		result.complete = run_read_is_complete(run);
		result.row_count = run_read_row_count(run);
		while ((record = run_read_next(run, &result.code))) {
			result.rows++;
			assert_int_equal(record->seq, result.rows);
			record_free(record);
		}
		snprintf(result.id, sizeof(result.id), "%s", run_read_id(run));
	}
	run_read_close(run);
	fclose(errors);
	return result;
}

static struct result read_bed(const struct bed *bed)
{
	return read_run(scratch_path(&bed->scratch, "out"));
}

static void expect(const struct result *result, int code, uint64_t rows, const char *said)
{
	if (result->code != code || result->rows != rows || !strstr(result->said, said) || (!*said && result->said[0]))
		fail_msg("%d after %" PRIu64 " rows: %s", result->code, result->rows, result->said);
}

static void test_complete(void **state)
{
	struct result result;
	struct bed bed;

	(void)state;
	make_run(&bed, true);
	result = read_bed(&bed);
	expect(&result, 0, ROWS, "");
	assert_true(result.complete && result.row_count == ROWS);
	assert_string_equal(result.id, "r1");
	/* A copy has no lock. */
	assert_int_equal(unlink(scratch_path(&bed.scratch, "out/.lock")), 0);
	result = read_bed(&bed);
	expect(&result, 0, ROWS, "");
	bed_release(&bed);
}

/* Without a manifest too: a killed run has none. */
static void test_incomplete(void **state)
{
	struct result result;
	struct bed bed;

	(void)state;
	make_run(&bed, false);
	result = read_bed(&bed);
	expect(&result, 0, ROWS, "");
	assert_true(!result.complete && result.row_count == ROWS);
	assert_int_equal(unlink(scratch_path(&bed.scratch, "out/_manifest.json")), 0);
	assert_int_equal(
		rename(scratch_path(&bed.scratch, PART(2)), scratch_path(&bed.scratch, "out/.part-00002.ndjson.zst")),
		0);
	result = read_bed(&bed);
	expect(&result, 0, ROWS, "");
	assert_int_equal(result.row_count, 0);
	assert_string_equal(result.id, "r1");
	/* A loss of power tears the last frame. */
	assert_int_equal(truncate(scratch_path(&bed.scratch, "out/.part-00002.ndjson.zst"), 100), 0);
	result = read_bed(&bed);
	expect(&result, 0, ROWS / PARTS * 2,
	       ".part-00002.ndjson.zst: what stands behind its last whole frame is left out");
	bed_release(&bed);
}

static void test_no_run(void **state)
{
	struct scratch scratch;
	struct result result;

	(void)state;
	scratch_init(&scratch);
	result = read_run(scratch_path(&scratch, "missing"));
	expect(&result, EX_NOINPUT, 0, "No such file");
	scratch_put(&scratch, "file", "x");
	result = read_run(scratch_path(&scratch, "file"));
	expect(&result, EX_NOINPUT, 0, "Not a directory");
	result = read_run(scratch_path(&scratch, ""));
	expect(&result, EX_NOINPUT, 0, "holds no run");
	scratch_release(&scratch);
}

static void test_written_meanwhile(void **state)
{
	struct result result;
	struct bed bed;

	(void)state;
	bed_init(&bed, NULL, 1);
	result = read_bed(&bed);
	expect(&result, EX_TEMPFAIL, 0, "another run writes there");
	assert_int_equal(bed_close(&bed, false, 0), 0);
	bed_release(&bed);
}

static void put_file(const struct bed *bed, const char *name, const char *bytes, size_t len)
{
	FILE *file = fopen(scratch_path(&bed->scratch, name), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

/* A frame of this one row instead of the second part. */
static void put_row(const struct bed *bed, const char *row)
{
	struct frame_encoder *encoder = frame_encoder_new();
	struct span frame = frame_encode(encoder, span_of(row));

	put_file(bed, PART(1), frame.bytes, frame.len);
	frame_encoder_free(encoder);
}

static void damage_byte(struct bed *bed)
{
	size_t len;
	char *bytes = scratch_get(&bed->scratch, PART(1), &len);

	bytes[len / 2] ^= 1;
	put_file(bed, PART(1), bytes, len);
	free(bytes);
}

static void remove_part(struct bed *bed)
{
	assert_int_equal(unlink(scratch_path(&bed->scratch, PART(2))), 0);
}

static void repeat_part(struct bed *bed)
{
	size_t len;
	char *bytes = scratch_get(&bed->scratch, PART(0), &len);

	put_file(bed, PART(1), bytes, len);
	free(bytes);
}

static void no_json(struct bed *bed)
{
	put_row(bed, "{}\n");
}

static void later_schema(struct bed *bed)
{
	put_row(bed, "{\"schema_version\":2,\"news\":true}\n");
}

static void other_run(struct bed *bed)
{
	put_row(bed, "{\"schema_version\":1,\"run_id\":\"r2\",\"seq\":11}\n");
}

static void remove_manifest(struct bed *bed)
{
	assert_int_equal(unlink(scratch_path(&bed->scratch, "out/_manifest.json")), 0);
}

static void damage_manifest(struct bed *bed)
{
	put_file(bed, "out/_manifest.json", "{", 1);
}

static void test_damaged(void **state)
{
	static const struct {
		void (*damage)(struct bed *bed);
		uint64_t rows;
		const char *said;
	} cases[] = {
		{ damage_byte, 10, "part-00001.ndjson.zst: damaged behind row 0" },
		{ remove_part, 20, "20 rows are there, but _manifest.json tells of 30" },
		{ repeat_part, 10, "part-00001.ndjson.zst: row 1 is of a line that has one already" },
		{ no_json, 10, "part-00001.ndjson.zst: row 1 is damaged" },
		{ later_schema, 10, "row 1 was written by a later version of detour" },
		{ other_run, 10, "row 1 is of another run" },
		{ remove_manifest, 0, "_manifest.json cannot be read" },
		{ damage_manifest, 0, "_manifest.json is damaged" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct result result;
		struct bed bed;

		make_run(&bed, true);
		cases[i].damage(&bed);
		result = read_bed(&bed);
		expect(&result, EX_DATAERR, cases[i].rows, cases[i].said);
		bed_release(&bed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_complete), cmocka_unit_test(test_incomplete),
		cmocka_unit_test(test_no_run),   cmocka_unit_test(test_written_meanwhile),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
