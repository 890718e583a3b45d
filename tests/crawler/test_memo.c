#include "crawler/memo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "formats/limits.h"

#define ROOMY (1024UL * 1024 * 1024)

static XXH128_hash_t key_of(uint64_t i)
{
	return XXH3_128bits(&i, sizeof(i));
}

static void answer_with(struct hop *hop, uint64_t i, char *text, size_t size)
{
	*hop = (struct hop){ .status = (uint16_t)(i % 600), .has_location = true, .location_count = 1 };
	hop->location = (struct span){ .bytes = text, .len = (size_t)snprintf(text, size, "/to/%ju", (uintmax_t)i) };
}

/* Asks and answers, as a walk does that comes first. */
static void note_down(struct memo *memo, uint64_t i, bool transient)
{
	const struct page page = { .read = false };
	struct memo_wait wait;
	struct note *note;
	struct hop hop;
	char text[64];

	assert_int_equal(memo_look_up(memo, key_of(i), &wait, &note), MEMO_ASK);
	answer_with(&hop, i, text, sizeof(text));
	assert_null(memo_keep(memo, note, &hop, &page, transient));
}

/* True if the memo knows the answer, which then is the right one. */
static bool knows(struct memo *memo, uint64_t i)
{
	struct page page = { .read = false };
	struct hop hop = { .status = 0 }, wanted;
	struct memo_wait wait;
	struct arena arena;
	struct note *note;
	char text[64];

	if (memo_look_up(memo, key_of(i), &wait, &note) != MEMO_KNOWN) {
		assert_null(memo_forget(memo, note));
		return false;
	}
	arena_init(&arena);
	memo_recall(memo, note, &arena, &hop, &page);
	answer_with(&wanted, i, text, sizeof(text));
	assert_true(hop.memo && hop.has_location && !page.read);
	assert_int_equal(hop.status, wanted.status);
	assert_true(span_equal(hop.location, wanted.location));
	arena_release(&arena);
	return true;
}

static void answers_are_known(void **state)
{
	struct memo *memo = memo_new(ROOMY);

	(void)state;
	for (uint64_t i = 0; i < 5000; i++)
		note_down(memo, i, false);
	for (uint64_t i = 0; i < 6000; i++)
		assert_int_equal(knows(memo, i), i < 5000);
	memo_free(memo);
	memo_free(NULL);
}

static void those_who_come_meanwhile_wait(void **state)
{
	struct memo *memo = memo_new(ROOMY);
	const struct page page = { .read = false };
	struct hop hop = { .status = 200 };
	struct memo_wait first, wait[3], *got;
	struct note *note, *same;

	(void)state;
	for (unsigned round = 0; round < 2; round++) {
		assert_int_equal(memo_look_up(memo, key_of(1), &first, &note), MEMO_ASK);
		for (unsigned i = 0; i < 3; i++)
			assert_int_equal(memo_look_up(memo, key_of(1), &wait[i], &same), MEMO_WAIT);
		/* Without an answer the next one who looks asks. */
		got = round == 0 ? memo_forget(memo, note) : memo_keep(memo, note, &hop, &page, false);
		for (unsigned i = 0; i < 3; i++, got = got->next)
			assert_ptr_equal(got, &wait[i]);
		assert_null(got);
	}
	assert_int_equal(memo_look_up(memo, key_of(1), &first, &note), MEMO_KNOWN);
	/* One that is still asked for goes with the memo. */
	assert_int_equal(memo_look_up(memo, key_of(2), &first, &note), MEMO_ASK);
	memo_free(memo);
}

static void failures_can_be_forgotten(void **state)
{
	struct memo *memo = memo_new(ROOMY);

	(void)state;
	for (uint64_t i = 0; i < 100; i++)
		note_down(memo, i, i % 3 == 0);
	assert_true(knows(memo, 3));
	memo_forget_transient(memo);
	for (uint64_t i = 0; i < 100; i++)
		assert_int_equal(knows(memo, i), i % 3 != 0);
	memo_free(memo);
}

/* A long list that nobody shares passes through; the tails that its beginning shared stay. */
static void what_is_shared_outlasts_what_is_not(void **state)
{
	struct memo *memo = memo_new(256 * 1024);
	unsigned fresh_known = 0;

	(void)state;
	for (uint64_t i = 0; i < 100; i++)
		note_down(memo, i, false);
	for (uint64_t i = 0; i < 100; i++)
		assert_true(knows(memo, i));
	for (uint64_t i = 1000; i < 101000; i++)
		note_down(memo, i, false);
	for (uint64_t i = 0; i < 100; i++)
		assert_true(knows(memo, i));
	for (uint64_t i = 1000; i < 101000; i++)
		fresh_known += knows(memo, i);
	assert_in_range(fresh_known, 100, 5000);
	memo_free(memo);
}

/* What was shared once gives way when everything is shared. */
static void no_note_stays_for_ever(void **state)
{
	struct memo *memo = memo_new(64 * 1024);
	unsigned known = 0;

	(void)state;
	for (uint64_t i = 0; i < 10000; i++) {
		note_down(memo, i, false);
		assert_true(knows(memo, i));
	}
	for (uint64_t i = 0; i < 5000; i++)
		known += knows(memo, i);
	assert_int_equal(known, 0);
	memo_free(memo);
}

static void set_text(struct span *span, char *text, size_t len, char c)
{
	memset(text, c, len);
	*span = (struct span){ .bytes = text, .len = len };
}

