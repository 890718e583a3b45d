#include "formats/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* The examples of RFC 3986 sections 5.4.1 and 5.4.2, strict where it offers a choice. */
#define EXAMPLE_BASE "http://a/b/c/d;p?q"

static const struct {
	const char *reference, *target;
} examples[] = {
	{ "g:h", "g:h" },
	{ "g", "http://a/b/c/g" },
	{ "./g", "http://a/b/c/g" },
	{ "g/", "http://a/b/c/g/" },
	{ "/g", "http://a/g" },
	{ "//g", "http://g" },
	{ "?y", "http://a/b/c/d;p?y" },
	{ "g?y", "http://a/b/c/g?y" },
	{ "#s", "http://a/b/c/d;p?q#s" },
	{ "g#s", "http://a/b/c/g#s" },
	{ "g?y#s", "http://a/b/c/g?y#s" },
	{ ";x", "http://a/b/c/;x" },
	{ "g;x", "http://a/b/c/g;x" },
	{ "g;x?y#s", "http://a/b/c/g;x?y#s" },
	{ "", "http://a/b/c/d;p?q" },
	{ ".", "http://a/b/c/" },
	{ "./", "http://a/b/c/" },
	{ "..", "http://a/b/" },
	{ "../", "http://a/b/" },
	{ "../g", "http://a/b/g" },
	{ "../..", "http://a/" },
	{ "../../", "http://a/" },
	{ "../../g", "http://a/g" },
	{ "../../../g", "http://a/g" },
	{ "../../../../g", "http://a/g" },
	{ "/./g", "http://a/g" },
	{ "/../g", "http://a/g" },
	{ "g.", "http://a/b/c/g." },
	{ ".g", "http://a/b/c/.g" },
	{ "g..", "http://a/b/c/g.." },
	{ "..g", "http://a/b/c/..g" },
	{ "./../g", "http://a/b/g" },
	{ "./g/.", "http://a/b/c/g/" },
	{ "g/./h", "http://a/b/c/g/h" },
	{ "g/../h", "http://a/b/c/h" },
	{ "g;x=1/./y", "http://a/b/c/g;x=1/y" },
	{ "g;x=1/../y", "http://a/b/c/y" },
	{ "g?y/./x", "http://a/b/c/g?y/./x" },
	{ "g?y/../x", "http://a/b/c/g?y/../x" },
	{ "g#s/./x", "http://a/b/c/g#s/./x" },
	{ "g#s/../x", "http://a/b/c/g#s/../x" },
	{ "http:g", "http:g" },
};

static struct url_rfc3986 resolve(struct arena *arena, struct span reference, const char *base_text)
{
	struct url_rfc3986 out;
	struct url base;

	assert_int_equal(url_parse(arena, span_of(base_text), NULL, &base), URL_OK);
	url_resolve_rfc3986(arena, reference, &base, &out);
	return out;
}

static void resolves_the_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct arena arena;
		struct url_rfc3986 out;

		arena_init(&arena);
		out = resolve(&arena, span_of(examples[i].reference), EXAMPLE_BASE);
		if (!span_equal(out.target, span_of(examples[i].target)) || !out.valid)
			fail_msg("\"%s\": %.*s", examples[i].reference, (int)out.target.len, out.target.bytes);
		arena_release(&arena);
	}
}

#define VALID SIZE_MAX

