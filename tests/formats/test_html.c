#include "formats/html.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "formats/buf.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Writes "<a b>" for the start of an element with b as attribute x, "</a>" for its end, and texts as they come. */
struct log {
	struct buf out;
	size_t stop_after; /* bytes of `out` from which on no more is wanted */
};

static void on_start(void *reader, const char *name, const struct html_attributes *attributes)
{
	struct log *log = reader;
	struct span x = html_attribute(attributes, "x");

	buf_addf(&log->out, "<%s", name);
	if (x.bytes)
		buf_addf(&log->out, " %.*s", (int)x.len, x.bytes);
	buf_add_char(&log->out, '>');
}

static void on_end(void *reader, const char *name)
{
	buf_addf(&((struct log *)reader)->out, "</%s>", name);
}

static void on_text(void *reader, struct span text)
{
	buf_add_span(&((struct log *)reader)->out, text);
}

static bool wants_more(void *reader, struct span rest)
{
	const struct log *log = reader;

	(void)rest;
	return log->out.len < log->stop_after;
}

static const struct html_handler handler = { on_start, on_end, on_text, wants_more };

static const struct {
	const char *page, *events;
} cases[] = {
	{ "<div x=1>a</div>", "<html><body><div 1>a</div></body></html>" },
	{ "<DIV X=' a&amp;b '>", "<html><body><div a&b></div></body></html>" },
	{ "<div x>", "<html><body><div ></div></body></html>" },
	{ "<div y=1 x=2 x=3>", "<html><body><div 2></div></body></html>" },
	{ "<div>&eacute;&#8364;", "<html><body><div>\xC3\xA9\xE2\x82\xAC</div></body></html>" },
	{ "<title>a</title><script>'<b>' && 1</script>",
	  "<html><head><title>a</title><script>'<b>' && 1</script></head></html>" },
	{ "<!-- <b> --><div>", "<html><body><div></div></body></html>" },
};

static void events_are_what_the_page_has(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct log log = { .stop_after = SIZE_MAX };
		struct arena arena;

		arena_init(&arena);
		buf_init(&log.out, 4096);
		html_read(&arena, span_of(cases[i].page), &handler, &log);
		if (!span_equal(buf_span(&log.out), span_of(cases[i].events)))
			fail_msg("%s: %.*s", cases[i].page, (int)log.out.len, log.out.bytes);
		buf_release(&log.out);
		arena_release(&arena);
	}
}

static void reading_ends_when_enough_is_known(void **state)
{
	struct log log = { .stop_after = 1 };
	struct arena arena;
	struct buf page;

	(void)state;
	arena_init(&arena);
	buf_init(&log.out, 1 << 20);
	buf_init(&page, 1 << 20);
	for (int i = 0; i < 100000; i++)
		buf_add_text(&page, "<b></b>");
	html_read(&arena, buf_span(&page), &handler, &log);
	assert_in_range(log.out.len, 1, 10000);
	buf_release(&page);
	buf_release(&log.out);
	arena_release(&arena);
}

/* A NUL ends a text for libxml2. */
static void nul_is_replaced(void **state)
{
	struct log log = { .stop_after = SIZE_MAX };
	struct arena arena;

	(void)state;
	arena_init(&arena);
	buf_init(&log.out, 4096);
	html_read(&arena, SPAN("<div>a\0b</div>c"), &handler, &log);
	assert_true(span_equal(buf_span(&log.out), SPAN("<html><body><div>a\xEF\xBF\xBD"
							"b</div>c</body></html>")) ||
		    memmem(log.out.bytes, log.out.len, "\xEF\xBF\xBD", 3));
	buf_release(&log.out);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_are_what_the_page_has),
		cmocka_unit_test(reading_ends_when_enough_is_known),
		cmocka_unit_test(nul_is_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
