#include "formats/url_compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct url parse(struct arena *arena, const char *text)
{
	struct url url;

	if (url_parse(arena, span_of(text), NULL, &url) != URL_OK)
		fail_msg("\"%s\" is no URL", text);
	return url;
}

static void test_normal_form(void **state)
{
	static const struct {
		const char *url, *wanted;
	} cases[] = {
		{ "http://a.example/", "http://a.example/" },
		{ "HTTP://A.Example:80", "http://a.example/" },
		{ "http://a.example/%7euser/%2d%2E%5f", "http://a.example/~user/-._" },
		{ "http://a.example/caf%c3%a9", "http://a.example/caf%C3%A9" },
		{ "http://a.example/a%2fb", "http://a.example/a%2Fb" },
		{ "http://a.example/?q=%61%26b", "http://a.example/?q=a%26b" },
		{ "http://a.example/?", "http://a.example/?" },
		{ "http://a.example/#part", "http://a.example/" },
		{ "http://a.example/100%", "http://a.example/100%" },
		{ "http://a.example/%zz%4", "http://a.example/%zz%4" },
		/* Decoding %39 here would make a new escape. */
		{ "http://a.example/%%39a", "http://a.example/%%39a" },
		/* One pass: what was encoded twice stays encoded once. */
		{ "http://a.example/%2541", "http://a.example/%2541" },
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct url url = parse(&arena, cases[i].url);
		struct span got = url_normal_form(&arena, &url);

		if (!span_equal(got, span_of(cases[i].wanted)))
			fail_msg("%s: %.*s", cases[i].url, (int)got.len, got.bytes);
	}
	arena_release(&arena);
}

static void test_same_resource(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{ "http://a.example/%7Eb", "http://a.example:80/~b#c", true },
		{ "http://a.example/%c3%a9", "http://a.example/%C3%A9", true },
		{ "http://a.example/b", "http://a.example/B", false },
		{ "http://a.example/b", "http://a.example/b/", false },
		{ "http://a.example/b", "http://a.example/b?", false },
		{ "http://a.example/a%2Fb", "http://a.example/a/b", false },
		{ "http://a.example/%%39a", "http://a.example/%9a", false },
		{ "http://a.example/", "https://a.example/", false },
		{ "http://a.example/", "http://a.example/x", false },
	};
	struct url none = { .scheme = URL_SCHEME_NONE };
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct url a = parse(&arena, cases[i].a), b = parse(&arena, cases[i].b);

		if (url_same_resource(&a, &b) != cases[i].same || url_same_resource(&b, &a) != cases[i].same)
			fail_msg("%s and %s", cases[i].a, cases[i].b);
		assert_true(url_same_resource(&a, &a));
		assert_false(url_same_resource(&a, &none));
	}
	assert_false(url_same_resource(&none, &none));
	arena_release(&arena);
}

static void test_site(void **state)
{
	static const struct {
		const char *url, *site;
		bool address;
	} cases[] = {
		{ "http://www.shop.example/", "shop.example", false },
		{ "http://shop.example/", "shop.example", false },
		{ "http://a.b.co.uk/", "b.co.uk", false },
		{ "http://co.uk/", "co.uk", false },
		{ "http://me.github.io/", "me.github.io", false },
		{ "http://www.me.github.io/", "me.github.io", false },
		{ "http://www.ck/", "www.ck", false },
		{ "http://a.b.ck/", "a.b.ck", false },
		{ "http://x.xn--mnchen-3ya.de/", "xn--mnchen-3ya.de", false },
		{ "http://www.example.com./", "example.com", false },
		{ "http://localhost/", "localhost", false },
		{ "http://1.2.3.4/", "1.2.3.4", true },
		{ "http://0x7f.1/", "127.0.0.1", true },
		{ "http://[2001:db8::1]/", "[2001:db8::1]", true },
		{ "http://4.a/", "4.a", false },
		{ "http://.a.co.uk/", ".a.co.uk", false },
		{ "http://a..co.uk/", "a..co.uk", false },
	};
	struct url none = { .scheme = URL_SCHEME_NONE };
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct url url = parse(&arena, cases[i].url);
		struct span site = url_site(&url);

		if (!span_equal(site, span_of(cases[i].site)))
			fail_msg("%s: %.*s", cases[i].url, (int)site.len, site.bytes);
		assert_true(site.bytes >= url.host.bytes && site.bytes + site.len <= url.host.bytes + url.host.len);
		if (url_host_is_address(&url) != cases[i].address)
			fail_msg("%s: address", cases[i].url);
	}
	assert_int_equal(url_site(&none).len, 0);
	assert_int_equal(url_normal_form(&arena, &none).len, 0);
	assert_false(url_host_is_address(&none));
	arena_release(&arena);
}

