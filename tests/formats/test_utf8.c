#include "formats/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* One character, or one run of bytes that is none, at the start of `text`. */
static const struct {
	struct span text;
	uint32_t code_point;
	uint8_t len;
	bool valid;
} decodes[] = {
	{ SPAN("a"), 'a', 1, true },
	{ SPAN("\0"), 0, 1, true },
	{ SPAN("\x7F"), 0x7F, 1, true },
	{ SPAN("\xC2\x80"), 0x80, 2, true },
	{ SPAN("\xDF\xBF"), 0x7FF, 2, true },
	{ SPAN("\xE0\xA0\x80"), 0x800, 3, true },
	{ SPAN("\xED\x9F\xBF"), 0xD7FF, 3, true },
	{ SPAN("\xEE\x80\x80"), 0xE000, 3, true },
	{ SPAN("\xEF\xBF\xBD"), 0xFFFD, 3, true },
	{ SPAN("\xEF\xBF\xBF"), 0xFFFF, 3, true },
	{ SPAN("\xF0\x90\x80\x80"), 0x10000, 4, true },
	{ SPAN("\xF4\x8F\xBF\xBF"), 0x10FFFF, 4, true },
	/* Alone, or with too few bytes behind it. */
	{ SPAN("\x80"), 0xFFFD, 1, false },
	{ SPAN("\xBF"), 0xFFFD, 1, false },
	{ SPAN("\xC3"), 0xFFFD, 1, false },
	{ SPAN("\xC3("), 0xFFFD, 1, false },
	{ SPAN("\xE2\x82"), 0xFFFD, 2, false },
	{ SPAN("\xE2\x82("), 0xFFFD, 2, false },
	{ SPAN("\xF0\x9F\x92"), 0xFFFD, 3, false },
	/* Overlong forms, surrogates, beyond Unicode: the lead byte alone is replaced. */
	{ SPAN("\xC0\x80"), 0xFFFD, 1, false },
	{ SPAN("\xC1\xBF"), 0xFFFD, 1, false },
	{ SPAN("\xE0\x9F\xBF"), 0xFFFD, 1, false },
	{ SPAN("\xED\xA0\x80"), 0xFFFD, 1, false },
	{ SPAN("\xF0\x8F\xBF\xBF"), 0xFFFD, 1, false },
	{ SPAN("\xF4\x90\x80\x80"), 0xFFFD, 1, false },
	{ SPAN("\xF5\x80\x80\x80"), 0xFFFD, 1, false },
	{ SPAN("\xFF"), 0xFFFD, 1, false },
};

static void decodes_one_character(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(decodes) / sizeof(decodes[0]); i++) {
		struct utf8_char c = utf8_decode(decodes[i].text);

		if (c.code_point != decodes[i].code_point || c.len != decodes[i].len || c.valid != decodes[i].valid)
			fail_msg("decodes[%zu]: U+%04X, %u bytes, valid %d", i, c.code_point, c.len, c.valid);
	}
}

static const struct {
	struct span text, repaired;
	size_t invalid_at;
} repairs[] = {
	{ SPAN(""), SPAN(""), 0 },
	{ SPAN("plain text that is longer than eight bytes"), SPAN("plain text that is longer than eight bytes"), 42 },
	{ SPAN("caf\xC3\xA9"), SPAN("caf\xC3\xA9"), 5 },
	{ SPAN("caf\xE9"), SPAN("caf\xEF\xBF\xBD"), 3 },
	{ SPAN("eight by\xE9tes"), SPAN("eight by\xEF\xBF\xBDtes"), 8 },
	{ SPAN("\xE2\x82\xE2\x82\xAC"), SPAN("\xEF\xBF\xBD\xE2\x82\xAC"), 0 },
	{ SPAN("\xF0\x80\x80\x41"), SPAN("\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\x41"), 0 },
	{ SPAN("\xED\xA0\x80"), SPAN("\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"), 0 },
};

static void repairs_what_is_invalid(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(repairs) / sizeof(repairs[0]); i++) {
		struct span repaired = utf8_repair(&arena, repairs[i].text);

		if (!span_equal(repaired, repairs[i].repaired))
			fail_msg("repairs[%zu]: %.*s", i, (int)repaired.len, repaired.bytes);
		if (utf8_invalid_at(repairs[i].text) != repairs[i].invalid_at)
			fail_msg("repairs[%zu]: invalid at %zu", i, utf8_invalid_at(repairs[i].text));
		assert_true(utf8_is_valid(repaired));
	}
	arena_release(&arena);
}

static const struct {
	struct span text;
	size_t len_max, len;
} cuts[] = {
	{ SPAN("abc"), 3, 3 },
	{ SPAN("abc"), 2, 2 },
	{ SPAN("abc"), 0, 0 },
	{ SPAN("a\xC3\xA4"), 3, 3 },
	{ SPAN("a\xC3\xA4"), 2, 1 },
	{ SPAN("\xC3\xA4"), 1, 0 },
	{ SPAN("\xE2\x82\xAC!"), 2, 0 },
	{ SPAN("a\xF0\x9F\x98\x80"), 4, 1 },
	{ SPAN("\x80\x80\x80\x80\x80\x80"), 5, 5 },
	{ SPAN("\x80\x80"), 1, 1 },
};

static void cuts_between_characters(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		struct span cut = utf8_cut(cuts[i].text, cuts[i].len_max);

		if (cut.bytes != cuts[i].text.bytes || cut.len != cuts[i].len)
			fail_msg("cuts[%zu]: %zu bytes", i, cut.len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_one_character),
		cmocka_unit_test(repairs_what_is_invalid),
		cmocka_unit_test(cuts_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
