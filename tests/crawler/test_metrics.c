#include "crawler/metrics.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/formats/scratch.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct metric sample[] = {
	{ .name = "lines", .help = "Input lines.", .value = 12 },
	{ .name = "rows", .help = "Rows by outcome.", .label = "outcome", .label_value = "ok", .value = 7 },
	{ .name = "rows", .help = "Rows by outcome.", .label = "outcome", .label_value = "loop", .value = 0 },
	{ .name = "rows_total", .help = "All rows.", .value = UINT64_MAX },
};

static const char sample_text[] = "# HELP detour_lines Input lines.\n"
				  "# TYPE detour_lines gauge\n"
				  "detour_lines 12\n"
				  "# HELP detour_rows Rows by outcome.\n"
				  "# TYPE detour_rows gauge\n"
				  "detour_rows{outcome=\"ok\"} 7\n"
				  "detour_rows{outcome=\"loop\"} 0\n"
				  "# HELP detour_rows_total All rows.\n"
				  "# TYPE detour_rows_total gauge\n"
				  "detour_rows_total 18446744073709551615\n";

static void samples_are_written(void **state)
{
	struct scratch scratch;
	char *text;

	(void)state;
	scratch_init(&scratch);
	assert_true(metrics_write(scratch_path(&scratch, "detour.prom"), sample, COUNT(sample), stderr));
	text = scratch_get(&scratch, "detour.prom", NULL);
	assert_memory_equal(text, sample_text, sizeof(sample_text) - 1);
	free(text);
	/* And nothing else is left in the folder. */
	assert_int_equal(scratch_entries(&scratch, "."), 1);
	scratch_release(&scratch);
}

static bool is_name(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!strchr("abcdefghijklmnopqrstuvwxyz_0123456789", text[i]))
			return false;
	}
	return len > 0 && strncmp(text, "detour_", 7) == 0;
}

/* Whatever the process adds: each sample stands under a HELP and a TYPE line of its name, once, and
 * ends in a number. */
static void every_line_is_of_the_format(void **state)
{
	struct scratch scratch;
	char *text, *rest = NULL, about[100] = "", typed[100] = "";
	unsigned samples = 0;

	(void)state;
	scratch_init(&scratch);
	assert_true(metrics_write(scratch_path(&scratch, "detour.prom"), NULL, 0, stderr));
	text = scratch_get(&scratch, "detour.prom", NULL);
	assert_int_equal(text[strlen(text) - 1], '\n');
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		const char *name = line[0] == '#' ? line + 7 : line;
		size_t len = strcspn(name, " {");
		char *end;

		if (!is_name(name, len))
			fail_msg("%s", line);
		if (strncmp(line, "# HELP ", 7) == 0) {
			assert_int_not_equal(strncmp(about, name, len + 1), 0);
			snprintf(about, sizeof(about), "%.*s ", (int)len, name);
		} else if (strncmp(line, "# TYPE ", 7) == 0) {
			assert_int_equal(strncmp(about, name, len), 0);
			assert_string_equal(name + len, " gauge");
			snprintf(typed, sizeof(typed), "%.*s", (int)len, name);
		} else {
			assert_int_equal(strlen(typed), len);
			assert_int_equal(strncmp(typed, name, len), 0);
			strtoull(name + len + 1, &end, 10);
			assert_int_equal(*end, '\0');
			samples++;
		}
	}
	assert_true(samples >= 3);
	free(text);
	scratch_release(&scratch);
}

static void the_process_tells_of_itself(void **state)
{
	struct scratch scratch;
	const char *path;

	(void)state;
	scratch_init(&scratch);
	path = scratch_path(&scratch, "detour.prom");
	assert_true(metrics_write(path, NULL, 0, stderr));
	assert_true(metrics_read(path, "resident_max_bytes") > 100000);
	scratch_release(&scratch);
}

static void a_file_is_replaced(void **state)
{
	const struct metric later = { .name = "lines", .help = "Input lines.", .value = 5 };
	struct scratch scratch;

	(void)state;
	scratch_init(&scratch);
	assert_true(metrics_write(scratch_path(&scratch, "detour.prom"), sample, COUNT(sample), stderr));
	assert_true(metrics_write(scratch_path(&scratch, "detour.prom"), &later, 1, stderr));
	assert_int_equal(metrics_read(scratch_path(&scratch, "detour.prom"), "lines"), 5);
	assert_int_equal(metrics_read(scratch_path(&scratch, "detour.prom"), "rows_total"), 0);
	scratch_release(&scratch);
}

/* A path that cannot be opened, and one that cannot be replaced. Nothing is left behind. */
static void failures_are_told(void **state)
{
	static const char *const names[] = { "missing/detour.prom", "folder" };
	struct scratch scratch;

	(void)state;
	scratch_init(&scratch);
	assert_int_equal(mkdir(scratch_path(&scratch, "folder"), 0700), 0);
	for (size_t i = 0; i < COUNT(names); i++) {
		const char *path = scratch_path(&scratch, names[i]);
		char *message = NULL, wanted[600];
		size_t size;
		FILE *errors = open_memstream(&message, &size);

		assert_false(metrics_write(path, sample, COUNT(sample), errors));
		fclose(errors);
		snprintf(wanted, sizeof(wanted), "detour: cannot write %s: %s\n", path,
			 i ? "Is a directory" : "No such file or directory");
		assert_string_equal(message, wanted);
		free(message);
		assert_int_equal(scratch_entries(&scratch, "."), 1);
	}
	scratch_release(&scratch);
}

static const struct {
	const char *text, *name;
	uint64_t value;
} readings[] = {
	{ sample_text, "lines", 12 },
	{ sample_text, "rows_total", UINT64_MAX },
	/* With labels only, as part of another name, as a comment. */
	{ sample_text, "rows", 0 },
	{ sample_text, "line", 0 },
	{ sample_text, "total", 0 },
	{ sample_text, "", 0 },
	{ "", "lines", 0 },
	{ "detour_lines 1\ndetour_lines 2\n", "lines", 2 },
	{ "detour_lines 3", "lines", 3 },
	{ "lines 3\n", "lines", 0 },
	{ "detour_lines\n", "lines", 0 },
	{ "detour_lines x\n", "lines", 0 },
};

static void earlier_files_are_read(void **state)
{
	struct scratch scratch;

	(void)state;
	scratch_init(&scratch);
	for (size_t i = 0; i < COUNT(readings); i++) {
		uint64_t value;

		scratch_put(&scratch, "detour.prom", readings[i].text);
		value = metrics_read(scratch_path(&scratch, "detour.prom"), readings[i].name);
		if (value != readings[i].value)
			fail_msg("readings[%zu]: %ju", i, (uintmax_t)value);
	}
	assert_int_equal(metrics_read(scratch_path(&scratch, "missing"), "lines"), 0);
	scratch_release(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_are_written),         cmocka_unit_test(every_line_is_of_the_format),
		cmocka_unit_test(the_process_tells_of_itself), cmocka_unit_test(a_file_is_replaced),
		cmocka_unit_test(failures_are_told),           cmocka_unit_test(earlier_files_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
