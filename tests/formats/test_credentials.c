#include "formats/credentials.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
	const char *text, *masked;
} cases[] = {
	{ "", "" },
	{ "http://a.example/", "http://a.example/" },
	{ "http://user:secret@a.example/", "http://***@a.example/" },
	{ "http://user@a.example", "http://***@a.example" },
	{ "http://@a.example/", "http://***@a.example/" },
	{ "//@", "//***@" },
	{ "//u:p@a.example/x", "//***@a.example/x" },
	{ "http://u:p@ss@a.example/", "http://***@a.example/" },
	{ "http://a.example/?to=u@b.example", "http://a.example/?to=u@b.example" },
	{ "http://a.example/@home", "http://a.example/@home" },
	{ "http://a.example\\@b.example/", "http://a.example\\@b.example/" },
	{ "http://a.example?@b", "http://a.example?@b" },
	{ "http://a.example/?to=https://u:p@b.example/", "http://a.example/?to=https://***@b.example/" },
	{ "\"http://u:p@a/\" and \"http://v:q@b/\".", "\"http://***@a/\" and \"http://***@b/\"." },
	{ "mailto:u@a.example", "mailto:u@a.example" },
	{ "/", "/" },
	{ "//", "//" },
};

static void test_mask(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena;
		struct span masked;

		arena_init(&arena);
		masked = credentials_mask(&arena, span_of(cases[i].text));
		if (!span_equal(masked, span_of(cases[i].masked)))
			fail_msg("%s: %.*s", cases[i].text, (int)masked.len, masked.bytes);
		arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mask),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
