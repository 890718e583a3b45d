#include "formats/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* One case: bytes, and what each step of decoding gives and takes. */
static const struct {
	struct span bytes;
	struct {
		uint32_t code_point;
		size_t len;
	} step[4];
} cases[] = {
	{ SPAN("A"), { { 'A', 1 } } },
	{ SPAN("\0"), { { 0, 1 } } },
	{ SPAN("\x7F"), { { 0x7F, 1 } } },
	{ SPAN("\xC2\x80"), { { 0x80, 2 } } },
	{ SPAN("\xDF\xBF"), { { 0x7FF, 2 } } },
	{ SPAN("\xE0\xA0\x80"), { { 0x800, 3 } } },
	{ SPAN("\xED\x9F\xBF"), { { 0xD7FF, 3 } } },
	{ SPAN("\xEE\x80\x80"), { { 0xE000, 3 } } },
	{ SPAN("\xEF\xBF\xBD"), { { 0xFFFD, 3 } } },
	{ SPAN("\xF0\x90\x80\x80"), { { 0x10000, 4 } } },
	{ SPAN("\xF4\x8F\xBF\xBF"), { { 0x10FFFF, 4 } } },
	/* Not UTF-8. */
	{ SPAN("\x80"), { { UTF8_INVALID, 1 } } },
	{ SPAN("\xFF"), { { UTF8_INVALID, 1 } } },
	{ SPAN("\xE9t"), { { UTF8_INVALID, 1 }, { 't', 1 } } },
	{ SPAN("\xC0\xAF"), { { UTF8_INVALID, 1 }, { UTF8_INVALID, 1 } } },
	{ SPAN("\xC1\xBF"), { { UTF8_INVALID, 1 }, { UTF8_INVALID, 1 } } },
	{ SPAN("\xE0\x9F\xBF"), { { UTF8_INVALID, 1 }, { UTF8_INVALID, 1 }, { UTF8_INVALID, 1 } } },
	{ SPAN("\xED\xA0\x80"), { { UTF8_INVALID, 1 }, { UTF8_INVALID, 1 }, { UTF8_INVALID, 1 } } },
	{ SPAN("\xF4\x90\x80"), { { UTF8_INVALID, 1 }, { UTF8_INVALID, 1 }, { UTF8_INVALID, 1 } } },
	{ SPAN("\xF5\x80"), { { UTF8_INVALID, 1 }, { UTF8_INVALID, 1 } } },
	/* Broken off, or broken by the next character: one U+FFFD for what was there. */
	{ SPAN("\xC3"), { { UTF8_INVALID, 1 } } },
	{ SPAN("\xE2\x82"), { { UTF8_INVALID, 2 } } },
	{ SPAN("\xE2\x82/"), { { UTF8_INVALID, 2 }, { '/', 1 } } },
	{ SPAN("\xF0\x9F\x92"), { { UTF8_INVALID, 3 } } },
	{ SPAN("\xF0\x9F\x92\xC3\xA9"), { { UTF8_INVALID, 3 }, { 0xE9, 2 } } },
};

static void test_decode(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span bytes = cases[i].bytes;
		size_t at = 0;
		bool valid = true;

		/* A copy of the exact size, so that the address sanitizer sees a read behind the end. */
		char *copy = malloc(bytes.len);

		assert_non_null(copy);
		memcpy(copy, bytes.bytes, bytes.len);
		for (size_t k = 0; at < bytes.len; k++) {
			uint32_t code_point;
			size_t len = utf8_decode(copy + at, bytes.len - at, &code_point);

			if (code_point != cases[i].step[k].code_point || len != cases[i].step[k].len)
				fail_msg("case %zu, step %zu: got U+%04X in %zu bytes", i, k, code_point, len);
			valid = valid && code_point != UTF8_INVALID;
			at += len;
		}
		if (utf8_valid((struct span){ copy, bytes.len }) != valid)
			fail_msg("case %zu: utf8_valid", i);
		free(copy);
	}
}

static void test_empty_is_valid(void **state)
{
	(void)state;
	assert_true(utf8_valid((struct span){ NULL, 0 }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decode),
		cmocka_unit_test(test_empty_is_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
