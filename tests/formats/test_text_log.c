#include "formats/text_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "formats/limits.h"
#include "tests/formats/scratch.h"

#define TEXTS 60000

struct seen {
	unsigned count[TEXTS];
};

static struct span make_text(char text[64], unsigned number)
{
	return (struct span){ .bytes = text, .len = (size_t)snprintf(text, 64, "https://a.example/page/%u", number) };
}

static void take(void *context, uint64_t hash, struct span text)
{
	struct seen *seen = context;
	unsigned number;

	assert_int_equal(hash, text_hash(text));
	assert_int_equal(sscanf(text.bytes, "https://a.example/page/%u", &number), 1);
	assert_in_range(number, 0, TEXTS - 1);
	seen->count[number]++;
}

/* Each text comes back, from memory and from disk, and what is met all the time was not kept each time. */
static void test_each(void **state)
{
	static const unsigned counts[] = { 0, 1, 100, TEXTS };

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct seen *seen = calloc(1, sizeof(*seen));
		struct scratch scratch;
		struct text_log *log;
		char text[64];

		scratch_init(&scratch);
		log = text_log_new(scratch.path, 3);
		for (unsigned number = 0; number < counts[i]; number++) {
			struct span often = make_text(text, 0);

			text_log_add(text_log_feed(log, 1), text_hash(often), often);
			struct span once = make_text(text, number);

			text_log_add(text_log_feed(log, number % 3), text_hash(once), once);
		}
		assert_true(text_log_each(log, take, seen));
		for (unsigned number = 0; number < counts[i]; number++)
			assert_in_range(seen->count[number], 1, number ? 1 : 30);
		/* Packed to less than a third. */
		assert_in_range(text_log_bytes(log), 0, counts[i] * 9);
		assert_int_equal(text_log_bytes(log) > 0, counts[i] == TEXTS);
		text_log_free(log);
		scratch_release(&scratch);
		free(seen);
	}
}

static void count(void *context, uint64_t hash, struct span text)
{
	size_t *sum = context;

	(void)hash;
	*sum += text.len;
}

static void test_long_texts(void **state)
{
	char text[URL_BYTES_MAX];
	struct scratch scratch;
	struct text_log *log;
	size_t sum = 0;

	(void)state;
	scratch_init(&scratch);
	log = text_log_new(scratch.path, 1);
	memset(text, 'a', sizeof(text));
	for (unsigned i = 0; i < 100; i++) {
		struct span span = { .bytes = text, .len = sizeof(text) - i };

		text_log_add(text_log_feed(log, 0), text_hash(span), span);
	}
	assert_true(text_log_each(log, count, &sum));
	assert_int_equal(sum, 100 * sizeof(text) - 4950);
	text_log_free(log);
	scratch_release(&scratch);
}

static void test_no_directory(void **state)
{
	struct text_log *log = text_log_new("/nonexistent", 1);
	size_t sum = 0;
	char text[64];

	(void)state;
	for (unsigned number = 0; number < TEXTS; number++) {
		struct span span = make_text(text, number);

		text_log_add(text_log_feed(log, 0), text_hash(span), span);
	}
	assert_int_not_equal(text_log_error(log), 0);
	assert_false(text_log_each(log, count, &sum));
	text_log_free(log);
	text_log_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each),
		cmocka_unit_test(test_long_texts),
		cmocka_unit_test(test_no_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
