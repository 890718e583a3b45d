#include "formats/output.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <zstd.h>

#include <cmocka.h>

#include "formats/frame.h"
#include "tests/formats/sample.h"
#include "tests/formats/scratch.h"

/* One output under test and what it says. */
struct bed {
	struct scratch scratch;
	struct output *output;
	FILE *errors;
	char *said;
	size_t said_len;
};

static void bed_init(struct bed *bed, const char *path, uint64_t part_bytes)
{
	struct output_config config = { .part_bytes = part_bytes, .run_id = "r1" };
	int code;

	scratch_init(&bed->scratch);
	bed->errors = open_memstream(&bed->said, &bed->said_len);
	config.path = path ? path : scratch_path(&bed->scratch, "out");
	bed->output = output_open(&config, bed->errors, &code);
	assert_non_null(bed->output);
	assert_int_equal(code, 0);
}

static int bed_close(struct bed *bed, bool complete, uint64_t input_lines)
{
	struct manifest_facts facts = { .complete = complete, .input_lines = input_lines, .tool_version = "0" };
	int code = output_close(bed->output, &facts);

	fclose(bed->errors);
	return code;
}

static void bed_release(struct bed *bed)
{
	free(bed->said);
	scratch_release(&bed->scratch);
}

static void expect_manifest(const struct bed *bed, const char *text)
{
	char *manifest = scratch_get(&bed->scratch, "out/_manifest.json", NULL);

	if (!strstr(manifest, text))
		fail_msg("no %s in %s", text, manifest);
	free(manifest);
}

/* Rows that hardly compress, or all alike. */
static struct record *row(uint64_t seq, size_t random_bytes)
{
	struct record *record = sample_record(seq, "", seq % 2 ? OUTCOME_OK : OUTCOME_LOOP);
	char *bytes = arena_alloc(&record->arena, random_bytes + 1);
	uint64_t random = seq * 0x9E3779B97F4A7C15 + 1;

	for (size_t i = 0; i < random_bytes; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		bytes[i] = (char)('0' + random % 75);
	}
	record->input_url = (struct span){ bytes, random_bytes };
	return record;
}

static bool write_rows(struct output_writer *writer, uint64_t first, uint64_t count, size_t random_bytes)
{
	bool done = true;

	for (uint64_t seq = first; seq < first + count; seq++) {
		struct record *record = row(seq, random_bytes);

		done = output_write(writer, record) && done;
		record_free(record);
	}
	return done;
}

/* Marks the `seq` of each row in `seen`, and fails on a second one. Returns the rows. */
static size_t mark_rows(const char *rows, size_t len, bool *seen, size_t seen_count)
{
	size_t count = 0;

	for (const char *at = rows; at < rows + len; count++) {
		const char *end = memchr(at, '\n', len - (size_t)(at - rows));
		const char *seq = strstr(at, "\"seq\":");
		uint64_t value;

		assert_non_null(end);
		assert_true(seq && seq < end);
		value = strtoull(seq + 6, NULL, 10);
		assert_true(value >= 1 && value <= seen_count);
		if (seen[value - 1])
			fail_msg("row %" PRIu64 " is there twice", value);
		seen[value - 1] = true;
		at = end + 1;
	}
	return count;
}

