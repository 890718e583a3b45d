#include "formats/manifest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

/* The counts of outcomes are a table of their own, so they are cut out of the golden text. */
static void expect(struct buf *got, const char *before, const char *after)
{
	char *outcomes, *end;

	buf_add_char(got, '\0');
	outcomes = strstr(got->bytes, "\t\"outcomes\": {");
	assert_non_null(outcomes);
	end = strstr(outcomes, "},\n");
	assert_non_null(end);
	*outcomes = '\0';
	assert_string_equal(got->bytes, before);
	assert_string_equal(end + 3, after);
	*outcomes = '\t';
}

static void test_full(void **state)
{
	struct part first = {
		.name = "part-00000.ndjson.zst",
		.bytes = 100,
		.frames = 2,
		.counts = { .rows = 5, .bytes = 5000, .outcome = { [OUTCOME_OK] = 4, [OUTCOME_LOOP] = 1 } },
		.sha256 = "aa",
	};
	struct part second = {
		.name = "part-00001.ndjson.zst",
		.bytes = 23,
		.frames = 1,
		.counts = { .rows = 1, .bytes = 777, .outcome = { [OUTCOME_OK] = 1 } },
		.sha256 = "bb",
	};
	const struct manifest_facts facts = {
		.started_at_us = 1795222923456789,
		.ended_at_us = 1795222983000000,
		.tool_version = "1.2",
		.parent_run_id = "r0",
		.input_file = (const char *const[]){ "urls.txt", "caf\xE9" },
		.input_file_count = 2,
		.input_lines = 9,
		.version = &(struct manifest_text){ "libcurl", "7.88.1" },
		.version_count = 1,
		.option = (struct manifest_text[]){ { "output", "out" }, { "user-agent", "a \"b\"" } },
		.option_count = 2,
		.count = &(struct manifest_count){ "requests", 12 },
		.count_count = 1,
	};
	struct part inventory = { .name = "inventory-00000.ndjson.zst",
				  .bytes = 9,
				  .frames = 1,
				  .counts = { .rows = 2, .bytes = 70 },
				  .sha256 = "cc" };
	const struct manifest_files files = { .part = (struct part *[]){ &first, &second },
					      .part_count = 2,
					      .inventory = &inventory };
	struct buf out;

	(void)state;
	buf_init(&out, 100000);
	manifest_write(&out, &facts, "r1", false, "disk full", &files);
	expect(&out,
	       "{\n"
	       "\t\"manifest_version\": 1,\n"
	       "\t\"schema_version\": 1,\n"
	       "\t\"tool\": \"detour\",\n"
	       "\t\"tool_version\": \"1.2\",\n"
	       "\t\"run_id\": \"r1\",\n"
	       "\t\"parent_run_id\": \"r0\",\n"
	       "\t\"state\": \"partial\",\n"
	       "\t\"error\": \"disk full\",\n"
	       "\t\"started_at\": \"2026-11-21T01:02:03.456Z\",\n"
	       "\t\"ended_at\": \"2026-11-21T01:03:03.000Z\",\n"
	       "\t\"input\": {\n"
	       "\t\t\"lines\": 9,\n"
	       "\t\t\"files\": [\n"
	       "\t\t\t\"urls.txt\",\n"
	       "\t\t\t\"caf%E9\"\n"
	       "\t\t]\n"
	       "\t},\n"
	       "\t\"rows\": 6,\n"
	       "\t\"row_bytes\": 5777,\n"
	       "\t\"bytes\": 123,\n"
	       "\t\"frames\": 3,\n",
	       "\t\"counts\": {\n"
	       "\t\t\"requests\": 12\n"
	       "\t},\n"
	       "\t\"parts\": [\n"
	       "\t\t{\n"
	       "\t\t\t\"name\": \"part-00000.ndjson.zst\",\n"
	       "\t\t\t\"rows\": 5,\n"
	       "\t\t\t\"row_bytes\": 5000,\n"
	       "\t\t\t\"bytes\": 100,\n"
	       "\t\t\t\"frames\": 2,\n"
	       "\t\t\t\"sha256\": \"aa\"\n"
	       "\t\t},\n"
	       "\t\t{\n"
	       "\t\t\t\"name\": \"part-00001.ndjson.zst\",\n"
	       "\t\t\t\"rows\": 1,\n"
	       "\t\t\t\"row_bytes\": 777,\n"
	       "\t\t\t\"bytes\": 23,\n"
	       "\t\t\t\"frames\": 1,\n"
	       "\t\t\t\"sha256\": \"bb\"\n"
	       "\t\t}\n"
	       "\t],\n"
	       "\t\"inventory\": [\n"
	       "\t\t{\n"
	       "\t\t\t\"name\": \"inventory-00000.ndjson.zst\",\n"
	       "\t\t\t\"rows\": 2,\n"
	       "\t\t\t\"row_bytes\": 70,\n"
	       "\t\t\t\"bytes\": 9,\n"
	       "\t\t\t\"frames\": 1,\n"
	       "\t\t\t\"sha256\": \"cc\"\n"
	       "\t\t}\n"
	       "\t],\n"
	       "\t\"versions\": {\n"
	       "\t\t\"libcurl\": \"7.88.1\"\n"
	       "\t},\n"
	       "\t\"options\": {\n"
	       "\t\t\"output\": \"out\",\n"
	       "\t\t\"user-agent\": \"a \\\"b\\\"\"\n"
	       "\t}\n"
	       "}\n");
	assert_non_null(strstr(out.bytes, "\"outcomes\": {\n\t\t\"ok\": 5,\n\t\t\"client_error\": 0,\n"));
	assert_non_null(strstr(out.bytes, "\t\t\"loop\": 1,\n"));
	buf_release(&out);
}

