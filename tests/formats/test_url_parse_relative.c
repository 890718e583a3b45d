/* References resolved against a base: what browsers make of each, checked with Node.js but for the
 * user name, which is kept beside the href, and "^", which the standard encodes in paths by now. */
#include "formats/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define DIR  "http://a.test/x/"
#define DEEP "http://127.0.0.1:18099/dir/X?q=1#frag"

struct reference {
	const char *base;
	struct span input;
	enum url_error error;
	const char *href;
};

static const struct reference references[] = {
	{ "http://a.test/b/c/d?x=1#f", SPAN("../e"), URL_OK, "http://a.test/b/e" },
	{ "http://a.test/b/c/d?x=1#f", SPAN("?y=2"), URL_OK, "http://a.test/b/c/d?y=2" },
	{ "http://a.test/b/c/d?x=1#f", SPAN("#g"), URL_OK, "http://a.test/b/c/d?x=1#g" },
	{ "http://a.test/b/c/d?x=1#f", SPAN(""), URL_OK, "http://a.test/b/c/d?x=1" },
	{ "http://a.test/b/c/d?x=1", SPAN("//o.test/p"), URL_OK, "http://o.test/p" },
	{ "http://a.test/b/c/d?x=1", SPAN("/p/../q/./r"), URL_OK, "http://a.test/q/r" },
	{ "http://a.test/b/c/d?x=1", SPAN("./"), URL_OK, "http://a.test/b/c/" },
	{ "http://a.test/b/c/d?x=1", SPAN(".."), URL_OK, "http://a.test/b/" },
	{ "http://a.test/b/c/d?x=1", SPAN("../../../../z"), URL_OK, "http://a.test/z" },
	{ "http://a.test", SPAN("z"), URL_OK, "http://a.test/z" },
	{ "http://a.test?q", SPAN("z"), URL_OK, "http://a.test/z" },
	{ DIR, SPAN("https:foo"), URL_OK, "https://foo/" },
	{ DIR, SPAN("http:foo"), URL_OK, "http://a.test/x/foo" },
	{ DIR, SPAN("http:/foo.test/"), URL_OK, "http://a.test/foo.test/" },
	{ DIR, SPAN("http:///foo.test/"), URL_OK, "http://foo.test/" },
	{ DIR, SPAN("http:////foo.test/"), URL_OK, "http://foo.test/" },
	{ DIR, SPAN("https:\\\\o.test\\p"), URL_OK, "https://o.test/p" },
	{ DIR, SPAN("\\\\o.test\\p"), URL_OK, "http://o.test/p" },
	{ DIR, SPAN("/\\o.test/p"), URL_OK, "http://o.test/p" },
	{ DIR, SPAN("\\foo"), URL_OK, "http://a.test/foo" },
	{ DIR, SPAN("foo\\bar"), URL_OK, "http://a.test/x/foo/bar" },
	{ DIR, SPAN("http://o.test\\@evil.test/"), URL_OK, "http://o.test/@evil.test/" },
	{ DIR, SPAN(" /lead"), URL_OK, "http://a.test/lead" },
	{ DIR, SPAN("/trail "), URL_OK, "http://a.test/trail" },
	{ DIR, SPAN("/a b"), URL_OK, "http://a.test/a%20b" },
	{ DIR, SPAN("/a\tb"), URL_OK, "http://a.test/ab" },
	{ DIR, SPAN("/a\nb"), URL_OK, "http://a.test/ab" },
	{ DIR, SPAN("ht\ttp://o.test/"), URL_OK, "http://o.test/" },
	{ DIR, SPAN("\thttp://o.test/"), URL_OK, "http://o.test/" },
	{ DIR, SPAN("/caf\xC3\xA9?q=\xC3\xA9#\xC3\xA9"), URL_OK, "http://a.test/caf%C3%A9?q=%C3%A9#%C3%A9" },
	{ DIR, SPAN("/caf\xE9"), URL_OK, "http://a.test/caf%E9" },
	{ DIR, SPAN("/%2e%2e/up"), URL_OK, "http://a.test/up" },
	{ "http://a.test/x/y/", SPAN("%2e%2e/up"), URL_OK, "http://a.test/x/up" },
	{ DIR, SPAN("/%zz%41"), URL_OK, "http://a.test/%zz%41" },
	{ DIR, SPAN("/a<b>\"c\"{d}|e^f`g"), URL_OK, "http://a.test/a%3Cb%3E%22c%22%7Bd%7D|e%5Ef%60g" },
	{ DIR, SPAN("?q='a'\"b\"<c>"), URL_OK, "http://a.test/x/?q=%27a%27%22b%22%3Cc%3E" },
	{ DIR,
	  SPAN("http://B\xC3\xBC"
	       "cher.test/"),
	  URL_OK, "http://xn--bcher-kva.test/" },
	{ DIR, SPAN("http://xn--bcher-kva.test/"), URL_OK, "http://xn--bcher-kva.test/" },
	{ DIR, SPAN("http://fa\xC3\x9F.test/"), URL_OK, "http://xn--fa-hia.test/" },
	{ DIR, SPAN("http://\xE2\x98\x83.test/"), URL_OK, "http://xn--n3h.test/" },
	{ DIR,
	  SPAN("http://o.test\xE3\x80\x82"
	       "cn/"),
	  URL_OK, "http://o.test.cn/" },
	{ DIR, SPAN("http://O.TEST:80/"), URL_OK, "http://o.test/" },
	{ DIR, SPAN("https://O.TEST:443/"), URL_OK, "https://o.test/" },
	{ DIR, SPAN("http://o.test:/"), URL_OK, "http://o.test/" },
	{ DIR, SPAN("http://o.test:00080/"), URL_OK, "http://o.test/" },
	{ DIR, SPAN("http://o.test:99999/"), URL_ERROR_PORT, "" },
	{ DIR, SPAN("http://0x7f.1/"), URL_OK, "http://127.0.0.1/" },
	{ DIR, SPAN("http://127.1/"), URL_OK, "http://127.0.0.1/" },
	{ DIR, SPAN("http://2130706433/"), URL_OK, "http://127.0.0.1/" },
	{ DIR, SPAN("http://0177.0.0.1/"), URL_OK, "http://127.0.0.1/" },
	{ DIR, SPAN("http://127.0.0.1./"), URL_OK, "http://127.0.0.1/" },
	{ DIR, SPAN("http://1.2.3.4.5/"), URL_ERROR_IPV4, "" },
	{ DIR, SPAN("http://256.256.256.256/"), URL_ERROR_IPV4, "" },
	{ DIR, SPAN("http://[::1]/"), URL_OK, "http://[::1]/" },
	{ DIR, SPAN("http://[0:0::1]/"), URL_OK, "http://[::1]/" },
	{ DIR, SPAN("http://[::ffff:1.2.3.4]/"), URL_OK, "http://[::ffff:102:304]/" },
	{ DIR, SPAN("http://[fe80::1%25eth0]/"), URL_ERROR_IPV6, "" },
	{ DIR, SPAN("http://o%2etest/"), URL_OK, "http://o.test/" },
	{ DIR, SPAN("http://o%00.test/"), URL_ERROR_HOST_CODE_POINT, "" },
	{ DIR, SPAN("http://o test/"), URL_ERROR_HOST_CODE_POINT, "" },
	{ DIR, SPAN("http://o_x.test/"), URL_OK, "http://o_x.test/" },
	{ DIR, SPAN("http://-o.test/"), URL_OK, "http://-o.test/" },
	{ DIR, SPAN("http://u:p@o.test/"), URL_OK, "http://o.test/" },
	{ DIR, SPAN("http://u@b@o.test/"), URL_OK, "http://o.test/" },
	{ DIR, SPAN("http://@o.test/"), URL_OK, "http://o.test/" },
	{ DIR, SPAN("http://o.test?q"), URL_OK, "http://o.test/?q" },
	{ DIR, SPAN("http://o.test#f"), URL_OK, "http://o.test/#f" },
	{ DIR, SPAN("http://o.test/?"), URL_OK, "http://o.test/?" },
	{ DIR, SPAN("http://o.test/#"), URL_OK, "http://o.test/#" },
	{ DIR, SPAN("http://o.test./"), URL_OK, "http://o.test./" },
	{ DIR, SPAN("http:///"), URL_ERROR_EMPTY_HOST, "" },
	{ DIR, SPAN("http://"), URL_ERROR_EMPTY_HOST, "" },
	{ DIR, SPAN("mailto:x@y"), URL_OK, "mailto:x@y" },
	{ DIR, SPAN("javascript:alert(1)"), URL_OK, "javascript:alert(1)" },
	{ DIR, SPAN("data:text/html,x"), URL_OK, "data:text/html,x" },
	{ DIR, SPAN("intent://x#Intent;end"), URL_OK, "intent://x#Intent;end" },
	{ DIR, SPAN("itms-apps://x/y"), URL_OK, "itms-apps://x/y" },
	{ DIR, SPAN("file:///etc/passwd"), URL_OK, "file:///etc/passwd" },
	{ DIR, SPAN("ftp://o.test/"), URL_OK, "ftp://o.test/" },
	{ DIR, SPAN("HTTP://o.test/"), URL_OK, "http://o.test/" },
	{ DIR, SPAN("o.test/p"), URL_OK, "http://a.test/x/o.test/p" },
	{ DIR, SPAN("o.test:8080/p"), URL_OK, "o.test:8080/p" },
	{ DIR, SPAN(":foo"), URL_OK, "http://a.test/x/:foo" },
	{ DIR, SPAN(";p=1"), URL_OK, "http://a.test/x/;p=1" },
	{ DIR, SPAN("//"), URL_ERROR_EMPTY_HOST, "" },
	{ DIR, SPAN("///o.test/p"), URL_OK, "http://o.test/p" },
	{ DIR, SPAN("/..//../z//y"), URL_OK, "http://a.test/z//y" },
	{ DIR, SPAN("http://o.test/a//b/../c"), URL_OK, "http://o.test/a//c" },
	{ DIR, SPAN("http://o.test/%7Efoo/%7efoo"), URL_OK, "http://o.test/%7Efoo/%7efoo" },
	{ DIR, SPAN("http://o.test/a%20b+c"), URL_OK, "http://o.test/a%20b+c" },
	{ DIR, SPAN("http://o.test/\x7F"), URL_OK, "http://o.test/%7F" },
	/* Where RFC 3986, browsers and libcurl disagree. */
	{ DEEP, SPAN(""), URL_OK, "http://127.0.0.1:18099/dir/X?q=1" },
	{ DEEP, SPAN("#top"), URL_OK, "http://127.0.0.1:18099/dir/X?q=1#top" },
	{ DEEP, SPAN("#"), URL_OK, "http://127.0.0.1:18099/dir/X?q=1#" },
	{ DEEP, SPAN("?y=1"), URL_OK, "http://127.0.0.1:18099/dir/X?y=1" },
	{ DEEP, SPAN("?"), URL_OK, "http://127.0.0.1:18099/dir/X?" },
	{ DEEP, SPAN("//other.example/x"), URL_OK, "http://other.example/x" },
	{ DEEP, SPAN("\\\\other.example\\x"), URL_OK, "http://other.example/x" },
	{ DEEP, SPAN("/\\other.example/x"), URL_OK, "http://other.example/x" },
	{ DEEP, SPAN("\\/other.example/x"), URL_OK, "http://other.example/x" },
	{ DEEP, SPAN("http:/other.example/x"), URL_OK, "http://127.0.0.1:18099/other.example/x" },
	{ DEEP, SPAN("http:\\\\other.example/x"), URL_OK, "http://other.example/x" },
	{ DEEP, SPAN("https:/other.example/x"), URL_OK, "https://other.example/x" },
	{ DEEP, SPAN("https:other.example/x"), URL_OK, "https://other.example/x" },
	{ DEEP, SPAN("http:other.example/x"), URL_OK, "http://127.0.0.1:18099/dir/other.example/x" },
	{ DEEP, SPAN("http:"), URL_OK, "http://127.0.0.1:18099/dir/X?q=1" },
	{ DEEP, SPAN("http:?z"), URL_OK, "http://127.0.0.1:18099/dir/X?z" },
	{ DEEP, SPAN("http:#z"), URL_OK, "http://127.0.0.1:18099/dir/X?q=1#z" },
	{ DEEP, SPAN("https:"), URL_ERROR_EMPTY_HOST, "" },
	{ DEEP, SPAN("http:///other.example/x"), URL_OK, "http://other.example/x" },
	{ DEEP, SPAN("www.example.com/x"), URL_OK, "http://127.0.0.1:18099/dir/www.example.com/x" },
	{ DEEP,
	  SPAN("/a\x01"
	       "b"),
	  URL_OK, "http://127.0.0.1:18099/a%01b" },
	{ DEEP, SPAN("/a\0b"), URL_OK, "http://127.0.0.1:18099/a%00b" },
	{ DEEP, SPAN("/a b c"), URL_OK, "http://127.0.0.1:18099/a%20b%20c" },
	{ DEEP, SPAN("/caf\xC3\xA9"), URL_OK, "http://127.0.0.1:18099/caf%C3%A9" },
	{ DEEP, SPAN("/caf\xC3\t\xA9"), URL_OK, "http://127.0.0.1:18099/caf%C3%A9" },
	{ DEEP, SPAN("/one, /two"), URL_OK, "http://127.0.0.1:18099/one,%20/two" },
	{ DEEP, SPAN("/a/%2e%2E/b"), URL_OK, "http://127.0.0.1:18099/b" },
	{ DEEP, SPAN("/a/.%2e"), URL_OK, "http://127.0.0.1:18099/" },
	{ DEEP, SPAN("/a/%2e"), URL_OK, "http://127.0.0.1:18099/a/" },
	{ DEEP, SPAN("/a/..."), URL_OK, "http://127.0.0.1:18099/a/..." },
	{ DEEP, SPAN("/a/.%2e."), URL_OK, "http://127.0.0.1:18099/a/.%2e." },
	{ DEEP, SPAN("/a/./b/../../../c"), URL_OK, "http://127.0.0.1:18099/c" },
	{ DEEP, SPAN("/a\\..\\b"), URL_OK, "http://127.0.0.1:18099/b" },
	{ DEEP, SPAN("HTTP://WWW.Example.COM:80/A%2fb%7e"), URL_OK, "http://www.example.com/A%2fb%7e" },
	{ DEEP, SPAN("/x?"), URL_OK, "http://127.0.0.1:18099/x?" },
	{ DEEP, SPAN("/x?a/../b\\c"), URL_OK, "http://127.0.0.1:18099/x?a/../b\\c" },
	{ DEEP, SPAN("http://h.example:99999/"), URL_ERROR_PORT, "" },
	{ DEEP, SPAN("http://h .example/"), URL_ERROR_HOST_CODE_POINT, "" },
	{ DEEP, SPAN("<http://h.example/>"), URL_OK, "http://127.0.0.1:18099/dir/%3Chttp://h.example/%3E" },
	{ DEEP, SPAN("\"http://h.example/\""), URL_OK, "http://127.0.0.1:18099/dir/%22http://h.example/%22" },
	{ DEEP, SPAN("JavaScript:alert(1)"), URL_OK, "javascript:alert(1)" },
	{ DEEP, SPAN("my\tapp://x/ y\n"), URL_OK, "myapp://x/ y" },
};

