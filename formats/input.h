/* The URL list: one URL a line, from files and standard input, plain, gzip or zstd (by content).
 *
 * Lines end in LF or CRLF; the last one may have no end. Blanks (space, tab) around a line's text
 * are dropped. A line that is blank, or whose text begins with "#", is counted but not given. A
 * UTF-8 byte order mark at a file's beginning is skipped. Every other byte is data, NUL included.
 * A text is a URL, or a method and a URL: "POST https://a.example/form".
 *
 * URLs are not parsed here. Memory is one buffer of fixed size, whatever the lines' length.
 * One input belongs to one thread at a time. */
#ifndef FORMATS_INPUT_H
#define FORMATS_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "formats/limits.h"
#include "formats/record.h"

/* The longest text that is given whole: a method, blanks and the longest URL. */
#define INPUT_TEXT_BYTES_MAX (URL_BYTES_MAX + 32)

struct input;

/* One line. The spans point into the input's buffer and are good until the next input_next(). */
struct input_line {
	uint64_t seq;     /* 1-based over all inputs, lines that are not given counted */
	uint64_t line;    /* the same in this file */
	const char *path; /* the file, as named to input_new() */
	enum method method;
	enum hop_error error; /* HOP_OK, HOP_ERROR_INPUT_METHOD or HOP_ERROR_INPUT_TOO_LONG */
	struct span text;     /* as given, without blanks around it; never empty */
	struct span url;      /* the text behind the method; may be any bytes */
};

enum input_status { INPUT_LINE, INPUT_END, INPUT_ERROR, INPUT_STOPPED };

/* Reads `path[0]` to `path[count - 1]` in order; "-" is standard input. The texts must outlive the
 * input, the array is not kept. Opens nothing yet. */
struct input *input_new(const char *const *path, size_t count);
void input_free(struct input *input);

/* Reading stops with INPUT_STOPPED once `fd` is readable, even where a pipe is waited for. Lines that
 * are at hand are given first. To be called before the first input_next(). */
void input_stop_at(struct input *input, int fd);

/* The next line. HOP_ERROR_INPUT_TOO_LONG: the URL is longer than URL_BYTES_MAX or the text than
 * INPUT_TEXT_BYTES_MAX; then each is its first URL_BYTES_MAX bytes at most, not ending inside a
 * UTF-8 character. So is a line of more than 256 KiB, unless it only begins with that many blanks.
 * After END, ERROR or STOPPED every call gives the same again. */
enum input_status input_next(struct input *input, struct input_line *line);

/* What ended the input, after INPUT_ERROR. */
struct input_error {
	int exit_code;     /* EX_NOINPUT: cannot be opened; EX_DATAERR: cannot be read on, or corrupt */
	char message[512]; /* "FILE: offset N: reason", without a line end; a very long FILE is cut */
};

const struct input_error *input_error(const struct input *input);

#endif
