#include "formats/input.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "formats/buf.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A file without a name; its path is good as long as `fd` is open. */
struct file {
	int fd;
	char path[32];
};

static struct file file_of(struct span content)
{
	struct file file = { .fd = memfd_create("test", 0) };

	assert_true(file.fd >= 0);
	assert_int_equal(write(file.fd, content.bytes, content.len), (ssize_t)content.len);
	snprintf(file.path, sizeof(file.path), "/proc/self/fd/%d", file.fd);
	return file;
}

static struct file gzip_of(struct span content)
{
	struct file file = file_of(SPAN(""));
	gzFile gzip = gzdopen(dup(file.fd), "wb");

	gzwrite(gzip, content.bytes, (unsigned)content.len);
	gzclose(gzip);
	return file;
}

/* Puts each byte into standard input as a packet of its own, so that every read gives one byte.
 * Returns what standard input was. */
static int feed_bytewise(struct span content)
{
	int pair[2], was = dup(STDIN_FILENO);

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	for (size_t i = 0; i < content.len; i++)
		assert_int_equal(send(pair[1], content.bytes + i, 1, MSG_DONTWAIT), 1);
	close(pair[1]);
	dup2(pair[0], STDIN_FILENO);
	close(pair[0]);
	return was;
}

/* Reads all and writes it as "seq:line METHOD error [text] [url]" lines, as "= [text]" when there is
 * nothing else to say. */
static enum input_status read_all(const char *const *path, size_t count, struct buf *out, struct input_error *error)
{
	struct input *input = input_new(path, count);
	struct input_line line;
	enum input_status status;

	buf_init(out, 1 << 20);
	while ((status = input_next(input, &line)) == INPUT_LINE) {
		buf_addf(out, "%d:%d", (int)line.seq, (int)line.line);
		if (line.method != METHOD_GET || line.error != HOP_OK)
			buf_addf(out, " %s %s", method_name(line.method), hop_error_name(line.error));
		buf_addf(out, " [");
		buf_add_span(out, line.text);
		if (!span_equal(line.text, line.url)) {
			buf_add_text(out, "] [");
			buf_add_span(out, line.url);
		}
		buf_add_text(out, "]\n");
	}
	assert_int_equal(input_next(input, &line), status);
	*error = *input_error(input);
	input_free(input);
	return status;
}

