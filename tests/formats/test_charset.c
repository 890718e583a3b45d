#include "formats/charset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/utf8.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	struct span label;
	const char *charset; /* NULL: not known */
} finds[] = {
	{ SPAN("utf-8"), "UTF-8" },
	{ SPAN(" UTF8\t"), "UTF-8" },
	{ SPAN("Latin1"), "WINDOWS-1252" },
	{ SPAN("windows-1251"), "WINDOWS-1251" },
	{ SPAN(""), NULL },
	{ SPAN("utf"), NULL },
	{ SPAN("utf-8//TRANSLIT"), NULL },
	{ SPAN("utf-7"), NULL },
	{ SPAN("utf-8\0"), NULL },
};

static void check_name(struct span text, const char *name, const char *wanted)
{
	if (!wanted ? name != NULL : !name || strcmp(name, wanted) != 0)
		fail_msg("%.*s: %s", (int)text.len, text.bytes, name ? name : "none");
}

static void labels(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(finds); i++)
		check_name(finds[i].label, charset_find(finds[i].label), finds[i].charset);
}

static const struct {
	struct span text;
	const char *charset;
} parameters[] = {
	{ SPAN("text/html; charset=utf-8"), "UTF-8" },
	{ SPAN("text/html;CHARSET = 'KOI8-R' ; x"), "KOI8-R" },
	{ SPAN("text/html; charset=\"big5\""), "BIG5-HKSCS" },
	{ SPAN("text/html; charset=\"big5"), NULL },
	{ SPAN("text/html; charset=utf-8;charset=big5"), "UTF-8" },
	{ SPAN("charset charset=euc-jp"), "EUC-JP" },
	{ SPAN("text/html; charset="), NULL },
	{ SPAN("text/html; charset"), NULL },
	{ SPAN("text/html"), NULL },
	{ SPAN(""), NULL },
};

static void content_types(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(parameters); i++)
		check_name(parameters[i].text, charset_in(parameters[i].text), parameters[i].charset);
}

static const struct {
	struct span bytes;
	const char *charset;
	size_t len;
} marked[] = {
	{ SPAN("\xEF\xBB\xBFx"), "UTF-8", 3 },
	{ SPAN("\xFF\xFEx"), "UTF-16LE", 2 },
	{ SPAN("\xFE\xFF"), "UTF-16BE", 2 },
	{ SPAN("\xEF\xBB"), NULL, 0 },
	{ SPAN(""), NULL, 0 },
};

static void byte_order_marks(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(marked); i++) {
		size_t len = 9;

		check_name(marked[i].bytes, charset_of_mark(marked[i].bytes, &len), marked[i].charset);
		assert_int_equal(len, marked[i].len);
	}
}

static const struct {
	const char *label;
	struct span bytes, text;
} decodings[] = {
	{ "utf-8", SPAN("a\xC3\xA4"), SPAN("a\xC3\xA4") },
	{ "utf-8", SPAN("a\xFF"), SPAN("a\xEF\xBF\xBD") },
	{ "latin1", SPAN("\xE4\x80"), SPAN("\xC3\xA4\xE2\x82\xAC") },
	{ "latin1", SPAN("\x81"), SPAN("\xEF\xBF\xBD") },
	{ "iso-8859-15", SPAN("\xA4"), SPAN("\xE2\x82\xAC") },
	{ "koi8-u", SPAN("\xA4"), SPAN("\xD1\x94") },
	{ "gb2312", SPAN("\xD6\xD0"), SPAN("\xE4\xB8\xAD") },
	{ "gbk", SPAN("\xD6"), SPAN("") },
	{ "big5", SPAN("\xA4\xA4"), SPAN("\xE4\xB8\xAD") },
	{ "euc-jp", SPAN("\xC6\xFC"), SPAN("\xE6\x97\xA5") },
	{ "iso-2022-jp", SPAN("\x1B$B\x46\x7C\x1B(B."), SPAN("\xE6\x97\xA5.") },
	{ "sjis", SPAN("\xB1"), SPAN("\xEF\xBD\xB1") },
	{ "euc-kr", SPAN("\xB0\xA1"), SPAN("\xEA\xB0\x80") },
	{ "utf-16le", SPAN("a\0\xAC\x20"), SPAN("a\xE2\x82\xAC") },
	{ "utf-16be",
	  SPAN("\xD8\x00\x00"
	       "a"),
	  SPAN("\xEF\xBF\xBD"
	       "a") },
	{ "windows-1258", SPAN("a\xCC"), SPAN("\xC3\xA0") },
	{ "windows-1255", SPAN("\xF9"), SPAN("\xD7\xA9") },
	{ "tis-620", SPAN("\xA1"), SPAN("\xE0\xB8\x81") },
};

static void decodes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(decodings); i++) {
		struct arena arena;
		struct span text;

		arena_init(&arena);
		text = charset_decode(&arena, decodings[i].bytes, charset_find(span_of(decodings[i].label)));
		if (!span_equal(text, decodings[i].text))
			fail_msg("decodings[%zu], %s: \"%.*s\"", i, decodings[i].label, (int)text.len, text.bytes);
		arena_release(&arena);
	}
}

/* Every byte, alone and doubled, in every encoding: valid UTF-8 comes out, and no more than fits. */
static void any_bytes(void **state)
{
	static const char *const all[] = { "latin1",       "gbk",        "big5",      "euc-jp",      "iso-2022-jp",
					   "sjis",         "euc-kr",     "utf-16le",  "utf-16be",    "windows-1255",
					   "windows-1258", "iso-8859-8", "macintosh", "windows-874", "koi8-r" };

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		const char *charset = charset_find(span_of(all[i]));
		struct arena arena;

		arena_init(&arena);
		for (unsigned value = 0; value < 65536; value++) {
			char bytes[4] = { (char)(value >> 8), (char)value, (char)(value >> 8), (char)value };
			struct span text = charset_decode(&arena, (struct span){ bytes, sizeof(bytes) }, charset);

			if (!utf8_is_valid(text) || text.len > 3 * sizeof(bytes))
				fail_msg("%s %04x: %zu bytes", all[i], value, text.len);
			if (value % 256 == 255)
				arena_release(&arena);
		}
		arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels),  cmocka_unit_test(content_types), cmocka_unit_test(byte_order_marks),
		cmocka_unit_test(decodes), cmocka_unit_test(any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
