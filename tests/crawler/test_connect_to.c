#include "crawler/connect_to.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Up to four entries, a URL, and where it is connected to: "HOST PORT". */
static const struct {
	const char *entry[4];
	const char *url;
	const char *where;
} cases[] = {
	{ { NULL }, "http://a.example/", "a.example 80" },
	{ { NULL }, "https://a.example:8443/", "a.example 8443" },
	{ { "a.example:80:b.example:8080" }, "http://a.example/", "b.example 8080" },
	{ { "a.example:80:b.example:8080" }, "https://a.example/", "a.example 443" },
	{ { "a.example:80:b.example:8080" }, "http://c.example/", "c.example 80" },
	{ { "a.example:80:b.example:8080" }, "http://www.a.example/", "www.a.example 80" },
	{ { "A.Example:443:b.example:1" }, "https://a.example/", "b.example 1" },
	/* Empty fields. */
	{ { "::127.0.0.1:8080" }, "http://a.example/", "127.0.0.1 8080" },
	{ { "::127.0.0.1:" }, "https://a.example:444/", "127.0.0.1 444" },
	{ { ":::8080" }, "http://a.example/", "a.example 8080" },
	{ { "a.example:::" }, "http://a.example/", "a.example 80" },
	{ { "a.example::b.example:" }, "http://a.example:81/", "b.example 81" },
	{ { ":443:b.example:" }, "https://a.example/", "b.example 443" },
	{ { ":443:b.example:" }, "http://a.example/", "a.example 80" },
	{ { ":443:b.example:" }, "http://a.example:443/", "b.example 443" },
	/* IPv6, with its brackets. */
	{ { "a.example:80:[::1]:8080" }, "http://a.example/", "[::1] 8080" },
	{ { "[::1]:80:b.example:" }, "http://[0:0::1]/", "b.example 80" },
	{ { "[::1]:80:b.example:" }, "http://[::2]/", "[::2] 80" },
	/* The first that matches counts, though it may change nothing. */
	{ { "a.example::b.example:", "::c.example:" }, "http://a.example/", "b.example 80" },
	{ { "a.example::b.example:", "::c.example:" }, "http://x.example/", "c.example 80" },
	{ { "a.example:::", "::c.example:" }, "http://a.example/", "a.example 80" },
	{ { "x.example::b.example:", "y.example::b.example:", ":80:c.example:65535" },
	  "http://a.example/",
	  "c.example 65535" },
	/* An entry's target is not looked up again. */
	{ { "a.example::b.example:", "b.example::c.example:" }, "http://a.example/", "b.example 80" },
};

static void finds_where_to_connect(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct option_list list = { .text = (const char **)cases[i].entry };
		struct connect_to connect_to;
		struct arena arena;
		struct url url;
		struct span host;
		uint16_t port;
		char where[100];

		while (list.count < COUNT(cases[i].entry) && cases[i].entry[list.count])
			list.count++;
		arena_init(&arena);
		assert_int_equal(url_parse(&arena, span_of(cases[i].url), NULL, &url), URL_OK);
		assert_true(connect_to_init(&connect_to, &list, stderr));
		connect_to_find(&connect_to, &url, &host, &port);
		snprintf(where, sizeof(where), "%.*s %u", (int)host.len, host.bytes, port);
		if (strcmp(where, cases[i].where) != 0)
			fail_msg("cases[%zu] %s: %s", i, cases[i].url, where);
		connect_to_release(&connect_to);
		arena_release(&arena);
	}
}

static const char *const bad_entries[] = {
	"",
	"a.example",
	"a.example:80",
	"a.example:80:b.example",
	"a.example:80:b.example:80:",
	"a.example:80:b.example:80:c.example",
	"a.example:x:b.example:80",
	"a.example:80:b.example:http",
	"a.example:80:b.example:65536",
	"a.example:100000:b.example:80",
	"a.example:99999999999999999999:b.example:80",
	"a.example:0:b.example:80",
	"a.example:80:b.example:0",
	"a.example:-1:b.example:80",
	"a.example: 80:b.example:80",
	"[::1:80:b.example:80",
	"::1:80:b.example:80",
};

static void refuses_other_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad_entries); i++) {
		const char *texts[] = { "a.example:80:b.example:80", bad_entries[i] };
		const struct option_list list = { .text = texts, .count = 2 };
		struct connect_to connect_to;
		char *message = NULL, wanted[200];
		size_t size;
		FILE *errors = open_memstream(&message, &size);
		bool good = connect_to_init(&connect_to, &list, errors);

		fclose(errors);
		snprintf(wanted, sizeof(wanted), "detour: --connect-to: \"%s\" is not HOST:PORT:ADDR:PORT\n",
			 bad_entries[i]);
		if (good)
			fail_msg("\"%s\" is accepted", bad_entries[i]);
		assert_string_equal(message, wanted);
		free(message);
		/* Nothing is left to release, and releasing it does no harm. */
		assert_null(connect_to.entry);
		connect_to_release(&connect_to);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_where_to_connect),
		cmocka_unit_test(refuses_other_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
