#include "formats/decompress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

#include "formats/buf.h"

#define URLS         "https://a.example/1\nhttps://a.example/2\n"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void add_gzip(struct buf *file, const char *text)
{
	z_stream stream = { .zalloc = NULL };
	char out[4096];

	assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	stream.next_in = (Bytef *)(uintptr_t)text;
	stream.avail_in = (uInt)strlen(text);
	stream.next_out = (Bytef *)out;
	stream.avail_out = sizeof(out);
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	buf_add(file, out, sizeof(out) - stream.avail_out);
	deflateEnd(&stream);
}

static void add_zstd(struct buf *file, const char *text)
{
	ZSTD_CCtx *context = ZSTD_createCCtx();
	char out[4096];
	size_t len;

	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	len = ZSTD_compress2(context, out, sizeof(out), text, strlen(text));
	assert_false(ZSTD_isError(len));
	buf_add(file, out, len);
	ZSTD_freeCCtx(context);
}

static void add_skippable(struct buf *file, const char *text)
{
	unsigned len = (unsigned)strlen(text);
	char head[8] = { 0x5a, 0x2a, 0x4d, 0x18, (char)len, 0, 0, 0 };

	buf_add(file, head, sizeof(head));
	buf_add(file, text, len);
}

/* A frame header that asks for a window of 256 MiB: RFC 8878 section 3.1.1.1.2, exponent 18. */
static void add_wide_zstd(struct buf *file, const char *text)
{
	char head[] = { 0x28, (char)0xb5, 0x2f, (char)0xfd, 0x00, (char)(18 << 3) };

	(void)text;
	buf_add(file, head, sizeof(head));
	buf_add(file, "\x01\x00\x00", 3);
}

struct part {
	void (*add)(struct buf *file, const char *text);
	const char *text;
};

static int file_of(const char *bytes, size_t len)
{
	int fd = memfd_create("test", 0);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), (ssize_t)len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* Reads all, `step` bytes at a time, and checks that the last word stays the last word. */
static enum decompress_status read_all(struct decompress *stream, size_t step, struct buf *out)
{
	enum decompress_status status;
	char bytes[4096];
	size_t len;

	while ((status = decompress_read(stream, bytes, step, &len)) == DECOMPRESS_BYTES) {
		assert_in_range(len, 1, step);
		buf_add(out, bytes, len);
	}
	assert_int_equal(len, 0);
	assert_int_equal(decompress_read(stream, bytes, step, &len), status);
	return status;
}

