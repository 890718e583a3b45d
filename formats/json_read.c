#include "formats/json_read.h"

#include "formats/utf8.h"

bool json_take_uint(struct json_reader *reader, uint64_t max, uint64_t *value)
{
	const char *begin = reader->at;
	uint64_t number = 0;

	while (*reader->at >= '0' && *reader->at <= '9') {
		const uint64_t digit = (uint64_t)(*reader->at - '0');

		if (digit > max || number > (max - digit) / 10)
			return false;
		number = number * 10 + digit;
		reader->at++;
	}
	*value = number;
	return reader->at > begin && (*begin != '0' || reader->at == begin + 1);
}

bool json_take_bool(struct json_reader *reader, bool *value)
{
	*value = *reader->at == 't';
	return *value ? json_take_bytes(reader, "true", 4) : json_take_bytes(reader, "false", 5);
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The character behind a backslash at `in`; -1 if it is none that json.h writes. Sets `len` to the bytes it takes. */
static int unescape(const char *in, size_t left, size_t *len)
{
	static const char plain[128] = {
		['"'] = '"', ['\\'] = '\\', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t',
	};

	*len = 1;
	if (left == 0 || (*in & 0x80))
		return -1;
	if (plain[(unsigned char)*in])
		return plain[(unsigned char)*in];
	*len = 5;
	if (left < 5 || memcmp(in, "u00", 3) != 0 || hex_value(in[3]) < 0 || hex_value(in[3]) > 7 ||
	    hex_value(in[4]) < 0)
		return -1;
	return hex_value(in[3]) * 16 + hex_value(in[4]);
}

/* Goes on with a string that holds more than plain characters. Moves the reader behind its quote; NULL if it is no
 * string, otherwise the end of what it was decoded to. */
static char *decode(struct json_reader *reader)
{
	char *out = reader->at, *in = reader->at;

	while (in < reader->end && *in != '"') {
		size_t len;
		int c;

		if ((unsigned char)*in < ' ')
			return NULL;
		if (*in != '\\') {
			*out++ = *in++;
			continue;
		}
		c = unescape(in + 1, (size_t)(reader->end - in) - 1, &len);
		if (c < 0)
			return NULL;
		*out++ = (char)c;
		in += 1 + len;
	}
	if (in == reader->end)
		return NULL;
	reader->at = in + 1;
	return out;
}

bool json_take_text(struct json_reader *reader, struct span *text)
{
	char *begin = reader->at + 1, *end;
	unsigned seen = 0;

	if (*reader->at != '"')
		return false;
	reader->at = begin;
	/* The NUL at the end stops this as well. */
	while ((unsigned char)*reader->at >= ' ' && *reader->at != '"' && *reader->at != '\\')
		seen |= (unsigned char)*reader->at++;
	end = decode(reader);
	if (!end)
		return false;
	*end = '\0';
	*text = (struct span){ .bytes = end == begin ? NULL : begin, .len = (size_t)(end - begin) };
	return seen < 0x80 && reader->at == end + 1 ? true : utf8_is_valid(*text);
}
