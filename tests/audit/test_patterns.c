#include "audit/patterns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum place { IN_PATH, IN_HOST, IN_QUERY };

static void test_urls(void **state)
{
	static const struct {
		const char *url;
		enum place place;
		enum pattern pattern;
		bool wanted;
	} cases[] = {
		{ "http://a.example/Login", IN_PATH, PATTERN_LOGIN, true },
		{ "http://a.example/user/sign-in.php", IN_PATH, PATTERN_LOGIN, true },
		{ "http://a.example/login/", IN_PATH, PATTERN_LOGIN, true },
		{ "http://a.example/blogin", IN_PATH, PATTERN_LOGIN, false },
		{ "http://a.example/login-help", IN_PATH, PATTERN_LOGIN, false },
		{ "http://a.example/?login", IN_PATH, PATTERN_LOGIN, false },
		{ "http://a.example/add-to-cart/5", IN_PATH, PATTERN_TRANSACTION, true },
		{ "http://a.example/add-to", IN_PATH, PATTERN_TRANSACTION, false },
		{ "http://a.example//", IN_PATH, PATTERN_TRANSACTION, false },
		{ "http://login.a.example/", IN_HOST, PATTERN_LOGIN, true },
		{ "http://a.login.example/", IN_HOST, PATTERN_LOGIN, false },
		{ "http://login/", IN_HOST, PATTERN_LOGIN, false },
		{ "http://a.example/?a=1&Return_To=%2F", IN_QUERY, PATTERN_RETURN_PARAMETER, true },
		{ "http://a.example/?next", IN_QUERY, PATTERN_RETURN_PARAMETER, true },
		{ "http://a.example/?a=next", IN_QUERY, PATTERN_RETURN_PARAMETER, false },
		{ "http://a.example/?nextpage=2", IN_QUERY, PATTERN_RETURN_PARAMETER, false },
		{ "http://a.example/?X-Amz-Signature=0", IN_QUERY, PATTERN_SIGNATURE_PARAMETER, true },
		{ "http://a.example/?&&=", IN_QUERY, PATTERN_SIGNATURE_PARAMETER, false },
	};
	static bool (*const look[])(const struct url *, enum pattern) = {
		[IN_PATH] = pattern_in_path,
		[IN_HOST] = pattern_in_host,
		[IN_QUERY] = pattern_in_query,
	};
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct url url;

		assert_int_equal(url_parse(&arena, span_of(cases[i].url), NULL, &url), URL_OK);
		if (look[cases[i].place](&url, cases[i].pattern) != cases[i].wanted)
			fail_msg("%s, pattern %d", cases[i].url, (int)cases[i].pattern);
	}
	arena_release(&arena);
}

static void test_lists(void **state)
{
	static const struct {
		const char *list;
		bool experiment, cookie;
	} cases[] = {
		{ "", false, false },
		{ "session, _vwo_uuid", true, false },
		{ "Accept-Encoding,COOKIE", false, true },
		{ "cookies, x-cookie", false, false },
		{ " ,\t,cookie ", false, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span list = span_of(cases[i].list);

		if (pattern_in_list(list, PATTERN_EXPERIMENT_COOKIE) != cases[i].experiment ||
		    pattern_list_has(list, SPAN("cookie")) != cases[i].cookie)
			fail_msg("\"%s\"", cases[i].list);
	}
}

static void test_every_pattern_has_words(void **state)
{
	struct url none = { .scheme = URL_SCHEME_NONE };

	(void)state;
	for (unsigned i = 0; i < PATTERN_COUNT; i++) {
		assert_false(pattern_in_path(&none, (enum pattern)i));
		assert_false(pattern_in_host(&none, (enum pattern)i));
		assert_false(pattern_in_query(&none, (enum pattern)i));
		assert_false(pattern_in_list(SPAN("zzz"), (enum pattern)i));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_every_pattern_has_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
