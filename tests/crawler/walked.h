/* Chains written down as text, one hop a line: the request that the walk must ask for (the first is
 * where it begins) and how it is answered.
 *
 *	POST / 301 cookie > /b
 *	/b 200
 *	= ok
 *
 * A request is a method (GET without one) and a URL; one that begins with "/" is on a.example. An
 * answer is a status or the name of a hop error, "cookie" if it sets one, and behind ">" the Location
 * as received; ">" alone is a blank one, and what stands behind ">>" is another Location line. The
 * last line is the outcome, and behind it the chain's error, or the entry and the length of the loop. */
#ifndef TESTS_CRAWLER_WALKED_H
#define TESTS_CRAWLER_WALKED_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "crawler/walk.h"

#define WALKED_ORIGIN "http://a.example"

struct walked {
	const char *text; /* for messages */
	const struct walk_limits *limits;
	struct record *record;
	struct walk_step step;
};

static inline void walked_init(struct walked *walked, const char *text, const struct walk_limits *limits)
{
	*walked = (struct walked){ .text = text, .limits = limits, .record = record_new() };
}

static inline struct span walked_line(const char **rest)
{
	struct span line = { .bytes = *rest, .len = strcspn(*rest, "\n") };

	*rest += line.len;
	if (**rest)
		(*rest)++;
	return line;
}

static inline struct span walked_word(struct span *line)
{
	const char *end;
	struct span word;

	*line = span_trim(*line);
	end = line->len ? memchr(line->bytes, ' ', line->len) : NULL;
	word = (struct span){ .bytes = line->bytes, .len = end ? (size_t)(end - line->bytes) : line->len };
	line->bytes += word.len;
	line->len -= word.len;
	return word;
}

/* The request that the walk wants, or the first one, becomes a hop. */
static inline struct hop *walked_ask(struct walked *walked, struct span url, enum method method)
{
	struct record *record = walked->record;
	struct hop *hop;

	if (url.len && url.bytes[0] == '/') {
		char *whole = arena_alloc(&record->arena, sizeof(WALKED_ORIGIN) + url.len);

		memcpy(whole, WALKED_ORIGIN, sizeof(WALKED_ORIGIN) - 1);
		memcpy(whole + sizeof(WALKED_ORIGIN) - 1, url.bytes, url.len);
		url = (struct span){ .bytes = whole, .len = sizeof(WALKED_ORIGIN) - 1 + url.len };
	}
	if (!record->chain.hop_count) {
		record->method = walked->step.method = method;
		assert_int_equal(url_parse(&record->arena, url, NULL, &record->url), URL_OK);
		walked->step.url = record->url;
	} else if (walked->step.action != WALK_REQUEST) {
		fail_msg("%s: done before %.*s: %s", walked->text, (int)url.len, url.bytes,
			 outcome_name(record->chain.outcome));
	}
	if (!span_equal(walked->step.url.href, url) || walked->step.method != method)
		fail_msg("%s: asked for %s %.*s instead of %s %.*s", walked->text, method_name(walked->step.method),
			 (int)walked->step.url.href.len, walked->step.url.href.bytes, method_name(method), (int)url.len,
			 url.bytes);
	hop = record_add_hop(record);
	hop->url = walked->step.url;
	hop->method = walked->step.method;
	return hop;
}

static inline void walked_answer(struct walked *walked, struct hop *hop, struct span text)
{
	struct arena *arena = &walked->record->arena;
	struct span word = walked_word(&text);
	const char *other;

	if (!hop_error_find(word, &hop->error)) {
		for (size_t i = 0; i < word.len; i++)
			hop->status = (uint16_t)(hop->status * 10 + (word.bytes[i] - '0'));
	}
	word = walked_word(&text);
	if (span_equal(word, SPAN("cookie"))) {
		hop->header[HEADER_SET_COOKIE] = SPAN("sid");
		word = walked_word(&text);
	}
	if (span_equal(word, SPAN(">"))) {
		hop->has_location = true;
		hop->location_count = 1;
		other = memmem(text.bytes, text.len, " >>", 3);
		if (other) {
			struct span value = { .bytes = other + 3, .len = text.len - (size_t)(other + 3 - text.bytes) };

			hop->location_conflict = true;
			hop->location_other = arena_copy(arena, span_trim(value));
			hop->location_count = 2;
			text.len = (size_t)(other - text.bytes);
		}
		hop->location = span_trim(text);
	}
	walked->step = walk_next(walked->record, walked->limits);
}

static inline void walked_expect(struct walked *walked, struct span text)
{
	const struct chain *chain = &walked->record->chain;
	const struct hop *last = &chain->hop[chain->hop_count - 1];
	char is[200];
	int len = snprintf(is, sizeof(is), "%s", outcome_name(chain->outcome));

	if (walked->step.action != WALK_DONE)
		fail_msg("%s: not done, asks for %.*s", walked->text, (int)walked->step.url.href.len,
			 walked->step.url.href.bytes);
	if (chain->error)
		len += snprintf(is + len, sizeof(is) - (size_t)len, " %s", hop_error_name(chain->error));
	if (chain->loop_length)
		snprintf(is + len, sizeof(is) - (size_t)len, " %" PRIu32 " %" PRIu32, chain->loop_entry,
			 chain->loop_length);
	if (!span_equal(span_of(is), span_trim(text)))
		fail_msg("%s: ended as %s", walked->text, is);
	assert_int_equal(chain->error, last->error);
	assert_int_equal(chain->redirects, chain->hop_count - 1);
	assert_true(span_equal(chain->final_url, last->url.href));
	assert_int_equal(chain->final_status, last->status);
	assert_int_equal(chain->max_redirects, walked->limits->max_redirects);
}

static inline void walk_text(const char *text, const struct walk_limits *limits)
{
	const char *rest = text;
	struct walked walked;

	walked_init(&walked, text, limits);
	while (*rest) {
		struct span line = walked_line(&rest), word = walked_word(&line);
		enum method method = METHOD_GET;

		if (span_equal(word, SPAN("="))) {
			walked_expect(&walked, line);
			break;
		}
		if (method_find(word, &method))
			word = walked_word(&line);
		walked_answer(&walked, walked_ask(&walked, word, method), line);
	}
	assert_int_equal(*rest, '\0');
	record_free(walked.record);
}

static inline void walk_all(const char *const *text, size_t count, const struct walk_limits *limits)
{
	for (size_t i = 0; i < count; i++)
		walk_text(text[i], limits);
}

#endif
