#include "crawler/hosts_file.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/formats/scratch.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define LABEL_50 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwx"
#define LONGEST  LABEL_50 "." LABEL_50 "." LABEL_50 "." LABEL_50 "." LABEL_50

static const char content[] = "# a comment\n"
			      "\n"
			      "127.0.0.1\tlocalhost\n"
			      "::1 localhost ip6-localhost\r\n"
			      "  192.0.2.1  \t Mixed.Example  alias.example\t# and a comment\n"
			      "192.0.2.2 cut.example#comment more.example\n"
			      "192.0.2.3 mixed.example\n"
			      "#192.0.2.4 hidden.example\n"
			      "192.0.2.5\n"
			      "192.0.2 short.example\n"
			      "fe80::1%lo scoped.example\n"
			      "name.example 192.0.2.6\n"
			      "198.51.100.1 many.example\n198.51.100.2 many.example\n198.51.100.3 many.example\n"
			      "198.51.100.4 many.example\n198.51.100.5 many.example\n198.51.100.6 many.example\n"
			      "198.51.100.7 many.example\n198.51.100.8 many.example\n198.51.100.9 many.example\n"
			      "192.0.2.7 " LONGEST "\n"
			      "192.0.2.8 last.example";

static const struct {
	const char *name;
	const char *addresses; /* with a blank behind each */
} cases[] = {
	{ "localhost", "127.0.0.1 ::1 " },
	{ "LocalHost", "127.0.0.1 ::1 " },
	{ "ip6-localhost", "::1 " },
	{ "mixed.example", "192.0.2.1 192.0.2.3 " },
	{ "MIXED.EXAMPLE", "192.0.2.1 192.0.2.3 " },
	{ "alias.example", "192.0.2.1 " },
	{ "cut.example", "192.0.2.2 " },
	{ "more.example", "" },
	{ "comment", "" },
	{ "hidden.example", "" },
	{ "short.example", "" },
	{ "scoped.example", "" },
	{ "192.0.2.6", "" },
	{ "name.example", "" },
	{ "last.example", "192.0.2.8 " },
	{ "last.exampl", "" },
	{ "last.example.", "" },
	{ "", "" },
	{ "many.example", "198.51.100.1 198.51.100.2 198.51.100.3 198.51.100.4 198.51.100.5 198.51.100.6 198.51.100.7 "
			  "198.51.100.8 " },
	{ LONGEST, "192.0.2.7 " },
	{ LONGEST "x", "" },
	{ LONGEST LONGEST LONGEST, "" },
};

static void print_addresses(const struct hosts_file *hosts, struct span name, char *out, size_t size)
{
	struct address address[ADDRESSES_MAX];
	size_t count = hosts_file_find(hosts, name, address), at = 0;

	out[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		char ip[INET6_ADDRSTRLEN];

		address_print(&address[i], ip, sizeof(ip));
		at += (size_t)snprintf(out + at, size - at, "%s ", ip);
	}
}

static void names_are_found(void **state)
{
	struct scratch scratch;
	struct hosts_file *hosts;

	(void)state;
	scratch_init(&scratch);
	scratch_put(&scratch, "hosts", content);
	hosts = hosts_file_read(scratch_path(&scratch, "hosts"));
	assert_non_null(hosts);
	for (size_t i = 0; i < COUNT(cases); i++) {
		char out[ADDRESSES_MAX * INET6_ADDRSTRLEN];

		print_addresses(hosts, span_of(cases[i].name), out, sizeof(out));
		if (strcmp(out, cases[i].addresses) != 0)
			fail_msg("%s: %s", cases[i].name, out);
	}
	hosts_file_free(hosts);
	scratch_release(&scratch);
}

static void no_file_is_no_error(void **state)
{
	struct address address[ADDRESSES_MAX];

	(void)state;
	assert_null(hosts_file_read("/nonexistent/hosts"));
	assert_int_equal(hosts_file_find(NULL, SPAN("localhost"), address), 0);
	hosts_file_free(NULL);
}

static void an_empty_file_has_no_names(void **state)
{
	struct address address[ADDRESSES_MAX];
	struct scratch scratch;
	struct hosts_file *hosts;

	(void)state;
	scratch_init(&scratch);
	scratch_put(&scratch, "hosts", "");
	hosts = hosts_file_read(scratch_path(&scratch, "hosts"));
	assert_non_null(hosts);
	assert_int_equal(hosts_file_find(hosts, SPAN("localhost"), address), 0);
	hosts_file_free(hosts);
	scratch_release(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found),
		cmocka_unit_test(no_file_is_no_error),
		cmocka_unit_test(an_empty_file_has_no_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
