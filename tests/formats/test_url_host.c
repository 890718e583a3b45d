#include "formats/url_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define LABEL_50 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwx"

static const struct {
	struct span raw;
	enum url_error error;
	const char *host;
} hosts[] = {
	/* ASCII: put in lower case, else as it is. */
	{ SPAN("example.com"), URL_OK, "example.com" },
	{ SPAN("WWW.Example.COM."), URL_OK, "www.example.com." },
	{ SPAN("a..b"), URL_OK, "a..b" },
	{ SPAN("."), URL_OK, "." },
	{ SPAN("-a-.b_c.d~"), URL_OK, "-a-.b_c.d~" },
	{ SPAN("ab--cd.test"), URL_OK, "ab--cd.test" },
	{ SPAN("a!$&'()*+,;=b"), URL_OK, "a!$&'()*+,;=b" },
	{ SPAN("{\"`}"), URL_OK, "{\"`}" },
	{ SPAN("XN--BCHER-KVA.test"), URL_OK, "xn--bcher-kva.test" },
	{ SPAN("xn--a.test"), URL_OK, "xn--a.test" },
	{ SPAN(LABEL_50 LABEL_50), URL_OK, LABEL_50 LABEL_50 },
	{ SPAN(""), URL_ERROR_EMPTY_HOST, NULL },
	{ SPAN("a b"), URL_ERROR_HOST_CODE_POINT, NULL },
	{ SPAN("a<b"), URL_ERROR_HOST_CODE_POINT, NULL },
	{ SPAN("a>b"), URL_ERROR_HOST_CODE_POINT, NULL },
	{ SPAN("a^b"), URL_ERROR_HOST_CODE_POINT, NULL },
	{ SPAN("a|b"), URL_ERROR_HOST_CODE_POINT, NULL },
	{ SPAN("a[b"), URL_ERROR_HOST_CODE_POINT, NULL },
	{ SPAN("a]b"), URL_ERROR_HOST_CODE_POINT, NULL },
	{ SPAN("a\0b"), URL_ERROR_HOST_CODE_POINT, NULL },
	{ SPAN("a\x7F"), URL_ERROR_HOST_CODE_POINT, NULL },
	/* Percent-encoded. */
	{ SPAN("%65xample%2Ecom"), URL_OK, "example.com" },
	{ SPAN("%C3%BC.test"), URL_OK, "xn--tda.test" },
	{ SPAN("a%"), URL_ERROR_HOST_CODE_POINT, NULL },
	{ SPAN("a%zz"), URL_ERROR_HOST_CODE_POINT, NULL },
	{ SPAN("a%2fb"), URL_ERROR_HOST_CODE_POINT, NULL },
	{ SPAN("a%3Ab"), URL_ERROR_HOST_CODE_POINT, NULL },
	{ SPAN("a%2525"), URL_ERROR_HOST_CODE_POINT, NULL },
	{ SPAN("a%00"), URL_ERROR_HOST_CODE_POINT, NULL },
	{ SPAN("a%FF"), URL_ERROR_HOST_IDNA, NULL },
	{ SPAN("a%C3"), URL_ERROR_HOST_IDNA, NULL },
	{ SPAN("%30x7F.%31"), URL_OK, "127.0.0.1" },
	/* UTS 46. */
	{ SPAN("B\xC3\xBC"
	       "cher.de"),
	  URL_OK, "xn--bcher-kva.de" },
	{ SPAN("fa\xC3\x9F.de"), URL_OK, "xn--fa-hia.de" },
	{ SPAN("\xCE\xB2\xCF\x8C\xCE\xBB\xCE\xBF\xCF\x82.gr"), URL_OK, "xn--nxasmm1c.gr" },
	{ SPAN("\xE2\x98\x83.test"), URL_OK, "xn--n3h.test" },
	{ SPAN("\xE2\x99\xA5.test"), URL_OK, "xn--g6h.test" },
	{ SPAN("i\xE2\x9D\xA4\xEF\xB8\x8F.test"), URL_OK, "xn--i-7iq.test" },
	{ SPAN("\xF0\x9F\x92\xA9.test"), URL_OK, "xn--ls8h.test" },
	{ SPAN("a\xE3\x80\x82"
	       "b\xEF\xBC\x8E"
	       "c"),
	  URL_OK, "a.b.c" },
	{ SPAN("\xEF\xBC\xA1\xEF\xBC\xA2.test"), URL_OK, "ab.test" },
	{ SPAN("e\xCC\x81.test"), URL_OK, "xn--9ca.test" },
	{ SPAN("a\xC2\xAD"
	       "b.test"),
	  URL_OK, "ab.test" },
	{ SPAN("-\xC3\xBC.test"), URL_OK, "xn----eha.test" },
	{ SPAN("ab--\xC3\xBC.test"), URL_OK, "xn--ab---3ra.test" },
	{ SPAN("\xC3\xBC..test"), URL_OK, "xn--tda..test" },
	{ SPAN("\xD7\x90.test"), URL_OK, "xn--4db.test" },
	{ SPAN("\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.1"), URL_OK, "127.0.0.1" },
	{ SPAN("\xC2\xAD"), URL_ERROR_HOST_IDNA, NULL },
	{ SPAN("xn--a\xC3\xBC.test"), URL_ERROR_HOST_IDNA, NULL },
	{ SPAN("xn--a.\xC3\xBC"), URL_ERROR_HOST_IDNA, NULL },
	{ SPAN("\xD7\x90"
	       "a.test"),
	  URL_ERROR_HOST_IDNA, NULL },
	{ SPAN("\xE2\x80\x8D.test"), URL_ERROR_HOST_IDNA, NULL },
	{ SPAN("\xEF\xBF\xBD.test"), URL_ERROR_HOST_IDNA, NULL },
	{ SPAN("\xCC\x81"
	       "a.test"),
	  URL_ERROR_HOST_IDNA, NULL },
	{ SPAN("a\xC2\xA0"
	       "b.test"),
	  URL_ERROR_HOST_CODE_POINT, NULL },
	{ SPAN("a\xEF\xBC\x8F"
	       "b.test"),
	  URL_ERROR_HOST_CODE_POINT, NULL },
	{ SPAN("\xEF\xBC\x85"
	       "41.test"),
	  URL_ERROR_HOST_CODE_POINT, NULL },
	/* Addresses. */
	{ SPAN("127.0.0.1"), URL_OK, "127.0.0.1" },
	{ SPAN("0X7F.1"), URL_OK, "127.0.0.1" },
	{ SPAN("1.2.3.4.5"), URL_ERROR_IPV4, NULL },
	{ SPAN("a.1"), URL_ERROR_IPV4, NULL },
	{ SPAN("a b.1"), URL_ERROR_HOST_CODE_POINT, NULL },
	{ SPAN("[::1]"), URL_OK, "[::1]" },
	{ SPAN("[::1"), URL_ERROR_IPV6, NULL },
	{ SPAN("[::1]a"), URL_ERROR_IPV6, NULL },
	{ SPAN("["), URL_ERROR_IPV6, NULL },
	{ SPAN("[]"), URL_ERROR_IPV6, NULL },
	{ SPAN("[%3A:1]"), URL_ERROR_IPV6, NULL },
};

