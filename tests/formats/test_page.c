#include "formats/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#include "formats/buf.h"
#include "formats/limits.h"
#include "formats/utf8.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PAGE_URL     "https://shop.example/a/page?x=1"

static struct page read_page(struct arena *arena, struct span html, const char *content_type)
{
	struct page page;
	struct url url;

	assert_int_equal(url_parse(arena, SPAN(PAGE_URL), NULL, &url), URL_OK);
	page_read(arena, html, span_of(content_type), &url, &page);
	assert_true(page.read);
	return page;
}

/* One fact of a page. */
enum fact { TITLE, CANONICAL, ROBOTS, REFRESH, LANG, BASE, SCRIPT, H1, TEXT };

static struct span fact_of(const struct page *page, enum fact fact)
{
	const struct span facts[] = {
		[TITLE] = page->title,   [CANONICAL] = page->canonical,
		[ROBOTS] = page->robots, [REFRESH] = page->refresh,
		[LANG] = page->lang,     [BASE] = page->base,
		[SCRIPT] = page->script, [H1] = page->h1,
		[TEXT] = page->text,
	};

	return facts[fact];
}

static const struct {
	enum fact fact;
	const char *html;
	const char *value;
} cases[] = {
	{ TITLE, "<!doctype html><html><head><title>Shoes</title></head><body>x</body></html>", "Shoes" },
	{ TITLE, "<title>\n  Red\t shoes \r\n &amp; more  </title>", "Red shoes & more" },
	{ TITLE, "<TITLE>a</TITLE>", "a" },
	{ TITLE, "<title>first</title><title>second</title>", "first" },
	{ TITLE, "<title></title><title>second</title>", "" },
	{ TITLE, "<title>not closed", "not closed" },
	{ TITLE, "<title>a<!-- b --></title>", "a" },
	{ TITLE, "<head></head><body><title>late</title>", "" },
	{ TITLE, "<body><svg><title>icon</title></svg>", "" },
	{ TITLE, "<script>document.write('<title>no</title>')</script><title>yes</title>", "yes" },
	{ TITLE, "<style>a { content: '<title>no</title>' }</style><title>yes</title>", "yes" },
	{ TITLE, "<!-- <title>no</title> --><title>yes</title>", "yes" },
	{ TITLE, "<title>&eacute;&#8364;&#x1F600;</title>", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80" },
	{ TITLE, "", "" },
	{ TITLE, "plain text", "" },
	{ TITLE, "<", "" },
	{ TITLE, "<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'x'><title>x</title>",
	  "x" },
	{ TITLE, "<!DOCTYPE html [<!ENTITY a 'b'>]><title>x</title>", "" },

	{ CANONICAL, "<link rel=canonical href=https://shop.example/b>", "https://shop.example/b" },
	{ CANONICAL, "<link href='/b' rel='canonical' />", "https://shop.example/b" },
	{ CANONICAL, "<link rel='x CANONICAL y' href=' b '>", "https://shop.example/a/b" },
	{ CANONICAL, "<link rel=canonicals href=/b>", "" },
	{ CANONICAL, "<link rel=canonical href=/b><link rel=canonical href=/c>", "https://shop.example/b" },
	{ CANONICAL, "<link rel=canonical><link rel=canonical href=''><link rel=canonical href=/c>",
	  "https://shop.example/c" },
	{ CANONICAL, "<link rel=canonical href='?y=1&amp;z=2'>", "https://shop.example/a/page?y=1&z=2" },
	{ CANONICAL, "<base href='https://www.shop.example/dir/'><link rel=canonical href=b>",
	  "https://www.shop.example/dir/b" },
	{ CANONICAL, "<link rel=canonical href=b><base href='/dir/'>", "https://shop.example/dir/b" },
	{ CANONICAL, "<base href='data:x'><link rel=canonical href=b>", "https://shop.example/a/b" },
	{ CANONICAL, "<base target=_top><base href=/x/><base href=/y/><link rel=canonical href=b>",
	  "https://shop.example/x/b" },
	{ CANONICAL, "<link rel=canonical href='https://[bad/'>", "https://[bad/" },
	{ CANONICAL, "<body><link rel=canonical href=/b>", "" },
	{ CANONICAL, "<head></head><link rel=canonical href=/b>", "" },
	{ CANONICAL, "<head><div>x</div><link rel=canonical href=/b></head>", "" },
	{ CANONICAL, "<head>text<link rel=canonical href=/b></head>", "" },
	{ CANONICAL, "<head><x-y></x-y><link rel=canonical href=/b></head>", "" },
	{ CANONICAL, "<html><link rel=canonical href=/b>", "https://shop.example/b" },
	{ CANONICAL, "<head><script>if (a < b) x('</p>')</script><noscript></noscript><link rel=canonical href=/b>",
	  "https://shop.example/b" },

	{ ROBOTS, "<meta name=robots content=noindex>", "noindex" },
	{ ROBOTS, "<META NAME='ROBOTS' CONTENT=' NoIndex, Follow '>", "NoIndex, Follow" },
	{ ROBOTS, "<meta name=robots content=noindex><meta name=robots content=nofollow>", "noindex, nofollow" },
	{ ROBOTS, "<meta name=googlebot content=noindex>", "googlebot: noindex" },
	{ ROBOTS, "<meta name=GoogleBot content=noindex><meta name=robots content=nosnippet>",
	  "nosnippet, googlebot: noindex" },
	{ ROBOTS, "<meta name=bingbot content=noindex>", "" },
	{ ROBOTS, "<template><meta name=robots content=noindex></template>", "" },
	{ ROBOTS, "<noscript><meta name=robots content=noindex></noscript>", "" },
	{ ROBOTS, "<meta name=robots>", "" },
	{ ROBOTS, "<body><meta name=robots content=noindex>", "" },

	{ REFRESH, "<meta http-equiv=refresh content='0; url=/b'>", "0; url=/b" },
	{ REFRESH, "<meta http-equiv=Refresh content=5>", "5" },
	{ REFRESH, "<meta http-equiv=refresh content='0;a'><meta http-equiv=refresh content='0;b'>", "0;a" },
	{ REFRESH, "<html><body><p>Moved.</p><meta http-equiv='REFRESH' content='0; url=&quot;/b&quot;'>",
	  "0; url=\"/b\"" },
	{ REFRESH, "<meta name=refresh content=5>", "" },
	{ REFRESH, "<meta http-equiv=refresh content=soon><meta http-equiv=refresh content='0;/b'>", "0;/b" },
	{ REFRESH, "<meta http-equiv=refresh content=soon><meta http-equiv=refresh content=now>", "soon" },
	{ REFRESH, "<noscript><meta http-equiv=refresh content='0;/a'></noscript>", "0;/a" },
	{ REFRESH,
	  "<noscript><meta http-equiv=refresh content='0;/a'></noscript><meta http-equiv=refresh content='0;/b'>",
	  "0;/b" },
	{ REFRESH, "<!-- <meta http-equiv=refresh content='0;/a'> -->", "" },
	{ REFRESH, "<script>'<meta http-equiv=refresh content=0;/a>'</script>", "" },
	{ REFRESH, "<textarea><meta http-equiv=refresh content='0;/a'></textarea>", "" },
	{ REFRESH, "<template><meta http-equiv=refresh content='0;/a'></template>", "" },

	{ LANG, "<html lang=de-AT><title>x</title>", "de-AT" },
	{ LANG, "<!-- c --><html class=no-js lang=' en '>", "en" },
	{ LANG, "<html><body lang=fr>", "" },

	{ BASE, "<base href=/x/><base href=/y/>", "/x/" },
	{ BASE, "<base target=_top>", "" },

	{ SCRIPT, "<script>location = '/b';</script>", "/b" },
	{ SCRIPT, "<body><script type=text/javascript>window.location.href='/b'</script>", "/b" },
	{ SCRIPT, "<script>var a = 1;</script><script>location.replace('/b')</script>", "/b" },
	{ SCRIPT, "<script type=text/template>location = '/b';</script>", "" },
	{ SCRIPT, "<script src=/x.js>location = '/b';</script>", "" },
	{ SCRIPT, "<a onclick=\"location = '/b'\">x</a>", "" },
	{ SCRIPT, "<noscript><script>location = '/b';</script></noscript>", "" },
	{ SCRIPT, "<template><script>location = '/b';</script></template>", "" },

	{ H1, "<h1> Red\n<em>sh</em>oes </h1><h1>b</h1>", "Red shoes" },
	{ H1, "<h1><img src=logo></h1><h1>Shoes</h1>", "Shoes" },
	{ H1, "<h1>Caf&eacute;<br>Bar", "Caf\xC3\xA9 Bar" },
	{ H1, "<h1>One<h2>Two</h2>", "One" },
	{ H1, "<h2>x</h2>", "" },
	{ H1, "<h1><script>x</script><style>y</style>z</h1>", "z" },

	{ TEXT, "<title>t</title> <p> One</p><p>two <b>thr</b>ee&nbsp;&amp; <!-- no -->four\n",
	  "One two three\xC2\xA0& four" },
	{ TEXT, "<script>a</script><style>b</style><noscript>c</noscript><textarea>d</textarea><template>e</template>f",
	  "f" },
	{ TEXT, "<head><title>x</title></head><body><div></div>", "" },
	{ TEXT, "a < b", "a < b" },
};

static void facts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct arena arena;
		struct page page;
		struct span value;

		arena_init(&arena);
		page = read_page(&arena, span_of(cases[i].html), "text/html; charset=utf-8");
		value = fact_of(&page, cases[i].fact);
		if (!span_equal(value, span_of(cases[i].value)))
			fail_msg("%s: \"%.*s\"", cases[i].html, (int)value.len, value.bytes);
		assert_false(page.cut);
		arena_release(&arena);
	}
}