/* How it differs from what browsers do; the base is https://u:p@h.test:8443/dir/x?q#f. */
static const struct {
	struct span reference;
	size_t invalid_at; /* VALID: it fits the grammar */
	bool has_authority;
	const char *scheme, *host, *target;
} references[] = {
	{ SPAN("y"), VALID, true, "https", "h.test", "https://h.test:8443/dir/y" },
	{ SPAN(""), VALID, true, "https", "h.test", "https://h.test:8443/dir/x?q" },
	{ SPAN("?"), VALID, true, "https", "h.test", "https://h.test:8443/dir/x?" },
	{ SPAN("/y?#"), VALID, true, "https", "h.test", "https://h.test:8443/y?#" },
	{ SPAN("//U:p@O.test:81"), VALID, true, "https", "O.test", "https://U:p@O.test:81" },
	{ SPAN("HTTP://O.test:80/%7e/../%2E%2e"), VALID, true, "HTTP", "O.test", "HTTP://O.test:80/%2E%2e" },
	{ SPAN("https:/o.test/x"), VALID, false, "https", "", "https:/o.test/x" },
	{ SPAN("https:o.test/x"), VALID, false, "https", "", "https:o.test/x" },
	{ SPAN("https:///o.test/x"), VALID, true, "https", "", "https:///o.test/x" },
	{ SPAN("mailto:a@b.test"), VALID, false, "mailto", "", "mailto:a@b.test" },
	{ SPAN("x:a/../../b/."), VALID, false, "x", "", "x:/b/" },
	{ SPAN("x:../a/.."), VALID, false, "x", "", "x:/" },
	{ SPAN("x:.."), VALID, false, "x", "", "x:" },
	{ SPAN("http://o.test:99999/"), VALID, true, "http", "o.test", "http://o.test:99999/" },
	{ SPAN("http://[::1]:80/"), VALID, true, "http", "[::1]", "http://[::1]:80/" },
	{ SPAN("http://[v1.a:b]/"), VALID, true, "http", "[v1.a:b]", "http://[v1.a:b]/" },
	{ SPAN("http://a%20b/"), VALID, true, "http", "a%20b", "http://a%20b/" },
	{ SPAN("http://a,b;c=d/@:"), VALID, true, "http", "a,b;c=d", "http://a,b;c=d/@:" },
	{ SPAN("a/b:c"), VALID, true, "https", "h.test", "https://h.test:8443/dir/a/b:c" },
	{ SPAN("/?a/b?c#d/?"), VALID, true, "https", "h.test", "https://h.test:8443/?a/b?c#d/?" },
	/* Outside the grammar; carried along. */
	{ SPAN("\\\\o.test\\x"), 0, true, "https", "h.test", "https://h.test:8443/dir/\\\\o.test\\x" },
	{ SPAN("/\\o.test/x"), 1, true, "https", "h.test", "https://h.test:8443/\\o.test/x" },
	{ SPAN("http://o.test\\@evil.test/"), 13, true, "http", "evil.test", "http://o.test\\@evil.test/" },
	{ SPAN("http://u@b@o.test/"), 8, true, "http", "o.test", "http://u@b@o.test/" },
	{ SPAN("/a b"), 2, true, "https", "h.test", "https://h.test:8443/a b" },
	{ SPAN(" /a"), 0, true, "https", "h.test", "https://h.test:8443/dir/ /a" },
	{ SPAN("/a\tb"), 2, true, "https", "h.test", "https://h.test:8443/a\tb" },
	{ SPAN("/caf\xC3\xA9"), 4, true, "https", "h.test", "https://h.test:8443/caf\xC3\xA9" },
	{ SPAN("/%zz"), 1, true, "https", "h.test", "https://h.test:8443/%zz" },
	{ SPAN("/a%4"), 2, true, "https", "h.test", "https://h.test:8443/a%4" },
	{ SPAN("/{a}"), 1, true, "https", "h.test", "https://h.test:8443/{a}" },
	{ SPAN("?a[]=1"), 2, true, "https", "h.test", "https://h.test:8443/dir/x?a[]=1" },
	{ SPAN("#a#b"), 2, true, "https", "h.test", "https://h.test:8443/dir/x?q#a#b" },
	{ SPAN(":a"), 0, true, "https", "h.test", "https://h.test:8443/dir/:a" },
	{ SPAN("1a:b"), 2, true, "https", "h.test", "https://h.test:8443/dir/1a:b" },
	{ SPAN("<http://o.test/>"), 0, true, "https", "h.test", "https://h.test:8443/dir/<http://o.test/>" },
	{ SPAN("http://b\xC3\xBC.test/"), 8, true, "http", "b\xC3\xBC.test", "http://b\xC3\xBC.test/" },
	{ SPAN("http://h .test/"), 8, true, "http", "h .test", "http://h .test/" },
	{ SPAN("http://o.test:8a/"), 15, true, "http", "o.test", "http://o.test:8a/" },
	{ SPAN("http://o.test:8%30/"), 15, true, "http", "o.test", "http://o.test:8%30/" },
	{ SPAN("http://[::1/"), 7, true, "http", "[::1", "http://[::1/" },
	{ SPAN("http://[::1%25eth0]/"), 7, true, "http", "[::1%25eth0]", "http://[::1%25eth0]/" },
	{ SPAN("http://[v.a]/"), 7, true, "http", "[v.a]", "http://[v.a]/" },
	{ SPAN("http://[v1.]/"), 7, true, "http", "[v1.]", "http://[v1.]/" },
	{ SPAN("http://[::1]x/"), 12, true, "http", "[::1]", "http://[::1]x/" },
};

