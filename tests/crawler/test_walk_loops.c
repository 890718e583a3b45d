#include "crawler/walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "formats/limits.h"
#include "tests/crawler/walked.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct walk_limits usual = { .max_redirects = 20 };
static const struct walk_limits with_cookies = { .max_redirects = 20, .cookies = true };

static const char *const loop_chains[] = {
	/* To itself: the second answer shows it. */
	"/ 301 > /\n/ 301 > /\n= loop 0 1",
	"/ 301 > http://a.example\n/ 302 > /\n= loop 0 1",
	/* Two and three URLs. */
	"/ 301 > /b\n/b 302 > /\n/ 301 > /b\n= loop 0 2",
	("/ 301 > https://a.example/\nhttps://a.example/ 302 > http://a.example/\n"
	 "/ 301 > https://a.example/\n= loop 0 2"),
	"/ 301 > /b\n/b 301 > /c\n/c 301 > /\n/ 301 > /b\n= loop 0 3",
	/* Behind a prefix. */
	"/ 301 > /b\n/b 301 > /b\n/b 301 > /b\n= loop 1 1",
	"/ 301 > /b\n/b 301 > /c\n/c 301 > /d\n/d 301 > /c\n/c 301 > /d\n= loop 2 2",
	/* Fragments are not sent, so they make no difference. */
	"/ 301 > /#x\n/#x 301 > /#y\n= loop 0 1",
	"/#f 301 > /b#g\n/b#g 301 > /\n/#g 301 > /b\n= loop 0 2",
	/* Neither does how a URL is written. */
	"/ 301 > /b\n/b 301 > HTTP://A.EXAMPLE:80/./\n/ 301 > b\n= loop 0 2",
	/* An empty query is another URL, and so is another case in the path. */
	"/b 301 > /b?\n/b? 301 > /B\n/B 200\n= ok",
	/* A URL that comes again but leads elsewhere is no loop. */
	"/ 301 > /b\n/b 301 > /\n/ 301 > /c\n/c 200\n= ok",
	"/ 302 > /\n/ 200\n= ok",
	"/ 302 > /\n/ 302\n= missing_location",
	/* The third time it leads where it led the first time. */
	"/ 301 > /b\n/b 301 > /\n/ 301 > /c\n/c 301 > /\n/ 301 > /b\n= loop 0 4",
	/* Of two rounds the shorter. */
	"/ 301 > /b\n/b 301 > /\n/ 301 > /c\n/c 301 > /b\n/b 301 > /\n= loop 1 3",
	/* Another method is another request. */
	"POST / 303 > /\n/ 303 > /\n/ 303 > /\n= loop 1 1",
	"POST / 307 > /\nPOST / 307 > /\n= loop 0 1",
	"POST / 302 > /b\n/b 302 > /\n/ 302 > /b\n/b 302 > /\n= loop 1 2",
	/* Without a jar, a cookie changes nothing. */
	"/ 302 cookie > /\n/ 302 cookie > /\n= loop 0 1",
	/* A redirect that cannot be followed is never the repeated edge. */
	"/ 302 > /b\n/b 302 > /\n/ 302 >\n= empty_location",
	"/ 302 > /b\n/b 302 > /\n/ 302 > /b >> /c\n= conflicting_location",
};

static void finds_loops(void **state)
{
	(void)state;
	walk_all(loop_chains, COUNT(loop_chains), &usual);
}

static const char *const cookie_chains[] = {
	"/ 302 cookie > /\n/ 200\n= ok",
	/* A round in which a cookie was set may end otherwise. */
	"/ 302 cookie > /\n/ 302 > /\n/ 302 > /\n= loop 1 1",
	"/ 302 > /b\n/b 302 cookie > /\n/ 302 > /b\n/b 302 > /\n/ 302 > /b\n= loop 2 2",
	"/ 302 > /b\n/b 302 cookie > /\n/ 302 > /b\n/b 200\n= ok",
	/* One that was set before it is no excuse. */
	"/ 302 cookie > /b\n/b 302 > /b\n/b 302 > /b\n= loop 1 1",
	"/ 302 > /\n/ 302 > /\n= loop 0 1",
};

static void lets_cookies_end_a_loop(void **state)
{
	(void)state;
	walk_all(cookie_chains, COUNT(cookie_chains), &with_cookies);
}

