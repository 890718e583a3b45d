#include "formats/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "formats/limits.h"
#include "formats/row.h"
#include "formats/row_fields.h"
#include "tests/formats/sample.h"

static const char *const rules[] = { "long-chain", "redirect-loop" };

/* The schema, to be freed. */
static char *print(enum schema_dialect dialect)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	schema_print(out, dialect, &row_object, rules, 2);
	fclose(out);
	return text;
}

/* Readers check the rest: tests/program/test_schema.py. */
static void test_texts(void **state)
{
	static const struct {
		enum schema_dialect dialect;
		const char *text;
	} cases[] = {
		{ SCHEMA_JSONSCHEMA, "\"$schema\": \"https://json-schema.org/draft/2020-12/schema\"" },
		{ SCHEMA_JSONSCHEMA, "\"rule\": {\"type\": \"string\", \"enum\": [\"long-chain\", \"redirect-loop\"]" },
		{ SCHEMA_JSONSCHEMA, "\"enum\": [\"notice\", \"warning\", \"error\"]" },
		{ SCHEMA_JSONSCHEMA, "\"enum\": [\"\", \"1.0\", \"1.1\", \"2\"]" },
		{ SCHEMA_JSONSCHEMA, "\"enum\": [\"\", \"ok\", \"client_error\"," }, /* cookie_outcome */
		{ SCHEMA_JSONSCHEMA, "\"schema_version\": {\"type\": \"integer\", \"const\": 1," },
		{ SCHEMA_JSONSCHEMA, "\"x_robots_tag\": {\"type\": \"string\", \"description\"" },
		{ SCHEMA_DUCKDB, "\t\"seq\" UBIGINT NOT NULL, -- Number of the input line over all inputs, from 1.\n" },
		{ SCHEMA_DUCKDB, "\t)[] NOT NULL,\n" },
		{ SCHEMA_DUCKDB, "--\tfindings: 'STRUCT(\"rule\" VARCHAR, \"severity\" VARCHAR, \"hop\" UINTEGER," },
		{ SCHEMA_CLICKHOUSE, "\t`hops` Array(Tuple( -- The requests in order, each with its answer.\n" },
		{ SCHEMA_CLICKHOUSE, "\t\t`started_at` DateTime64(3, 'UTC'), -- When the hop began" },
		{ SCHEMA_MARKDOWN, "| `dns_us` | integer, us | Resolving the name;" },
		{ SCHEMA_MARKDOWN, "| `cookie_loop` | The chain loops without cookies and ends with them. |" },
		{ SCHEMA_MARKDOWN, "| `dns-nxdomain` | The name does not exist. |" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *schema = print(cases[i].dialect);

		if (!strstr(schema, cases[i].text))
			fail_msg("%s has no %s", schema_dialect_name(cases[i].dialect), cases[i].text);
		free(schema);
	}
}

/* Every key of a row is in every dialect, in the row's order. */
static void test_keys_of_a_row(void **state)
{
	struct record *record = sample_record(1, "http://a.example/", OUTCOME_OK);
	struct buf row;

	(void)state;
	sample_hop(record, "http://a.example/", 200, NULL, NULL);
	sample_finding(record, "long-chain", SEVERITY_ERROR, 0, "");
	buf_init(&row, 2 * ROW_BYTES_MAX);
	row_write(&row, record, SPAN("r1"));
	buf_add_char(&row, '\0');
	for (unsigned dialect = 0; dialect < SCHEMA_DIALECT_COUNT; dialect++) {
		static const char quote[SCHEMA_DIALECT_COUNT] = { [SCHEMA_JSONSCHEMA] = '"',
								  [SCHEMA_DUCKDB] = '"',
								  [SCHEMA_CLICKHOUSE] = '`',
								  [SCHEMA_MARKDOWN] = '`' };
		char *schema = print((enum schema_dialect)dialect);
		const char *at = row.bytes;
		unsigned count = 0;

		while ((at = strstr(at, "\":")) != NULL) {
			const char *begin = memrchr(row.bytes, '"', (size_t)(at - row.bytes));
			char key[64];

			snprintf(key, sizeof(key), "%c%.*s%c", quote[dialect], (int)(at - begin - 1), begin + 1,
				 quote[dialect]);
			if (!strstr(schema, key))
				fail_msg("%s has no %s", schema_dialect_name((enum schema_dialect)dialect), key);
			at += 2;
			count++;
		}
		assert_true(count > 60);
		free(schema);
	}
	buf_release(&row);
	record_free(record);
}

static void test_find(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SCHEMA_DIALECT_COUNT; i++) {
		enum schema_dialect dialect = SCHEMA_DIALECT_COUNT;

		assert_true(schema_dialect_find(span_of(schema_dialect_name((enum schema_dialect)i)), &dialect));
		assert_int_equal(dialect, i);
	}
	for (size_t i = 0; i < 3; i++) {
		enum schema_dialect dialect = SCHEMA_DIALECT_COUNT;

		assert_false(schema_dialect_find(span_of((const char *[]){ "", "DuckDB", "duckdb2" }[i]), &dialect));
		assert_int_equal(dialect, SCHEMA_DIALECT_COUNT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_keys_of_a_row),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