static void parses_hosts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct url_text text;
		enum url_error error;

		url_text_init(&text);
		url_text_add(&text, SPAN("//"));
		error = url_add_host(&text, hosts[i].raw);
		if (error != hosts[i].error)
			fail_msg("hosts[%zu] %.*s: %s", i, (int)hosts[i].raw.len, hosts[i].raw.bytes,
				 url_error_name(error));
		if (error == URL_OK && !span_equal(url_text_from(&text, 2), span_of(hosts[i].host)))
			fail_msg("hosts[%zu] %.*s: %.*s", i, (int)hosts[i].raw.len, hosts[i].raw.bytes,
				 (int)text.len - 2, text.bytes + 2);
		assert_false(text.overflow);
	}
}

/* A-labels may be longer than what they stand for. */
static void is_bounded(void **state)
{
	static char raw[URL_BYTES_MAX];
	struct url_text text;

	(void)state;
	for (size_t i = 0; i + 3 <= sizeof(raw); i += 3)
		memcpy(raw + i, "\xC3\xBC.", 3);
	url_text_init(&text);
	assert_int_equal(url_add_host(&text, (struct span){ raw, sizeof(raw) / 3 * 3 }), URL_OK);
	assert_true(text.overflow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_hosts),
		cmocka_unit_test(is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
