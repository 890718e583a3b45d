#include "audit/suggestion.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "audit/example.h"
#include "audit/facts.h"

struct suggestion_case {
	const char *text;
	const char *url; /* "": nothing is suggested */
};

static void check_cases(const struct suggestion_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct example example;
		uint32_t line;

		if (!example_parse(&example, cases[i].text, &line))
			fail_msg("line %u is wrong:\n%s", line, cases[i].text);
		/* The second round finds what the first one has. */
		for (unsigned round = 0; round < 2; round++) {
			struct span url;

			facts_derive(example.record);
			url = example.record->suggested_url;
			if (!span_equal(url, span_of(cases[i].url)))
				fail_msg("\"%.*s\" instead of \"%s\":\n%s", (int)url.len, url.bytes, cases[i].url,
					 cases[i].text);
		}
		example_release(&example);
	}
}

#define CHECK_CASES(cases) check_cases(cases, sizeof(cases) / sizeof((cases)[0]))

static void moves_for_ever_are_suggested(void **state)
{
	static const struct suggestion_case cases[] = {
		{ "301 http://a.example/x\n200 https://a.example/x\n", "https://a.example/x" },
		{ "301 http://a.example/x\n308 https://a.example/x\n200 https://www.a.example/y\n",
		  "https://www.a.example/y" },
		{ "301 http://a.example/x\n204 https://a.example/x\n", "https://a.example/x" },
		{ "301 https://old.example/x\n200 https://new.example/y\n", "https://new.example/y" },
		/* A temporary one that is taken for permanent, and one that is not. */
		{ "307 http://a.example/x\n200 https://a.example/x\n", "https://a.example/x" },
		{ "308 http://a.example/x\n302 https://a.example/x\n200 https://a.example/x/\n",
		  "https://a.example/x/" },
		{ "308 http://a.example/x\n302 https://a.example/x\n200 https://a.example/y\n", "" },
		{ "302 http://a.example/x\n301 https://a.example/x\n  Retry-After: 5\n200 https://a.example/y\n", "" },
		/* The method stays what it is. */
		{ "POST 308 http://a.example/x\nPOST 200 https://a.example/x\n", "https://a.example/x" },
		{ "POST 301 http://a.example/x\nGET 200 https://a.example/x\n", "" },
		{ "POST 307 http://a.example/x\nPOST 200 https://a.example/x\n", "" },
		/* A home page for a home page, and one with a query. */
		{ "301 http://a.example/index.html\n200 https://a.example/\n", "https://a.example/" },
		{ "301 http://old.example/\n200 https://new.example/\n", "https://new.example/" },
		{ "301 https://a.example/p/5\n200 https://a.example/?p=5\n", "https://a.example/?p=5" },
		/* A section's move into its language, an article's to its date. */
		{ "301 https://a.example/about\n200 https://a.example/en/about\n", "https://a.example/en/about" },
		{ "301 https://a.example/?p=12\n200 https://a.example/2019/05/first\n",
		  "https://a.example/2019/05/first" },
		/* Tracking parameters that were there before, and a section of files. */
		{ "301 http://a.example/x?gclid=1\n200 https://a.example/x?gclid=1\n", "https://a.example/x?gclid=1" },
		{ "301 https://a.example/download/help\n200 https://a.example/tutorials\n",
		  "https://a.example/tutorials" },
		/* A section that has a host of its own. */
		{ "301 https://a.example/api\n200 https://api.a.example/\n", "https://api.a.example/" },
		{ "301 https://a.example/Lamps/\n200 https://www.lamps.example/\n", "https://www.lamps.example/" },
		/* A title that only has a number, and a page about errors that moves. */
		{ "301 https://a.example/cars/404\n200 https://a.example/cars/peugeot-404\n<title>Peugeot 404</title>\n",
		  "https://a.example/cars/peugeot-404" },
		{ "301 http://a.example/404\n200 https://a.example/404\n", "https://a.example/404" },
		/* A canonical URL that was not asked for. */
		{ "301 http://a.example/x\n200 https://a.example/x\n<link rel=canonical href=/y>\n",
		  "https://a.example/x" },
		{ "301 http://a.example/x\n200 https://a.example/x\n<link rel=canonical href=/x>\n",
		  "https://a.example/x" },
		{ "301 http://a.example/x\n200 https://a.example/x\n  Refresh: 300\n", "https://a.example/x" },
	};

	(void)state;
	CHECK_CASES(cases);
}

static void fragments_are_inherited_and_passwords_not_shown(void **state)
{
	static const struct suggestion_case cases[] = {
		{ "301 http://a.example/x#part\n  Location: https://a.example/y\n200 https://a.example/y\n",
		  "https://a.example/y#part" },
		{ "301 http://a.example/x#part\n  Location: https://a.example/y#other\n200 https://a.example/y\n",
		  "https://a.example/y#other" },
		{ "301 http://a.example/x#part\n  Location: https://a.example/y#\n200 https://a.example/y\n",
		  "https://a.example/y#" },
		{ "301 http://user:secret@a.example/x\n  Location: https://user:secret@a.example/x\n"
		  "200 https://user:secret@a.example/x\n",
		  "" },
		{ "301 http://user:secret@a.example/x\n  Location: https://a.example/x\n200 https://a.example/x\n",
		  "" },
		{ "301 http://a.example/x\n  Location: https://user@a.example/x\n200 https://user@a.example/x\n", "" },
	};

	(void)state;
	CHECK_CASES(cases);
}

