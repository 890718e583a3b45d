#include "crawler/address.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct address parsed(const char *text)
{
	struct address address;

	if (!address_parse(span_of(text), &address))
		fail_msg("%s is no address", text);
	return address;
}

static const struct {
	struct span text;
	const char *printed; /* NULL: no address */
} texts[] = {
	{ SPAN("127.0.0.1"), "127.0.0.1" },
	{ SPAN("255.255.255.255"), "255.255.255.255" },
	{ SPAN("::"), "::" },
	{ SPAN("[::1]"), "::1" },
	{ SPAN("2001:DB8:0:0:0:0:0:1"), "2001:db8::1" },
	{ SPAN("::ffff:1.2.3.4"), "::ffff:1.2.3.4" },
	{ SPAN("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ SPAN(""), NULL },
	{ SPAN("[]"), NULL },
	{ SPAN("["), NULL },
	{ SPAN("[127.0.0.1]"), NULL },
	{ SPAN("[::1"), NULL },
	{ SPAN("::1]"), NULL },
	{ SPAN("127.1"), NULL },
	{ SPAN("127.0.0.1."), NULL },
	{ SPAN("127.0.0.01"), NULL },
	{ SPAN("0x7f.0.0.1"), NULL },
	{ SPAN("256.0.0.1"), NULL },
	{ SPAN(" 127.0.0.1"), NULL },
	{ SPAN("127.0.0.1\0x"), NULL },
	{ SPAN(":::"), NULL },
	{ SPAN("fe80::1%eth0"), NULL },
	{ SPAN("example.com"), NULL },
	{ SPAN("1111:2222:3333:4444:5555:6666:7777:8888:9999:1111:2222"), NULL },
};

static void parses_and_prints(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct address address;
		char out[INET6_ADDRSTRLEN];
		bool good = address_parse(texts[i].text, &address);

		if (good != (texts[i].printed != NULL))
			fail_msg("texts[%zu] %s: %d", i, texts[i].text.bytes, good);
		if (!good)
			continue;
		address_print(&address, out, sizeof(out));
		assert_string_equal(out, texts[i].printed);
	}
}

static void prints_none_as_nothing(void **state)
{
	const struct address none = { .family = AF_UNSPEC };
	char out[INET6_ADDRSTRLEN] = "x";

	(void)state;
	address_print(&none, out, sizeof(out));
	assert_string_equal(out, "");
}

static void fills_socket_addresses(void **state)
{
	struct address v4 = parsed("192.0.2.7"), v6 = parsed("2001:db8::7");
	struct sockaddr_storage storage;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	(void)state;
	assert_int_equal(address_to_sockaddr(&v4, 8080, &storage), sizeof(in));
	memcpy(&in, &storage, sizeof(in));
	assert_int_equal(in.sin_family, AF_INET);
	assert_int_equal(ntohs(in.sin_port), 8080);
	assert_memory_equal(&in.sin_addr, v4.bytes, 4);
	assert_int_equal(address_to_sockaddr(&v6, 443, &storage), sizeof(in6));
	memcpy(&in6, &storage, sizeof(in6));
	assert_int_equal(in6.sin6_family, AF_INET6);
	assert_int_equal(ntohs(in6.sin6_port), 443);
	assert_memory_equal(&in6.sin6_addr, v6.bytes, 16);
	assert_int_equal(in6.sin6_scope_id, 0);
}

static const struct {
	const char *text;
	const char *first; /* NULL: no range */
	unsigned prefix_bits;
} ranges[] = {
	{ "10.0.0.0/8", "10.0.0.0", 8 },
	{ "10.255.1.2/8", "10.0.0.0", 8 },
	{ "10.0.0.255/31", "10.0.0.254", 31 },
	{ "10.0.0.255/25", "10.0.0.128", 25 },
	{ "192.0.2.1", "192.0.2.1", 32 },
	{ "192.0.2.1/32", "192.0.2.1", 32 },
	{ "255.255.255.255/0", "0.0.0.0", 0 },
	{ "10.0.0.0/08", "10.0.0.0", 8 },
	{ "fc00::/7", "fc00::", 7 },
	{ "fdff::1/7", "fc00::", 7 },
	{ "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff/33", "2001:db8:8000::", 33 },
	{ "::1", "::1", 128 },
	{ "[::1]/128", "::1", 128 },
	{ "::/0", "::", 0 },
	{ "10.0.0.0/33", NULL, 0 },
	{ "::/129", NULL, 0 },
	{ "10.0.0.0/", NULL, 0 },
	{ "10.0.0.0/x", NULL, 0 },
	{ "10.0.0.0/8x", NULL, 0 },
	{ "10.0.0.0/-1", NULL, 0 },
	{ "10.0.0.0/+8", NULL, 0 },
	{ "10.0.0.0/ 8", NULL, 0 },
	{ "10.0.0.0/8/8", NULL, 0 },
	{ "10.0.0.0/0008", NULL, 0 },
	{ "10.0.0.0/4294967304", NULL, 0 },
	{ "10.0.0.0/255.0.0.0", NULL, 0 },
	{ "10/8", NULL, 0 },
	{ "/8", NULL, 0 },
	{ "", NULL, 0 },
	{ "localhost", NULL, 0 },
};

static void parses_ranges(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(ranges); i++) {
		struct address_range range;
		char first[INET6_ADDRSTRLEN];
		bool good = address_range_parse(span_of(ranges[i].text), &range);

		if (good != (ranges[i].first != NULL))
			fail_msg("%s: %d", ranges[i].text, good);
		if (!good)
			continue;
		address_print(&range.first, first, sizeof(first));
		if (strcmp(first, ranges[i].first) != 0 || range.prefix_bits != ranges[i].prefix_bits)
			fail_msg("%s: %s/%u", ranges[i].text, first, range.prefix_bits);
	}
}