/* Decompresses each frame by itself, with a decoder that refuses more than 8 MiB of window. */
static size_t read_part(const struct bed *bed, const char *name, size_t *frames, bool *seen, size_t seen_count)
{
	size_t len, rows = 0;
	char *bytes = scratch_get(&bed->scratch, name, &len);
	char *text = malloc(FRAME_ROWS_BYTES_MAX + 1);

	assert_non_null(text);
	for (size_t at = 0; at < len; (*frames)++) {
		size_t frame_len = ZSTD_findFrameCompressedSize(bytes + at, len - at);
		unsigned long long content_len = ZSTD_getFrameContentSize(bytes + at, len - at);
		ZSTD_DCtx *zstd = ZSTD_createDCtx();
		ZSTD_inBuffer in = { bytes + at, frame_len, 0 };
		ZSTD_outBuffer out = { text, FRAME_ROWS_BYTES_MAX, 0 };

		assert_false(ZSTD_isError(frame_len));
		assert_true(content_len > 0 && content_len <= FRAME_ROWS_BYTES_MAX);
		assert_true(bytes[at + 4] & 4); /* RFC 8878 section 3.1.1.1.1: Content_Checksum_flag */
		assert_false(ZSTD_isError(ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, 23)));
		while (in.pos < in.size)
			assert_false(ZSTD_isError(ZSTD_decompressStream(zstd, &out, &in)));
		ZSTD_freeDCtx(zstd);
		assert_int_equal(out.pos, content_len);
		assert_int_equal(text[out.pos - 1], '\n');
		text[out.pos] = '\0';
		rows += mark_rows(text, out.pos, seen, seen_count);
		at += frame_len;
	}
	free(text);
	free(bytes);
	return rows;
}

static void expect_sha256(const struct bed *bed, const char *name)
{
	size_t len;
	char *bytes = scratch_get(&bed->scratch, name, &len);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned digest_len;
	struct buf hex;
	char text[100];

	assert_int_equal(EVP_Digest(bytes, len, digest, &digest_len, EVP_sha256(), NULL), 1);
	buf_init(&hex, sizeof(text));
	buf_add_text(&hex, "\"sha256\": \"");
	for (unsigned i = 0; i < digest_len; i++)
		buf_addf(&hex, "%02x", digest[i]);
	buf_add(&hex, "\"", 2);
	expect_manifest(bed, hex.bytes);
	buf_release(&hex);
	snprintf(text, sizeof(text), "\"bytes\": %zu,", len);
	expect_manifest(bed, text);
	free(bytes);
}

static void test_frames(void **state)
{
	enum { ROWS = 20000 };
	static bool seen[ROWS];
	struct bed bed;
	struct output_writer *writer;
	size_t frames = 0;

	(void)state;
	bed_init(&bed, NULL, 1 << 30);
	writer = output_writer_new(bed.output);
	assert_true(write_rows(writer, 1, ROWS, 700)); /* some 22 MB, so three frames */
	assert_true(output_finish_writer(writer));
	assert_true(output_finish_writer(writer)); /* again: nothing to do */
	output_writer_free(writer);
	assert_int_equal(bed_close(&bed, true, ROWS), 0);
	assert_int_equal(read_part(&bed, "out/part-00000.ndjson.zst", &frames, seen, ROWS), ROWS);
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
	bool seen[3] = { false };
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
	assert_true(output_flush_if_due(writer, 2000 + 2 * FRAME_AGE_US));
	assert_true(output_finish_writer(writer));
	output_writer_free(writer);
	assert_int_equal(bed_close(&bed, true, 3), 0);
	assert_int_equal(read_part(&bed, "out/part-00000.ndjson.zst", &frames, seen, 3), 3);
	assert_int_equal(frames, 2);
	bed_release(&bed);
}

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

/* Runs `write` with standard output replaced by `fd`. */
static int saved_stdout;

static void replace_stdout(int fd)
{
	fflush(stdout);
	saved_stdout = dup(STDOUT_FILENO);
	assert_true(saved_stdout >= 0 && dup2(fd, STDOUT_FILENO) >= 0);
}

static void restore_stdout(void)
{
	dup2(saved_stdout, STDOUT_FILENO);
	close(saved_stdout);
}

