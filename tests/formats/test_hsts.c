#include "formats/hsts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void test_fields(void **state)
{
	static const struct {
		const char *value;
		struct hsts wanted;
	} cases[] = {
		{ "max-age=31536000", { .valid = true, .max_age_s = 31536000 } },
		{ "max-age=15768000 ; includeSubDomains",
		  { .valid = true, .max_age_s = 15768000, .include_subdomains = true } },
		{ "max-age=63072000; includeSubDomains; preload",
		  { .valid = true, .max_age_s = 63072000, .include_subdomains = true, .preload = true } },
		{ "PRELOAD;INCLUDESUBDOMAINS;MAX-AGE=5",
		  { .valid = true, .max_age_s = 5, .include_subdomains = true, .preload = true } },
		{ "max-age=0", { .valid = true } },
		{ "max-age=\"31536000\"", { .valid = true, .max_age_s = 31536000 } },
		{ " max-age\t= 60 ", { .valid = true, .max_age_s = 60 } },
		/* Places for directives may be empty. */
		{ ";; max-age=60;;", { .valid = true, .max_age_s = 60 } },
		{ "max-age=60;", { .valid = true, .max_age_s = 60 } },
		{ "max-age=4294967296", { .valid = true, .max_age_s = UINT32_MAX } },
		{ "max-age=99999999999999999999999999", { .valid = true, .max_age_s = UINT32_MAX } },
		/* Unknown directives. */
		{ "report-uri=\"https://a.example/;max-age=1\\\"\"; max-age=60", { .valid = true, .max_age_s = 60 } },
		{ "max-age=60; x=y; z", { .valid = true, .max_age_s = 60 } },
		{ "max-age=60; preload=yes", { .valid = true, .max_age_s = 60 } },
		/* Only the first line counts. */
		{ "max-age=60, max-age=0; includeSubDomains", { .valid = true, .max_age_s = 60 } },
		{ "max-age=60, nonsense nonsense", { .valid = true, .max_age_s = 60 } },
		{ "x=\"a,b\"; max-age=60", { .valid = true, .max_age_s = 60 } },
		{ "nonsense, max-age=60", { .valid = false } },
		{ ", max-age=60", { .valid = false } },
		/* Without max-age. */
		{ "", { .valid = false } },
		{ " ; ", { .valid = false } },
		{ "includeSubDomains; preload", { .valid = false } },
		{ "31536000", { .valid = false } },
		/* Not a number of seconds. */
		{ "max-age", { .valid = false } },
		{ "max-age=", { .valid = false } },
		{ "max-age=;includeSubDomains", { .valid = false } },
		{ "max-age=\"\"", { .valid = false } },
		{ "max-age=-1", { .valid = false } },
		{ "max-age=1.5", { .valid = false } },
		{ "max-age=1y", { .valid = false } },
		/* Twice the same. */
		{ "max-age=60; max-age=60", { .valid = false } },
		{ "max-age=60; includeSubDomains; INCLUDEsubdomains", { .valid = false } },
		{ "max-age=60; x; x", { .valid = false } },
		/* Not the grammar. */
		{ "max-age=60 includeSubDomains", { .valid = false } },
		{ "max-age=60; includeSubDomains=1", { .valid = false } },
		{ "max-age=60; includeSubDomains=", { .valid = false } },
		{ "max-age: 60", { .valid = false } },
		{ "\"max-age=60\"", { .valid = false } },
		{ "max-age=\"60", { .valid = false } },
		{ "max-age=60; x=\"\\\"", { .valid = false } },
		{ "max-age=60; =5", { .valid = false } },
		{ "max-age=60; \xC3\xA9", { .valid = false } },
		{ "a;b;c;d;e;f;g;h;i;j;k;l;m;n;o;max-age=1", { .valid = true, .max_age_s = 1 } },
		{ "a;b;c;d;e;f;g;h;i;j;k;l;m;n;o;p;max-age=1", { .valid = false } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct hsts *wanted = &cases[i].wanted;
		struct hsts got = hsts_parse(span_of(cases[i].value));

		if (got.valid != wanted->valid || got.max_age_s != wanted->max_age_s ||
		    got.include_subdomains != wanted->include_subdomains || got.preload != wanted->preload)
			fail_msg("\"%s\": valid %d, max-age %u, subdomains %d, preload %d", cases[i].value, got.valid,
				 got.max_age_s, got.include_subdomains, got.preload);
	}
}

static void test_bytes_behind_the_span_are_not_read(void **state)
{
	(void)state;
	assert_int_equal(hsts_parse((struct span){ .bytes = "max-age=600", .len = 10 }).max_age_s, 60);
	assert_false(hsts_parse((struct span){ .bytes = "max-age=60", .len = 8 }).valid);
	assert_false(hsts_parse((struct span){ .len = 0 }).valid);
	assert_false(hsts_parse((struct span){ .bytes = "max-age=6\0", .len = 10 }).valid);
	assert_false(hsts_parse((struct span){ .bytes = "\0max-age=6", .len = 10 }).valid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_bytes_behind_the_span_are_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
