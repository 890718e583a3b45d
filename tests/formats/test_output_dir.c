#include "formats/output_dir.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/formats/scratch.h"

/* In the C library's place: takes away no more than this many names, as if the process were killed then. */
static int unlinks_left = INT_MAX;

int unlinkat(int dir_fd, const char *name, int flags)
{
	if (unlinks_left == 0) {
		errno = EIO;
		return -1;
	}
	unlinks_left--;
	return (int)syscall(SYS_unlinkat, dir_fd, name, flags);
}

/* One try to open "out", and what it says. */
static int open_out(const struct scratch *scratch, const char *name, enum output_dir_mode mode, struct output_dir *dir,
		    char **said)
{
	size_t size;
	FILE *errors = open_memstream(said, &size);
	int code;

	assert_non_null(errors);
	code = output_dir_open(dir, scratch_path(scratch, name), mode, errors);
	fclose(errors);
	return code;
}

/* A name that ends in "/" is a directory, one that ends in "@" a link to a file. */
static void make_entry(const struct scratch *scratch, const char *name)
{
	int len = (int)strcspn(name, "/@");
	char path[100];

	snprintf(path, sizeof(path), "out/%.*s", len, name);
	if (name[len] == '/')
		assert_int_equal(mkdir(scratch_path(scratch, path), 0777), 0);
	else if (name[len] == '@')
		assert_int_equal(symlink("/proc/self/status", scratch_path(scratch, path)), 0);
	else
		scratch_put(scratch, path, "x");
}

