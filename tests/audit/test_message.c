#include "audit/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "formats/utf8.h"

static struct span format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
static struct span format(struct arena *arena, const char *text, ...)
{
	struct span message;
	va_list arguments;

	va_start(arguments, text);
	message = message_format(arena, text, arguments);
	va_end(arguments);
	return message;
}

static void a_short_message_is_kept(void **state)
{
	struct arena arena;

	(void)state;
	arena_init(&arena);
	assert_true(span_equal(format(&arena, "%u of %s.", 3, "caf\xC3\xA9"), SPAN("3 of caf\xC3\xA9.")));
	arena_release(&arena);
}

/* Characters of 1 to 4 bytes, so that the cut falls at each place within one. */
static const char *const characters[] = { "x", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80" };

static void a_long_message_is_cut_between_characters(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(characters) / sizeof(characters[0]); i++) {
		for (size_t shift = 0; shift < 4; shift++) {
			const struct span character = span_of(characters[i]);
			struct arena arena;
			struct span message;
			char text[2001] = "aaaa";
			size_t len = shift;

			while (len + character.len < sizeof(text)) {
				memcpy(text + len, character.bytes, character.len);
				len += character.len;
			}
			text[len] = '\0';
			arena_init(&arena);
			message = format(&arena, "%s", text);
			assert_in_range(message.len, MESSAGE_BYTES_MAX - 3, MESSAGE_BYTES_MAX);
			assert_true(utf8_is_valid(message));
			assert_memory_equal(message.bytes, text, message.len - 3);
			assert_memory_equal(message.bytes + message.len - 3, "...", 3);
			arena_release(&arena);
		}
	}
}

static void the_longest_message_is_not_cut(void **state)
{
	char text[MESSAGE_BYTES_MAX + 1];
	struct arena arena;

	(void)state;
	memset(text, 'x', MESSAGE_BYTES_MAX);
	text[MESSAGE_BYTES_MAX] = '\0';
	arena_init(&arena);
	assert_true(span_equal(format(&arena, "%s", text), span_of(text)));
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_short_message_is_kept),
		cmocka_unit_test(a_long_message_is_cut_between_characters),
		cmocka_unit_test(the_longest_message_is_not_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