static const struct stream_case {
	const char *name;
	struct part part[4];
	const char *text;
	const char *reason; /* NULL: ends well */
	int offset;
} stream_cases[] = {
	{ "empty", { { buf_add_text, "" } }, "", NULL, 0 },
	{ "one byte", { { buf_add_text, "a" } }, "a", NULL, 0 },
	{ "plain", { { buf_add_text, "https://a.example/\n" } }, "https://a.example/\n", NULL, 0 },
	{ "looks like gzip at first",
	  { { buf_add_text, "\x1f is a control character" } },
	  "\x1f is a control character",
	  NULL,
	  0 },
	{ "gzip", { { add_gzip, "one\ntwo\n" } }, "one\ntwo\n", NULL, 0 },
	{ "gzip of nothing", { { add_gzip, "" } }, "", NULL, 0 },
	{ "gzip members", { { add_gzip, "one" }, { add_gzip, "" }, { add_gzip, "two" } }, "onetwo", NULL, 0 },
	{ "gzip, then text",
	  { { add_gzip, "one" }, { buf_add_text, "two" } },
	  "one",
	  "there is something after the gzip stream that is not gzip",
	  23 },
	{ "gzip, then half a magic",
	  { { add_gzip, "one" }, { buf_add_text, "\x1f" } },
	  "one",
	  "the gzip stream is cut short",
	  24 },
	{ "gzip, then 1f and text",
	  { { add_gzip, "one" }, { buf_add_text, "\x1fxy" } },
	  "one",
	  "the gzip stream is corrupt (incorrect header check)",
	  25 },
	{ "gzip in gzip is data", { { buf_add_text, "\x1f\x8b" } }, "", "the gzip stream is cut short", 2 },
	{ "zstd", { { add_zstd, "one\ntwo\n" } }, "one\ntwo\n", NULL, 0 },
	{ "zstd of nothing", { { add_zstd, "" } }, "", NULL, 0 },
	{ "zstd frames", { { add_zstd, "one" }, { add_zstd, "" }, { add_zstd, "two" } }, "onetwo", NULL, 0 },
	{ "skippable first", { { add_skippable, "notes" }, { add_zstd, "one" } }, "one", NULL, 0 },
	{ "skippable between and last",
	  { { add_zstd, "one" }, { add_skippable, "notes" }, { add_zstd, "two" }, { add_skippable, "" } },
	  "onetwo",
	  NULL,
	  0 },
	{ "only skippable", { { add_skippable, "notes" } }, "", NULL, 0 },
	{ "zstd, then text",
	  { { add_zstd, "one" }, { buf_add_text, "two and more" } },
	  "one",
	  "there is something after the zstd frames that is not zstd",
	  16 },
	{ "zstd, then one byte",
	  { { add_zstd, "one" }, { buf_add_text, "\x28" } },
	  "one",
	  "the zstd stream is cut short",
	  17 },
	{ "zstd window",
	  { { add_wide_zstd, "" } },
	  "",
	  "the zstd window is larger than 128 MiB; compress again without --long",
	  5 },
	{ "bzip2",
	  { { buf_add_text, "BZh91AY" } },
	  "",
	  "is an xz, bzip2 or zip file; only gzip, zstd and plain files are read",
	  0 },
	{ "zip",
	  { { buf_add_text, "PK\x03\x04 and so on" } },
	  "",
	  "is an xz, bzip2 or zip file; only gzip, zstd and plain files are read",
	  0 },
	{ "not quite zip", { { buf_add_text, "PK\x03 and so on" } }, "PK\x03 and so on", NULL, 0 },
};

static void check_stream(const struct stream_case *c, size_t step)
{
	struct buf file, out;
	struct decompress *stream;
	enum decompress_status status;
	int fd;

	buf_init(&file, 65536);
	buf_init(&out, 65536);
	for (size_t i = 0; i < COUNT(c->part) && c->part[i].add; i++)
		c->part[i].add(&file, c->part[i].text);
	fd = file_of(file.bytes, file.len);
	stream = decompress_new(fd);
	status = read_all(stream, step, &out);
	if (!span_equal(buf_span(&out), span_of(c->text)))
		fail_msg("%s: \"%.*s\"", c->name, (int)out.len, out.bytes);
	if (status != (c->reason ? DECOMPRESS_ERROR : DECOMPRESS_END))
		fail_msg("%s: status %d, %s", c->name, status, decompress_reason(stream));
	if (c->reason &&
	    (strcmp(decompress_reason(stream), c->reason) != 0 || decompress_offset(stream) != (uint64_t)c->offset))
		fail_msg("%s: %s at %d", c->name, decompress_reason(stream), (int)decompress_offset(stream));
	decompress_free(stream);
	close(fd);
	buf_release(&file);
	buf_release(&out);
}

static void streams(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(stream_cases); i++) {
		check_stream(&stream_cases[i], 4096);
		check_stream(&stream_cases[i], 1);
	}
}

static const struct {
	const char *name;
	void (*add)(struct buf *file, const char *text);
} kinds[] = { { "gzip", add_gzip }, { "zstd", add_zstd } };

/* A file cut anywhere behind its magic is an error, at the place of the cut. */
static void cut_anywhere(void **state)
{
	(void)state;
	for (size_t k = 0; k < COUNT(kinds); k++) {
		struct buf file, out;

		buf_init(&file, 65536);
		buf_init(&out, 65536);
		kinds[k].add(&file, URLS);
		for (size_t len = 4; len < file.len; len++) {
			int fd = file_of(file.bytes, len);
			struct decompress *stream = decompress_new(fd);

			buf_clear(&out);
			if (read_all(stream, 4096, &out) != DECOMPRESS_ERROR ||
			    !strstr(decompress_reason(stream), "cut short") || decompress_offset(stream) != len)
				fail_msg("%s cut to %zu: %s", kinds[k].name, len, decompress_reason(stream));
			decompress_free(stream);
			close(fd);
		}
		buf_release(&file);
		buf_release(&out);
	}
}