static void test_directories(void **state)
{
	/* What is in "out" before, see make_entry. */
	static const struct {
		const char *name;
		const char *content[5];
		enum output_dir_mode mode;
		int code;
		const char *says;
		size_t left; /* entries afterwards, the lock too */
	} cases[] = {
		{ "empty", { NULL }, OUTPUT_DIR_NEW, 0, "", 1 },
		{ "only the lock", { ".lock" }, OUTPUT_DIR_NEW, 0, "", 1 },
		{ "only the lock, forced", { ".lock" }, OUTPUT_DIR_REPLACE, 0, "", 1 },
		{ "a run", { "part-00000.ndjson.zst", ".lock" }, OUTPUT_DIR_NEW, EX_CANTCREAT, "--force", 2 },
		{ "a run, forced",
		  { "part-00000.ndjson.zst", "part-123456.ndjson.zst", "_manifest.json", "_SUCCESS", ".lock" },
		  OUTPUT_DIR_REPLACE,
		  0,
		  "",
		  1 },
		{ "a killed run", { ".part-00003.ndjson.zst" }, OUTPUT_DIR_NEW, EX_CANTCREAT, "--force", 1 },
		{ "a killed run, forced",
		  { ".part-00003.ndjson.zst", "._manifest.json", "._SUCCESS" },
		  OUTPUT_DIR_REPLACE,
		  0,
		  "",
		  1 },
		{ "a killed run, resumed",
		  { ".part-00003.ndjson.zst", "part-00000.ndjson.zst", ".run.json", "..run.json" },
		  OUTPUT_DIR_RESUME,
		  0,
		  "",
		  5 },
		{ "a killed run with its stamp, forced", { "..run.json", ".run.json" }, OUTPUT_DIR_REPLACE, 0, "", 1 },
		{ "other files, resumed", { "thesis.tex" }, OUTPUT_DIR_RESUME, EX_CANTCREAT, "left alone", 1 },
		{ "nothing, resumed", { NULL }, OUTPUT_DIR_RESUME, 0, "", 1 },
		{ "other files", { "thesis.tex" }, OUTPUT_DIR_NEW, EX_CANTCREAT, "left alone", 1 },
		{ "other files, forced", { "thesis.tex" }, OUTPUT_DIR_REPLACE, EX_CANTCREAT, "left alone", 1 },
		{ "a run and another file, forced",
		  { "part-00000.ndjson.zst", "_SUCCESS", "notes" },
		  OUTPUT_DIR_REPLACE,
		  EX_CANTCREAT,
		  "left alone",
		  3 },
		{ "names that are nearly ours 1",
		  { "part-.ndjson.zst" },
		  OUTPUT_DIR_REPLACE,
		  EX_CANTCREAT,
		  "left alone",
		  1 },
		{ "names that are nearly ours 2",
		  { "part-00000.ndjson.zst.bak" },
		  OUTPUT_DIR_REPLACE,
		  EX_CANTCREAT,
		  "left alone",
		  1 },
		{ "names that are nearly ours 3",
		  { "part-0x.ndjson.zst" },
		  OUTPUT_DIR_REPLACE,
		  EX_CANTCREAT,
		  "left alone",
		  1 },
		{ "names that are nearly ours 4",
		  { "..part-00000.ndjson.zst" },
		  OUTPUT_DIR_REPLACE,
		  EX_CANTCREAT,
		  "left alone",
		  1 },
		{ "a directory with our name",
		  { "part-00000.ndjson.zst/" },
		  OUTPUT_DIR_REPLACE,
		  EX_CANTCREAT,
		  "left alone",
		  1 },
		{ "a link with our name",
		  { "part-00000.ndjson.zst@" },
		  OUTPUT_DIR_REPLACE,
		  EX_CANTCREAT,
		  "left alone",
		  1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct scratch scratch;
		struct output_dir dir;
		char *said;
		int code;

		scratch_init(&scratch);
		assert_int_equal(mkdir(scratch_path(&scratch, "out"), 0777), 0);
		for (size_t k = 0; k < 5 && cases[i].content[k]; k++)
			make_entry(&scratch, cases[i].content[k]);
		code = open_out(&scratch, "out", cases[i].mode, &dir, &said);
		if (code != cases[i].code || !strstr(said, cases[i].says) || (code == 0) != (*said == '\0'))
			fail_msg("%s: %d, %s", cases[i].name, code, said);
		if (scratch_entries(&scratch, "out") != cases[i].left)
			fail_msg("%s: %zu entries left", cases[i].name, scratch_entries(&scratch, "out"));
		output_dir_release(&dir);
		free(said);
		scratch_release(&scratch);
	}
}

static bool is_there(const struct scratch *scratch, const char *name)
{
	return access(scratch_path(scratch, name), F_OK) == 0;
}

/* A run that was to be replaced is never what --resume goes on with. */
static void test_replacing_interrupted(void **state)
{
	int code = EX_CANTCREAT;

	(void)state;
	for (int left = 0; code; left++) {
		struct scratch scratch;
		struct output_dir dir;
		char *said;

		scratch_init(&scratch);
		assert_int_equal(mkdir(scratch_path(&scratch, "out"), 0777), 0);
		scratch_put(&scratch, "out/.run.json", "x");
		scratch_put(&scratch, "out/_SUCCESS", "x");
		scratch_put(&scratch, "out/_manifest.json", "x");
		scratch_put(&scratch, "out/part-00000.ndjson.zst", "x");
		unlinks_left = left;
		code = open_out(&scratch, "out", OUTPUT_DIR_REPLACE, &dir, &said);
		unlinks_left = INT_MAX;
		if (left > 0 && is_there(&scratch, "out/.run.json"))
			fail_msg("the stamp is there after %d names", left);
		if (is_there(&scratch, "out/_SUCCESS") && !is_there(&scratch, "out/part-00000.ndjson.zst"))
			fail_msg("it looks complete after %d names", left);
		assert_int_equal(scratch_entries(&scratch, "out") == 1, code == 0);
		output_dir_release(&dir);
		free(said);
		scratch_release(&scratch);
	}
}

static void test_paths(void **state)
{
	static const struct {
		const char *path;
		int code;
		const char *says;
	} cases[] = {
		{ "new", 0, "" },
		{ "new2/", 0, "" },
		{ "missing/new", EX_CANTCREAT, "the folder it should be in does not exist" },
		{ "file", EX_CANTCREAT, "Not a directory" },
		{ "file/new", EX_CANTCREAT, "Not a directory" },
	};
	struct scratch scratch;

	(void)state;
	scratch_init(&scratch);
	scratch_put(&scratch, "file", "");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct output_dir dir;
		char *said;
		int code = open_out(&scratch, cases[i].path, OUTPUT_DIR_NEW, &dir, &said);

		if (code != cases[i].code || !strstr(said, cases[i].says))
			fail_msg("%s: %d, %s", cases[i].path, code, said);
		if (code && !strstr(said, cases[i].path))
			fail_msg("%s is not named: %s", cases[i].path, said);
		output_dir_release(&dir);
		free(said);
	}
	scratch_release(&scratch);
}

static void test_lock(void **state)
{
	struct scratch scratch;
	struct output_dir first, second;
	char *said, pid[40];

	(void)state;
	snprintf(pid, sizeof(pid), "process %ld\n", (long)getpid());
	scratch_init(&scratch);
	assert_int_equal(open_out(&scratch, "out", OUTPUT_DIR_NEW, &first, &said), 0);
	free(said);
	scratch_put(&scratch, "out/part-00000.ndjson.zst", "x");
	for (enum output_dir_mode mode = OUTPUT_DIR_NEW; mode <= OUTPUT_DIR_RESUME; mode++) {
		assert_int_equal(open_out(&scratch, "out", mode, &second, &said), EX_TEMPFAIL);
		assert_non_null(strstr(said, pid));
		assert_true(scratch_has(&scratch, "out/part-00000.ndjson.zst"));
		free(said);
	}

	/* Let go, it can be had. */
	output_dir_release(&first);
	assert_int_equal(open_out(&scratch, "out", OUTPUT_DIR_REPLACE, &second, &said), 0);
	free(said);
	output_dir_release(&second);
	scratch_release(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_directories),
		cmocka_unit_test(test_replacing_interrupted),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
