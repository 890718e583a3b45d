#include "formats/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/limits.h"

static struct url parsed(struct arena *arena, const char *text)
{
	struct url url;

	if (url_parse(arena, span_of(text), NULL, &url) != URL_OK)
		fail_msg("%s is no URL", text);
	return url;
}

static const struct {
	const char *url, *key;
} keys[] = {
	{ "http://h.test/a?b#c", "http://h.test/a?b" }, { "http://h.test/a?b#", "http://h.test/a?b" },
	{ "http://h.test/a?#c", "http://h.test/a?" },   { "http://h.test/a", "http://h.test/a" },
	{ "http://u:p@h.test/#c#d", "http://h.test/" }, { "mailto:a#b", "mailto:a#b" },
};

static void leaves_the_fragment_out_of_the_key(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct url url = parsed(&arena, keys[i].url);
		struct span key = url_wire_key(&url);

		if (!span_equal(key, span_of(keys[i].key)))
			fail_msg("%s: %.*s", keys[i].url, (int)key.len, key.bytes);
	}
	arena_release(&arena);
}

static const struct {
	const char *a, *b;
	bool same;
} origins[] = {
	{ "http://h.test/a", "http://H.test:80/b?c#d", true }, { "https://u@h.test/", "https://h.test:443/", true },
	{ "http://h.test/", "https://h.test/", false },        { "http://h.test:443/", "https://h.test/", false },
	{ "http://h.test/", "http://h.test:81/", false },      { "http://h.test/", "http://h.test./", false },
	{ "http://h.test/", "http://i.test/", false },         { "mailto:a", "mailto:a", false },
	{ "http://h.test/", "ws://h.test/", false },
};

static void compares_origins(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++) {
		struct url a = parsed(&arena, origins[i].a), b = parsed(&arena, origins[i].b);

		if (url_same_origin(&a, &b) != origins[i].same || url_same_origin(&b, &a) != origins[i].same)
			fail_msg("%s and %s", origins[i].a, origins[i].b);
	}
	arena_release(&arena);
}

static const struct {
	const char *url, *from, *href;
} fragments[] = {
	{ "https://h.test:8443/a?b", "http://x/#top", "https://h.test:8443/a?b#top" },
	{ "http://h.test/a?", "http://x/#", "http://h.test/a?#" },
	{ "http://h.test/a#own", "http://x/#top", "http://h.test/a#top" },
	{ "http://h.test/a#own", "http://x/", "http://h.test/a" },
	{ "http://h.test/a", "http://x/", "http://h.test/a" },
	{ "mailto:a", "http://x/#top", "mailto:a" },
};

static void takes_over_a_fragment(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(fragments) / sizeof(fragments[0]); i++) {
		struct arena arena, first;
		struct url url, from, out, again;

		arena_init(&arena);
		arena_init(&first);
		url = parsed(&first, fragments[i].url);
		from = parsed(&first, fragments[i].from);
		out = url_with_fragment(&arena, &url, &from);
		again = parsed(&arena, fragments[i].href);
		if (!span_equal(out.href, again.href) || !span_equal(out.scheme_name, again.scheme_name) ||
		    !span_equal(out.host, again.host) || !span_equal(out.path, again.path) ||
		    !span_equal(out.query, again.query) || !span_equal(out.fragment, again.fragment) ||
		    out.has_fragment != again.has_fragment || out.port != again.port)
			fail_msg("fragments[%zu]: %.*s", i, (int)out.href.len, out.href.bytes);
		arena_release(&first);
		arena_release(&arena);
	}
}

/* Nothing of the copy may point into the memory of the URL it was made from. */
static void copies_what_it_takes_over(void **state)
{
	struct arena arena, first;
	struct url url, from, out;

	(void)state;
	arena_init(&arena);
	arena_init(&first);
	url = parsed(&first, "https://user:secret@h.test/a?b");
	from = parsed(&first, "http://x/#top");
	out = url_with_fragment(&arena, &url, &from);
	arena_release(&first);
	assert_true(span_equal(out.href, SPAN("https://h.test/a?b#top")));
	assert_true(span_equal(out.scheme_name, SPAN("https")));
	assert_true(span_equal(out.host, SPAN("h.test")));
	assert_true(span_equal(out.query, SPAN("b")));
	assert_true(span_equal(out.username, SPAN("user")));
	assert_true(span_equal(out.password, SPAN("secret")));
	arena_release(&arena);
}

static void leaves_out_a_fragment_that_is_too_much(void **state)
{
	static char text[URL_BYTES_MAX + 1];
	struct arena arena;
	struct url url, from, out;

	(void)state;
	arena_init(&arena);
	memset(text, 'a', URL_BYTES_MAX);
	memcpy(text, "http://h/", 9);
	text[URL_BYTES_MAX - 4] = '\0';
	url = parsed(&arena, text);
	from = parsed(&arena, "http://x/#abc");
	out = url_with_fragment(&arena, &url, &from);
	assert_int_equal(out.href.len, URL_BYTES_MAX);
	assert_true(out.has_fragment);
	from = parsed(&arena, "http://x/#abcd");
	out = url_with_fragment(&arena, &url, &from);
	assert_int_equal(out.href.len, URL_BYTES_MAX - 4);
	assert_false(out.has_fragment);
	arena_release(&arena);
}

static void names_errors(void **state)
{
	(void)state;
	assert_string_equal(url_error_name(URL_OK), "");
	assert_string_equal(url_error_text(URL_OK), "");
	assert_string_equal(url_error_name(URL_ERROR_EMPTY), "url-empty");
	assert_string_equal(url_error_name(URL_ERROR_TOO_LONG), "url-too-long");
	assert_string_equal(url_error_text(URL_ERROR_PORT), "Its port is no number from 0 to 65535.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_the_fragment_out_of_the_key),
		cmocka_unit_test(compares_origins),
		cmocka_unit_test(takes_over_a_fragment),
		cmocka_unit_test(copies_what_it_takes_over),
		cmocka_unit_test(leaves_out_a_fragment_that_is_too_much),
		cmocka_unit_test(names_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
