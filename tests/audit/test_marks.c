#include "audit/marks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/example.h"

static const struct {
	const char *text;
	unsigned marks; /* of the first hop */
} cases[] = {
	{ "301 http://a.example/x\n200 https://a.example/x\n", 0 },
	{ "200 http://a.example/x\n", 0 },
	{ "301 http://a.example/x\n  No-Location\n", 0 },
	{ "301 http://a.example/x\n  Retry-After: 1\n200 http://a.example/y\n", MARK_RETRY_AFTER },
	{ "301 http://a.example/x\n  Set-Cookie: id, _vwo_uuid\n200 http://a.example/y\n", MARK_EXPERIMENT },
	{ "301 http://a.example/x\n  Set-Cookie: id, abacus\n200 http://a.example/y\n", 0 },
	{ "301 http://a.example/x\n  Vary: Accept-Encoding\n200 http://a.example/y\n", 0 },
	{ "301 http://a.example/x\n  Vary: accept-encoding,cookie\n200 http://a.example/y\n", MARK_VARIES },
	{ "301 http://a.example/x\n503 http://a.example/Maintenance.html\n", MARK_MAINTENANCE },
	{ "301 http://a.example/x\n503 http://a.example/y\n  Retry-After: 9\n", MARK_MAINTENANCE },
	{ "301 http://a.example/x\n503 http://a.example/y\n", MARK_UNAVAILABLE },
	{ "301 http://a.example/x\n503 http://a.example/x/\n", 0 },
	{ "301 http://a.example/x\n200 http://a.example/login\n", MARK_LOGIN },
	{ "301 http://a.example/x\n200 http://a.example/login?next=/x\n", MARK_LOGIN | MARK_RETURNS },
	{ "301 http://a.example/login\n200 http://a.example/auth\n", 0 },
	{ "301 http://a.example/x\n200 http://accounts.a.example/x\n", MARK_LOGIN },
	{ "301 http://a.example/x\n200 http://a.example/age-check\n", MARK_CONSENT },
	{ "301 http://a.example/x\n200 http://a.example/checkout/\n", MARK_CART },
	{ "301 http://a.example/x\n200 http://a.example/de/x\n", MARK_LOCALE },
	{ "301 http://a.example/app/latest\n200 http://a.example/app/2.4\n", MARK_ALIAS },
	{ "301 http://a.example/stable/x\n200 http://a.example/2.4/x\n", MARK_ALIAS },
	{ "301 http://a.example/app/Download/\n200 http://a.example/app.zip\n", MARK_ALIAS },
	{ "301 http://a.example/download.php?id=5\n200 http://a.example/app.zip\n", MARK_ALIAS },
	{ "301 http://a.example/download\n200 http://a.example/en/download\n", MARK_LOCALE },
	{ "301 http://a.example/download/help\n200 http://a.example/tutorials\n", 0 },
	{ "301 http://a.example/app/download\n200 http://a.example/download/app\n", 0 },
	{ "301 http://a.example/free-download\n200 http://a.example/x\n", 0 },
	{ "301 http://a.example/\n200 http://a.example/it/\n", MARK_LOCALE },
	{ "301 http://a.example/en/x\n200 http://a.example/it/x\n", MARK_LOCALE },
	{ "301 http://a.example/x\n200 http://a.example/it/x\n<html lang=it-CH>\n", MARK_LOCALE },
	{ "301 http://a.example/x\n200 http://a.example/it/x\n<html lang=en>\n", 0 },
	{ "301 http://a.example/account\n200 http://a.example/my/account\n", 0 },
	{ "301 http://a.example/x\n200 http://a.example/black-friday\n", MARK_DATED },
	{ "301 http://a.example/x\n200 http://a.example/2026-11/x\n", MARK_DATED },
	{ "301 http://a.example/x\n200 http://a.example/p20261121\n", MARK_DATED },
	{ "301 http://a.example/2026/11/x\n200 http://a.example/2026/11/x.html\n", 0 },
	{ "301 http://a.example/x\n200 http://a.example/2026-99/x\n", 0 },
	{ "301 http://a.example/x\n200 http://a.example/120261\n", 0 },
	{ "301 http://a.example/x\n200 http://www3.a.example/x\n", MARK_NODE },
	{ "301 http://www2.a.example/x\n200 http://www3.a.example/x\n", 0 },
	{ "301 http://a.example/x\n200 http://eu1.b.example/x\n", 0 },
	{ "301 http://x.s3.a.example/\n200 http://x.s3.eu-west-1.a.example/\n", MARK_NODE },
	{ "301 http://x.s3.eu-west-1.a.example/\n200 http://x.s3.a.example/\n", 0 },
	{ "301 http://x.s3.a.example/\n200 http://x.s3.eu.a.example/\n", 0 },
	{ "301 http://x.s3.a.example/\n200 http://x.s3.1.a.example/\n", 0 },
	{ "301 http://x.s3.a.example/\n200 http://x.s3.e1.w1.a.example/\n", 0 },
	{ "301 http://x.s3.a.example/\n200 http://y.s3.w1.a.example/\n", 0 },
	{ "301 http://a.example/vue@3/x.js\n200 http://a.example/vue@3.4.27/x.js\n", MARK_ALIAS },
	{ "301 http://a.example/v2\n200 http://a.example/v2.3\n", MARK_ALIAS },
	{ "301 http://a.example/v2.3\n200 http://a.example/v2\n", 0 },
	{ "301 http://a.example/v2/x\n200 http://a.example/v2.3/y\n", 0 },
	{ "301 http://a.example/v\n200 http://a.example/v.3\n", 0 },
	{ "301 http://a.example/x1\n200 http://a.example/x1.7z\n", 0 },
	{ "301 http://a.example/42\n200 http://a.example/42.html\n", 0 },
};

static void marks_are_what_the_hop_gives_away(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct example example;
		uint32_t line;
		unsigned marks;

		assert_true(example_parse(&example, cases[i].text, &line));
		marks = marks_of_hop(&example.record->chain, 0, NULL).set;
		if (marks != cases[i].marks)
			fail_msg("expected marks %#x, got %#x:\n%s", cases[i].marks, marks, cases[i].text);
		example_release(&example);
	}
}

static void one_strong_mark_or_two_weak_ones_suffice(void **state)
{
	(void)state;
	assert_false(marks_suffice(0));
	assert_false(marks_suffice(MARK_LOGIN));
	assert_false(marks_suffice(MARK_UNAVAILABLE));
	assert_true(marks_suffice(MARK_RETRY_AFTER));
	assert_true(marks_suffice(MARK_EXPERIMENT));
	assert_true(marks_suffice(MARK_MAINTENANCE));
	assert_true(marks_suffice(MARK_LOCALE | MARK_VARIES));
}

static void the_text_names_each_mark(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_true(span_equal(marks_text(&arena, MARK_LOCALE), SPAN("its target adds a locale")));
	assert_true(span_equal(marks_text(&arena, MARK_LOCALE | MARK_VARIES),
			       SPAN("its target adds a locale and it varies by language or cookie")));
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_are_what_the_hop_gives_away),
		cmocka_unit_test(one_strong_mark_or_two_weak_ones_suffice),
		cmocka_unit_test(the_text_names_each_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