static void test_empty(void **state)
{
	const struct manifest_facts facts = { .complete = true, .tool_version = "1.2" };
	struct buf out;

	(void)state;
	buf_init(&out, 100000);
	manifest_write(&out, &facts, "r1", true, "", &(struct manifest_files){ .part = NULL });
	expect(&out,
	       "{\n"
	       "\t\"manifest_version\": 1,\n"
	       "\t\"schema_version\": 1,\n"
	       "\t\"tool\": \"detour\",\n"
	       "\t\"tool_version\": \"1.2\",\n"
	       "\t\"run_id\": \"r1\",\n"
	       "\t\"parent_run_id\": \"\",\n"
	       "\t\"state\": \"complete\",\n"
	       "\t\"error\": \"\",\n"
	       "\t\"started_at\": \"1970-01-01T00:00:00.000Z\",\n"
	       "\t\"ended_at\": \"1970-01-01T00:00:00.000Z\",\n"
	       "\t\"input\": {\n"
	       "\t\t\"lines\": 0,\n"
	       "\t\t\"files\": []\n"
	       "\t},\n"
	       "\t\"rows\": 0,\n"
	       "\t\"row_bytes\": 0,\n"
	       "\t\"bytes\": 0,\n"
	       "\t\"frames\": 0,\n",
	       "\t\"counts\": {},\n"
	       "\t\"parts\": [],\n"
	       "\t\"inventory\": [],\n"
	       "\t\"versions\": {},\n"
	       "\t\"options\": {}\n"
	       "}\n");
	buf_release(&out);
}

static void test_count_of(void **state)
{
	static const struct {
		const char *text;
		bool found;
		uint64_t value;
	} cases[] = {
		{ "{\n\t\"counts\": {\n\t\t\"loop\": 0,\n", true, 0 },
		{ "{\n\t\"counts\": {\n\t\t\"loop\": 1234567890123\n", true, 1234567890123 },
		{ "\t\"loop\": 7", true, 7 },
		{ "", false, 0 },
		{ "\t\"loop\": ", false, 0 },
		{ "\t\"loop\": \"7\"", false, 0 },
		{ "\t\"a loop\": 7, \"body\": \"\\t\\\"loop\\\": 8\"", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t value = 0;
		bool found = manifest_count_of(span_of(cases[i].text), "loop", &value);

		if (found != cases[i].found || value != cases[i].value)
			fail_msg("case %zu: %d, %llu", i, found, (unsigned long long)value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_count_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