/* Both ends of each range that is refused, and the addresses next to them that are public. "" where
 * the neighbour is refused for a reason of its own. */
static const struct {
	const char *before, *first, *last, *behind;
} special[] = {
	{ "", "0.0.0.0", "0.255.255.255", "1.0.0.0" },
	{ "9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0" },
	{ "100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0" },
	{ "126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0" },
	{ "169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0" },
	{ "172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0" },
	{ "191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0" },
	{ "192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0" },
	{ "192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0" },
	{ "192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0" },
	{ "198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0" },
	{ "198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0" },
	{ "203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0" },
	{ "223.255.255.255", "224.0.0.0", "239.255.255.255", "" },
	{ "", "240.0.0.0", "255.255.255.255", "" },
	{ "", "::", "::1", "" },
	{ "", "::2", "::fffe:ffff:ffff", "" },
	{ "", "::1:0:0:0", "64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff", "" },
	{ "", "64:ff9b:0:0:0:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "" },
	{ "", "100::", "100::ffff:ffff:ffff:ffff", "" },
	{ "", "100::1:0:0:0", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2000::" },
	{ "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::" },
	{ "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
	  "2001:db9::" },
	{ "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
	  "3fff:1000::" },
	{ "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "4000::", "5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "" },
	{ "", "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "" },
	{ "", "8000::", "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "" },
	{ "", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "" },
	{ "", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "" },
	{ "", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "" },
	{ "", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "" },
	/* IPv4 in IPv6: mapped, NAT64, 6to4. */
	{ "", "::ffff:0.0.0.0", "::ffff:0.255.255.255", "::ffff:1.0.0.0" },
	{ "::ffff:9.255.255.255", "::ffff:10.0.0.0", "::ffff:10.255.255.255", "::ffff:11.0.0.0" },
	{ "::ffff:126.255.255.255", "::ffff:127.0.0.1", "::ffff:127.255.255.255", "::ffff:128.0.0.0" },
	{ "::ffff:223.255.255.255", "::ffff:224.0.0.0", "::ffff:255.255.255.255", "" },
	{ "", "64:ff9b::0.0.0.1", "64:ff9b::0.255.255.255", "64:ff9b::1.0.0.0" },
	{ "64:ff9b::169.253.255.255", "64:ff9b::169.254.0.0", "64:ff9b::169.254.255.255", "64:ff9b::169.255.0.0" },
	{ "64:ff9b::191.255.255.255", "64:ff9b::192.0.0.0", "64:ff9b::192.0.0.255", "64:ff9b::192.0.1.0" },
	{ "", "2002::", "2002:00ff:ffff:ffff:ffff:ffff:ffff:ffff", "2002:100::" },
	{ "2002:7eff:ffff::", "2002:7f00::", "2002:7fff:ffff:ffff:ffff:ffff:ffff:ffff", "2002:8000::" },
	{ "2002:dfff:ffff::", "2002:e000::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::" },
	/* The deprecated compatible form is refused whatever it holds. */
	{ "", "::8.8.8.8", "::127.0.0.1", "" },
};

static void expect_permitted(const struct address_policy *policy, const char *text, bool permitted)
{
	struct address address;

	if (!*text)
		return;
	address = parsed(text);
	if (address_permitted(policy, &address) != permitted)
		fail_msg("%s: permitted: %d", text, !permitted);
}

static void refuses_special_ranges(void **state)
{
	struct address_policy policy;

	(void)state;
	assert_null(address_policy_init(&policy, NULL, 0));
	for (size_t i = 0; i < COUNT(special); i++) {
		expect_permitted(&policy, special[i].before, true);
		expect_permitted(&policy, special[i].first, false);
		expect_permitted(&policy, special[i].last, false);
		expect_permitted(&policy, special[i].behind, true);
	}
	expect_permitted(&policy, "8.8.8.8", true);
	expect_permitted(&policy, "2606:4700:4700::1111", true);
	assert_false(address_permitted(&policy, &(struct address){ .family = AF_UNSPEC }));
	address_policy_release(&policy);
}

static const struct {
	const char *allowed;
	const char *address;
	bool permitted;
} allowances[] = {
	{ "127.0.0.0/8", "127.0.0.1", true },
	{ "127.0.0.0/8", "128.0.0.1", true },
	{ "127.0.0.0/8", "10.0.0.1", false },
	{ "127.0.0.0/8", "::1", false },
	{ "127.0.0.0/8", "::ffff:127.0.0.1", true },
	{ "127.0.0.0/8", "64:ff9b::127.0.0.1", true },
	{ "127.0.0.0/8", "2002:7f00:1::", true },
	{ "127.0.0.1", "127.0.0.2", false },
	{ "::ffff:10.0.0.0/104", "::ffff:10.1.2.3", true },
	{ "::ffff:10.0.0.0/104", "10.1.2.3", false },
	{ "0.0.0.0/0", "240.0.0.1", true },
	{ "0.0.0.0/0", "fc00::1", false },
	{ "::/0", "fc00::1", true },
	{ "::/0", "10.0.0.1", false },
	{ "fc00::/7", "fdff::1", true },
	{ "fc00::/7", "fe80::1", false },
};

static void allows_what_it_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(allowances); i++) {
		struct address address = parsed(allowances[i].address);
		struct address_policy policy;

		assert_null(address_policy_init(&policy, &allowances[i].allowed, 1));
		if (address_permitted(&policy, &address) != allowances[i].permitted)
			fail_msg("%s with %s: %d", allowances[i].address, allowances[i].allowed,
				 !allowances[i].permitted);
		address_policy_release(&policy);
	}
}

static void allows_several(void **state)
{
	const char *const allowed[] = { "10.0.0.0/8", "::1", "192.168.1.1" };
	struct address_policy policy;

	(void)state;
	assert_null(address_policy_init(&policy, allowed, COUNT(allowed)));
	expect_permitted(&policy, "10.9.9.9", true);
	expect_permitted(&policy, "::1", true);
	expect_permitted(&policy, "192.168.1.1", true);
	expect_permitted(&policy, "192.168.1.2", false);
	address_policy_release(&policy);
}

static void names_the_text_that_is_no_range(void **state)
{
	const char *const allowed[] = { "10.0.0.0/8", "10.0.0.0/33", "nonsense" };
	struct address_policy policy;

	(void)state;
	assert_ptr_equal(address_policy_init(&policy, allowed, COUNT(allowed)), allowed[1]);
	address_policy_release(&policy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses_and_prints),      cmocka_unit_test(prints_none_as_nothing),
		cmocka_unit_test(fills_socket_addresses), cmocka_unit_test(parses_ranges),
		cmocka_unit_test(refuses_special_ranges), cmocka_unit_test(allows_what_it_is_told),
		cmocka_unit_test(allows_several),         cmocka_unit_test(names_the_text_that_is_no_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
