#include "formats/output.h"

#include <pthread.h>
#include <signal.h>
#include <sysexits.h>

#include "tests/formats/output_bed.h"

/* Between these two, standard output is `fd`; nothing may be asserted there, because it would be printed to it. */
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
		cmocka_unit_test(test_stdout),
		cmocka_unit_test(test_stdout_errors),
		cmocka_unit_test(test_stdout_waits),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