/* More hosts than a thread remembers, so that they take one another's place; and ones too long to be remembered. */
static void test_site_of_many_hosts(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 60000; i++) {
		const char *site = i % 2 ? "shop.co.uk" : "a.github.io";
		struct arena arena;
		char text[160];
		struct url url;

		arena_init(&arena);
		snprintf(text, sizeof(text), "http://h%u.%0*u.%s/", i % 21000, i % 3 ? 1 : 60, i % 11, site);
		url = parse(&arena, text);
		for (unsigned round = 0; round < 2; round++)
			if (!span_equal(url_site(&url), span_of(site)))
				fail_msg("%s, round %u", text, round);
		arena_release(&arena);
	}
}

static void test_same_site(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{ "http://www.a.example/", "https://shop.a.example:8443/x", true },
		{ "http://a.example/", "http://a.example./", true },
		{ "http://a.example/", "http://b.example/", false },
		{ "http://me.github.io/", "http://you.github.io/", false },
		{ "http://1.2.3.4/", "http://9.2.3.4/", false },
		{ "http://example/", "http://www.example/", false },
		{ "http://co.uk/", "http://a.co.uk/", false },
		{ "http://xa.example/", "http://a.example/", false },
		{ "http://x.one.ck/", "http://y.one.ck/", false },
		{ "http://x.a.one.ck/", "http://y.a.one.ck/", true },
		{ "http://a.example./", "http://www.a.example/", true },
		{ "http://1.2.3.4/", "https://1.2.3.4/", true },
		{ "mailto:a@b.example", "mailto:a@b.example", false },
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct url a = parse(&arena, cases[i].a), b = parse(&arena, cases[i].b);

		if (url_same_site(&a, &b) != cases[i].same)
			fail_msg("%s and %s", cases[i].a, cases[i].b);
	}
	arena_release(&arena);
}

