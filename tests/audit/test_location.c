#include "audit/location.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void test_readings(void **state)
{
	static const struct {
		const char *location;
		enum location_reading wanted;
	} cases[] = {
		{ "/b", LOCATION_READ_ALIKE },
		{ "//b.example/", LOCATION_READ_ALIKE },
		{ "HTTP://B.example:80/%7ea", LOCATION_READ_ALIKE },
		{ "/a b\xC3\xA9", LOCATION_READ_ALIKE },
		{ "?a\\b", LOCATION_READ_ALIKE },
		{ "/a\\b", LOCATION_OTHER_PATH },
		{ "/a\tb", LOCATION_OTHER_PATH },
		{ "/a\x01", LOCATION_OTHER_PATH },
		{ "\\\\b.example", LOCATION_OTHER_HOST },
		{ "/\t/b.example", LOCATION_OTHER_HOST },
		{ "\x01http://b.example/", LOCATION_OTHER_HOST },
		{ "http://b\t.example/", LOCATION_OTHER_HOST },
		{ "///b.example/", LOCATION_OTHER_HOST },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct record *record = record_new();
		struct hop hop = { .location = span_of(cases[i].location) };
		struct url_rfc3986 strict;
		enum location_reading got;

		assert_int_equal(url_parse(&record->arena, SPAN("http://a.example/dir/"), NULL, &hop.url), URL_OK);
		assert_int_equal(url_parse(&record->arena, hop.location, &hop.url, &hop.next), URL_OK);
		got = location_read(&record->arena, &hop, &strict);
		if (got != cases[i].wanted)
			fail_msg("\"%s\": %d instead of %d", cases[i].location, got, cases[i].wanted);
		record_free(record);
	}
}

static void test_merged_lines(void **state)
{
	(void)state;
	assert_true(location_looks_merged(SPAN("/b, /c")));
	assert_true(location_looks_merged(SPAN("/b,\thttps://c.example/")));
	assert_true(location_looks_merged(SPAN("/b, HTTP://c.example/")));
	assert_false(location_looks_merged(SPAN("/b,/c")));
	assert_false(location_looks_merged(SPAN("/b, c")));
	assert_false(location_looks_merged(SPAN("/b, ")));
	assert_false(location_looks_merged(SPAN("/b,")));
	assert_false(location_looks_merged(SPAN("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_readings),
		cmocka_unit_test(test_merged_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
