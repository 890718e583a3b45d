/* Rules that grade what they find: which severity and confidence which chain gets. */
#include "audit/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "audit/example.h"
#include "audit/rule_settings.h"

/* The first finding of `rule`, or NULL. */
static const struct finding *find(const struct record *record, const char *rule)
{
	for (uint32_t i = 0; i < record->finding_count; i++)
		if (strcmp(record->finding[i].rule, rule) == 0)
			return &record->finding[i];
	return NULL;
}

#define GERMAN_AND_FRENCH "<link rel=alternate hreflang=de href=/de/>\n<link rel=alternate hreflang=fr href=/fr/>\n"

static void test_grades(void **state)
{
	static const struct {
		const char *rule, *text;
		enum severity severity;
		unsigned confidence_pct;
	} cases[] = {
		{ "target-homepage", "301 http://a.example/x/y\n200 http://a.example/\n", SEVERITY_WARNING, 100 },
		{ "target-homepage", "301 http://a.example/x.html\n200 http://a.example/\n", SEVERITY_WARNING, 100 },
		{ "target-homepage", "301 http://a.example/x\n200 http://a.example/\n", SEVERITY_NOTICE, 100 },
		{ "target-homepage", "301 http://a.example/x/4711\n200 http://b.example/\n", SEVERITY_NOTICE, 100 },
		{ "query-dropped", "301 http://a.example/?id=1\n200 https://a.example/\n", SEVERITY_WARNING, 100 },
		{ "query-dropped", "301 http://a.example/?x=1\n200 https://a.example/\n", SEVERITY_NOTICE, 100 },
		{ "query-dropped", "301 http://a.example/?x=1&q=2\n200 https://a.example/\n", SEVERITY_WARNING, 100 },
		{ "geo-or-language-redirect",
		  "301 http://a.example/\n  Vary: Accept-Language\n200 http://a.example/de/\n", SEVERITY_WARNING, 100 },
		{ "geo-or-language-redirect", "302 http://a.example/\n  Set-Cookie: lang\n200 http://a.example/de/\n",
		  SEVERITY_WARNING, 80 },
		{ "geo-or-language-redirect", "302 http://a.example/\n200 http://a.example/de/\n" GERMAN_AND_FRENCH,
		  SEVERITY_WARNING, 80 },
		{ "geo-or-language-redirect",
		  "302 http://a.example/\n200 http://a.example/de/\n" GERMAN_AND_FRENCH
		  "<link rel=alternate hreflang=x-default href=/>\n",
		  SEVERITY_NOTICE, 50 },
		{ "geo-or-language-redirect", "302 http://a.example/\n200 http://a.example/de/\n", SEVERITY_NOTICE,
		  50 },
		{ "location-multiple", "301 http://a.example/\n  Location: /b\n  Location: /c\n", SEVERITY_ERROR, 100 },
		{ "location-multiple", "301 http://a.example/\n  Location: /b\n  Location: /b\n", SEVERITY_NOTICE,
		  100 },
		{ "location-multiple", "301 http://a.example/\n  Location: /b, /c\n", SEVERITY_WARNING, 100 },
		{ "location-invalid", "301 http://a.example/\n  Location: http://a:b/\n", SEVERITY_ERROR, 100 },
		{ "location-invalid", "301 http://a.example/\n  Location: /a|b\n", SEVERITY_WARNING, 100 },
		{ "location-invalid", "301 http://a.example/\n  Location: /?a|b\n", SEVERITY_NOTICE, 100 },
		{ "location-invalid", "301 http://a.example/\n  Location: /?a|b c\n", SEVERITY_NOTICE, 100 },
		{ "location-invalid", "301 http://a.example/\n  Location: /?a|b%\n", SEVERITY_WARNING, 100 },
		{ "location-unencoded", "301 http://a.example/\n  Location: /?a|b c\n", SEVERITY_NOTICE, 100 },
		{ "location-unencoded", "301 http://a.example/\n  Location: /\xC3\xA9\n", SEVERITY_NOTICE, 100 },
		{ "location-unencoded", "301 http://a.example/\n  Location: /\xC3\xA9 \xE9\n", SEVERITY_WARNING, 100 },
		{ "location-control-chars", "301 http://a.example/\n  Location: /a\tb\n", SEVERITY_ERROR, 100 },
		{ "location-control-chars", "301 http://a.example/\n  Location: /a\x01\n", SEVERITY_WARNING, 100 },
		{ "location-control-chars", "301 http://a.example/\n  Location: /a\x7F\n", SEVERITY_ERROR, 100 },
		{ "location-control-chars", "301 http://a.example/\n  Location: /a\x01\x02-\x03\n", SEVERITY_ERROR,
		  100 },
		{ "location-userinfo", "301 http://a.example/\n  Location: //u@a.example/\n", SEVERITY_WARNING, 100 },
		{ "location-userinfo", "301 http://a.example/\n  Location: //u:p@a.example/\n", SEVERITY_ERROR, 100 },
		{ "location-port-change", "301 http://a.example/\n  Location: //a.example:81/\n", SEVERITY_WARNING,
		  100 },
		{ "location-port-change", "301 http://a.example/\n  Location: //a.example:80/b\n", SEVERITY_NOTICE,
		  100 },
		{ "location-too-long", "301 http://a.example/\n  Location: /{2040}\n", SEVERITY_WARNING, 100 },
		{ "location-too-long", "301 http://a.example/\n  Location: /{7983}\n", SEVERITY_WARNING, 100 },
		{ "location-too-long", "301 http://a.example/\n  Location: /{7984}\n", SEVERITY_ERROR, 100 },
		{ "unknown-3xx", "306 http://a.example/\n", SEVERITY_ERROR, 100 },
		{ "unknown-3xx", "310 http://a.example/\n", SEVERITY_WARNING, 100 },
		{ "normalisation-only-redirect", "301 http://a.example/%7E\n200 http://a.example/~\n", SEVERITY_NOTICE,
		  100 },
		{ "normalisation-only-redirect", "301 http://a.example/~\n200 http://a.example/%7E\n", SEVERITY_WARNING,
		  100 },
		{ "https-upgrade-not-first",
		  "301 http://a.example/\n200 https://www.a.example/\n  Strict-Transport-Security: max-age=1\n",
		  SEVERITY_NOTICE, 100 },
		{ "https-upgrade-not-first",
		  "301 http://a.example/\n200 https://www.a.example/\n  Strict-Transport-Security: max-age=1;preload\n",
		  SEVERITY_WARNING, 100 },
		{ "https-upgrade-not-first",
		  "301 http://b.a.example/\n200 https://www.a.example/\n"
		  "  Strict-Transport-Security: max-age=1;preload\n",
		  SEVERITY_NOTICE, 100 },
		{ "hsts-missing", "301 http://a.example/\n200 https://a.example/\n", SEVERITY_NOTICE, 100 },
		{ "hsts-missing", "301 http://b.a.example/\n200 https://b.a.example/\n", SEVERITY_NOTICE, 80 },
		{ "redirect-body-oversize", "301 http://a.example/\n  Location: /b\n  Content-Length: 102400\n",
		  SEVERITY_NOTICE, 100 },
		{ "redirect-body-oversize", "301 http://a.example/\n  Location: /b\n  Content-Length: 102401\n",
		  SEVERITY_WARNING, 100 },
		{ "slow-hop", "301 http://a.example/\n  Location: /b\n  first_byte_ms = 10000\n", SEVERITY_WARNING,
		  100 },
		{ "slow-hop", "301 http://a.example/\n  Location: /b\n  first_byte_ms = 10001\n", SEVERITY_ERROR, 100 },
		{ "location-parser-divergent", "301 http://a.example/\n  Location: \\\\b.example\n", SEVERITY_ERROR,
		  100 },
		{ "location-parser-divergent", "301 http://a.example/\n  Location: /b\\c\n", SEVERITY_WARNING, 100 },
		{ "location-parser-divergent", "301 http://a.example/\n  Location: http:/b.example\n", SEVERITY_ERROR,
		  100 },
		{ "location-parser-divergent", "301 http://a.example/\n  Location: https:/b.example\n", SEVERITY_ERROR,
		  100 },
		{ "location-parser-divergent", "301 http://a.example/\n  Location: ///b.example/../c\n", SEVERITY_ERROR,
		  100 },
		{ "location-unsupported-scheme", "301 http://a.example/\n  Location: tel:1\n", SEVERITY_ERROR, 100 },
		{ "location-unsupported-scheme", "301 http://a.example/\n  Location: app:1\n  Vary: User-Agent\n",
		  SEVERITY_WARNING, 100 },
		{ "location-unsupported-scheme", "301 http://a.example/\n  Location: data:1\n  Vary: User-Agent\n",
		  SEVERITY_ERROR, 100 },
		{ "dns-failure", "dns-nxdomain http://a.example/\n", SEVERITY_ERROR, 100 },
		{ "dns-failure", "dns-servfail http://a.example/\n", SEVERITY_WARNING, 100 },
		{ "hop-unreachable", "connect-refused http://a.example/\n", SEVERITY_ERROR, 100 },
		{ "hop-unreachable", "connect-unreachable http://a.example/\n", SEVERITY_WARNING, 100 },
		{ "temporary-cacheable-long", "302 http://a.example/\n  Cache-Control: max-age=90000\n  Location: /b\n",
		  SEVERITY_WARNING, 100 },
		{ "temporary-cacheable-long", "302 http://a.example/\n  Cache-Control: public\n  Location: /b\n",
		  SEVERITY_NOTICE, 100 },
		{ "temporary-should-be-permanent", "307 http://a.example/\n200 https://a.example/\n", SEVERITY_WARNING,
		  88 },
		{ "temporary-should-be-permanent", "302 https://a.example/b\n200 https://a.example/b/\n",
		  SEVERITY_NOTICE, 73 },
		{ "temporary-should-be-permanent", "302 https://a.example/?gclid=1\n200 https://a.example/\n",
		  SEVERITY_NOTICE, 50 },
		/* An error needs the shape too: -1.5 + 3.5 + 1.0 and -1.5 + 2.5 + 0.8 + 1.3. */
		{ "temporary-should-be-permanent",
		  "307 http://a.example/\n200 https://a.example/\n  Strict-Transport-Security: max-age=31536000\n",
		  SEVERITY_ERROR, 95 },
		{ "temporary-should-be-permanent",
		  "307 https://a.example/b\n  Cache-Control: max-age=2592000\n200 https://a.example/b/\n"
		  "<link rel=canonical href=/b/>\n",
		  SEVERITY_WARNING, 96 },
		{ "mixed-permanence-chain",
		  "308 http://a.example/\n307 https://a.example/\n200 https://www.a.example/\n", SEVERITY_ERROR, 100 },
		{ "mixed-permanence-chain",
		  "307 http://a.example/b\n308 https://a.example/b\n200 https://a.example/c\n", SEVERITY_WARNING, 100 },
		{ "mixed-permanence-chain",
		  "308 http://a.example/b\n307 https://a.example/b\n200 https://a.example/c\n", SEVERITY_WARNING, 100 },
		{ "mixed-permanence-chain",
		  "308 http://a.example/b\n307 https://a.example/b\n200 https://a.example/login?next=%2Fb\n",
		  SEVERITY_NOTICE, 100 },
		{ "mixed-permanence-chain",
		  "308 http://a.example/\n307 https://a.example/\n200 https://a.example/de/\n", SEVERITY_NOTICE, 100 },
		{ "mixed-permanence-chain",
		  "308 http://a.example/b\n307 https://a.example/b\n503 https://a.example/c\n", SEVERITY_NOTICE, 100 },
		{ "redirect-chain", "301 http://a.example/1\n301 http://a.example/2\n200 http://a.example/3\n",
		  SEVERITY_NOTICE, 100 },
		{ "redirect-chain",
		  "301 http://a.example/1\n301 http://a.example/2\n301 http://a.example/3\n200 http://a.example/4\n",
		  SEVERITY_WARNING, 100 },
		{ "cookie-dependent-loop",
		  "302 http://a.example/\n  Set-Cookie: seen\n302 http://a.example/\n= cookie_loop 0 1\n"
		  "cookie ok 200 http://a.example/\n",
		  SEVERITY_ERROR, 100 },
		{ "cookie-dependent-loop",
		  "302 http://a.example/\n  Set-Cookie: visid_incap_12\n302 http://a.example/\n= cookie_loop 0 1\n"
		  "cookie ok 200 http://a.example/\n",
		  SEVERITY_NOTICE, 100 },
		{ "cookie-dependent-loop",
		  "302 http://a.example/\n  Set-Cookie: seen, __cf_bm\n302 http://a.example/\n= cookie_loop 0 1\n"
		  "cookie ok 200 http://a.example/\n",
		  SEVERITY_NOTICE, 100 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rule_settings settings;
		const struct finding *finding;
		struct example example;
		uint32_t line = 0;

		if (!example_parse(&example, cases[i].text, &line))
			fail_msg("line %u of this example is wrong:\n%s", line, cases[i].text);
		rule_settings_init(&settings);
		audit_record(example.record, &settings);
		finding = find(example.record, cases[i].rule);
		if (!finding)
			fail_msg("%s says nothing:\n%s", cases[i].rule, cases[i].text);
		if (finding->severity != cases[i].severity || finding->confidence_pct != cases[i].confidence_pct)
			fail_msg("%s: %s, %u %%:\n%s", cases[i].rule, severity_name(finding->severity),
				 finding->confidence_pct, cases[i].text);
		example_release(&example);
	}
}

/* The message is what a person acts on: it names the code to send and the URL to use, or the cause of a loop. */
static void test_the_advice_is_complete(void **state)
{
	static const char permanent[] = "temporary-should-be-permanent", loop[] = "redirect-loop";
	static const struct {
		const char *rule, *text, *advice;
	} cases[] = {
		{ permanent, "307 http://a.example/b\n200 https://a.example/b\n",
		  "answer 308, and use https://a.example/b " },
		{ permanent, "302 http://a.example/b\n200 https://a.example/b\n",
		  "answer 301, and use https://a.example/b " },
		{ permanent, "303 http://a.example/b\n200 https://a.example/b\n",
		  "answer 301, and use https://a.example/b " },
		{ permanent, "307 http://a.example/b\n200 https://a.example/b\n", "uncalibrated" },
		{ permanent, "307 http://a.example/b\n200 https://a.example/b\n", "model tsp-1" },
		{ permanent, "302 http://a.example/api/b\n200 https://a.example/api/b\n", "answer 308, " },
		{ permanent, "307 http://a.example/b\n  Server: Kestrel\n200 https://a.example/b\n", "ASP.NET Core" },
		{ loop, "301 http://a.example/\n301 https://a.example/\n301 http://a.example/\n= loop 0 2\n",
		  "(scheme-flip): make the proxy" },
		{ loop, "301 http://a.example/\n301 http://www.a.example/\n301 http://a.example/\n= loop 0 2\n",
		  "(host-flip)" },
		{ loop, "301 http://a.example/\n301 http://b.a.example/\n301 http://a.example/\n= loop 0 2\n",
		  "(host-flip)" },
		{ loop, "301 http://a.example/b\n301 http://a.example/b/\n301 http://a.example/b\n= loop 0 2\n",
		  "(slash-flip)" },
		{ loop, "301 http://a.example/b\n301 http://a.example/B\n301 http://a.example/b\n= loop 0 2\n",
		  "(case-flip)" },
		{ loop, "301 http://a.example/de/\n301 http://a.example/en/\n301 http://a.example/de/\n= loop 0 2\n",
		  "(locale-flip)" },
		{ loop, "301 http://a.example/b\n301 https://a.example/b/\n301 http://a.example/b\n= loop 0 2\n",
		  "no request in it" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rule_settings settings;
		const struct finding *finding;
		struct example example;
		uint32_t line = 0;

		assert_true(example_parse(&example, cases[i].text, &line));
		rule_settings_init(&settings);
		audit_record(example.record, &settings);
		finding = find(example.record, cases[i].rule);
		assert_non_null(finding);
		if (!memmem(finding->message.bytes, finding->message.len, cases[i].advice, strlen(cases[i].advice)))
			fail_msg("no \"%s\" in: %.*s", cases[i].advice, (int)finding->message.len,
				 finding->message.bytes);
		example_release(&example);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grades),
		cmocka_unit_test(test_the_advice_is_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