static const struct {
	const char *html;
	uint32_t bytes;
} text_lengths[] = {
	{ "", 0 },
	{ " \n ", 0 },
	{ "<p> a </p>", 1 },
	{ "<p>a</p><p>b</p>", 3 },
	{ "a<b>b</b>", 2 },
	{ "a&nbsp;b&eacute;", 6 },
	{ "a &amp; b &x", 8 },
	{ "<title>title</title><script>s</script><p>\t one \n two", 7 },
};

static void text_is_counted(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(text_lengths); i++) {
		struct arena arena;
		uint32_t bytes;

		arena_init(&arena);
		bytes = read_page(&arena, span_of(text_lengths[i].html), "text/html; charset=utf-8").text_bytes;
		if (bytes != text_lengths[i].bytes)
			fail_msg("%s: %u", text_lengths[i].html, bytes);
		arena_release(&arena);
	}
}

static const struct {
	const char *html;
	bool password, refresh_noscript;
} flags[] = {
	{ "<form><input name=q><input TYPE=Password></form>", true, false },
	{ "<input type=text name=password>", false, false },
	{ "<!-- <input type=password> -->", false, false },
	{ "<noscript><meta http-equiv=refresh content='0;/b'></noscript>", false, true },
	{ "<body><noscript> <!-- x --> <meta http-equiv=refresh content='0;/b'></noscript>", false, true },
	{ "<meta http-equiv=refresh content='0;/b'>", false, false },
	{ "<noscript><meta http-equiv=refresh content='0;/a'></noscript><meta http-equiv=refresh content='0;/b'>",
	  false, false },
};

