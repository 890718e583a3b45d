#include "formats/url_path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* `before` is a path under way; `add` is what stands behind the next slash of the input. */
static const struct {
	const char *before, *add, *path;
} paths[] = {
	{ "", "", "/" },
	{ "", "a", "/a" },
	{ "", "a/b/", "/a/b/" },
	{ "", "/a//", "//a//" },
	{ "", "a\\b", "/a/b" },
	{ "", ".", "/" },
	{ "", "./", "/" },
	{ "", "a/.", "/a/" },
	{ "", "a/./b", "/a/b" },
	{ "", "..", "/" },
	{ "", "../..", "/" },
	{ "", "../a", "/a" },
	{ "", "a/..", "/" },
	{ "", "a/../b", "/b" },
	{ "", "a/b/..", "/a/" },
	{ "", "a//../b", "/a/b" },
	{ "", "a/%2e%2E/b/%2E", "/b/" },
	{ "", "a/.%2e", "/" },
	{ "", "a/%2e./b", "/b" },
	{ "", "a/.../%2e%2e%2e/.b/..c/%2", "/a/.../%2e%2e%2e/.b/..c/%2" },
	{ "", "a b/%20", "/a%20b/%20" },
	{ "/x/y", "z", "/x/y/z" },
	{ "/x/y", "..", "/x/" },
	{ "/x/y", "../../../z", "/z" },
};

static void adds_segments(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct url_text text;

		url_text_init(&text);
		url_text_add(&text, SPAN("//host/is/no/path"));
		url_text_add(&text, span_of(paths[i].before));
		url_add_path(&text, SPAN("//host/is/no/path").len, span_of(paths[i].add));
		if (!span_equal(url_text_from(&text, SPAN("//host/is/no/path").len), span_of(paths[i].path)))
			fail_msg("\"%s\" + \"%s\": %.*s", paths[i].before, paths[i].add, (int)text.len, text.bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_segments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
