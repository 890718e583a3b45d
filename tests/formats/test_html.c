#include "formats/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "formats/buf.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *name_of(enum html_element element)
{
	static const char *const names[] = { [ELEMENT_OTHER] = "OTHER",
					     [ELEMENT_PLAINTEXT] = "PLAINTEXT",
#define X(name, set, ...) [ELEMENT_##name] = #name,
					     HTML_ELEMENTS(X)
#undef X
	};

	return names[element];
}

static void add_attributes(struct buf *out, struct span rest)
{
	struct span name, value;

	while (html_attribute(&rest, &name, &value)) {
		buf_add_char(out, ' ');
		buf_add_span(out, name);
		buf_add_char(out, '=');
		buf_add_span(out, value);
	}
}

/* "<A href=b>" for a start tag, "</A>" for an end tag, "text|" and "RAW:text|" for texts. */
static void add_token(struct buf *out, const struct html_token *token)
{
	switch (token->type) {
	case HTML_START_TAG:
		buf_addf(out, "<%s", name_of(token->element));
		add_attributes(out, token->attributes);
		buf_add_char(out, '>');
		break;
	case HTML_END_TAG:
		buf_addf(out, "</%s>", name_of(token->element));
		break;
	case HTML_RAW_TEXT:
		buf_addf(out, "%s:", name_of(token->element));
		/* fall through */
	case HTML_TEXT:
		buf_add_span(out, token->text);
		buf_add_char(out, '|');
		break;
	}
}

static const struct {
	const char *page, *tokens;
} cases[] = {
	{ "", "" },
	{ "text", "text|" },
	{ "<p>a</p>", "<OTHER>a|</OTHER>" },
	{ "<A HREF=b>c</A >", "<A HREF=b>c|</A>" },

	/* Attributes. */
	{ "<a b='c>d' e=\"f'g\" h=i/j k l = m>", "<A b=c>d e=f'g h=i/j k= l=m>" },
	{ "<a/b=c/d=e>", "<A b=c/d=e>" },
	{ "<a b/>", "<A b=>" },
	{ "<a b=>", "<A b=>" },
	{ "<a b= >", "<A b=>" },
	{ "<a =b=c>", "<A =b=c>" },
	{ "<a b='c'd='e'>", "<A b=c d=e>" },
	{ "<a b\n=\n'c'>", "<A b=c>" },
	{ "<a b c=d>", "<A b= c=d>" },
	{ "<a \"b>c", "<A \"b=>c|" },
	{ "<a b='c", "" },
	{ "<a b", "" },
	{ "<a", "" },
	{ "<p>x<a b=\"", "<OTHER>x|" },

	/* What is no tag. */
	{ "a<b", "a|" },
	{ "a < b", "a < b|" },
	{ "a <3 b <", "a <3 b <|" },
	{ "<>a", "<>a|" },
	{ "</>a", "a|" },
	{ "</3>a", "a|" },
	{ "a</", "a|" },
	{ "<!doctype html>a", "a|" },
	{ "<?xml version='1.0'?>a", "a|" },
	{ "<![CDATA[a>b]]>", "b]]>|" },

	/* Comments. */
	{ "<!-- <p> -->a", "a|" },
	{ "<!--a--!>b", "b|" },
	{ "<!-->a", "a|" },
	{ "<!--->a", "a|" },
	{ "<!---->a", "a|" },
	{ "<!-- - -- > --->a", "a|" },
	{ "<!-- a", "" },
	{ "<!-a>b", "b|" },

	/* Raw text. */
	{ "<title>a<b>&amp;</title>c", "<TITLE>TITLE:a<b>&amp;|</TITLE>c|" },
	{ "<title></title>c", "<TITLE></TITLE>c|" },
	{ "<title>a</titles>b</TITLE x>c", "<TITLE>TITLE:a</titles>b|</TITLE>c|" },
	{ "<title>a", "<TITLE>TITLE:a|" },
	{ "<title>a</title", "<TITLE>TITLE:a</title|" },
	{ "<style>a</b></style>", "<STYLE>STYLE:a</b>|</STYLE>" },
	{ "<noscript><p></noscript>", "<NOSCRIPT>NOSCRIPT:<p>|</NOSCRIPT>" },
	{ "<plaintext>a</plaintext>", "<PLAINTEXT>PLAINTEXT:a</plaintext>|" },
	{ "<title/>a</title>", "<TITLE>TITLE:a|</TITLE>" },
	{ "<svg><title/>a</svg>", "<SVG><TITLE>a|</SVG>" },
	{ "<svg/><title/>a", "<SVG><TITLE>TITLE:a|" },

	/* Scripts. */
	{ "<script>a</b>'</script>c", "<SCRIPT>SCRIPT:a</b>'|</SCRIPT>c|" },
	{ "<script><!-- </script>a", "<SCRIPT>SCRIPT:<!-- |</SCRIPT>a|" },
	{ "<script><!-- <script> </script> --></script>a", "<SCRIPT>SCRIPT:<!-- <script> </script> -->|</SCRIPT>a|" },
	{ "<script><!-- <script> --> </script>a", "<SCRIPT>SCRIPT:<!-- <script> --> |</SCRIPT>a|" },
	{ "<script><!--><script></script>a", "<SCRIPT>SCRIPT:<!--><script>|</SCRIPT>a|" },
	{ "<script><script></script>a", "<SCRIPT>SCRIPT:<script>|</SCRIPT>a|" },
	{ "<script><!-- <scripts> </script>a", "<SCRIPT>SCRIPT:<!-- <scripts> |</SCRIPT>a|" },
};

static void tokens(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct html html = html_begin(span_of(cases[i].page));
		struct html_token token;
		struct buf out;

		buf_init(&out, 4096);
		while (html_next(&html, &token))
			add_token(&out, &token);
		if (!span_equal(buf_span(&out), span_of(cases[i].tokens)))
			fail_msg("%s: %.*s", cases[i].page, (int)out.len, out.bytes);
		buf_release(&out);
	}
}

/* Whatever is cut off a page changes nothing before it, and nothing is read behind its end. */
static void every_beginning(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (size_t len = 0; len < strlen(cases[i].page); len++) {
			char *page = strndup(cases[i].page, len);
			struct html html = html_begin((struct span){ .bytes = page, .len = len });
			struct html_token token;
			unsigned count = 0;

			while (html_next(&html, &token))
				count++;
			assert_true(count <= len);
			free(page);
		}
	}
}

static void names(void **state)
{
	(void)state;
	assert_int_equal(html_element_of(SPAN("NoScript")), ELEMENT_NOSCRIPT);
	assert_int_equal(html_element_of(SPAN("plainText")), ELEMENT_PLAINTEXT);
	assert_int_equal(html_element_of(SPAN("h1")), ELEMENT_H1);
	assert_int_equal(html_element_of(SPAN("h")), ELEMENT_OTHER);
	assert_int_equal(html_element_of(SPAN("titles")), ELEMENT_OTHER);
	assert_int_equal(html_element_of(SPAN("")), ELEMENT_OTHER);
	assert_int_equal(html_element_of(SPAN("b\0")), ELEMENT_OTHER);
	assert_int_equal(html_element_traits(ELEMENT_TITLE), HTML_IN_HEAD | HTML_RAW);
	assert_int_equal(html_element_traits(ELEMENT_OTHER), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens),
		cmocka_unit_test(every_beginning),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
