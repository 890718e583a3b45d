#include "formats/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "formats/json.h"

static void test_table(void **state)
{
	static const struct {
		const char *text;
		struct span bytes;
		bool decoded;
	} cases[] = {
		{ "", SPAN(""), true },
		{ "Zg==", SPAN("f"), true },
		{ "Zm8=", SPAN("fo"), true },
		{ "Zm9v", SPAN("foo"), true },
		{ "Zm9vYg==", SPAN("foob"), true },
		{ "+/+/", SPAN("\xFB\xFF\xBF"), true },
		{ "Zg", SPAN(""), false },
		{ "Zg=", SPAN(""), false },
		{ "Z===", SPAN(""), false },
		{ "====", SPAN(""), false },
		{ "Zg==Zg==", SPAN(""), false },
		{ "Zm9\xC3", SPAN(""), false },
		{ "Zm-_", SPAN(""), false },
		{ "Zm9v ", SPAN(""), false },
	};
	struct arena arena;
	struct span bytes;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool decoded = base64_decode(&arena, span_of(cases[i].text), &bytes);

		if (decoded != cases[i].decoded || (decoded && !span_equal(bytes, cases[i].bytes)))
			fail_msg("\"%s\": %d, \"%.*s\"", cases[i].text, decoded, (int)bytes.len, bytes.bytes);
	}
	arena_release(&arena);
}

/* What json.h writes, in pieces, comes back. */
static void test_comes_back(void **state)
{
	char all[3 * 256], text[sizeof(all) / 3 * 4 + JSON_PIECE_ROOM];
	struct arena arena;
	struct span bytes;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (char)(i * 7 + i / 256);
	for (size_t len = 0; len <= sizeof(all); len++) {
		struct span rest = { .bytes = all, .len = len };
		char *at = text;

		while (rest.len)
			at = json_put_base64_piece(at, &rest);
		assert_true(base64_decode(&arena, (struct span){ text, (size_t)(at - text) }, &bytes));
		assert_true(span_equal(bytes, (struct span){ all, len }));
	}
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