/* Both formats have a checksum: wrong data is never taken for right. */
static void damaged_anywhere(void **state)
{
	(void)state;
	for (size_t k = 0; k < COUNT(kinds); k++) {
		struct buf file, out;

		buf_init(&file, 65536);
		buf_init(&out, 65536);
		kinds[k].add(&file, URLS);
		/* The gzip header's time and system bytes (RFC 1952 section 2.3.1) may be anything. */
		for (size_t at = k == 0 ? 10 : 4; at < file.len; at++) {
			int fd;
			struct decompress *stream;

			file.bytes[at] ^= 0x10;
			fd = file_of(file.bytes, file.len);
			stream = decompress_new(fd);
			buf_clear(&out);
			/* A bit of padding may change without harm. */
			if (read_all(stream, 4096, &out) == DECOMPRESS_END && !span_equal(buf_span(&out), SPAN(URLS)))
				fail_msg("%s damaged at %zu passes", kinds[k].name, at);
			assert_in_range(decompress_offset(stream), 0, file.len);
			decompress_free(stream);
			close(fd);
			file.bytes[at] ^= 0x10;
		}
		buf_release(&file);
		buf_release(&out);
	}
}

/* The offset of damage far inside a large file is near the damage. */
static void damage_offset(void **state)
{
	enum { TEXT_BYTES = 8 << 20, NEAR_BYTES = 256 << 10 };
	char *text = malloc(TEXT_BYTES), *packed = malloc(ZSTD_compressBound(TEXT_BYTES));
	uint64_t random = 88172645463325252u;
	struct decompress *stream;
	struct buf out;
	size_t len, at;
	int fd;

	(void)state;
	for (size_t i = 0; i < TEXT_BYTES; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		text[i] = (char)('a' + random % 16);
	}
	len = ZSTD_compress(packed, ZSTD_compressBound(TEXT_BYTES), text, TEXT_BYTES, 1);
	at = len / 2;
	memset(packed + at, 0xff, 64);
	fd = file_of(packed, len);
	stream = decompress_new(fd);
	buf_init(&out, TEXT_BYTES);
	assert_int_equal(read_all(stream, 4096, &out), DECOMPRESS_ERROR);
	assert_in_range(decompress_offset(stream), at - NEAR_BYTES, at + NEAR_BYTES);
	decompress_free(stream);
	close(fd);
	buf_release(&out);
	free(packed);
	free(text);
}

static void unreadable(void **state)
{
	struct decompress *stream = decompress_new(-1);
	char byte;
	size_t len;

	(void)state;
	assert_int_equal(decompress_read(stream, &byte, 1, &len), DECOMPRESS_ERROR);
	assert_string_equal(decompress_reason(stream), "cannot be read: Bad file descriptor");
	assert_int_equal(decompress_offset(stream), 0);
	decompress_free(stream);
	decompress_free(NULL);
}

/* A pipe with a writer that says nothing more is not waited for. */
static void stop(void **state)
{
	struct decompress *stream;
	int data[2], word[2];
	char bytes[16];
	size_t len;

	(void)state;
	assert_int_equal(pipe(data), 0);
	assert_int_equal(pipe(word), 0);
	stream = decompress_new(data[0]);
	decompress_stop_at(stream, word[0]);
	assert_int_equal(write(data[1], "http://a/\n", 10), 10);
	assert_int_equal(decompress_read(stream, bytes, sizeof(bytes), &len), DECOMPRESS_BYTES);
	assert_int_equal(len, 10);
	assert_int_equal(write(word[1], "x", 1), 1);
	for (int i = 0; i < 2; i++)
		assert_int_equal(decompress_read(stream, bytes, sizeof(bytes), &len), DECOMPRESS_STOPPED);
	decompress_free(stream);
	for (int i = 0; i < 2; i++) {
		close(data[i]);
		close(word[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams),       cmocka_unit_test(cut_anywhere), cmocka_unit_test(damaged_anywhere),
		cmocka_unit_test(damage_offset), cmocka_unit_test(unreadable),   cmocka_unit_test(stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