static void judges_references(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
		struct span reference = references[i].reference;
		struct arena arena;
		struct url_rfc3986 out;

		arena_init(&arena);
		out = resolve(&arena, reference, "https://u:p@h.test:8443/dir/x?q#f");
		if (out.valid != (references[i].invalid_at == VALID))
			fail_msg("\"%.*s\": valid %d", (int)reference.len, reference.bytes, out.valid);
		if (!out.valid && out.invalid_at != references[i].invalid_at)
			fail_msg("\"%.*s\": invalid at %zu", (int)reference.len, reference.bytes, out.invalid_at);
		if (!span_equal(out.target, span_of(references[i].target)) ||
		    !span_equal(out.scheme, span_of(references[i].scheme)) ||
		    !span_equal(out.host, span_of(references[i].host)) ||
		    out.has_authority != references[i].has_authority)
			fail_msg("\"%.*s\": scheme %.*s, host %.*s, target %.*s", (int)reference.len, reference.bytes,
				 (int)out.scheme.len, out.scheme.bytes, (int)out.host.len, out.host.bytes,
				 (int)out.target.len, out.target.bytes);
		arena_release(&arena);
	}
}

static const struct {
	const char *reference;
	bool plain;
} plain_cases[] = {
	{ "https://o.test/", true },
	{ "https://o.test/a-b_c~d/e;f=g,h'(*)!$&+:@?q=1&r[0]", false },
	{ "https://o.test/a-b_c~d/e;f=g,h(*)!$&+:@?q=1&r=/?", true },
	{ "http://o.test:8080/%E2%82%AC?%e2", true },
	{ "/", true },
	{ "/y?z=1", true },
	{ "/%7Ea", true },
	/* Not as they were written, or not whole. */
	{ "", false },
	{ "y", false },
	{ "?y", false },
	{ "/y#z", false },
	{ "//h.test:8443/y", false },
	{ "/a/../b", false },
	{ "/a/%2e/b", false },
	{ "https://o.test", false },
	{ "HTTPS://o.test/", false },
	{ "https://O.test/", false },
	{ "https://u:p@o.test/", false },
	{ "https://o.test:443/", false },
	{ "https:/o.test/", false },
	{ "/\\o.test/", false },
	{ "\\o.test", false },
	/* As they were written, but beyond the grammar. */
	{ "/a|b", false },
	{ "/a%zz", false },
	{ "/a%4", false },
	{ "/y?a[]=1", false },
	{ "http://[::1]/", false },
	{ "mailto:a@b.test", false },
};

/* A plain reading is the URL parser's: whatever is called plain must come out of the whole reading as it is. */
static void knows_plain_references(void **state)
{
	const char *base_text = "https://u:p@h.test:8443/dir/x?q#f";

	(void)state;
	for (size_t i = 0; i < sizeof(plain_cases) / sizeof(plain_cases[0]); i++) {
		struct span reference = span_of(plain_cases[i].reference);
		struct arena arena;
		struct url base, target;
		struct url_rfc3986 out;

		arena_init(&arena);
		out = resolve(&arena, reference, base_text);
		assert_int_equal(url_parse(&arena, span_of(base_text), NULL, &base), URL_OK);
		assert_int_equal(url_parse(&arena, reference, &base, &target), URL_OK);
		if (url_reads_plainly(reference, &base, &target) != plain_cases[i].plain)
			fail_msg("\"%s\" is %splain", plain_cases[i].reference, plain_cases[i].plain ? "" : "not ");
		if (plain_cases[i].plain && (!out.valid || !span_equal(out.target, url_wire_key(&target))))
			fail_msg("\"%s\" is read in two ways", plain_cases[i].reference);
		/* Another target than its own is never plain. */
		assert_int_equal(url_parse(&arena, SPAN("https://other.test/y?z=1"), NULL, &target), URL_OK);
		assert_false(url_reads_plainly(reference, &base, &target));
		arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(resolves_the_examples),
		cmocka_unit_test(judges_references),
		cmocka_unit_test(knows_plain_references),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