static void check(size_t index, const struct reference *reference)
{
	struct arena arena;
	struct url base, url;
	enum url_error error;

	arena_init(&arena);
	assert_int_equal(url_parse(&arena, span_of(reference->base), NULL, &base), URL_OK);
	error = url_parse(&arena, reference->input, &base, &url);
	if (error != reference->error || !span_equal(url.href, span_of(reference->href)))
		fail_msg("references[%zu] \"%.*s\": \"%.*s\" (%s), not \"%s\" (%s)", index, (int)reference->input.len,
			 reference->input.bytes, (int)url.href.len, url.href.bytes, url_error_name(error),
			 reference->href, url_error_name(reference->error));
	arena_release(&arena);
}

static void resolves_references(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++)
		check(i, &references[i]);
}

/* A base that is neither http nor https counts as none. */
static void ignores_an_opaque_base(void **state)
{
	struct arena arena;
	struct url base, url;

	(void)state;
	arena_init(&arena);
	assert_int_equal(url_parse(&arena, SPAN("mailto:a@example.com"), NULL, &base), URL_OK);
	assert_int_equal(url_parse(&arena, SPAN("/x"), &base, &url), URL_ERROR_NO_SCHEME);
	assert_int_equal(url_parse(&arena, SPAN(""), &base, &url), URL_ERROR_EMPTY);
	arena_release(&arena);
}

/* User name, password and port of the base stay with a reference that has no authority. */
static void inherits_the_authority(void **state)
{
	struct arena arena;
	struct url base, url;

	(void)state;
	arena_init(&arena);
	assert_int_equal(url_parse(&arena, SPAN("https://u:p@h.test:8443/a?b#c"), NULL, &base), URL_OK);
	assert_int_equal(url_parse(&arena, SPAN("d"), &base, &url), URL_OK);
	assert_true(span_equal(url.href, SPAN("https://h.test:8443/d")));
	assert_true(span_equal(url.username, SPAN("u")));
	assert_true(span_equal(url.password, SPAN("p")));
	assert_int_equal(url.port, 8443);
	assert_true(url.has_port);
	assert_false(url.has_query || url.has_fragment);
	assert_int_equal(url_parse(&arena, SPAN("//i.test"), &base, &url), URL_OK);
	assert_true(span_equal(url.href, SPAN("https://i.test/")));
	assert_int_equal(url.username.len + url.password.len, 0);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(resolves_references),
		cmocka_unit_test(ignores_an_opaque_base),
		cmocka_unit_test(inherits_the_authority),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