static void what_is_meant_for_now_is_not_suggested(void **state)
{
	static const struct suggestion_case cases[] = {
		{ "301 https://a.example/x\n  Retry-After: 60\n200 https://a.example/y\n", "" },
		{ "301 https://a.example/x\n  Set-Cookie: _vwo_uuid\n200 https://a.example/y\n", "" },
		{ "301 https://a.example/x\n  Vary: Accept-Language\n200 https://a.example/de/x\n", "" },
		{ "301 https://a.example/\n200 https://a.example/de/\n", "" },
		{ "301 https://a.example/orders\n200 https://a.example/login\n", "" },
		{ "301 https://a.example/x\n200 https://a.example/age-check\n", "" },
		{ "301 https://a.example/x\n200 https://a.example/cart\n", "" },
		{ "301 https://a.example/x\n200 https://a.example/y?return_to=%2Fx\n", "" },
		{ "301 https://a.example/app/download\n200 https://a.example/app-2.4.zip\n", "" },
		{ "301 https://a.example/latest\n200 https://a.example/v2\n", "" },
		{ "301 https://www.a.example/x\n200 https://www3.a.example/x\n", "" },
		{ "301 https://a.example/f\n200 https://files.example/f?Expires=5&Signature=x\n", "" },
		{ "301 https://a.example/f\n200 https://a.example/f?s=7f3a1c9e2b64d05811ee\n", "" },
		{ "301 https://a.example/x\n301 https://a.example/y\n200 https://a.example/x\n", "" },
		{ "301 https://a.example/go/x\n200 https://a.example/x?id=5&utm_source=go\n", "" },
	};

	(void)state;
	CHECK_CASES(cases);
}

static void pages_that_are_no_substitute(void **state)
{
	static const struct suggestion_case cases[] = {
		{ "200 https://a.example/x\n", "" },
		{ "301 https://a.example/x\n404 https://a.example/y\n", "" },
		{ "301 https://a.example/x\n503 https://a.example/y\n", "" },
		{ "301 https://a.example/x\ndns-nxdomain https://b.example/y\n", "" },
		{ "301 https://a.example/x\n301 https://a.example/y\n301 https://a.example/x\n= loop 0 2\n", "" },
		{ "301 https://a.example/x\n301 https://a.example/y\n= redirect_limit\n", "" },
		{ "301 https://a.example/x\n200 http://a.example/x\n", "" },
		{ "301 https://a.example/x\n200 https://192.0.2.1/x\n", "" },
		{ "301 https://a.example/p/5\n200 https://a.example/\n", "" },
		{ "301 https://a.example/p/5\n200 https://www.b.example/de/\n", "" },
		{ "301 https://a.example/p/5\n200 https://a.example/index.php\n", "" },
		{ "301 https://a.example/p/5\n200 https://p.example/\n", "" },
		{ "301 https://a.example/lamp\n200 https://lamps.example/\n", "" },
		{ "301 https://a.example/lamps-5\n200 https://lamps.example/\n", "" },
		{ "301 https://a.example/a\n200 https://www.a.example/\n", "" },
		{ "301 https://a.example/a\n200 https://a.example/\n", "" },
		{ "301 https://a.example/x\n200 https://a.example/y\n<title>Page Not Found</title>\n", "" },
		{ "301 https://a.example/x\n200 https://a.example/error-404\n", "" },
		{ "301 https://a.example/x\n200 https://www.sedoparking.com/x\n", "" },
		{ "301 https://a.example/x\n200 https://lamps.example/\n<title>lamps.example is for sale</title>\n",
		  "" },
		{ "301 https://a.example/x\n200 https://a.example/y\n  X-Robots-Tag: nofollow, NoIndex\n", "" },
		{ "301 https://a.example/x\n200 https://a.example/y\n<meta name=robots content=none>\n", "" },
		{ "301 https://a.example/x\n200 https://a.example/y\n  robots = disallowed Disallow: /\n", "" },
		{ "301 https://a.example/x\n200 https://a.example/y\n  Refresh: 0; url=/z\n", "" },
		{ "301 https://a.example/x\n200 https://a.example/y\n<meta http-equiv=refresh content=\"0;/z\">\n",
		  "" },
		{ "301 https://a.example/x\n200 https://a.example/y\n<script>location.href = '/z';</script>\n", "" },
		{ "301 https://a.example/x\n200 https://a.example/y\n<link rel=canonical href=/x>\n", "" },
		{ "301 http://a.example/x\n301 https://a.example/x\n200 https://a.example/y\n"
		  "<link rel=canonical href=/x>\n",
		  "" },
	};

	(void)state;
	CHECK_CASES(cases);
}

static struct span suggest(const char *text, bool password, const char *h1, char *out)
{
	struct example example;
	struct span url;
	uint32_t line;

	assert_true(example_parse(&example, text, &line));
	example.record->chain.page.password = password;
	example.record->chain.page.h1 = span_of(h1);
	facts_derive(example.record);
	url = example.record->suggested_url;
	assert_in_range(url.len, 0, 99);
	if (url.len)
		memcpy(out, url.bytes, url.len);
	example_release(&example);
	return (struct span){ .bytes = out, .len = url.len };
}

/* A sign-in that is itself linked to is a page like others. */
static void a_page_that_asks_for_a_password(void **state)
{
	char url[100];

	(void)state;
	assert_true(span_equal(suggest("301 http://a.example/x\n200 https://a.example/x\n", true, "", url),
			       SPAN("https://a.example/x")));
	assert_int_equal(suggest("301 http://a.example/x\n200 https://a.example/who\n", true, "", url).len, 0);
	assert_int_equal(suggest("301 http://a.example/x\n200 https://a.example/x\n", false, "Error 404", url).len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moves_for_ever_are_suggested),
		cmocka_unit_test(fragments_are_inherited_and_passwords_not_shown),
		cmocka_unit_test(what_is_meant_for_now_is_not_suggested),
		cmocka_unit_test(pages_that_are_no_substitute),
		cmocka_unit_test(a_page_that_asks_for_a_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