static void test_stdout(void **state)
{
	bool seen[3] = { false };
	struct bed bed;
	struct output_writer *writer;
	char text[10000];
	int end[2];
	ssize_t len;

	(void)state;
	assert_int_equal(pipe2(end, O_NONBLOCK), 0);
	bed_init(&bed, "-", 1);
	writer = output_writer_new(bed.output);
	replace_stdout(end[1]);
	bool done = write_rows(writer, 1, 2, 10) && output_flush_if_due(writer, 5) &&
		    output_flush_if_due(writer, 5 + STDOUT_AGE_US - 1);
	ssize_t early = read(end[0], text, sizeof(text));

	done = done && output_flush_if_due(writer, 5 + STDOUT_AGE_US);
	len = read(end[0], text, sizeof(text) - 1);
	done = done && write_rows(writer, 3, 1, STDOUT_BYTES / 2); /* below the size */
	ssize_t small = read(end[0], text + len, sizeof(text) - 1 - (size_t)len);

	restore_stdout();
	output_writer_free(writer);
	assert_true(done);
	assert_int_equal(early, -1);
	assert_int_equal(small, -1);
	assert_true(len > 0);
	text[len] = '\0';
	assert_int_equal(mark_rows(text, (size_t)len, seen, 3), 2);
	assert_int_equal(bed_close(&bed, false, 2), 0);
	close(end[0]);
	close(end[1]);
	bed_release(&bed);
}

static void test_stdout_errors(void **state)
{
	(void)state;
	for (int closed = 0; closed <= 1; closed++) {
		struct bed bed;
		struct output_writer *writer;
		int end[2], fd;
		bool done;

		assert_int_equal(pipe(end), 0);
		close(end[0]);
		fd = closed ? end[1] : open("/dev/full", O_WRONLY);
		assert_true(fd >= 0);
		bed_init(&bed, "-", 1);
		writer = output_writer_new(bed.output);
		replace_stdout(fd);
		done = write_rows(writer, 1, 1, STDOUT_BYTES);
		restore_stdout();
		assert_false(done);
		output_writer_free(writer);
		assert_int_equal(bed_close(&bed, true, 1), EX_IOERR);
		assert_string_equal(bed.said,
				    closed ? "detour: cannot write to standard output: Broken pipe\n"
					   : "detour: cannot write to standard output: No space left on device\n");
		close(end[1]);
		if (!closed)
			close(fd);
		bed_release(&bed);
	}
}

/* A slow reader of a pipe that does not block: writing waits, and every byte arrives. */
static void *drain(void *context)
{
	int fd = *(int *)context;
	char text[4096];
	size_t sum = 0;
	ssize_t len;

	while ((len = read(fd, text, sizeof(text))) > 0)
		sum += (size_t)len;
	return (void *)(uintptr_t)sum;
}

static void test_stdout_waits(void **state)
{
	enum { ROWS = 30 };
	struct bed bed;
	struct output_writer *writer;
	pthread_t reader;
	void *sum;
	int end[2];
	bool done;

	(void)state;
	assert_int_equal(pipe(end), 0);
	assert_int_equal(fcntl(end[1], F_SETFL, O_NONBLOCK), 0);
	bed_init(&bed, "-", 1);
	writer = output_writer_new(bed.output);
	assert_int_equal(pthread_create(&reader, NULL, drain, &end[0]), 0);
	replace_stdout(end[1]);
	done = write_rows(writer, 1, ROWS, 100000) && output_finish_writer(writer);
	restore_stdout();
	close(end[1]);
	pthread_join(reader, &sum);
	assert_true(done);
	assert_true((uintptr_t)sum > ROWS * 100000);
	output_writer_free(writer);
	assert_int_equal(bed_close(&bed, true, ROWS), 0);
	close(end[0]);
	bed_release(&bed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames),       cmocka_unit_test(test_parts_of_several_threads),
		cmocka_unit_test(test_states),       cmocka_unit_test(test_frames_end_with_time),
		cmocka_unit_test(test_full_disk),    cmocka_unit_test(test_no_manifest),
		cmocka_unit_test(test_stdout),       cmocka_unit_test(test_stdout_errors),
		cmocka_unit_test(test_stdout_waits),
	};

	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
