#include "audit/indexing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct {
	const char *value;
	enum indexing indexing;
} cases[] = {
	{ "noindex", INDEXING_FORBIDDEN },
	{ "follow , NOINDEX", INDEXING_FORBIDDEN },
	{ "none", INDEXING_FORBIDDEN },
	{ "robots: noindex", INDEXING_FORBIDDEN },
	{ "max-snippet:0, noindex", INDEXING_FORBIDDEN },
	{ "unavailable_after: 25 Jun 2010 15:00:00 PST, noindex", INDEXING_FORBIDDEN },
	{ "unavailable_after: Wednesday, 25-Jun-10 15:00:00 GMT, noindex", INDEXING_FORBIDDEN },
	{ "googlebot: noindex", INDEXING_FORBIDDEN_GOOGLE },
	{ "GoogleBot : nofollow, noindex", INDEXING_FORBIDDEN_GOOGLE },
	{ "index, googlebot:noindex", INDEXING_FORBIDDEN_GOOGLE },
	{ "noindex, googlebot: index", INDEXING_FORBIDDEN },
	{ "otherbot: noindex", INDEXING_ALLOWED },
	{ "otherbot: noindex, googlebot: nofollow", INDEXING_ALLOWED },
	{ "googlebot: nofollow, otherbot: noindex, nofollow", INDEXING_ALLOWED },
	{ "max-image-preview:none", INDEXING_ALLOWED },
	{ "max-image-preview: none", INDEXING_ALLOWED },
	{ "noindexing", INDEXING_ALLOWED },
	{ "index, follow", INDEXING_ALLOWED },
	{ "no index", INDEXING_ALLOWED },
	{ "noindex nofollow", INDEXING_ALLOWED },
	{ ":noindex", INDEXING_ALLOWED },
	{ ",,", INDEXING_ALLOWED },
	{ "", INDEXING_ALLOWED },
};

static void values(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (indexing_of(span_of(cases[i].value)) != cases[i].indexing)
			fail_msg("%s", cases[i].value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
