#include "formats/input.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "formats/decompress.h"
#include "formats/utf8.h"

/* Bytes read at once, and the longest line that is looked at whole. From 64 KiB to 1 MiB reading was
 * equally fast; a line with more blanks than this around its URL is no line that anybody writes. */
#define BUFFER_BYTES (256 * 1024)

static_assert(BUFFER_BYTES > 2 * URL_BYTES_MAX, "the buffer holds a method and the longest URL");

struct input {
	const char **path;
	size_t path_count, path_index;
	int fd;      /* of the open file, or -1 */
	int stop_fd; /* or -1 */
	struct decompress *stream;
	enum input_status status; /* LINE as long as reading goes on */
	bool eof;
	bool skipping; /* the rest of a line that did not fit */
	uint64_t seq, line;
	char *at, *end; /* bytes at hand */
	char *searched; /* there is no LF between `at` and here */
	struct input_error error;
	char buffer[BUFFER_BYTES];
};

/* A byte order mark and what it means. UTF-16 would give a row of rubbish for each line. */
static const struct {
	const char *bytes;
	size_t len;
	const char *reason; /* NULL: skipped */
} marks[] = {
	{ "\xef\xbb\xbf", 3, NULL },
	{ "\xff\xfe", 2, "is UTF-16 (little-endian); convert it to UTF-8" },
	{ "\xfe\xff", 2, "is UTF-16 (big-endian); convert it to UTF-8" },
};

#define MARK_BYTES_MAX 3

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What a scheme may have besides letters. */
static bool is_digit_or_sign(char c)
{
	return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

static struct span trim(struct span text)
{
	while (text.len && is_blank(text.bytes[0]))
		text.bytes++, text.len--;
	while (text.len && is_blank(text.bytes[text.len - 1]))
		text.len--;
	return text;
}

static const char *file_name(const struct input *input)
{
	const char *path = input->path[input->path_index];

	return strcmp(path, "-") == 0 ? "standard input" : path;
}

static bool fail_open(struct input *input, const char *reason)
{
	input->status = INPUT_ERROR;
	input->error.exit_code = EX_NOINPUT;
	snprintf(input->error.message, sizeof(input->error.message), "%.380s: %s", file_name(input), reason);
	return false;
}

static bool fail_data(struct input *input, uint64_t offset, const char *reason)
{
	input->status = INPUT_ERROR;
	input->error.exit_code = EX_DATAERR;
	snprintf(input->error.message, sizeof(input->error.message), "%.300s: offset %llu: %s", file_name(input),
		 (unsigned long long)offset, reason);
	return false;
}

static void close_file(struct input *input)
{
	decompress_free(input->stream);
	input->stream = NULL;
	if (input->fd > STDIN_FILENO)
		close(input->fd);
	input->fd = -1;
}

/* Moves the bytes at hand, which have no LF, to the front. If they fill the buffer, blanks at the
 * line's beginning give way, all but one: it keeps the line from being taken for none. */
static void make_room(struct input *input)
{
	size_t len;

	if (input->skipping)
		input->at = input->end;
	if (input->end - input->at == BUFFER_BYTES)
		while (input->at + 1 < input->end && is_blank(input->at[0]))
			input->at++;
	len = (size_t)(input->end - input->at);
	memmove(input->buffer, input->at, len);
	input->at = input->buffer;
	input->searched = input->end = input->at + len;
}

/* Adds to the bytes at hand, for which there must be room. False after an error, or a stop. */
static bool fill(struct input *input)
{
	size_t len;

	switch (decompress_read(input->stream, input->end, (size_t)(input->buffer + BUFFER_BYTES - input->end), &len)) {
	case DECOMPRESS_BYTES:
		input->end += len;
		return true;
	case DECOMPRESS_END:
		input->eof = true;
		return true;
	case DECOMPRESS_STOPPED:
		input->status = INPUT_STOPPED;
		return false;
	default:
		return fail_data(input, decompress_offset(input->stream), decompress_reason(input->stream));
	}
}

static bool skip_mark(struct input *input)
{
	while (input->end - input->at < MARK_BYTES_MAX && !input->eof)
		if (!fill(input))
			return false;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if ((size_t)(input->end - input->at) < marks[i].len ||
		    memcmp(input->at, marks[i].bytes, marks[i].len) != 0)
			continue;
		if (marks[i].reason)
			return fail_data(input, 0, marks[i].reason);
		input->at = input->searched = input->at + marks[i].len;
		return true;
	}
	return true;
}

