#include "audit/parked.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/example.h"
#include "audit/facts.h"

static void domains_for_sale(void **state)
{
	static const struct {
		const char *text;
		bool market, says;
	} cases[] = {
		{ "301 http://a.example/\n200 https://www.sedoparking.com/x\n", true, false },
		{ "301 http://lamps.example/\n200 https://www.hugedomains.com/?d=lamps.example\n", true, false },
		{ "301 http://lamps.example/\n200 https://www.hugedomains.com/\n", false, false },
		{ "301 http://hugedomains.com/\n200 https://www.hugedomains.com/\n", false, false },
		{ "301 http://a.example/\n200 https://lamps.example/\n<title>lamps.example is for sale</title>\n",
		  false, true },
		{ "301 http://a.example/\n200 https://lamps.example/\n<title>A lamp is for sale</title>\n", false,
		  false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct example example;
		uint32_t line;

		if (!example_parse(&example, cases[i].text, &line))
			fail_msg("line %u is wrong:\n%s", line, cases[i].text);
		facts_derive(example.record); /* what each redirect changes */
		if (parked_at_market(&example.record->chain) != cases[i].market ||
		    parked_says_so(&example.record->chain, 2048) != cases[i].says)
			fail_msg("wrong:\n%s", cases[i].text);
		/* Not even one that says so shows less than nothing. */
		assert_false(parked_says_so(&example.record->chain, 0));
		example_release(&example);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(domains_for_sale),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