static const struct line_case {
	const char *name;
	struct span content;
	struct span lines; /* as read_all() writes them */
} line_cases[] = {
	{ "empty", SPAN(""), SPAN("") },
	{ "one", SPAN("https://a.example/\n"), SPAN("1:1 [https://a.example/]\n") },
	{ "no end", SPAN("https://a.example/"), SPAN("1:1 [https://a.example/]\n") },
	{ "crlf", SPAN("http://a/\r\nhttp://b/\r\n"), SPAN("1:1 [http://a/]\n2:2 [http://b/]\n") },
	{ "cr at the end of the file", SPAN("http://a/\r"), SPAN("1:1 [http://a/]\n") },
	{ "cr inside is data", SPAN("http://a/\rb\r\r\n"), SPAN("1:1 [http://a/\rb\r]\n") },
	{ "nul is data", SPAN("http://a/\0b\n\0\n"), SPAN("1:1 [http://a/\0b]\n2:2 [\0]\n") },
	{ "blank and # lines count", SPAN("# list\n\n  \t\r\nhttp://a/\n   # x\n#\nhttp://b/#c\n"),
	  SPAN("4:4 [http://a/]\n7:7 [http://b/#c]\n") },
	{ "only blanks", SPAN("  "), SPAN("") },
	{ "blanks around", SPAN(" \t http://a/ b \t\r\n"), SPAN("1:1 [http://a/ b]\n") },
	{ "bom", SPAN("\xef\xbb\xbfhttp://a/\n"), SPAN("1:1 [http://a/]\n") },
	{ "bom and comment", SPAN("\xef\xbb\xbf# x\nhttp://a/\n"), SPAN("2:2 [http://a/]\n") },
	{ "only bom", SPAN("\xef\xbb\xbf"), SPAN("") },
	{ "bom later is data",
	  SPAN("a\n\xef\xbb\xbf"
	       "b\n"),
	  SPAN("1:1 [a]\n2:2 [\xef\xbb\xbf"
	       "b]\n") },
	{ "half a bom", SPAN("\xef\xbb"), SPAN("1:1 [\xef\xbb]\n") },
	{ "utf-8",
	  SPAN("https://b\xc3\xbc"
	       "cher.example/\xc3\xa4\n"),
	  SPAN("1:1 [https://b\xc3\xbc"
	       "cher.example/\xc3\xa4]\n") },
	{ "method", SPAN("POST https://a/x\n"), SPAN("1:1 POST  [POST https://a/x] [https://a/x]\n") },
	{ "GET is said", SPAN("GET https://a/x\n"), SPAN("1:1 [GET https://a/x] [https://a/x]\n") },
	{ "method and tabs", SPAN("\tHEAD\t \thttps://a/x \n"),
	  SPAN("1:1 HEAD  [HEAD\t \thttps://a/x] [https://a/x]\n") },
	{ "method without scheme", SPAN("PUT a.example\n"), SPAN("1:1 PUT  [PUT a.example] [a.example]\n") },
	{ "method alone is a text", SPAN("POST\n"), SPAN("1:1 [POST]\n") },
	{ "unknown method", SPAN("FETCH https://a/x\n"),
	  SPAN("1:1 GET input-method [FETCH https://a/x] [https://a/x]\n") },
	{ "methods are upper-case", SPAN("post https://a/x\n"),
	  SPAN("1:1 GET input-method [post https://a/x] [https://a/x]\n") },
	{ "method with hyphen", SPAN("M-SEARCH http://a/\n"),
	  SPAN("1:1 GET input-method [M-SEARCH http://a/] [http://a/]\n") },
	{ "words are no method", SPAN("see a.example\n"), SPAN("1:1 [see a.example]\n") },
	{ "two words", SPAN("see also http://a/\n"), SPAN("1:1 [see also http://a/]\n") },
	{ "number is no method", SPAN("1 http://a/\n"), SPAN("1:1 [1 http://a/]\n") },
	{ "nul is no scheme", SPAN("see a\0:b\n"), SPAN("1:1 [see a\0:b]\n") },
};

static void check_lines(const struct line_case *c, const char *way, const char *path)
{
	struct input_error error;
	struct buf out;

	if (read_all(&path, 1, &out, &error) != INPUT_END)
		fail_msg("%s, %s: %s", c->name, way, error.message);
	if (!span_equal(buf_span(&out), c->lines))
		fail_msg("%s, %s:\n%.*s", c->name, way, (int)out.len, out.bytes);
	buf_release(&out);
}

static void lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(line_cases); i++) {
		const struct line_case *c = &line_cases[i];
		struct file plain = file_of(c->content), gzip = gzip_of(c->content);
		int was = feed_bytewise(c->content);

		check_lines(c, "file", plain.path);
		check_lines(c, "gzip", gzip.path);
		check_lines(c, "standard input", "-");
		dup2(was, STDIN_FILENO);
		close(was);
		close(plain.fd);
		close(gzip.fd);
	}
}

static void several_files(void **state)
{
	struct file a = file_of(SPAN("# head\nhttp://a/\nhttp://b/")), none = file_of(SPAN("")),
		    b = gzip_of(SPAN("\xef\xbb\xbfhttp://c/\n\nhttp://d/\n"));
	const char *path[] = { a.path, none.path, b.path };
	struct input_error error;
	struct buf out;

	(void)state;
	assert_int_equal(read_all(path, COUNT(path), &out, &error), INPUT_END);
	buf_add_char(&out, '\0');
	assert_string_equal(out.bytes, "2:2 [http://a/]\n3:3 [http://b/]\n4:1 [http://c/]\n6:3 [http://d/]\n");
	buf_release(&out);
	assert_int_equal(read_all(path, 0, &out, &error), INPUT_END);
	buf_release(&out);
	close(a.fd);
	close(none.fd);
	close(b.fd);
}