/* Each text has a length and a letter of its own. */
static void fill_texts(struct hop *hop, struct page *page, size_t len, char *out)
{
	struct span *const texts[] = { &hop->location, &hop->location_other, &hop->error_detail, &hop->ip,
				       &page->title,   &page->canonical,     &page->robots,      &page->refresh,
				       &page->lang,    &page->base,          &page->script,      &page->h1,
				       &page->text };
	size_t count = sizeof(texts) / sizeof(texts[0]);

	for (size_t i = 0; i < count + HEADER_COUNT; i++, out += len++)
		set_text(i < count ? texts[i] : &hop->header[i - count], out, len, (char)('A' + i));
}

static void expect_texts(const struct hop *hop, const struct hop *wanted)
{
	assert_true(span_equal(hop->location, wanted->location));
	assert_true(span_equal(hop->location_other, wanted->location_other));
	assert_true(span_equal(hop->error_detail, wanted->error_detail));
	assert_true(span_equal(hop->ip, wanted->ip));
	for (size_t i = 0; i < HEADER_COUNT; i++)
		assert_true(span_equal(hop->header[i], wanted->header[i]));
}

static void expect_page(const struct page *page, const struct page *wanted)
{
	assert_true(span_equal(page->title, wanted->title) && span_equal(page->canonical, wanted->canonical));
	assert_true(span_equal(page->robots, wanted->robots) && span_equal(page->refresh, wanted->refresh));
	assert_true(span_equal(page->lang, wanted->lang) && span_equal(page->base, wanted->base));
	assert_true(span_equal(page->script, wanted->script) && span_equal(page->h1, wanted->h1));
	assert_true(span_equal(page->text, wanted->text) && page->text_bytes == wanted->text_bytes);
	assert_true(page->read && page->cut && page->refresh_noscript && page->password);
	assert_int_equal(page->link_count, wanted->link_count);
	for (uint32_t i = 0; i < wanted->link_count; i++) {
		assert_int_equal(page->link[i].rel, wanted->link[i].rel);
		assert_int_equal(page->link[i].source, LINK_SOURCE_HTML);
		assert_true(span_equal(page->link[i].hreflang, wanted->link[i].hreflang));
		assert_true(span_equal(page->link[i].href, wanted->link[i].href));
		assert_true(span_equal(page->link[i].url, wanted->link[i].url));
	}
}

static void every_fact_comes_back(void **state)
{
	static const size_t lengths[] = { 1, 200, HEADER_VALUE_BYTES_MAX - HEADER_COUNT };
	struct memo *memo = memo_new(ROOMY);
	struct hop wanted = { .status = 308,
			      .http_version = 20,
			      .has_location = true,
			      .location_cut = true,
			      .location_conflict = true,
			      .location_count = 7,
			      .error = HOP_ERROR_LOCATION_TOO_LONG,
			      .attempts = 3,
			      .started_at_us = INT64_C(1790000000123456),
			      .dns_us = 1,
			      .connect_us = 2,
			      .tls_us = 3,
			      .first_byte_us = 4,
			      .total_us = UINT32_MAX,
			      .body_bytes = 5 };
	struct page_link links[] = {
		{ .href = SPAN("//["), .url = { .len = 0 } },
		{ .rel = LINK_ALTERNATE, .hreflang = SPAN("de"), .href = SPAN("/de"), .url = SPAN("http://a/de") },
		{ .href = SPAN("/"), .url = SPAN("http://a/") },
	};
	struct page page_wanted = { .read = true,
				    .cut = true,
				    .refresh_noscript = true,
				    .password = true,
				    .text_bytes = 6,
				    .link = links,
				    .link_count = 3 };
	char *text = malloc(64 * 2 * HEADER_VALUE_BYTES_MAX);

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct hop hop = { .method = METHOD_HEAD };
		struct page page = { .read = false };
		struct memo_wait wait;
		struct arena arena;
		struct note *note;

		arena_init(&arena);
		fill_texts(&wanted, &page_wanted, lengths[i], text);
		assert_int_equal(memo_look_up(memo, key_of(i), &wait, &note), MEMO_ASK);
		memo_keep(memo, note, &wanted, &page_wanted, false);
		memo_recall(memo, note, &arena, &hop, &page);
		expect_texts(&hop, &wanted);
		expect_page(&page, &page_wanted);
		assert_true(hop.memo && hop.body_bytes == 5);
		assert_true(hop.status == 308 && hop.http_version == 20 && hop.has_location && hop.location_cut &&
			    hop.location_conflict);
		assert_true(hop.location_count == 7 && hop.attempts == 3 && hop.error == wanted.error);
		assert_true(hop.started_at_us == wanted.started_at_us && hop.dns_us == 1 && hop.connect_us == 2);
		assert_true(hop.tls_us == 3 && hop.first_byte_us == 4 && hop.total_us == UINT32_MAX);
		/* The request is the walk's own. */
		assert_int_equal(hop.method, METHOD_HEAD);
		arena_release(&arena);
	}
	free(text);
	memo_free(memo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_are_known),         cmocka_unit_test(those_who_come_meanwhile_wait),
		cmocka_unit_test(failures_can_be_forgotten), cmocka_unit_test(what_is_shared_outlasts_what_is_not),
		cmocka_unit_test(no_note_stays_for_ever),    cmocka_unit_test(every_fact_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