/* A server that sets a cookie in each round is stopped by the limit. */
static void cookies_do_not_loop_for_ever(void **state)
{
	static const struct walk_limits limits = { .max_redirects = 3, .cookies = true };

	(void)state;
	walk_text("/ 302 cookie > /\n/ 302 cookie > /\n"
		  "/ 302 cookie > /\n/ 302 cookie > /\n= redirect_limit",
		  &limits);
}

static void sees_cookies(void **state)
{
	struct record *record = record_new();

	(void)state;
	assert_false(walk_saw_cookie(&record->chain));
	record_add_hop(record);
	record_add_hop(record);
	assert_false(walk_saw_cookie(&record->chain));
	record->chain.hop[0].header[HEADER_SET_COOKIE] = SPAN("sid");
	assert_true(walk_saw_cookie(&record->chain));
	record_free(record);
}

static const char *const growing_chains[] = {
	/* A path that is appended again. */
	"/b 301 > b/b\n/b/b 301 > b/b\n/b/b/b 301 > b/b\n/b/b/b/b 301 > b/b\n= growing_url",
	("/x 302 > /x/y\n/x/y 302 > /x/y/y\n/x/y/y 302 > /x/y/y/y\n/x/y/y/y 302 > /x/y/y/y/y\n"
	 "= growing_url"),
	/* From the root; the root itself is in every path. */
	("/ 302 > /en\n/en 302 > /en/en\n/en/en 302 > /en/en/en\n/en/en/en 302 > /en/en/en/en\n"
	 "/en/en/en/en 302 > /en/en/en/en/en\n= growing_url"),
	/* A return address in the query, raw, and encoded once more each time. */
	("/in?to=/ 302 > /in?to=/in?to=/\n/in?to=/in?to=/ 302 > /in?to=/in?to=/in?to=/\n"
	 "/in?to=/in?to=/in?to=/ 302 > /in?to=/in?to=/in?to=/in?to=/\n"
	 "/in?to=/in?to=/in?to=/in?to=/ 302 > /in?to=/in?to=/in?to=/in?to=/in?to=/\n= growing_url"),
	("/in?to=%2Fx 302 > /in?to=%2Fin%3Fto%3D%252Fx\n"
	 "/in?to=%2Fin%3Fto%3D%252Fx 302 > /in?to=%2Fin%3Fto%3D%252Fin%253Fto%253D%25252Fx\n"
	 "/in?to=%2Fin%3Fto%3D%252Fin%253Fto%253D%25252Fx 302 > "
	 "/in?to=%2Fin%3Fto%3D%252Fin%253Fto%253D%25252Fin%25253Fto%25253D%2525252Fx\n"
	 "/in?to=%2Fin%3Fto%3D%252Fin%253Fto%253D%25252Fin%25253Fto%25253D%2525252Fx 302 > "
	 "/in?to=%2Fin%3Fto%3D%252Fin%253Fto%253D%25252Fin%25253Fto%25253D%2525252Fin%2525253Fto%2525253D%252525252Fx\n"
	 "= growing_url"),
	("/in?to=%2fx 302 > /in?to=%2fin%3fto%3d%252fx\n"
	 "/in?to=%2fin%3fto%3d%252fx 302 > /in?to=%2fin%3fto%3d%252fin%253fto%253d%25252fx\n"
	 "/in?to=%2fin%3fto%3d%252fin%253fto%253d%25252fx 302 > "
	 "/in?to=%2fin%3fto%3d%252fin%253fto%253d%25252fin%25253fto%25253d%2525252fx\n"
	 "/in?to=%2fin%3fto%3d%252fin%253fto%253d%25252fin%25253fto%25253d%2525252fx 302 > "
	 "/in?to=%2fin%3fto%3d%252fin%253fto%253d%25252fin%25253fto%25253d%2525252fin%2525253fto%2525253d%252525252fx\n"
	 "= growing_url"),
	/* Parameters that pile up. */
	("/?a 302 > /?a&a\n/?a&a 302 > /?a&a&a\n/?a&a&a 302 > /?a&a&a&a\n/?a&a&a&a 302 > /?a&a&a&a&a\n"
	 "= growing_url"),
	/* Behind a prefix on another host. */
	("http://b.example/ 301 > http://a.example/b\n/b 301 > /b/b\n/b/b 301 > /b/b/b\n"
	 "/b/b/b 301 > /b/b/b/b\n/b/b/b/b 301 > /b/b/b/b/b\n= growing_url"),
};