static const struct {
	const char *name;
	struct span content;
	const char *path; /* instead of content */
	int exit_code;
	const char *message; /* "%s" is the path */
	size_t lines;        /* given before */
} errors[] = {
	{ "no file", { 0 }, "/nonexistent/urls.txt", EX_NOINPUT, "%s: No such file or directory", 0 },
	{ "directory", { 0 }, "/", EX_NOINPUT, "%s: Is a directory", 0 },
	{ "utf-16", SPAN("\xff\xfeh\0t\0"), NULL, EX_DATAERR,
	  "%s: offset 0: is UTF-16 (little-endian); convert it to UTF-8", 0 },
	{ "utf-16, other way", SPAN("\xfe\xff\0h\0t"), NULL, EX_DATAERR,
	  "%s: offset 0: is UTF-16 (big-endian); convert it to UTF-8", 0 },
	{ "cut gzip", SPAN("\x1f\x8b\x08\0\0\0\0\0\0\0"), NULL, EX_DATAERR,
	  "%s: offset 10: the gzip stream is cut short", 0 },
	/* A stored block with two lines, then a block of the reserved type: RFC 1951 section 3.2.3. */
	{ "corrupt gzip",
	  SPAN("\x1f\x8b\x08\0\0\0\0\0\0\0\0\x04\0\xfb\xff"
	       "a\nb\n"
	       "\x07"),
	  NULL, EX_DATAERR, "%s: offset 20: the gzip stream is corrupt (invalid block type)", 2 },
};

static void error_messages(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(errors); i++) {
		struct file file = file_of(errors[i].content);
		const char *path = errors[i].path ? errors[i].path : file.path;
		struct input_error error;
		struct buf out, wanted;
		size_t count = 0;

		buf_init(&wanted, 1024);
		for (const char *at = errors[i].message; *at; at++) {
			if (at[0] == '%')
				buf_add_text(&wanted, path), at++;
			else
				buf_add_char(&wanted, *at);
		}
		if (read_all(&path, 1, &out, &error) != INPUT_ERROR)
			fail_msg("%s: no error", errors[i].name);
		for (size_t j = 0; j < out.len; j++)
			count += out.bytes[j] == '\n';
		if (error.exit_code != errors[i].exit_code || !span_equal(span_of(error.message), buf_span(&wanted)) ||
		    count != errors[i].lines)
			fail_msg("%s: %d, %s, %zu lines", errors[i].name, error.exit_code, error.message, count);
		buf_release(&wanted);
		buf_release(&out);
		close(file.fd);
	}
}

/* Texts around the limits: `before`, then `count` times `unit`, then `after`. */
static const struct {
	const char *name, *before, *unit, *after;
	size_t count;
	enum hop_error error;
	size_t text_len, url_len; /* 0: no line */
} lengths[] = {
	{ "longest", "", "a", "", 8192, HOP_OK, 8192, 8192 },
	{ "one more", "", "a", "", 8193, HOP_ERROR_INPUT_TOO_LONG, 8192, 8192 },
	{ "longest and crlf", "", "a", " \r", 8192, HOP_OK, 8192, 8192 },
	{ "longest with method", "POST ", "a", "", 8192, HOP_OK, 8197, 8192 },
	{ "one more with method", "POST ", "a", "", 8193, HOP_ERROR_INPUT_TOO_LONG, 8192, 8192 },
	{ "blanks behind the method", "POST", " ", "http://a/", 9000, HOP_ERROR_INPUT_TOO_LONG, 8192, 9 },
	{ "two-byte characters", "x", "\xc3\xa4", "", 4096, HOP_ERROR_INPUT_TOO_LONG, 8191, 8191 },
	{ "three-byte characters", "", "\xe2\x82\xac", "", 4000, HOP_ERROR_INPUT_TOO_LONG, 8190, 8190 },
	{ "four-byte characters", "x", "\xf0\x9f\x98\x80", "", 4000, HOP_ERROR_INPUT_TOO_LONG, 8189, 8189 },
	{ "no utf-8", "", "\x80", "", 9000, HOP_ERROR_INPUT_TOO_LONG, 8192, 8192 },
	{ "the buffer", "", "a", "", 256 * 1024 - 1, HOP_ERROR_INPUT_TOO_LONG, 8192, 8192 },
	{ "more than the buffer", "", "a", "", 256 * 1024, HOP_ERROR_INPUT_TOO_LONG, 8192, 8192 },
	{ "many buffers", "", "a", "", 3 << 20, HOP_ERROR_INPUT_TOO_LONG, 8192, 8192 },
	{ "long comment", "#", "a", "", 3 << 20, HOP_OK, 0, 0 },
	{ "long blanks", "", " ", "", 3 << 20, HOP_OK, 0, 0 },
	{ "blanks, then a URL", "", " \t", "http://a/", 3 << 20, HOP_OK, 9, 9 },
	{ "a URL, then blanks", "http://a/", " ", "", 9000, HOP_OK, 9, 9 },
};

