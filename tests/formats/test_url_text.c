#include "formats/url_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Every printable ASCII character that is no letter, no digit and none of "-._~". */
#define PUNCTUATION " !\"#$%&'()*+,/:;<=>?@[\\]^`{|}"

static const struct {
	const char *name;
	const struct url_bytes *set;
	const char *encoded;
} sets[] = {
	{ "fragment", &url_encode_fragment, "%20!%22#$%&'()*+,/:;%3C=%3E?@[\\]^%60{|}" },
	{ "query", &url_encode_query, "%20!%22%23$%&%27()*+,/:;%3C=%3E?@[\\]^`{|}" },
	{ "path", &url_encode_path, "%20!%22%23$%&'()*+,/:;%3C=%3E%3F@[\\]%5E%60%7B|%7D" },
	{ "userinfo", &url_encode_userinfo, "%20!%22%23$%&'()*+,%2F%3A%3B%3C%3D%3E%3F%40%5B%5C%5D%5E%60%7B%7C%7D" },
};

static void encodes_by_set(void **state)
{
	static const struct span rest = SPAN("aZ09-._~\x01\x1F\x7F\xC3\xA9");

	(void)state;
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		struct url_text text;

		url_text_init(&text);
		url_text_add_encoded(&text, SPAN(PUNCTUATION), sets[i].set);
		if (!span_equal(url_text_from(&text, 0), span_of(sets[i].encoded)))
			fail_msg("%s: %.*s", sets[i].name, (int)text.len, text.bytes);
		url_text_init(&text);
		url_text_add_encoded(&text, rest, sets[i].set);
		if (!span_equal(url_text_from(&text, 0), SPAN("aZ09-._~%01%1F%7F%C3%A9")))
			fail_msg("%s: %.*s", sets[i].name, (int)text.len, text.bytes);
	}
}

static void decodes(void **state)
{
	struct url_text text;

	(void)state;
	url_text_init(&text);
	url_text_add_decoded(&text, SPAN("a%41%4a%Ff%%41%4%zz%4g%2541%"));
	assert_true(span_equal(url_text_from(&text, 0), SPAN("aAJ\xFF%A%4%zz%4g%41%")));
}

static void keeps_an_overflow(void **state)
{
	static char much[URL_BYTES_MAX];
	struct url_text text;

	(void)state;
	url_text_init(&text);
	url_text_add(&text, (struct span){ much, sizeof(much) - 2 });
	assert_false(text.overflow);
	url_text_add_encoded(&text, SPAN(" "), &url_encode_path);
	assert_true(text.overflow);
	url_text_add_char(&text, 'a');
	assert_true(text.overflow);
	assert_int_equal(text.len, URL_BYTES_MAX - 2);
}

static const struct {
	const char *text;
	size_t len;
} schemes[] = {
	{ "http:", 4 }, { "a:b:c", 1 }, { "A1+-.:", 5 }, { "http", 0 }, { "", 0 },    { ":", 0 },
	{ "1a:", 0 },   { "a_b:", 0 },  { "a/b:", 0 },   { "a b:", 0 }, { "-a:", 0 }, { "\xC3\xA9:", 0 },
};

static void finds_the_scheme(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (url_scheme_len(span_of(schemes[i].text)) != schemes[i].len)
			fail_msg("\"%s\": %zu", schemes[i].text, url_scheme_len(span_of(schemes[i].text)));
}

static void writes_numbers(void **state)
{
	struct url_text text;

	(void)state;
	url_text_init(&text);
	url_text_add_uint(&text, 0);
	url_text_add_char(&text, ' ');
	url_text_add_uint(&text, 65535);
	url_text_add_char(&text, ' ');
	url_text_add_uint(&text, 4294967295U);
	assert_true(span_equal(url_text_from(&text, 0), SPAN("0 65535 4294967295")));
}

static void cuts_tails(void **state)
{
	struct span rest = SPAN("a?b#c#?d"), tail;

	(void)state;
	assert_true(url_cut_tail(&rest, '#', &tail));
	assert_true(span_equal(rest, SPAN("a?b")) && span_equal(tail, SPAN("c#?d")));
	assert_false(url_cut_tail(&rest, '#', &tail));
	assert_true(span_equal(rest, SPAN("a?b")) && span_equal(tail, SPAN("c#?d")));
	rest = SPAN("#");
	assert_true(url_cut_tail(&rest, '#', &tail));
	assert_int_equal(rest.len + tail.len, 0);
	assert_false(url_cut_tail(&rest, '#', &tail));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(encodes_by_set),   cmocka_unit_test(decodes),    cmocka_unit_test(keeps_an_overflow),
		cmocka_unit_test(finds_the_scheme), cmocka_unit_test(cuts_tails), cmocka_unit_test(writes_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
