#include "formats/script_target.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *script, *target;
} cases[] = {
	{ "location = '/b'", "/b" },
	{ "location='/b';", "/b" },
	{ "location.href = \"/b\";", "/b" },
	{ "window.location = '/b'", "/b" },
	{ "window.location.href=`/b`", "/b" },
	{ "document.location.replace('/b')", "/b" },
	{ "top.location.assign( '/b' ) ;", "/b" },
	{ "self.location.href='/b'", "/b" },
	{ "parent.location = '/b'", "/b" },
	{ "globalThis.window.location = '/b'", "/b" },
	{ "window . location . href\n=\n'/b'", "/b" },
	{ "<!--\nlocation.href='/b'\n//-->", "/b" },
	{ "//<![CDATA[\nlocation.href='/b'\n//]]>", "/b" },
	{ "/* moved */ location = '/b' // for good", "/b" },
	{ "var a = 1;\nlocation = '/b'", "/b" },
	{ "function f() { return 1 }\nlocation = '/b'", "/b" },
	{ "if (a) { b() }\nlocation = '/b'", "/b" },
	{ "location = 'https:\\/\\/b.example\\/'", "https:\\/\\/b.example\\/" },
	{ "location = '/b'\nfoo()", "/b" },
	{ "try { location = '/b' } catch (e) {}", "/b" },
	{ "var r = /[/'\"]{/; location = '/b'", "/b" },
	{ "var x = a / 2; location = '/b' // /", "/b" },
	{ "(function () { location = '/b' })();", "/b" },
	{ "!function(){location='/b'}()", "/b" },
	{ "(function (w) { w.x = 1; location = '/b'; })(window);", "/b" },
	{ "(() => { location = '/b' })()", "/b" },
	{ "window.onload = function () { window.location.href = '/b'; }", "/b" },
	{ "onload = () => { location = '/b' }", "/b" },
	{ "setTimeout(function () { location.href = '/b' }, 3000);", "/b" },
	{ "window.setTimeout(() => { location.href = '/b' }, 3000);", "/b" },
	{ "setTimeout(\"location.href = '/b'\", 3000);", "/b" },
	{ "$(function () { location.href = '/b' });", "/b" },
	/* Docusaurus, and mike of MkDocs. */
	{ "window.location.href = '/b' + window.location.search + window.location.hash;", "/b" },
	{ "window.location.replace(\"b/\" + window.location.hash);", "b/" },
	{ "location = '/b' + document.location.search", "/b" },

	/* Something else is added. */
	{ "location = '/b' + location.href", "" },
	{ "location = '/b' + location.hash + a", "" },
	{ "location = '/b' + window.search", "" },
	{ "location = '/b' + location.hash.slice(1)", "" },
	{ "location = '/b' + ", "" },
	{ "location.replace('/b' + location.hash", "" },

	/* It may not run. */
	{ "if (a) location = '/b'", "" },
	{ "if (a) { location = '/b' }", "" },
	{ "if (a) {} else location = '/b'", "" },
	{ "if (a) {} else { location = '/b' }", "" },
	{ "a && (location = '/b')", "" },
	{ "a ? location = '/b' : 0", "" },
	{ "for (;a;) { location = '/b' }", "" },
	{ "function go() { location.href = '/b' }", "" },
	{ "var go = function () { location.href = '/b' }", "" },
	{ "const go = () => { location.href = '/b' }", "" },
	{ "button.onclick = function () { location.href = '/b' }", "" },
	{ "button.addEventListener('click', () => { location.href = '/b' })", "" },
	{ "$('#a').click(function () { location.href = '/b' })", "" },
	{ "setInterval(function () { location.href = '/b' })", "" },
	{ "if (a) setTimeout(function () { location.href = '/b' }, 1)", "" },
	{ "if (a) (function () { location.href = '/b' })()", "" },
	{ "(function () { if (a) return; location = '/b' })()", "" },
	{ "(function () { if (a) { return } location = '/b' })()", "" },
	{ "(function () { function f() { location = '/b' } })()", "" },
	{ "var o = { f() { location = '/b' } }", "" },
	{ "switch (a) { case 1: location = '/b' }", "" },

	/* It is something else. */
	{ "var location = '/b'", "" },
	{ "a.location = '/b'", "" },
	{ "mylocation = '/b'", "" },
	{ "location2 = '/b'", "" },
	{ "if (location == '/b') x()", "" },
	{ "location == '/b'", "" },
	{ "location += '/b'", "" },
	{ "location.hash = '#b'", "" },
	{ "location.search = '?b'", "" },
	{ "location.href.replace('/a', '/b')", "" },
	{ "var a = location.href = '/b'", "" },
	{ "x = { location: '/b' }", "" },
	{ "// location = '/b'", "" },
	{ "/* location = '/b' */", "" },
	{ "'location = \"/b\"'", "" },
	{ "x = /location='b'/", "" },

	/* The target is not known. */
	{ "location = '/b' + a", "" },
	{ "location = '/b'\n+ a", "" },
	{ "location = a + '/b'", "" },
	{ "location = a ? '/b' : '/c'", "" },
	{ "location = '/b' || a", "" },
	{ "location = `/${a}`", "" },
	{ "location = '/\\x62'", "" },
	{ "location.replace('/b' + a)", "" },
	{ "location.replace('/b', a)", "" },
	{ "location.replace(a)", "" },
	{ "location = '/b'.concat(a)", "" },
	{ "location = ''", "" },
	{ "location = '/b", "" },
	{ "location = '/b\n'", "" },
	{ "location =", "" },
	{ "location", "" },
	{ "", "" },
	{ "}}}}} {{{ location = '/b'", "/b" },
	{ "'", "" },
};

static void scripts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct span target = script_target(span_of(cases[i].script));

		if (!span_equal(target, span_of(cases[i].target)))
			fail_msg("%s: \"%.*s\"", cases[i].script, (int)target.len, target.bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scripts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
