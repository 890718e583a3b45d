#include "formats/frame_file.h"

#include "tests/formats/output_bed.h"

/* Frames of so many bytes of rows each, and a torn one if `torn`. */
static int frames(const struct scratch *scratch, unsigned count, size_t row_bytes, bool torn)
{
	struct frame_encoder *encoder = frame_encoder_new();
	FILE *file = fopen(scratch_path(scratch, "part"), "w+");
	char *text = malloc(row_bytes);
	int fd;

	assert_true(file && text);
	for (unsigned i = 0; i < count; i++) {
		struct span frame;
		uint64_t random = i + 1;

		for (size_t at = 0; at < row_bytes; at++) {
			random = random * 6364136223846793005 + 1442695040888963407;
			text[at] = (char)('A' + (random >> 33) % 64);
		}
		text[0] = (char)('a' + i);
		text[row_bytes - 1] = '\n';
		frame = frame_encode(encoder, (struct span){ text, row_bytes });
		assert_int_equal(fwrite(frame.bytes, 1, frame.len, file), frame.len);
		if (torn && i + 1 == count)
			assert_int_equal(fwrite(frame.bytes, 1, frame.len - 1, file), frame.len - 1);
	}
	fflush(file);
	fd = open(scratch_path(scratch, "part"), O_RDONLY);
	fclose(file);
	free(text);
	frame_encoder_free(encoder);
	return fd;
}

static void test_frames(void **state)
{
	static const struct {
		unsigned count;
		size_t row_bytes;
		bool torn;
	} cases[] = {
		{ 0, 0, false }, { 1, 2, false },     { 20, 1000, false },
		{ 1, 2, true },  { 3, 100000, true }, { 5, FRAME_ROWS_BYTES_MAX, false },
	};
	struct frame_file *file = frame_file_new();
	struct scratch scratch;

	(void)state;
	scratch_init(&scratch);
	/* One reader for all of them: what was left of a file is forgotten. */
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int fd = frames(&scratch, cases[i].count, cases[i].row_bytes, cases[i].torn);
		struct span frame, rows;

		frame_file_begin(file, fd);
		for (unsigned k = 0; k < cases[i].count; k++) {
			assert_int_equal(frame_file_next(file, &frame, &rows), FRAME_FILE_FRAME);
			assert_int_equal(rows.len, cases[i].row_bytes);
			assert_int_equal(rows.bytes[0], 'a' + (int)k);
		}
		assert_int_equal(frame_file_next(file, &frame, &rows),
				 cases[i].torn ? FRAME_FILE_TORN : FRAME_FILE_END);
		close(fd);
	}
	frame_file_begin(file, -1);
	assert_int_equal(frame_file_next(file, &(struct span){ .len = 0 }, &(struct span){ .len = 0 }),
			 FRAME_FILE_ERROR);
	frame_file_free(file);
	frame_file_free(NULL);
	scratch_release(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