static void test_changes(void **state)
{
	static const struct {
		const char *from, *to;
		unsigned wanted;
	} cases[] = {
		{ "http://a.example/x#1", "http://a.example/x#2", 0 },
		{ "http://a.example/x", "https://a.example/x", URL_CHANGE_SCHEME_UPGRADE },
		{ "https://a.example/x", "http://a.example/x", URL_CHANGE_SCHEME_DOWNGRADE },
		{ "http://a.example/", "https://www.a.example/", URL_CHANGE_SCHEME_UPGRADE | URL_CHANGE_WWW },
		{ "http://www.a.example/", "http://a.example/", URL_CHANGE_WWW },
		{ "http://www.a.example/", "http://m.a.example/", URL_CHANGE_HOST },
		{ "http://www.a.example/", "http://www.b.example/", URL_CHANGE_SITE },
		{ "http://aaaa.example/", "http://a.example/", URL_CHANGE_SITE },
		{ "http://a.example:8080/", "http://a.example/", URL_CHANGE_PORT },
		{ "http://a.example:8080/", "https://a.example:8080/", URL_CHANGE_SCHEME_UPGRADE },
		{ "http://a.example:8080/", "https://a.example:8443/", URL_CHANGE_SCHEME_UPGRADE | URL_CHANGE_PORT },
		/* Paths. */
		{ "http://a.example/x", "http://a.example/x/", URL_CHANGE_SLASH },
		{ "http://a.example/x/", "http://a.example/x", URL_CHANGE_SLASH },
		{ "http://a.example/About", "http://a.example/about", URL_CHANGE_CASE },
		{ "http://a.example/index.html", "http://a.example/", URL_CHANGE_INDEX },
		{ "http://a.example/x/Default.aspx", "http://a.example/x/", URL_CHANGE_INDEX },
		{ "http://a.example/x/index.php", "http://a.example/x", URL_CHANGE_INDEX | URL_CHANGE_SLASH },
		{ "http://a.example/x.html", "http://a.example/x", URL_CHANGE_EXTENSION },
		{ "http://a.example/x", "http://a.example/x.php", URL_CHANGE_EXTENSION },
		{ "http://a.example/x.html", "http://a.example/x.php", URL_CHANGE_EXTENSION },
		{ "http://a.example/x.html", "http://a.example/x/", URL_CHANGE_EXTENSION | URL_CHANGE_SLASH },
		{ "http://a.example/x.pdf", "http://a.example/x", URL_CHANGE_PATH },
		{ "http://a.example//x///y", "http://a.example/x/y", URL_CHANGE_CLEANUP },
		{ "http://a.example/x//", "http://a.example/x/", URL_CHANGE_CLEANUP },
		{ "http://a.example/%7ex", "http://a.example/~x", URL_CHANGE_CLEANUP },
		{ "http://a.example/%3a", "http://a.example/%3A", URL_CHANGE_CLEANUP },
		{ "http://a.example/X.HTML", "http://a.example/x/",
		  URL_CHANGE_CASE | URL_CHANGE_EXTENSION | URL_CHANGE_SLASH },
		{ "http://a.example/x", "http://a.example/y", URL_CHANGE_PATH },
		{ "http://a.example/x/", "http://a.example/", URL_CHANGE_PATH },
		/* Locales. */
		{ "http://a.example/", "http://a.example/en/", URL_CHANGE_LOCALE },
		{ "http://a.example/", "http://a.example/de-AT", URL_CHANGE_LOCALE },
		{ "http://a.example/x", "http://a.example/pt_BR/x", URL_CHANGE_LOCALE },
		{ "http://a.example/x", "http://a.example/zh-hant/x/", URL_CHANGE_LOCALE | URL_CHANGE_SLASH },
		{ "http://a.example/de/x", "http://a.example/en/x", URL_CHANGE_LOCALE },
		{ "http://a.example/x", "http://a.example/es-419/y", URL_CHANGE_LOCALE | URL_CHANGE_PATH },
		{ "http://a.example/en/x", "http://a.example/x", URL_CHANGE_PATH },
		{ "http://a.example/en/x", "http://a.example/EN/x", URL_CHANGE_CASE },
		{ "http://a.example/x", "http://a.example/js/x", URL_CHANGE_PATH },
		{ "http://a.example/x", "http://a.example/en-shop/x", URL_CHANGE_PATH },
		{ "http://a.example/x", "http://a.example/news/x", URL_CHANGE_PATH },
		/* Queries. */
		{ "http://a.example/?utm_source=x&gclid=1", "http://a.example/", URL_CHANGE_TRACKING },
		{ "http://a.example/?a=1&fbclid=1&b=2", "http://a.example/?a=1&b=2", URL_CHANGE_TRACKING },
		{ "http://a.example/?a=1", "http://a.example/?a=1&_hsenc=2", URL_CHANGE_TRACKING },
		{ "http://a.example/?gclidx=1", "http://a.example/", URL_CHANGE_QUERY },
		{ "http://a.example/?a=%7e", "http://a.example/?a=~", URL_CHANGE_CLEANUP },
		{ "http://a.example/?", "http://a.example/", URL_CHANGE_CLEANUP },
		{ "http://a.example/?a=1", "http://a.example/", URL_CHANGE_QUERY },
		{ "http://a.example/?a=1&b=2", "http://a.example/?b=2&a=1", URL_CHANGE_QUERY },
		/* Several at once. */
		{ "http://a.example/X?utm_id=1", "https://www.a.example/x/",
		  URL_CHANGE_SCHEME_UPGRADE | URL_CHANGE_WWW | URL_CHANGE_CASE | URL_CHANGE_SLASH |
			  URL_CHANGE_TRACKING },
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct url from = parse(&arena, cases[i].from), to = parse(&arena, cases[i].to);
		unsigned got = url_changes(&from, &to);

		if (got != cases[i].wanted)
			fail_msg("%s to %s: %#x, wanted %#x", cases[i].from, cases[i].to, got, cases[i].wanted);
	}
	arena_release(&arena);
}

static void test_slug_similarity(void **state)
{
	static const struct {
		const char *a, *b;
		unsigned pct;
	} cases[] = {
		{ "http://a.example/p/red-shoes-42", "http://a.example/shop/red-shoes-42/", 100 },
		{ "http://a.example/Red_Shoes.html", "http://a.example/shoes+red", 100 },
		{ "http://a.example/red-shoes-42", "http://a.example/red-shoes-43", 50 },
		{ "http://a.example/a-b-c-d", "http://a.example/a-b-c", 75 },
		{ "http://a.example/a-a-a", "http://a.example/a", 100 },
		{ "http://a.example/caf%C3%A9-x", "http://a.example/caf%c3%a9-x", 100 },
		{ "http://a.example/red", "http://a.example/blue", 0 },
		{ "http://a.example/", "http://a.example/red", 0 },
		{ "http://a.example/---", "http://a.example/---", 0 },
		{ "http://a.example/.html", "http://a.example/html", 100 },
		{ "http://a.example/1%", "http://a.example/1", 100 },
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct url a = parse(&arena, cases[i].a), b = parse(&arena, cases[i].b);
		unsigned got = url_slug_similarity_pct(&a, &b);

		if (got != cases[i].pct || url_slug_similarity_pct(&b, &a) != got)
			fail_msg("%s and %s: %u %%", cases[i].a, cases[i].b, got);
	}
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normal_form),
		cmocka_unit_test(test_same_resource),
		cmocka_unit_test(test_site),
		cmocka_unit_test(test_site_of_many_hosts),
		cmocka_unit_test(test_same_site),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_slug_similarity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
