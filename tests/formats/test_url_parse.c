#include "formats/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "formats/limits.h"

/* Absolute URLs and what each part of them is. */
static const struct {
	struct span input;
	struct url url;
} parts[] = {
	{ SPAN("http://example.com"),
	  { .href = SPAN("http://example.com/"),
	    .scheme = URL_SCHEME_HTTP,
	    .port = 80,
	    .scheme_name = SPAN("http"),
	    .host = SPAN("example.com"),
	    .path = SPAN("/") } },
	{ SPAN(" \n HTTPS:\\\\User:Pa:ss@Example.COM:8443\\a?b#c\x1F"),
	  { .href = SPAN("https://example.com:8443/a?b#c"),
	    .scheme = URL_SCHEME_HTTPS,
	    .port = 8443,
	    .has_port = true,
	    .has_query = true,
	    .has_fragment = true,
	    .scheme_name = SPAN("https"),
	    .host = SPAN("example.com"),
	    .path = SPAN("/a"),
	    .query = SPAN("b"),
	    .fragment = SPAN("c"),
	    .username = SPAN("User"),
	    .password = SPAN("Pa%3Ass") } },
	{ SPAN("https:h.test:443?#"),
	  { .href = SPAN("https://h.test/?#"),
	    .scheme = URL_SCHEME_HTTPS,
	    .port = 443,
	    .has_query = true,
	    .has_fragment = true,
	    .scheme_name = SPAN("https"),
	    .host = SPAN("h.test"),
	    .path = SPAN("/") } },
	{ SPAN("https://h.test:80"),
	  { .href = SPAN("https://h.test:80/"),
	    .scheme = URL_SCHEME_HTTPS,
	    .port = 80,
	    .has_port = true,
	    .scheme_name = SPAN("https"),
	    .host = SPAN("h.test"),
	    .path = SPAN("/") } },
	{ SPAN("http://h.test:0/"),
	  { .href = SPAN("http://h.test:0/"),
	    .scheme = URL_SCHEME_HTTP,
	    .port = 0,
	    .has_port = true,
	    .scheme_name = SPAN("http"),
	    .host = SPAN("h.test"),
	    .path = SPAN("/") } },
	{ SPAN("http://u@b@h.test/"),
	  { .href = SPAN("http://h.test/"),
	    .scheme = URL_SCHEME_HTTP,
	    .port = 80,
	    .scheme_name = SPAN("http"),
	    .host = SPAN("h.test"),
	    .path = SPAN("/"),
	    .username = SPAN("u%40b") } },
	{ SPAN("http://:@h.test//x//"),
	  { .href = SPAN("http://h.test//x//"),
	    .scheme = URL_SCHEME_HTTP,
	    .port = 80,
	    .scheme_name = SPAN("http"),
	    .host = SPAN("h.test"),
	    .path = SPAN("//x//") } },
	{ SPAN("http://[::1:0:0]:81/#a#b?c`"),
	  { .href = SPAN("http://[::1:0:0]:81/#a#b?c%60"),
	    .scheme = URL_SCHEME_HTTP,
	    .port = 81,
	    .has_port = true,
	    .has_fragment = true,
	    .scheme_name = SPAN("http"),
	    .host = SPAN("[::1:0:0]"),
	    .path = SPAN("/"),
	    .fragment = SPAN("a#b?c%60") } },
	{ SPAN("MailTo:Somebody@Example.com?x#y"),
	  { .href = SPAN("mailto:Somebody@Example.com?x#y"),
	    .scheme = URL_SCHEME_OTHER,
	    .scheme_name = SPAN("mailto") } },
	{ SPAN("ws://h.test/"),
	  { .href = SPAN("ws://h.test/"), .scheme = URL_SCHEME_OTHER, .scheme_name = SPAN("ws") } },
	{ SPAN("svn+ssh-2.0:x"),
	  { .href = SPAN("svn+ssh-2.0:x"), .scheme = URL_SCHEME_OTHER, .scheme_name = SPAN("svn+ssh-2.0") } },
};

static bool inside(struct span part, struct span whole)
{
	return part.len == 0 || (part.bytes >= whole.bytes && part.bytes + part.len <= whole.bytes + whole.len);
}

static void parses_each_part(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct url *want = &parts[i].url;
		struct arena arena;
		struct url url;

		arena_init(&arena);
		if (url_parse(&arena, parts[i].input, NULL, &url) != URL_OK)
			fail_msg("parts[%zu] is no URL", i);
		if (!span_equal(url.href, want->href))
			fail_msg("parts[%zu]: href is %.*s", i, (int)url.href.len, url.href.bytes);
		if (url.scheme != want->scheme || url.port != want->port || url.has_port != want->has_port ||
		    url.has_query != want->has_query || url.has_fragment != want->has_fragment)
			fail_msg("parts[%zu]: scheme %d, port %u, %d%d%d", i, (int)url.scheme, url.port, url.has_port,
				 url.has_query, url.has_fragment);
		if (!span_equal(url.scheme_name, want->scheme_name) || !span_equal(url.host, want->host) ||
		    !span_equal(url.path, want->path) || !span_equal(url.query, want->query) ||
		    !span_equal(url.fragment, want->fragment) || !span_equal(url.username, want->username) ||
		    !span_equal(url.password, want->password))
			fail_msg("parts[%zu]: a part of %.*s is wrong", i, (int)url.href.len, url.href.bytes);
		assert_true(inside(url.scheme_name, url.href) && inside(url.host, url.href) &&
			    inside(url.path, url.href));
		assert_true(inside(url.query, url.href) && inside(url.fragment, url.href));
		arena_release(&arena);
	}
}