static void flags_are_set(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(flags); i++) {
		struct arena arena;
		struct page page;

		arena_init(&arena);
		page = read_page(&arena, span_of(flags[i].html), "text/html; charset=utf-8");
		if (page.password != flags[i].password || page.refresh_noscript != flags[i].refresh_noscript)
			fail_msg("%s: %d %d", flags[i].html, page.password, page.refresh_noscript);
		arena_release(&arena);
	}
}

/* All links of a page, as "rel href url" or "hreflang href url". */
static const struct {
	const char *html, *links;
} links[] = {
	{ "<link rel=stylesheet href=/x><link rel=canonical href='b'>", "canonical b https://shop.example/a/b\n" },
	{ "<link rel=canonical href=/b><link rel=canonical href=/c>",
	  "canonical /b https://shop.example/b\ncanonical /c https://shop.example/c\n" },
	{ "<link rel=alternate hreflang=de href=/de/><link rel=alternate hreflang=x-default href=/>",
	  "de /de/ https://shop.example/de/\nx-default / https://shop.example/\n" },
	{ "<link rel=canonical href=/b media=print><link rel=canonical hreflang=de href=/c>"
	  "<link rel=canonical lang=de href=/d><link rel=canonical type=text/html href=/e>",
	  "" },
	{ "<link rel='alternate canonical' hreflang=de href=/c>", "de /c https://shop.example/c\n" },
	{ "<link rel=alternate type=application/rss+xml href=/feed>", "" },
	{ "<link rel='alternate stylesheet' hreflang=de href=/x>", "" },
	{ "<link rel=canonical href='http://[/'>", "canonical http://[/ \n" },
	{ "<base href=/dir/><link rel=canonical href=b>", "canonical b https://shop.example/dir/b\n" },
	{ "<link rel=canonical href='&#x2F;b'>", "canonical /b https://shop.example/b\n" },
	{ "<body><link rel=canonical href=/b><link rel=alternate hreflang=de href=/c>", "" },
	{ "<head><noscript><style>a</style></noscript><link rel=canonical href=/b>",
	  "canonical /b https://shop.example/b\n" },
	{ "<head><noscript><img src=x></noscript><link rel=canonical href=/b>",
	  "canonical /b https://shop.example/b\n" },
};

