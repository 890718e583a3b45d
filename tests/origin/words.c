#include "tests/origin/words.h"

#include <ctype.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static int hex_value(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Decodes one escape whose backslash is at line[*at]; moves *at behind it. -1: no such escape. */
static int decode_escape(struct span line, size_t *at)
{
	static const char names[] = "rnt\\\"", values[] = "\r\n\t\\\"";
	char c = *at + 1 < line.len ? line.bytes[*at + 1] : '\0';
	const char *name = c ? strchr(names, c) : NULL;

	if (name) {
		*at += 2;
		return (unsigned char)values[name - names];
	}
	if (c != 'x' || *at + 3 >= line.len)
		return -1;

	int high = hex_value(line.bytes[*at + 2]), low = hex_value(line.bytes[*at + 3]);

	*at += 4;
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* One quoted word; line[*at] is the byte behind the quote. */
static const char *take_quoted(struct arena *arena, struct span line, size_t *at, struct span *out)
{
	char *bytes = arena_alloc(arena, line.len - *at + 1);
	size_t len = 0;

	while (*at < line.len && line.bytes[*at] != '"') {
		if (line.bytes[*at] == '\\') {
			int c = decode_escape(line, at);

			if (c < 0)
				return "unknown escape; there are \\r \\n \\t \\\\ \\\" \\xNN";
			bytes[len++] = (char)c;
		} else {
			bytes[len++] = line.bytes[(*at)++];
		}
	}
	if (*at == line.len)
		return "a quote is missing";
	++*at;
	*out = (struct span){ .bytes = bytes, .len = len };
	return NULL;
}

bool words_split(struct words *words, struct arena *arena, struct span line)
{
	size_t at = 0;

	words->count = words->next = 0;
	words->error = NULL;
	for (;;) {
		while (at < line.len && is_blank(line.bytes[at]))
			at++;
		if (at == line.len)
			return true;
		if (words->count == WORDS_MAX) {
			words->error = "too many words";
			return false;
		}

		struct span *word = &words->word[words->count];

		words->quoted[words->count++] = line.bytes[at] == '"';
		if (line.bytes[at] == '"') {
			at++;
			words->error = take_quoted(arena, line, &at, word);
			if (words->error)
				return false;
		} else {
			size_t from = at;

			while (at < line.len && !is_blank(line.bytes[at]))
				at++;
			*word = arena_copy(arena, (struct span){ line.bytes + from, at - from });
		}
	}
}

bool words_take(struct words *words, struct span *out)
{
	if (words->next == words->count)
		return false;
	*out = words->word[words->next++];
	return true;
}

bool words_take_if(struct words *words, const char *word)
{
	if (words->next == words->count || words->quoted[words->next] ||
	    !span_equal(words->word[words->next], span_of(word)))
		return false;
	words->next++;
	return true;
}

/* Digits up to `max`; *len is how many bytes they are. */
static bool read_number(struct span word, uint32_t max, uint32_t *value, size_t *len)
{
	uint64_t number = 0;

	for (*len = 0; *len < word.len && isdigit((unsigned char)word.bytes[*len]); ++*len) {
		number = number * 10 + (uint64_t)(word.bytes[*len] - '0');
		if (number > max)
			return false;
	}
	*value = (uint32_t)number;
	return *len > 0;
}

bool words_number_is_next(const struct words *words, uint32_t max)
{
	uint32_t value;
	size_t len;

	return words->next < words->count && !words->quoted[words->next] &&
	       read_number(words->word[words->next], max, &value, &len) && len == words->word[words->next].len;
}

uint32_t words_take_number(struct words *words, uint32_t max, const char *what)
{
	uint32_t value = 0;
	size_t len;

	if (!words_number_is_next(words, max)) {
		words->error = what;
		return 0;
	}
	read_number(words->word[words->next++], max, &value, &len);
	return value;
}

struct span words_take_text(struct words *words, const char *what)
{
	struct span text = { 0 };

	if (!words_take(words, &text))
		words->error = what;
	return text;
}

uint32_t words_take_duration_us(struct words *words, const char *what)
{
	static const struct {
		const char *unit;
		uint32_t us;
	} units[] = { { "us", 1 }, { "ms", 1000 }, { "s", 1000000 } };
	struct span word = words_take_text(words, what);
	uint32_t value = 0;
	size_t len = 0;

	if (read_number(word, 3600000, &value, &len)) {
		struct span unit = { .bytes = word.bytes + len, .len = word.len - len };

		for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
			if (span_equal(unit, span_of(units[i].unit)) && value <= UINT32_MAX / units[i].us)
				return value * units[i].us;
	}
	words->error = what;
	return 0;
}
