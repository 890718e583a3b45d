#include "audit/token.h"

#include <math.h>

/* Shorter ones are names, dates and numbers of articles more often than not. */
#define TOKEN_BYTES_MIN 20

/* A longer token is judged by its beginning. */
#define TOKEN_BYTES_LOOKED_AT 256

/* Of Shannon's entropy; hexadecimal digits have 4 at most and English words put together about as many, so that it
 * takes TURNS_MIN to tell them apart. */
#define BITS_EACH_MIN 3.5

/* Places where a letter stands beside a digit. A token of 20 characters has from 5 (base64) to 9 (hexadecimal) on
 * average, the name of an article hardly any. */
#define TURNS_MIN 5

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static unsigned count_turns(struct span text)
{
	unsigned turns = 0;

	for (size_t i = 1; i < text.len; i++) {
		char before = text.bytes[i - 1], c = text.bytes[i];

		turns += (is_digit(before) && is_letter(c)) || (is_letter(before) && is_digit(c));
	}
	return turns;
}

static double bits_each(struct span text)
{
	const double len = (double)text.len;
	unsigned count[256] = { 0 };
	double bits = 0;

	for (size_t i = 0; i < text.len; i++)
		count[(unsigned char)text.bytes[i]]++;
	for (size_t i = 0; i < 256; i++)
		if (count[i])
			bits -= count[i] / len * log2(count[i] / len);
	return bits;
}

bool token_is_random(struct span text)
{
	if (text.len < TOKEN_BYTES_MIN)
		return false;
	if (text.len > TOKEN_BYTES_LOOKED_AT)
		text.len = TOKEN_BYTES_LOOKED_AT;
	/* What has been encoded is a URL or words, but for the "=" that ends base64. */
	for (size_t i = 0; i + 6 < text.len; i++)
		if (text.bytes[i] == '%' || text.bytes[i] == '+' || text.bytes[i] == ':')
			return false;
	return count_turns(text) >= TURNS_MIN && bits_each(text) > BITS_EACH_MIN;
}

/* True if a piece of `text` between separators, behind its "=" if `values`, is a token that `from` does not have. */
static bool has_token(struct span text, char separator, bool values, struct span from)
{
	while (text.len >= TOKEN_BYTES_MIN) {
		const char *end = memchr(text.bytes, separator, text.len);
		struct span piece = { .bytes = text.bytes, .len = end ? (size_t)(end - text.bytes) : text.len };
		const char *equals = values && piece.len ? memchr(piece.bytes, '=', piece.len) : NULL;
		size_t step = piece.len + (end != NULL);

		if (equals)
			piece = (struct span){ .bytes = equals + 1,
					       .len = piece.len - (size_t)(equals + 1 - piece.bytes) };
		if (token_is_random(piece) && !memmem(from.bytes, from.len, piece.bytes, piece.len))
			return true;
		text = (struct span){ .bytes = text.bytes + step, .len = text.len - step };
	}
	return false;
}

bool token_is_added(const struct url *from, const struct url *to)
{
	return has_token(to->path, '/', false, from->href) || has_token(to->query, '&', true, from->href);
}