static void all_links(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(links); i++) {
		struct arena arena;
		struct page page;
		struct buf text;

		arena_init(&arena);
		buf_init(&text, 4096);
		page = read_page(&arena, span_of(links[i].html), "text/html; charset=utf-8");
		for (uint32_t n = 0; n < page.link_count; n++) {
			const struct page_link *link = &page.link[n];

			assert_int_equal(link->source, LINK_SOURCE_HTML);
			buf_add_span(&text, link->rel == LINK_CANONICAL ? SPAN("canonical") : link->hreflang);
			buf_addf(&text, " %.*s ", (int)link->href.len, link->href.bytes);
			buf_addf(&text, "%.*s\n", (int)link->url.len, link->url.bytes);
		}
		if (!span_equal(buf_span(&text), span_of(links[i].links)))
			fail_msg("%s: %.*s", links[i].html, (int)text.len, text.bytes);
		buf_release(&text);
		arena_release(&arena);
	}
}

/* However many alternates there are, canonicals find their place. */
static void links_are_bounded(void **state)
{
	struct arena arena;
	struct buf html;
	struct page page;

	(void)state;
	arena_init(&arena);
	buf_init(&html, PAGE_BYTES_MAX);
	for (int i = 0; i < 100; i++)
		buf_addf(&html, "<link rel=alternate hreflang=a%d href=/%d>", i, i);
	for (int i = 0; i < 100; i++)
		buf_addf(&html, "<link rel=canonical href=/c%d>", i);
	page = read_page(&arena, buf_span(&html), "text/html; charset=utf-8");
	assert_int_equal(page.link_count, 28);
	assert_true(span_equal(page.canonical, SPAN("https://shop.example/c0")));
	buf_release(&html);
	arena_release(&arena);
}