static void finds_growing_urls(void **state)
{
	(void)state;
	walk_all(growing_chains, COUNT(growing_chains), &usual);
}

static const char *const near_growing_chains[] = {
	/* Three times only. */
	"/b 301 > b/b\n/b/b 301 > b/b\n/b/b/b 301 > b/b\n/b/b/b/b 200\n= ok",
	/* A sign-in that nests its return address twice. */
	("/x 302 > /in?to=/x\n/in?to=/x 302 > /sso?to=/in?to=/x\n/sso?to=/in?to=/x 302 > /x?ok\n"
	 "/x?ok 302 > /x/\n/x/ 200\n= ok"),
	/* A counter that gets another digit. */
	("/hop/8 302 > /hop/9\n/hop/9 302 > /hop/10\n/hop/10 302 > /hop/11\n/hop/11 302 > /hop/12\n"
	 "/hop/12 200\n= ok"),
	"/hop/1 302 > /hop/10\n/hop/10 302 > /hop/100\n/hop/100 302 > /hop/1000\n/hop/1000 200\n= ok",
	/* Longer each time, but without what came before. */
	("/1 302 > /two\n/two 302 > /three\n/three 302 > /fourth\n/fourth 302 > /the-fifth\n"
	 "/the-fifth 302 > /sixth/place\n/sixth/place 200\n= ok"),
	("/a 302 > /b/c\n/b/c 302 > /d/e/f\n/d/e/f 302 > /g/h/i/j\n/g/h/i/j 302 > /k/l/m/n/o\n"
	 "/k/l/m/n/o 200\n= ok"),
	/* Another status among them, another host, another scheme, one that is not longer. */
	"/b 301 > b/b\n/b/b 301 > b/b\n/b/b/b 302 > b/b\n/b/b/b/b 301 > b/b\n/b/b/b/b/b 200\n= ok",
	("/b 301 > b/b\n/b/b 301 > b/b\n/b/b/b 301 > http://c.example/b/b/b/b\n"
	 "http://c.example/b/b/b/b 301 > b/b\nhttp://c.example/b/b/b/b/b 200\n= ok"),
	("/b 301 > b/b\n/b/b 301 > b/b\n/b/b/b 301 > https://a.example/b/b/b/b\n"
	 "https://a.example/b/b/b/b 301 > b/b\nhttps://a.example/b/b/b/b/b 200\n= ok"),
	("/b 301 > b/b\n/b/b 301 > b/b\n/b/b/b 301 > b\n/b/b/b 301 > b/b\n/b/b/b/b 301 > b/b\n"
	 "/b/b/b/b/b 200\n= ok"),
};

static void lets_near_misses_pass(void **state)
{
	(void)state;
	walk_all(near_growing_chains, COUNT(near_growing_chains), &usual);
}

/* A chain of /hop/1 to /hop/N that ends well: never a loop, never growing. */
static void numbered_hops_are_not_growing(void **state)
{
	static const struct walk_limits limits = { .max_redirects = REDIRECTS_MAX };
	struct walked walked;

	(void)state;
	walked_init(&walked, "numbered hops", &limits);
	for (int i = 1; i <= REDIRECTS_MAX; i++) {
		char url[100], text[100];

		snprintf(url, sizeof(url), "/hop/%d", i);
		snprintf(text, sizeof(text), "302 > /hop/%d", i + 1);
		walked_answer(&walked, walked_ask(&walked, arena_copy(&walked.record->arena, span_of(url)), METHOD_GET),
			      arena_copy(&walked.record->arena, span_of(text)));
		assert_int_equal(walked.step.action, WALK_REQUEST);
	}
	record_free(walked.record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_loops),
		cmocka_unit_test(lets_cookies_end_a_loop),
		cmocka_unit_test(cookies_do_not_loop_for_ever),
		cmocka_unit_test(sees_cookies),
		cmocka_unit_test(finds_growing_urls),
		cmocka_unit_test(lets_near_misses_pass),
		cmocka_unit_test(numbered_hops_are_not_growing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