/* Each text stands between two short lines, with and without a line behind it. */
static void long_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(lengths); i++) {
		struct input_line line;
		struct input *input;
		struct file file;
		struct buf content;
		const char *path;

		buf_init(&content, 8 << 20);
		buf_add_text(&content, "first\n");
		buf_add_text(&content, lengths[i].before);
		for (size_t j = 0; j < lengths[i].count; j++)
			buf_add_text(&content, lengths[i].unit);
		buf_add_text(&content, lengths[i].after);
		buf_add_text(&content, "\nlast");
		file = file_of(buf_span(&content));
		path = file.path;
		input = input_new(&path, 1);
		assert_int_equal(input_next(input, &line), INPUT_LINE);
		assert_true(span_equal(line.text, SPAN("first")));
		if (lengths[i].text_len) {
			assert_int_equal(input_next(input, &line), INPUT_LINE);
			if (line.text.len != lengths[i].text_len || line.url.len != lengths[i].url_len ||
			    line.error != lengths[i].error || line.seq != 2)
				fail_msg("%s: text %zu, url %zu, \"%s\"", lengths[i].name, line.text.len, line.url.len,
					 hop_error_name(line.error));
		}
		if (input_next(input, &line) != INPUT_LINE || !span_equal(line.text, SPAN("last")) || line.seq != 3)
			fail_msg("%s: the line behind it is lost", lengths[i].name);
		assert_int_equal(input_next(input, &line), INPUT_END);
		input_free(input);
		buf_release(&content);
		close(file.fd);
	}
}

/* A line of 512 MiB without an end, which gzip makes small, does not grow the process. */
static void endless_line(void **state)
{
	enum { PIECE_BYTES = 1 << 20, PIECES = 512, GROWTH_KIB_MAX = 8 << 10 };
	char *piece = malloc(PIECE_BYTES);
	struct file file = file_of(SPAN(""));
	gzFile gzip = gzdopen(dup(file.fd), "wb1");
	const char *path = file.path;
	struct rusage before, after;
	struct input *input;
	struct input_line line;

	(void)state;
	memset(piece, 'a', PIECE_BYTES);
	for (int i = 0; i < PIECES; i++)
		gzwrite(gzip, piece, PIECE_BYTES);
	gzclose(gzip);
	free(piece);
	getrusage(RUSAGE_SELF, &before);
	input = input_new(&path, 1);
	assert_int_equal(input_next(input, &line), INPUT_LINE);
	assert_int_equal(line.error, HOP_ERROR_INPUT_TOO_LONG);
	assert_int_equal(input_next(input, &line), INPUT_END);
	getrusage(RUSAGE_SELF, &after);
	assert_in_range(after.ru_maxrss - before.ru_maxrss, 0, GROWTH_KIB_MAX);
	input_free(input);
	input_free(NULL);
	close(file.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),      cmocka_unit_test(several_files), cmocka_unit_test(error_messages),
		cmocka_unit_test(long_lines), cmocka_unit_test(endless_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