static const struct {
	const char *name, *content_type;
	struct span html;
	const char *title;
} charsets[] = {
	{ "header", "text/html; charset=iso-8859-1", SPAN("<title>\xE9\x80</title>"), "\xC3\xA9\xE2\x82\xAC" },
	{ "header, quoted", "text/html; a=b; Charset = \"Shift_JIS\"", SPAN("<title>\x93\xFA\x96{</title>"),
	  "\xE6\x97\xA5\xE6\x9C\xAC" },
	{ "header before meta", "text/html; charset=utf-8", SPAN("<meta charset=iso-8859-1><title>\xC3\xA9</title>"),
	  "\xC3\xA9" },
	{ "mark before header", "text/html; charset=iso-8859-1", SPAN("\xEF\xBB\xBF<title>\xC3\xA9</title>"),
	  "\xC3\xA9" },
	{ "utf-16 by mark", "text/html", SPAN("\xFF\xFE<\0t\0i\0t\0l\0e\0>\0\xE9\0<\0/\0t\0i\0t\0l\0e\0>\0"),
	  "\xC3\xA9" },
	{ "meta", "text/html", SPAN("<meta charset=windows-1251><title>\xE4\xE0</title>"), "\xD0\xB4\xD0\xB0" },
	{ "meta behind the title", "text/html", SPAN("<title>\xE4\xE0</title><meta charset='windows-1251'>"),
	  "\xD0\xB4\xD0\xB0" },
	{ "meta http-equiv", "text/html",
	  SPAN("<meta http-equiv=Content-Type content='text/html; charset=euc-kr'><title>\xC7\xD1</title>"),
	  "\xED\x95\x9C" },
	{ "meta says what it cannot be", "text/html", SPAN("<meta charset=utf-16><title>\xC3\xA9</title>"),
	  "\xC3\xA9" },
	{ "meta is not known", "text/html", SPAN("<meta charset=nonsense><title>\xC3\xA9</title>"), "\xC3\xA9" },
	{ "none, utf-8", "", SPAN("<title>\xC3\xA9</title>"), "\xC3\xA9" },
	{ "none, utf-8 cut in a character", "", SPAN("<title>\xC3\xA9</title>\xE2\x82"), "\xC3\xA9" },
	{ "none, not utf-8", "", SPAN("<title>\xE9t\xE9</title>"), "\xC3\xA9t\xC3\xA9" },
	{ "utf-8 with invalid bytes", "text/html; charset=utf-8",
	  SPAN("<title>a\xFF"
	       "b</title>"),
	  "a\xEF\xBF\xBD"
	  "b" },
	{ "shift_jis with invalid bytes", "text/html; charset=sjis", SPAN("<title>a\xFF\x93\xFA</title>"),
	  "a\xEF\xBF\xBD\xE6\x97\xA5" },
	{ "nul", "text/html; charset=utf-8", SPAN("<title>a\0b</title>"),
	  "a\xEF\xBF\xBD"
	  "b" },
};

static void encodings(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(charsets); i++) {
		struct arena arena;
		struct page page;

		arena_init(&arena);
		page = read_page(&arena, charsets[i].html, charsets[i].content_type);
		if (!span_equal(page.title, span_of(charsets[i].title)))
			fail_msg("%s: \"%.*s\"", charsets[i].name, (int)page.title.len, page.title.bytes);
		arena_release(&arena);
	}
}

/* As much as is ever read of a page. */
#define HOSTILE_BYTES PAGE_BYTES_MAX

/* `before`, then `unit` as often as it fits into HOSTILE_BYTES, then `after`. */
static void repeat(struct buf *html, const char *before, const char *unit, const char *after)
{
	size_t ends = strlen(before) + strlen(after);

	buf_init(html, 4 * PAGE_BYTES_MAX);
	buf_add_text(html, before);
	while (html->len + ends + strlen(unit) <= HOSTILE_BYTES)
		buf_add_text(html, unit);
	buf_add_text(html, after);
}

