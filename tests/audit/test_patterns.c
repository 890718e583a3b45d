#include "audit/patterns.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum place { IN_PATH, IN_HOST, IN_QUERY };

static unsigned set_at(const struct pattern_sets *sets, enum place place)
{
	return place == IN_PATH ? sets->path : place == IN_HOST ? sets->host : sets->query;
}

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
		{ "http://a.example/wp-login.php", IN_PATH, PATTERN_LOGIN, true },
		{ "http://a.example/iniciar-sesion", IN_PATH, PATTERN_LOGIN, true },
		{ "http://a.example/docs/auth/", IN_PATH, PATTERN_LOGIN, false },
		{ "http://a.example/docs/auth/", IN_PATH, PATTERN_AUTHORIZATION, true },
		{ "http://a.example/docs/auth/", IN_PATH, PATTERN_MANUAL, true },
		{ "http://accounts.a.example/", IN_HOST, PATTERN_AUTHORIZATION, true },
		{ "http://a.example/logout", IN_PATH, PATTERN_MEMBERSHIP, true },
		{ "http://consent.a.example/", IN_HOST, PATTERN_CONSENT, true },
		{ "http://a.example/index_roadshow", IN_PATH, PATTERN_HOME, true },
		{ "http://a.example/homes", IN_PATH, PATTERN_HOME, false },
		{ "http://a.example/?PHPSESSID=1", IN_QUERY, PATTERN_NOISE_PARAMETER, true },
		{ "http://a.example/?page=1", IN_QUERY, PATTERN_CONTENT_PARAMETER, true },
		{ "http://a.example/?pages=1", IN_QUERY, PATTERN_CONTENT_PARAMETER, false },
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
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pattern_sets sets;
		struct url url;

		assert_int_equal(url_parse(&arena, span_of(cases[i].url), NULL, &url), URL_OK);
		sets = patterns_of(&url);
		if (pattern_in(set_at(&sets, cases[i].place), cases[i].pattern) != cases[i].wanted)
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

		if (pattern_in(patterns_of_list(list), PATTERN_EXPERIMENT_COOKIE) != cases[i].experiment ||
		    pattern_list_has(list, SPAN("cookie")) != cases[i].cookie)
			fail_msg("\"%s\"", cases[i].list);
	}
}

static void test_words(void **state)
{
	(void)state;
	assert_int_equal(patterns_of_word(SPAN("Logout")), 1u << PATTERN_MEMBERSHIP | 1u << PATTERN_TRANSACTION);
	assert_int_equal(patterns_of_word(SPAN("login,home")), 0);
	assert_int_equal(patterns_of_word(SPAN("")), 0);
	assert_int_equal(patterns_of_list(SPAN("id, NEXT_LOCALE")),
			 1u << PATTERN_LOCALE_COOKIE | 1u << PATTERN_CONTENT_PARAMETER);
}

/* A word may be of several patterns, and one that is a prefix has to be there as a whole. */
static void test_sets(void **state)
{
	const unsigned optimizely = 1u << PATTERN_EXPERIMENT_PARAMETER | 1u << PATTERN_EXPERIMENT_COOKIE;
	const struct url none = { .scheme = URL_SCHEME_NONE };
	struct pattern_sets sets = patterns_of(&none);

	(void)state;
	assert_int_equal(sets.path | sets.host | sets.query, 0);
	assert_int_equal(patterns_of_list(SPAN("optimizelyEndUserId")), optimizely);
	assert_int_equal(patterns_of_list(SPAN("OPTIMIZELY")), optimizely);
	assert_int_equal(patterns_of_list(SPAN("optimizel")), 0);
	assert_int_equal(patterns_of_list(SPAN("_vwo, Login")), optimizely | 1u << PATTERN_LOGIN);
	assert_int_equal(patterns_of_list(SPAN("zzz, {, @, \xFF, 9")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
