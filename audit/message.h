/* The sentence of a finding. */
#ifndef AUDIT_MESSAGE_H
#define AUDIT_MESSAGE_H

#include <stdarg.h>

#include "formats/arena.h"

/* The longest message, its mark "..." included when it was cut. Enough for two URLs, cut as SPAN_ARG
 * does, and the sentence around them; findings of a chain then stay far below a row's limit. */
#define MESSAGE_BYTES_MAX 1024

/* Formats as vprintf does and copies the result to `arena`. A longer text is cut between two
 * characters of UTF-8. */
struct span message_format(struct arena *arena, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));

#endif