static void limits(void **state)
{
	struct arena arena;
	struct buf html;
	struct page page;

	(void)state;
	arena_init(&arena);
	repeat(&html, "<title>", "\xE2\x82\xAC", "</title>");
	page = read_page(&arena, buf_span(&html), "text/html; charset=utf-8");
	assert_int_equal(page.title.len, PAGE_TEXT_BYTES_MAX - 1);
	assert_true(utf8_is_valid(page.title));
	assert_false(page.cut);
	buf_release(&html);

	repeat(&html, "", "<meta name=robots content=noindex>", "");
	page = read_page(&arena, buf_span(&html), "text/html; charset=utf-8");
	assert_in_range(page.robots.len, PAGE_TEXT_BYTES_MAX - 1, PAGE_TEXT_BYTES_MAX);
	buf_release(&html);

	repeat(&html, "<h1>", "ab ", "</h1>");
	page = read_page(&arena, buf_span(&html), "text/html; charset=utf-8");
	assert_in_range(page.h1.len, PAGE_TEXT_BYTES_MAX - 1, PAGE_TEXT_BYTES_MAX);
	assert_in_range(page.text.len, PAGE_TEXT_SHOWN_BYTES_MAX - 1, PAGE_TEXT_SHOWN_BYTES_MAX);
	assert_in_range(page.text_bytes, HOSTILE_BYTES - 16, HOSTILE_BYTES);
	buf_release(&html);
	arena_release(&arena);
}

/* Pages that make careless parsers slow. Far above the usual, with a sanitizer too, and far below what was seen without
 * the bounds: 230 ms for the first 64 KiB, and sixteen times that for four times as much. */
#define CPU_MS_MAX 600

static const struct {
	const char *before, *unit, *after;
} slow[] = {
	{ "<meta http-equiv=refresh content='", "refresh ", "'>" },
	{ "<body><!--http-equiv-->", "<b>", "" },
	{ "<body><!--http-equiv-->", "<ul><li>", "" },
	{ "<title>", "&", "" },
	{ "<script>", "</", "" },
	{ "", "<!--", "" },
	{ "", "<", "" },
	{ "<a b=\"http-equiv", "'>", "" },
	{ "<p>http-equiv", "<p/a></i>", "" },
	{ "<p>", "&notanentity", "" },
	{ "<script>location='", "<!--<script", "" },
	{ "<script>location='a'", "{`${", "" },
	{ "<script>", "location=a/'", "" },
	{ "<script>", "location='/*", "" },
	{ "<noscript>", "<meta http-equiv=refresh content=", "" },
	{ "", "<link rel=canonical hreflang=de href='&amp;'>", "" },
	{ "", "<template>", "" },
	{ "", "<h1>", "" },
	{ "", "</", "" },
	{ "", "<!-", "" },
};

static double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void check_speed(struct span html, const char *name)
{
	struct arena arena;
	double begin = cpu_ms(), taken;

	arena_init(&arena);
	read_page(&arena, html, "text/html; charset=utf-8");
	arena_release(&arena);
	taken = cpu_ms() - begin;
	if (taken > CPU_MS_MAX)
		fail_msg("%s: %.1f ms", name, taken);
}

static void hostile_pages(void **state)
{
	struct buf html;

	(void)state;
	for (size_t i = 0; i < COUNT(slow); i++) {
		repeat(&html, slow[i].before, slow[i].unit, slow[i].after);
		check_speed(buf_span(&html), slow[i].unit);
		buf_release(&html);
	}
	/* One tag with a hundred thousand attributes, of which many are alike. */
	buf_init(&html, 2 * PAGE_BYTES_MAX);
	buf_add_text(&html, "<html><meta ");
	for (int i = 0; html.len < PAGE_BYTES_MAX; i++)
		buf_addf(&html, "%c%03x ", 'g' + i / 4096 % 16, (unsigned)i % 4096);
	check_speed(buf_span(&html), "attributes");
	buf_release(&html);
	/* Half of it start tags, half end tags that match none. */
	buf_init(&html, 2 * PAGE_BYTES_MAX);
	buf_add_text(&html, "<body><!--http-equiv-->");
	while (html.len < PAGE_BYTES_MAX / 2)
		buf_add_text(&html, "<b>");
	while (html.len < PAGE_BYTES_MAX)
		buf_add_text(&html, "</i>");
	check_speed(buf_span(&html), "depth");
	buf_release(&html);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facts),     cmocka_unit_test(text_is_counted),   cmocka_unit_test(flags_are_set),
		cmocka_unit_test(all_links), cmocka_unit_test(links_are_bounded), cmocka_unit_test(encodings),
		cmocka_unit_test(limits),    cmocka_unit_test(hostile_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