static const struct {
	struct span input;
	enum url_error error;
} failures[] = {
	{ SPAN(""), URL_ERROR_EMPTY },
	{ SPAN(" \t\r\n"), URL_ERROR_EMPTY },
	{ SPAN("example.com"), URL_ERROR_NO_SCHEME },
	{ SPAN("/path"), URL_ERROR_NO_SCHEME },
	{ SPAN("#"), URL_ERROR_NO_SCHEME },
	{ SPAN("1http://h/"), URL_ERROR_NO_SCHEME },
	{ SPAN("ht_tp://h/"), URL_ERROR_NO_SCHEME },
	{ SPAN("http"), URL_ERROR_NO_SCHEME },
	{ SPAN("http:"), URL_ERROR_EMPTY_HOST },
	{ SPAN("http://"), URL_ERROR_EMPTY_HOST },
	{ SPAN("http://?q"), URL_ERROR_EMPTY_HOST },
	{ SPAN("http://:80/"), URL_ERROR_EMPTY_HOST },
	{ SPAN("http://u@/"), URL_ERROR_EMPTY_HOST },
	{ SPAN("http://u@:80/"), URL_ERROR_EMPTY_HOST },
	{ SPAN("http://h:65536/"), URL_ERROR_PORT },
	{ SPAN("http://h:99999999999999999999/"), URL_ERROR_PORT },
	{ SPAN("http://h:8o/"), URL_ERROR_PORT },
	{ SPAN("http://h:-1/"), URL_ERROR_PORT },
	{ SPAN("http://h:80:80/"), URL_ERROR_PORT },
	{ SPAN("http://[::1/"), URL_ERROR_IPV6 },
	{ SPAN("http://a b/"), URL_ERROR_HOST_CODE_POINT },
	{ SPAN("http://1.2.3.256/"), URL_ERROR_IPV4 },
};

static void names_the_failure(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		const struct url zero = { .scheme = URL_SCHEME_NONE };
		struct arena arena;
		struct url url;
		enum url_error error;

		arena_init(&arena);
		error = url_parse(&arena, failures[i].input, NULL, &url);
		if (error != failures[i].error)
			fail_msg("failures[%zu]: %s", i, url_error_name(error));
		assert_int_equal(url.scheme, zero.scheme);
		assert_null(url.href.bytes);
		arena_release(&arena);
	}
}

/* One character repeated between two texts, so that the serialisation has a known length. */
static const struct {
	const char *before;
	char repeated;
	size_t href_len; /* wanted; the count of repeated characters follows from it */
	size_t growth;   /* bytes of href for one of `repeated` */
	enum url_error error;
} lengths[] = {
	{ "http://h/", 'a', URL_BYTES_MAX, 1, URL_OK },
	{ "http://h/", 'a', URL_BYTES_MAX + 1, 1, URL_ERROR_TOO_LONG },
	{ "http://h/?", ' ', URL_BYTES_MAX + 1, 3, URL_ERROR_TOO_LONG },
	{ "http://h/?a", '"', URL_BYTES_MAX, 3, URL_OK },
	{ "http://h/#", 'a', URL_BYTES_MAX + 1, 1, URL_ERROR_TOO_LONG },
	{ "foo:", 'a', URL_BYTES_MAX, 1, URL_OK },
	{ "foo:", 'a', URL_BYTES_MAX + 1, 1, URL_ERROR_TOO_LONG },
};

static void is_bounded(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		size_t len = strlen(lengths[i].before);
		size_t count = (lengths[i].href_len - len + lengths[i].growth - 1) / lengths[i].growth;
		char *input = malloc(len + count + 1);
		struct arena arena;
		struct url url;
		enum url_error error;

		memcpy(input, lengths[i].before, len);
		memset(input + len, lengths[i].repeated, count);
		input[len + count] = 'x';
		arena_init(&arena);
		error = url_parse(&arena, (struct span){ input, len + count }, NULL, &url);
		/* Blanks at the very end would be trimmed. */
		if (lengths[i].repeated == ' ')
			error = url_parse(&arena, (struct span){ input, len + count + 1 }, NULL, &url);
		if (error != lengths[i].error || (error == URL_OK && url.href.len != lengths[i].href_len))
			fail_msg("lengths[%zu]: %s, %zu bytes", i, url_error_name(error), url.href.len);
		arena_release(&arena);
		free(input);
	}
}

static void bounds_host_and_userinfo(void **state)
{
	static char input[3 * URL_BYTES_MAX];
	struct arena arena;
	struct url url;

	(void)state;
	arena_init(&arena);
	memset(input, 'a', sizeof(input));
	memcpy(input, "http://", 7);
	assert_int_equal(url_parse(&arena, (struct span){ input, sizeof(input) }, NULL, &url), URL_ERROR_TOO_LONG);
	memcpy(input + sizeof(input) - 4, "%41b", 4);
	assert_int_equal(url_parse(&arena, (struct span){ input, sizeof(input) }, NULL, &url), URL_ERROR_TOO_LONG);
	memcpy(input + sizeof(input) - 2, "@h", 2);
	assert_int_equal(url_parse(&arena, (struct span){ input, sizeof(input) }, NULL, &url), URL_ERROR_TOO_LONG);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_each_part),
		cmocka_unit_test(names_the_failure),
		cmocka_unit_test(is_bounded),
		cmocka_unit_test(bounds_host_and_userinfo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
