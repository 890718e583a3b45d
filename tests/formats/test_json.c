#include "formats/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "formats/utf8.h"

static void test_strings(void **state)
{
	static const struct {
		struct span text;
		const char *replaced, *percent; /* percent NULL: the same */
	} cases[] = {
		{ { NULL, 0 }, "\"\"", NULL },
		{ SPAN("plain ASCII ~!#[]^\x7F"), "\"plain ASCII ~!#[]^\x7F\"", NULL },
		{ SPAN("\""), "\"\\\"\"", NULL },
		{ SPAN("\\"), "\"\\\\\"", NULL },
		{ SPAN("a/b"), "\"a/b\"", NULL },
		{ SPAN("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"", NULL },
		{ SPAN("\0\x01\x1F"), "\"\\u0000\\u0001\\u001f\"", NULL },
		{ SPAN("1234567\"1234567\\12345678\n"), "\"1234567\\\"1234567\\\\12345678\\n\"", NULL },
		{ SPAN("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x92\xA9"), "\"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x92\xA9\"",
		  NULL },
		{ SPAN("\xE2\x80\xA8"), "\"\xE2\x80\xA8\"", NULL }, /* U+2028 is allowed */
		{ SPAN("caf\xE9"), "\"caf\xEF\xBF\xBD\"", "\"caf%E9\"" },
		{ SPAN("12345678\xE9"
		       "12345678"),
		  "\"12345678\xEF\xBF\xBD"
		  "12345678\"",
		  "\"12345678%E912345678\"" },
		{ SPAN("\xE2\x82/"), "\"\xEF\xBF\xBD/\"", "\"%E2%82/\"" },
		{ SPAN("\xC0\xAF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"", "\"%C0%AF\"" },
		{ SPAN("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"", "\"%ED%A0%80\"" },
		{ SPAN("\xF0\x9F\x92"), "\"\xEF\xBF\xBD\"", "\"%F0%9F%92\"" },
	};
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (int percent = 0; percent <= 1; percent++) {
			const char *want = percent && cases[i].percent ? cases[i].percent : cases[i].replaced;

			buf_clear(&out);
			json_add_string(&out, cases[i].text, percent ? JSON_PERCENT : JSON_REPLACE);
			if (!span_equal(buf_span(&out), span_of(want)))
				fail_msg("case %zu: got %.*s, want %s", i, (int)out.len, out.bytes, want);
		}
	}
	buf_release(&out);
}

/* Each byte at each place of a word, because plain bytes are taken eight at a time. */
static void test_every_byte_at_every_place(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 1000);
	for (unsigned byte = 0; byte < 256; byte++) {
		bool plain = byte >= ' ' && byte < 0x80 && byte != '"' && byte != '\\';

		for (size_t at = 0; at < 16; at++) {
			char *text = malloc(16); /* of the exact size, for the address sanitizer */

			assert_non_null(text);
			memset(text, 'x', 16);
			text[at] = (char)byte;
			buf_clear(&out);
			json_add_string(&out, (struct span){ text, 16 }, JSON_REPLACE);
			if (plain != (out.len == 18 && memcmp(out.bytes + 1, text, 16) == 0) ||
			    !utf8_is_valid(buf_span(&out)))
				fail_msg("byte %02x at %zu: %.*s", byte, at, (int)out.len, out.bytes);
			free(text);
		}
	}
	buf_release(&out);
}

static void add_base64(struct buf *out, struct span bytes)
{
	char piece[JSON_PIECE_ROOM];

	while (bytes.len)
		buf_add(out, piece, (size_t)(json_put_base64_piece(piece, &bytes) - piece));
}

static void test_base64(void **state)
{
	/* RFC 4648 section 10, and bytes above 127. */
	static const struct {
		struct span bytes;
		const char *text;
	} cases[] = {
		{ { NULL, 0 }, "" },
		{ SPAN("f"), "Zg==" },
		{ SPAN("fo"), "Zm8=" },
		{ SPAN("foobar"), "Zm9vYmFy" },
		{ SPAN("\xFB\xFF\xBF"), "+/+/" },
	};
	char zeros[2000] = "";
	struct buf out;

	(void)state;
	buf_init(&out, 10000);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&out);
		add_base64(&out, cases[i].bytes);
		if (!span_equal(buf_span(&out), span_of(cases[i].text)))
			fail_msg("case %zu: %.*s", i, (int)out.len, out.bytes);
	}
	buf_clear(&out);
	add_base64(&out, (struct span){ zeros, sizeof(zeros) });
	assert_int_equal(out.len, (2000 + 2) / 3 * 4);
	for (size_t i = 0; i < out.len - 1; i++)
		assert_int_equal(out.bytes[i], 'A');
	assert_int_equal(out.bytes[out.len - 1], '=');
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_every_byte_at_every_place),
		cmocka_unit_test(test_base64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
