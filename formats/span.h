/* A span: bytes that somebody else owns, usually a record's arena. */
#ifndef FORMATS_SPAN_H
#define FORMATS_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* `bytes` may hold any byte, NUL too, and is not NUL-terminated unless its owner says so.
 * An empty span has len 0; bytes may then be NULL. */
struct span {
	const char *bytes;
	size_t len;
};

/* For literals only: the length is taken at compile time. */
#define SPAN(literal) ((struct span){ .bytes = (literal), .len = sizeof(literal) - 1 })

static inline struct span span_of(const char *text)
{
	return (struct span){ .bytes = text, .len = strlen(text) };
}

static inline bool span_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.bytes, b.bytes, a.len) == 0);
}

/* ASCII case only, whatever the locale. */
static inline bool span_equal_nocase(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || strncasecmp(a.bytes, b.bytes, a.len) == 0);
}

/* Without the blanks (space and tab) at both ends. */
static inline struct span span_trim(struct span text)
{
	while (text.len && (text.bytes[0] == ' ' || text.bytes[0] == '\t')) {
		text.bytes++;
		text.len--;
	}
	while (text.len && (text.bytes[text.len - 1] == ' ' || text.bytes[text.len - 1] == '\t'))
		text.len--;
	return text;
}

#endif
