#include "formats/url_address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
	const char *host;
	bool number;      /* the last label is one */
	const char *quad; /* NULL: no address */
} ipv4[] = {
	{ "1.2.3.4", true, "1.2.3.4" },
	{ "1.2.3.4.", true, "1.2.3.4" },
	{ "0", true, "0.0.0.0" },
	{ "0x", true, "0.0.0.0" },
	{ "4294967295", true, "255.255.255.255" },
	{ "4294967296", true, NULL },
	{ "99999999999999999999999999", true, NULL },
	{ "0xFFFFFFFF", true, "255.255.255.255" },
	{ "0x100000000", true, NULL },
	{ "037777777777", true, "255.255.255.255" },
	{ "127.1", true, "127.0.0.1" },
	{ "127.0.1", true, "127.0.0.1" },
	{ "1.16777215", true, "1.255.255.255" },
	{ "1.16777216", true, NULL },
	{ "1.2.65535", true, "1.2.255.255" },
	{ "1.2.65536", true, NULL },
	{ "1.2.3.255", true, "1.2.3.255" },
	{ "1.2.3.256", true, NULL },
	{ "256.2.3.4", true, NULL },
	{ "0177.0X7f.010.0", true, "127.127.8.0" },
	{ "1.2.3.4.5", true, NULL },
	{ "1..2", true, NULL },
	{ ".1", true, NULL },
	{ "1.2.3.08", true, NULL },
	{ "09.2.3.4", true, NULL },
	{ "a.2.3.4", true, NULL },
	{ "1.2.3.0xg", false, NULL },
	{ "1.2.3.4a", false, NULL },
	{ "1.2.3.4..", false, NULL },
	{ "example.com", false, NULL },
	{ "1.example", false, NULL },
	{ ".", false, NULL },
};

static void reads_ipv4(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ipv4) / sizeof(ipv4[0]); i++) {
		struct url_text text;
		enum url_error error;

		if (url_ends_in_number(span_of(ipv4[i].host)) != ipv4[i].number)
			fail_msg("%s: ends in a number?", ipv4[i].host);
		url_text_init(&text);
		error = url_add_ipv4(&text, span_of(ipv4[i].host));
		if (error != (ipv4[i].quad ? URL_OK : URL_ERROR_IPV4))
			fail_msg("%s: %s", ipv4[i].host, url_error_name(error));
		if (ipv4[i].quad && !span_equal(url_text_from(&text, 0), span_of(ipv4[i].quad)))
			fail_msg("%s: %.*s", ipv4[i].host, (int)text.len, text.bytes);
	}
}

static const struct {
	const char *host, *address; /* NULL: no address */
} ipv6[] = {
	{ "::", "[::]" },
	{ "::1", "[::1]" },
	{ "1::", "[1::]" },
	{ "0:0:0:0:0:0:0:0", "[::]" },
	{ "1:2:3:4:5:6:7:8", "[1:2:3:4:5:6:7:8]" },
	{ "2001:0DB8::00A0:1", "[2001:db8::a0:1]" },
	{ "1:0:0:2:0:0:0:3", "[1:0:0:2::3]" },
	{ "1:0:0:2:0:0:3:4", "[1::2:0:0:3:4]" },
	{ "1:0:2:3:4:5:6:7", "[1:0:2:3:4:5:6:7]" },
	{ "1::3:4:5:6:7:8", "[1:0:3:4:5:6:7:8]" },
	{ "1:2:3:4:5:6:7::", "[1:2:3:4:5:6:7:0]" },
	{ "::2:3:4:5:6:7:8", "[0:2:3:4:5:6:7:8]" },
	{ "::1.2.3.4", "[::102:304]" },
	{ "::ffff:255.255.255.0", "[::ffff:ffff:ff00]" },
	{ "1:2:3:4:5:6:7.8.9.10", "[1:2:3:4:5:6:708:90a]" },
	{ "1:2:3:4:5::7.8.9.10", "[1:2:3:4:5:0:708:90a]" },
	{ "", NULL },
	{ ":", NULL },
	{ ":::", NULL },
	{ ":1", NULL },
	{ "1:", NULL },
	{ "1::2::3", NULL },
	{ "1:2:3:4:5:6:7", NULL },
	{ "1:2:3:4:5:6:7:8:9", NULL },
	{ "1:2:3:4:5:6:7:8::", NULL },
	{ "::1:2:3:4:5:6:7:8", NULL },
	{ "12345::", NULL },
	{ "g::", NULL },
	{ "::1%eth0", NULL },
	{ "::1.2.3", NULL },
	{ "::1.2.3.4.5", NULL },
	{ "::1.2.3.256", NULL },
	{ "::1.2.3.04", NULL },
	{ "::1.2.3.", NULL },
	{ "::.1.2.3", NULL },
	{ "::a.2.3.4", NULL },
	{ "1:2:3:4:5:6:7:8.9.10.11", NULL },
	{ "1:2:3:4:5:6::8.9.10.11", NULL },
	{ "::1.2.3.4:5", NULL },
	{ "1.2.3.4", NULL },
};

static void reads_ipv6(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ipv6) / sizeof(ipv6[0]); i++) {
		struct span host = span_of(ipv6[i].host);
		struct url_text text;
		enum url_error error;

		url_text_init(&text);
		error = url_add_ipv6(&text, host);
		if (error != (ipv6[i].address ? URL_OK : URL_ERROR_IPV6) || url_is_ipv6(host) != (error == URL_OK))
			fail_msg("%s: %s", ipv6[i].host, url_error_name(error));
		if (ipv6[i].address && !span_equal(url_text_from(&text, 0), span_of(ipv6[i].address)))
			fail_msg("%s: %.*s", ipv6[i].host, (int)text.len, text.bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_ipv4),
		cmocka_unit_test(reads_ipv6),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
