#include "formats/decompress.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "formats/arena.h"

/* Compressed bytes read at once: what a pipe holds, and half of zstd's largest block. More saves
 * few system calls. */
#define IN_BYTES 65536

/* The largest zstd window, as a power of two: 128 MiB, what `zstd -d` accepts without --long. A
 * larger one lets a small file ask for gigabytes. */
#define ZSTD_WINDOW_LOG_MAX 27

/* The longest entry of `magics`. */
#define MAGIC_BYTES_MAX 6

/* The shortest beginning of a zstd frame that tells how long its header is. */
#define ZSTD_BEGIN_BYTES 5

/* Adding 16 tells zlib to expect a gzip header; 15 is the largest window of the format. */
#define GZIP_WINDOW_BITS (15 + 16)

struct decompress {
	int fd, stop_fd;               /* stop_fd -1: none */
	bool started;                  /* the kind is known */
	bool eof;                      /* the descriptor has no more bytes */
	bool inside;                   /* in a gzip member or zstd frame that has not ended */
	enum decompress_status status; /* BYTES as long as reading goes on */
	enum decompress_status (*step)(struct decompress *stream, char *bytes, size_t size, size_t *len);
	z_stream gzip;
	bool damaged; /* by what inflate() says; told once the bytes before it are given */
	ZSTD_DCtx *zstd;
	size_t zstd_wants;   /* compressed bytes that the next step can use */
	uint64_t read_bytes; /* taken from the descriptor */
	size_t in_at, in_end;
	char reason[160];
	char in[IN_BYTES];
};

static enum decompress_status fail(struct decompress *stream, const char *reason)
{
	snprintf(stream->reason, sizeof(stream->reason), "%s", reason);
	return stream->status = DECOMPRESS_ERROR;
}

/* Waits for bytes, or their end. False if there is word to stop instead. */
static bool wait_for_bytes(const struct decompress *stream)
{
	struct pollfd poll_fd[] = { { .fd = stream->fd, .events = POLLIN },
				    { .fd = stream->stop_fd, .events = POLLIN } };

	while (poll(poll_fd, 2, -1) < 0)
		assert(errno == EINTR);
	return !poll_fd[1].revents;
}

/* Reads from the descriptor into `bytes`. False after a read error, or a stop. */
static bool read_some(struct decompress *stream, char *bytes, size_t size, size_t *len)
{
	ssize_t got;

	if (stream->stop_fd >= 0 && !wait_for_bytes(stream)) {
		stream->status = DECOMPRESS_STOPPED;
		return false;
	}
	do
		got = read(stream->fd, bytes, size);
	while (got < 0 && errno == EINTR);
	if (got < 0) {
		snprintf(stream->reason, sizeof(stream->reason), "cannot be read: %s", strerror(errno));
		stream->status = DECOMPRESS_ERROR;
		return false;
	}
	*len = (size_t)got;
	stream->read_bytes += *len;
	stream->eof = got == 0;
	return true;
}

/* Adds to the compressed bytes at hand. False after a read error, or a stop. */
static bool fill(struct decompress *stream)
{
	size_t len;

	if (stream->in_at == stream->in_end)
		stream->in_at = stream->in_end = 0;
	if (!read_some(stream, stream->in + stream->in_end, sizeof(stream->in) - stream->in_end, &len))
		return false;
	stream->in_end += len;
	return true;
}

static enum decompress_status step_plain(struct decompress *stream, char *bytes, size_t size, size_t *len)
{
	size_t held = stream->in_end - stream->in_at;

	if (held) {
		*len = held < size ? held : size;
		memcpy(bytes, stream->in + stream->in_at, *len);
		stream->in_at += *len;
		return DECOMPRESS_BYTES;
	}
	if (!read_some(stream, bytes, size, len))
		return stream->status;
	return *len ? DECOMPRESS_BYTES : DECOMPRESS_END;
}

static enum decompress_status step_gzip(struct decompress *stream, char *bytes, size_t size, size_t *len)
{
	z_stream *gzip = &stream->gzip;
	int code;

	gzip->next_out = (Bytef *)bytes;
	gzip->avail_out = size < UINT32_MAX ? (uInt)size : UINT32_MAX;
	while (!stream->damaged && gzip->next_out == (Bytef *)bytes) {
		if (stream->in_at == stream->in_end && !stream->eof && !fill(stream))
			return stream->status;
		if (stream->in_at == stream->in_end && stream->eof)
			return stream->inside ? fail(stream, "the gzip stream is cut short") : DECOMPRESS_END;
		/* RFC 1952 section 2.2: a file is a series of members. */
		if (!stream->inside) {
			if ((unsigned char)stream->in[stream->in_at] != 0x1f)
				return fail(stream, "there is something after the gzip stream that is not gzip");
			inflateReset(gzip);
			stream->inside = true;
		}
		gzip->next_in = (Bytef *)stream->in + stream->in_at;
		gzip->avail_in = (uInt)(stream->in_end - stream->in_at);
		code = inflate(gzip, Z_NO_FLUSH);
		stream->in_at = stream->in_end - gzip->avail_in;
		if (code == Z_STREAM_END)
			stream->inside = false;
		else if (code != Z_OK && code != Z_BUF_ERROR)
			stream->damaged = true;
	}
	*len = (size_t)((char *)gzip->next_out - bytes);
	if (*len)
		return DECOMPRESS_BYTES;
	snprintf(stream->reason, sizeof(stream->reason), "the gzip stream is corrupt (%s)",
		 gzip->msg ? gzip->msg : "preset dictionary");
	return stream->status = DECOMPRESS_ERROR;
}

