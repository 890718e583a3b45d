#include "formats/html_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *written, *text, *value;
} cases[] = {
	{ "a", "a", "a" },
	{ "&amp;&lt;&gt;&quot;&apos;", "&<>\"'", "&<>\"'" },
	{ "&eacute;&Eacute;&euro;&hellip;", "\xC3\xA9\xC3\x89\xE2\x82\xAC\xE2\x80\xA6",
	  "\xC3\xA9\xC3\x89\xE2\x82\xAC\xE2\x80\xA6" },
	{ "&colon;&sol;", ":/", ":/" },
	{ "&#65;&#x42;&#X43;&#x1F600;", "ABC\xF0\x9F\x98\x80", "ABC\xF0\x9F\x98\x80" },
	{ "&#65x&#65", "AxA", "AxA" },
	{ "&#0;&#xD800;&#x110000;&#99999999999999;", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
	  "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" },
	{ "&#128;&#x99;", "\xE2\x82\xAC\xE2\x84\xA2", "\xE2\x82\xAC\xE2\x84\xA2" },
	{ "&copy 1", "\xC2\xA9 1", "\xC2\xA9 1" },
	{ "&copyx", "\xC2\xA9x", "&copyx" },
	{ "?a=1&copy=2", "?a=1\xC2\xA9=2", "?a=1&copy=2" },
	{ "&notit;", "\xC2\xACit;", "&notit;" },
	{ "&euro 1", "&euro 1", "&euro 1" },
	{ "&lang=de", "&lang=de", "&lang=de" },
	{ "&apos x", "&apos x", "&apos x" },
	{ "&", "&", "&" },
	{ "&;&#;&#x;&x;&nosuchnameatall;", "&;&#;&#x;&x;&nosuchnameatall;", "&;&#;&#x;&x;&nosuchnameatall;" },
	{ "  a \n\t b ", "a b ", "  a \n\t b " },
	{ "a&#32;&#10;b", "a b", "a \nb" },
};

static void references(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf text, value;

		buf_init(&text, 256);
		buf_init(&value, 256);
		html_add_text(&text, span_of(cases[i].written));
		html_add_value(&value, span_of(cases[i].written));
		if (!span_equal(buf_span(&text), span_of(cases[i].text)))
			fail_msg("%s as text: %.*s", cases[i].written, (int)text.len, text.bytes);
		if (!span_equal(buf_span(&value), span_of(cases[i].value)))
			fail_msg("%s as value: %.*s", cases[i].written, (int)value.len, value.bytes);
		buf_release(&text);
		buf_release(&value);
	}
}

/* The search halves the list, so its order counts. */
static void every_name_is_found(void **state)
{
	static const struct {
		const char *name;
		unsigned code_point;
	} names[] = {
#include "formats/html_names.def"
	};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		char written[32], out[HTML_CHARACTER_BYTES_MAX];
		int len = snprintf(written, sizeof(written), "&%s;", names[i].name);
		size_t out_len = 0;

		assert_int_equal(html_reference((struct span){ written, (size_t)len }, true, out, &out_len), len);
		if (names[i].code_point < 0x80)
			assert_int_equal(out[0], names[i].code_point);
		assert_true(out_len > 0);
		assert_true(i == 0 || strcmp(names[i - 1].name, names[i].name) < 0);
	}
}

static void nul_is_replaced(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 16);
	html_add_text(&out, SPAN("a\0b"));
	assert_true(span_equal(buf_span(&out), SPAN("a\xEF\xBF\xBD"
						    "b")));
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references),
		cmocka_unit_test(every_name_is_found),
		cmocka_unit_test(nul_is_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
