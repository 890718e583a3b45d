#include "formats/json_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "formats/json.h"
#include "formats/utf8.h"

/* A reader of a copy of `text` that ends where its memory ends, for AddressSanitizer to see. */
static struct json_reader reader_of(struct span text)
{
	char *copy = malloc(text.len + 1);

	assert_non_null(copy);
	if (text.len)
		memcpy(copy, text.bytes, text.len);
	copy[text.len] = '\0';
	return (struct json_reader){ .at = copy, .end = copy + text.len };
}

static void release(struct json_reader *reader, size_t len)
{
	free((char *)(uintptr_t)(reader->end - len));
}

static void test_texts(void **state)
{
	static const struct {
		struct span json, text;
		bool taken;
	} cases[] = {
		{ SPAN("\"\""), SPAN(""), true },
		{ SPAN("\"a\""), SPAN("a"), true },
		{ SPAN("\"\\\"\\\\\\b\\f\\n\\r\\t\""), SPAN("\"\\\b\f\n\r\t"), true },
		{ SPAN("\"\\u0000\\u001f\\u007f!\""), SPAN("\0\x1F\x7F!"), true },
		{ SPAN("\"caf\xC3\xA9\""), SPAN("caf\xC3\xA9"), true },
		{ SPAN("\"\\ncaf\xC3\xA9\""), SPAN("\ncaf\xC3\xA9"), true },
		{ SPAN(""), SPAN(""), false },
		{ SPAN("a"), SPAN(""), false },
		{ SPAN("\""), SPAN(""), false },
		{ SPAN("\"a"), SPAN(""), false },
		{ SPAN("\"a\\"), SPAN(""), false },
		{ SPAN("\"a\\\""), SPAN(""), false },
		{ SPAN("\"\\u001"), SPAN(""), false },
		{ SPAN("\"\\u00zz\""), SPAN(""), false },
		{ SPAN("\"\\u00e9\""), SPAN(""), false },
		{ SPAN("\"\\ud83d\\ude00\""), SPAN(""), false },
		{ SPAN("\"\\/\""), SPAN(""), false },
		{ SPAN("\"\\x\""), SPAN(""), false },
		{ SPAN("\"\\\xC3\""), SPAN(""), false },
		{ SPAN("\"a\nb\""), SPAN(""), false },
		{ SPAN("\"a\0b\""), SPAN(""), false },
		{ SPAN("\"\\n\0b\""), SPAN(""), false },
		{ SPAN("\"\xE9\""), SPAN(""), false },
		{ SPAN("\"\\n\xE9\""), SPAN(""), false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json_reader reader = reader_of(cases[i].json);
		struct span text = { .len = 0 };
		bool taken = json_take_text(&reader, &text);

		if (taken != cases[i].taken || (taken && (!span_equal(text, cases[i].text) || reader.at != reader.end)))
			fail_msg("case %zu: %d, \"%.*s\"", i, taken, (int)text.len, text.bytes);
		if (text.len)
			assert_int_equal(text.bytes[text.len], '\0');
		release(&reader, cases[i].json.len);
	}
}

/* Whatever is written comes back, with what is no UTF-8 replaced. */
static void test_comes_back(void **state)
{
	struct arena arena;
	struct buf out;

	(void)state;
	arena_init(&arena);
	buf_init(&out, 10000);
	for (unsigned seed = 0; seed < 2000; seed++) {
		char bytes[64];
		struct span text = { .bytes = bytes, .len = seed % sizeof(bytes) }, back = { .len = 0 };
		struct json_reader reader;

		for (size_t i = 0; i < text.len; i++)
			bytes[i] = (char)((seed * 2654435761U + i * i * 40503U) >> 9);
		buf_clear(&out);
		json_add_string(&out, text, JSON_REPLACE);
		reader = reader_of(buf_span(&out));
		if (!json_take_text(&reader, &back) || reader.at != reader.end ||
		    !span_equal(back, utf8_repair(&arena, text)))
			fail_msg("seed %u", seed);
		release(&reader, out.len);
	}
	buf_release(&out);
	arena_release(&arena);
}

static void test_numbers(void **state)
{
	static const struct {
		const char *json;
		uint64_t max, value;
		bool taken;
	} cases[] = {
		{ "0", 0, 0, true },
		{ "255", 255, 255, true },
		{ "256", 255, 0, false },
		{ "1000", 255, 0, false },
		{ "9", 8, 0, false },
		{ "18446744073709551615", UINT64_MAX, UINT64_MAX, true },
		{ "18446744073709551616", UINT64_MAX, 0, false },
		{ "99999999999999999999999", UINT64_MAX, 0, false },
		{ "", 9, 0, false },
		{ "-1", 9, 0, false },
		{ "00", 9, 0, false },
		{ "01", 9, 0, false },
		{ "x", 9, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json_reader reader = reader_of(span_of(cases[i].json));
		uint64_t value = 0;
		bool taken = json_take_uint(&reader, cases[i].max, &value);

		if (taken != cases[i].taken || (taken && value != cases[i].value))
			fail_msg("%s: %d", cases[i].json, taken);
		release(&reader, strlen(cases[i].json));
	}
}

static void test_words(void **state)
{
	static const struct {
		const char *json;
		bool value, taken;
	} cases[] = {
		{ "true", true, true },   { "false", false, true }, { "tru", false, false },
		{ "null", false, false }, { "", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct json_reader reader = reader_of(span_of(cases[i].json));
		bool value = false, taken = json_take_bool(&reader, &value);

		if (taken != cases[i].taken || (taken && (value != cases[i].value || reader.at != reader.end)))
			fail_msg("%s: %d", cases[i].json, taken);
		release(&reader, strlen(cases[i].json));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_comes_back),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