static enum decompress_status fail_zstd(struct decompress *stream, size_t code)
{
	switch (ZSTD_getErrorCode(code)) {
	case ZSTD_error_frameParameter_windowTooLarge:
		return fail(stream, "the zstd window is larger than 128 MiB; compress again without --long");
	case ZSTD_error_prefix_unknown:
		return fail(stream, "there is something after the zstd frames that is not zstd");
	default:
		snprintf(stream->reason, sizeof(stream->reason), "the zstd stream is corrupt (%s)",
			 ZSTD_getErrorName(code));
		return stream->status = DECOMPRESS_ERROR;
	}
}

static enum decompress_status step_zstd(struct decompress *stream, char *bytes, size_t size, size_t *len)
{
	ZSTD_outBuffer out = { .dst = bytes, .size = size };

	while (out.pos == 0) {
		ZSTD_inBuffer in = { .src = stream->in };
		size_t held, code;

		if (stream->in_at == stream->in_end && !stream->eof && !fill(stream))
			return stream->status;
		held = stream->in_end - stream->in_at;
		if (held == 0 && !stream->inside)
			return DECOMPRESS_END;
		/* No more than is asked for: a failed call takes nothing, so the offset stays near the damage. */
		in.pos = stream->in_at;
		in.size = in.pos + (held < stream->zstd_wants ? held : stream->zstd_wants);
		code = ZSTD_decompressStream(stream->zstd, &out, &in);
		if (ZSTD_isError(code))
			return fail_zstd(stream, code);
		stream->in_at = in.pos;
		stream->inside = code != 0;
		stream->zstd_wants = code ? code : ZSTD_BEGIN_BYTES;
		if (held == 0 && out.pos == 0)
			return fail(stream, "the zstd stream is cut short");
	}
	*len = out.pos;
	return DECOMPRESS_BYTES;
}

static enum decompress_status begin_gzip(struct decompress *stream)
{
	if (inflateInit2(&stream->gzip, GZIP_WINDOW_BITS) != Z_OK)
		return fail(stream, "there is no memory to decompress gzip");
	stream->step = step_gzip;
	return DECOMPRESS_BYTES;
}

static enum decompress_status begin_zstd(struct decompress *stream)
{
	stream->zstd = ZSTD_createDCtx();
	if (!stream->zstd ||
	    ZSTD_isError(ZSTD_DCtx_setParameter(stream->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX)))
		return fail(stream, "there is no memory to decompress zstd");
	stream->zstd_wants = ZSTD_BEGIN_BYTES;
	stream->step = step_zstd;
	return DECOMPRESS_BYTES;
}

static enum decompress_status begin_other(struct decompress *stream)
{
	return fail(stream, "is an xz, bzip2 or zip file; only gzip, zstd and plain files are read");
}

/* How each kind begins. Taking an archive for plain text would give a row for each of its "lines". */
static const struct {
	const char *bytes;
	size_t len;
	unsigned char first_mask; /* bits of the first byte that count */
	enum decompress_status (*begin)(struct decompress *stream);
} magics[] = {
	{ "\x1f\x8b", 2, 0xff, begin_gzip },
	{ "\x28\xb5\x2f\xfd", 4, 0xff, begin_zstd },
	/* RFC 8878 section 3.1.2: sixteen magic numbers for skippable frames. */
	{ "\x50\x2a\x4d\x18", 4, 0xf0, begin_zstd },
	{ "\xfd\x37zXZ", 6, 0xff, begin_other },
	{ "BZh", 3, 0xff, begin_other },
	{ "PK\x03\x04", 4, 0xff, begin_other },
};

static bool begins_with(const struct decompress *stream, const char *magic, size_t len, unsigned char first_mask)
{
	return stream->in_end >= len && ((unsigned char)stream->in[0] & first_mask) == (unsigned char)magic[0] &&
	       memcmp(stream->in + 1, magic + 1, len - 1) == 0;
}

static enum decompress_status begin(struct decompress *stream)
{
	stream->started = true;
	while (stream->in_end < MAGIC_BYTES_MAX && !stream->eof)
		if (!fill(stream))
			return stream->status;
	stream->step = step_plain;
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (begins_with(stream, magics[i].bytes, magics[i].len, magics[i].first_mask))
			return magics[i].begin(stream);
	return DECOMPRESS_BYTES;
}

enum decompress_status decompress_read(struct decompress *stream, char *bytes, size_t size, size_t *len)
{
	assert(size > 0);
	*len = 0;
	if (!stream->started)
		stream->status = begin(stream);
	if (stream->status == DECOMPRESS_BYTES)
		stream->status = stream->step(stream, bytes, size, len);
	return stream->status;
}

const char *decompress_reason(const struct decompress *stream)
{
	return stream->reason;
}

uint64_t decompress_offset(const struct decompress *stream)
{
	return stream->read_bytes - (stream->in_end - stream->in_at);
}

struct decompress *decompress_new(int fd)
{
	struct decompress *stream = memory_alloc(sizeof(*stream));

	memset(stream, 0, offsetof(struct decompress, in));
	stream->fd = fd;
	stream->stop_fd = -1;
	return stream;
}

void decompress_stop_at(struct decompress *stream, int fd)
{
	stream->stop_fd = fd;
}

void decompress_free(struct decompress *stream)
{
	if (!stream)
		return;
	if (stream->step == step_gzip)
		inflateEnd(&stream->gzip);
	ZSTD_freeDCtx(stream->zstd);
	free(stream);
}
