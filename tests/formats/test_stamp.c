#include "formats/stamp.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "formats/file.h"
#include "tests/formats/scratch.h"

static const struct manifest_text options[] = { { "max-redirects", "20" }, { "user-agent", "a \"b\"\n\xE9" } };

static const struct stamp plain = { .run_id = "20261121T010203Z-9f86d081",
				    .started_at_us = 1795222923456789,
				    .list = "00ff",
				    .tool_version = "1.2",
				    .option = options,
				    .option_count = 2 };

static void test_text(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 10000);
	stamp_write(&out, &plain);
	buf_add_char(&out, '\0');
	assert_string_equal(out.bytes, "{\n"
				       "\t\"run_id\": \"20261121T010203Z-9f86d081\",\n"
				       "\t\"started_at_us\": \"1795222923456789\",\n"
				       "\t\"list\": \"00ff\",\n"
				       "\t\"tool_version\": \"1.2\",\n"
				       "\t\"schema_version\": \"1\",\n"
				       "\t\"--max-redirects\": \"20\",\n"
				       "\t\"--user-agent\": \"a \\\"b\\\"\\n%E9\"\n"
				       "}\n");
	assert_true(span_equal(stamp_value(buf_span(&out), "run_id"), span_of(plain.run_id)));
	assert_true(span_equal(stamp_value(buf_span(&out), "started_at_us"), SPAN("1795222923456789")));
	assert_true(span_equal(stamp_value(buf_span(&out), "list"), SPAN("00ff")));
	assert_int_equal(stamp_value(buf_span(&out), "lis").len, 0);
	assert_int_equal(stamp_value(SPAN(""), "list").len, 0);
	buf_release(&out);
}

static void test_difference(void **state)
{
	static const struct manifest_text other_options[] = { { "max-redirects", "5" },
							      { "user-agent", "a \"b\"\n\xE9" } };
	static const struct {
		const char *name;
		struct stamp other;
		const char *entry, *other_entry; /* NULL: the same */
	} cases[] = {
		{ "the same", { "20261121T010203Z-9f86d081", 1, "00ff", "1.2", options, 2 }, NULL, NULL },
		{ "another id, time and list", { "r2", 2, "", "1.2", options, 2 }, NULL, NULL },
		{ "another version",
		  { "r2", 2, "", "1.3", options, 2 },
		  "\"tool_version\": \"1.2\"",
		  "\"tool_version\": \"1.3\"" },
		{ "another option",
		  { "r2", 2, "", "1.2", other_options, 2 },
		  "\"--max-redirects\": \"20\"",
		  "\"--max-redirects\": \"5\"" },
		{ "an option less",
		  { "r2", 2, "", "1.2", options, 1 },
		  "\"--user-agent\": \"a \\\"b\\\"\\n%E9\"",
		  "}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span entry, other_entry;
		struct buf a, b;
		bool differs;

		buf_init(&a, 10000);
		buf_init(&b, 10000);
		stamp_write(&a, &plain);
		stamp_write(&b, &cases[i].other);
		differs = stamp_difference(buf_span(&a), buf_span(&b), &entry, &other_entry);
		if (differs != (cases[i].entry != NULL) ||
		    (differs && (!span_equal(entry, span_of(cases[i].entry)) ||
				 !span_equal(other_entry, span_of(cases[i].other_entry)))))
			fail_msg("%s: %d, %.*s, %.*s", cases[i].name, differs, (int)entry.len, entry.bytes,
				 (int)other_entry.len, other_entry.bytes);
		/* A torn text is never the same. */
		for (size_t len = 0; len + 1 < a.len; len++)
			assert_true(
				stamp_difference((struct span){ a.bytes, len }, buf_span(&a), &entry, &other_entry));
		buf_release(&a);
		buf_release(&b);
	}
}

/* The longest command line, of bytes that take most in JSON. */
static void test_long(void **state)
{
	const size_t len = (size_t)6 << 20;
	char *value = calloc(1, len + 1);
	const struct manifest_text option = { .name = "user-agent", .value = memset(value, 1, len) };
	struct stamp stamp = plain;
	struct buf text;

	(void)state;
	stamp.option = &option;
	stamp.option_count = 1;
	buf_init(&text, STAMP_BYTES_MAX);
	stamp_write(&text, &stamp);
	assert_false(text.overflow);
	assert_true(text.len > 6 * len);
	buf_release(&text);
	free(value);
}

static void test_file(void **state)
{
	struct scratch scratch;
	struct buf text;
	int dir_fd;

	(void)state;
	scratch_init(&scratch);
	dir_fd = open(scratch.path, O_RDONLY | O_DIRECTORY);
	buf_init(&text, STAMP_BYTES_MAX);
	assert_false(stamp_exists(scratch.path));
	assert_false(stamp_exists(scratch_path(&scratch, "missing")));
	assert_false(stamp_read(dir_fd, &text));
	assert_int_equal(errno, ENOENT);
	stamp_write(&text, &plain);
	assert_true(file_publish(dir_fd, STAMP_NAME, buf_span(&text)));
	assert_true(stamp_exists(scratch.path));
	buf_clear(&text);
	assert_true(stamp_read(dir_fd, &text));
	assert_true(span_equal(stamp_value(buf_span(&text), "list"), SPAN("00ff")));
	buf_release(&text);
	close(dir_fd);
	scratch_release(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_difference),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