static bool open_file(struct input *input)
{
	const char *path = input->path[input->path_index];
	struct stat facts;

	input->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (input->fd < 0)
		return fail_open(input, strerror(errno));
	if (fstat(input->fd, &facts) < 0)
		return fail_open(input, strerror(errno));
	if (S_ISDIR(facts.st_mode))
		return fail_open(input, strerror(EISDIR));
	input->stream = decompress_new(input->fd);
	decompress_stop_at(input->stream, input->stop_fd);
	input->eof = input->skipping = false;
	input->line = 0;
	input->at = input->end = input->searched = input->buffer;
	return skip_mark(input);
}

/* Takes the bytes up to `stop` as the rest of the line, less a CR at their end. */
static struct span take_line(struct input *input, char *stop)
{
	struct span line = { .bytes = input->at, .len = (size_t)(stop - input->at) };

	if (line.len && line.bytes[line.len - 1] == '\r')
		line.len--;
	input->at = input->searched = stop < input->end ? stop + 1 : stop;
	return line;
}

/* The open file's next line. False at its end, or after an error. A line that does not fit the
 * buffer is given as far as it does, with `*whole` false. */
static bool next_line(struct input *input, struct span *line, bool *whole)
{
	for (;;) {
		char *lf = memchr(input->searched, '\n', (size_t)(input->end - input->searched));

		if (lf || (input->eof && input->at < input->end)) {
			*line = take_line(input, lf ? lf : input->end);
			if (!input->skipping) {
				*whole = true;
				return true;
			}
			input->skipping = false;
			continue;
		}
		if (input->eof)
			return false;
		make_room(input);
		if (input->end == input->buffer + BUFFER_BYTES) {
			*line = (struct span){ .bytes = input->at, .len = BUFFER_BYTES };
			input->at = input->end;
			input->skipping = true;
			*whole = false;
			return true;
		}
		if (!fill(input))
			return false;
	}
}

/* RFC 3986 section 3.1, with the colon behind it. */
static bool has_scheme(struct span text)
{
	size_t i = 0;

	while (i < text.len && (is_letter(text.bytes[i]) || (i && is_digit_or_sign(text.bytes[i]))))
		i++;
	return i > 0 && i < text.len && text.bytes[i] == ':';
}

/* Takes the method off `line->url`, where it is the whole text. A word that is no method stays:
 * raw blanks in a URL are common, so "a b" is left to the URL parser. */
static void read_method(struct input_line *line)
{
	struct span text = line->text, word = { .bytes = text.bytes }, rest;

	while (word.len < text.len && (is_letter(text.bytes[word.len]) || (word.len && text.bytes[word.len] == '-')))
		word.len++;
	if (word.len == 0 || word.len == text.len || !is_blank(text.bytes[word.len]))
		return;
	rest = trim((struct span){ .bytes = text.bytes + word.len, .len = text.len - word.len });
	if (method_find(word, &line->method))
		line->url = rest;
	else if (has_scheme(rest)) {
		line->error = HOP_ERROR_INPUT_METHOD;
		line->url = rest;
	}
}

static void describe(struct input *input, struct span text, bool whole, struct input_line *line)
{
	*line = (struct input_line){
		.seq = input->seq,
		.line = input->line,
		.path = input->path[input->path_index],
		.method = METHOD_GET,
		.text = text,
		.url = text,
	};
	read_method(line);
	if (whole && line->url.len <= URL_BYTES_MAX && line->text.len <= INPUT_TEXT_BYTES_MAX)
		return;
	line->error = HOP_ERROR_INPUT_TOO_LONG;
	line->text = utf8_cut(line->text, URL_BYTES_MAX);
	line->url = utf8_cut(line->url, URL_BYTES_MAX);
}

enum input_status input_next(struct input *input, struct input_line *line)
{
	struct span text;
	bool whole;

	while (input->status == INPUT_LINE) {
		if (!input->stream) {
			if (input->path_index == input->path_count)
				return input->status = INPUT_END;
			open_file(input);
		} else if (next_line(input, &text, &whole)) {
			input->seq++;
			input->line++;
			text = trim(text);
			if (text.len == 0 || text.bytes[0] == '#')
				continue;
			describe(input, text, whole, line);
			return INPUT_LINE;
		} else if (input->status == INPUT_LINE) {
			close_file(input);
			input->path_index++;
		}
	}
	return input->status;
}

const struct input_error *input_error(const struct input *input)
{
	return &input->error;
}

struct input *input_new(const char *const *path, size_t count)
{
	struct input *input = memory_alloc(sizeof(*input));

	memset(input, 0, offsetof(struct input, buffer));
	input->fd = input->stop_fd = -1;
	input->path_count = count;
	input->path = memory_alloc(count * sizeof(*input->path));
	memcpy(input->path, path, count * sizeof(*path));
	return input;
}

void input_stop_at(struct input *input, int fd)
{
	input->stop_fd = fd;
}

void input_free(struct input *input)
{
	if (!input)
		return;
	close_file(input);
	free(input->path);
	free(input);
}
