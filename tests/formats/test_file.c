#include "formats/file.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/formats/scratch.h"

static void test_read(void **state)
{
	/* Lengths around that of one read(2) and around the cap. */
	static const struct {
		size_t len, size_max;
		int error;
	} cases[] = {
		{ 0, 10, 0 },      { 10, 10, 0 },         { 11, 10, EFBIG },
		{ 4096, 4096, 0 }, { 4097, 4096, EFBIG }, { 10000, 20000, 0 },
	};
	struct scratch scratch;
	struct buf out;
	int dir_fd;

	(void)state;
	scratch_init(&scratch);
	dir_fd = open(scratch_path(&scratch, ""), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(dir_fd >= 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *content = calloc(1, cases[i].len + 1);
		struct span span = { .bytes = content, .len = cases[i].len };
		bool done;

		memset(content, 'x', cases[i].len);
		assert_true(file_publish(dir_fd, "file", span));
		buf_init(&out, cases[i].size_max);
		errno = 0;
		done = file_read(dir_fd, "file", &out);
		if (done != (cases[i].error == 0) || (done && !span_equal(buf_span(&out), span)) ||
		    (!done && errno != cases[i].error))
			fail_msg("%zu bytes: %d, %zu read, %s", cases[i].len, done, out.len, strerror(errno));
		buf_release(&out);
		free(content);
	}
	buf_init(&out, 10);
	assert_false(file_read(dir_fd, "missing", &out));
	assert_int_equal(errno, ENOENT);
	buf_release(&out);
	close(dir_fd);
	scratch_release(&scratch);
}

/* A link that the user names is what is meant; one that somebody has put into our directory is not. */
static void test_links(void **state)
{
	struct scratch scratch;
	struct buf out;
	int dir_fd;

	(void)state;
	scratch_init(&scratch);
	dir_fd = open(scratch_path(&scratch, ""), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(dir_fd >= 0);
	assert_true(file_publish(dir_fd, "file", SPAN("content")));
	assert_int_equal(symlinkat("file", dir_fd, "link"), 0);
	buf_init(&out, 100);
	assert_false(file_read(dir_fd, "link", &out));
	assert_int_equal(errno, ELOOP);
	assert_true(file_read_path(scratch_path(&scratch, "link"), &out));
	assert_true(span_equal(buf_span(&out), SPAN("content")));
	assert_false(file_read_path(scratch_path(&scratch, "missing"), &out));
	assert_int_equal(errno, ENOENT);
	assert_false(file_read_path(scratch_path(&scratch, ""), &out));
	assert_int_equal(errno, EISDIR);
	buf_release(&out);
	close(dir_fd);
	scratch_release(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
