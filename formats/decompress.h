/* A stream of bytes from a descriptor that may be compressed: plain, gzip (RFC 1952, any number of
 * members) or zstd (RFC 8878, any number of frames, skippable ones too). The first bytes decide, not
 * the name. Memory is bounded: buffers are fixed, and a zstd window is at most 128 MiB.
 * One stream belongs to one thread at a time. */
#ifndef FORMATS_DECOMPRESS_H
#define FORMATS_DECOMPRESS_H

#include <stddef.h>
#include <stdint.h>

struct decompress;

enum decompress_status {
	DECOMPRESS_BYTES, /* at least one byte was given */
	DECOMPRESS_END,   /* the stream ended where it may end */
	DECOMPRESS_ERROR, /* see decompress_reason() */
	DECOMPRESS_STOPPED,
};

/* Reads nothing yet. `fd` stays the caller's: it must be open for reading until decompress_free()
 * and is not closed by it. */
struct decompress *decompress_new(int fd);
void decompress_free(struct decompress *stream);

/* Reading stops, for good, once `fd` is readable: a pipe may be silent for ever. */
void decompress_stop_at(struct decompress *stream, int fd);

/* Gives up to `size` bytes (at least 1) and sets `*len`. May give fewer than there are, so that a
 * slow pipe is not waited for when there is something to give. Waits for a blocking descriptor.
 * Bytes before an error are given first. After END, ERROR or STOPPED every call gives the same again. */
enum decompress_status decompress_read(struct decompress *stream, char *bytes, size_t size, size_t *len);

/* After DECOMPRESS_ERROR: what is wrong, a clause without a full stop, and where: bytes of the
 * descriptor that were accepted. The text lives as long as the stream. */
const char *decompress_reason(const struct decompress *stream);
uint64_t decompress_offset(const struct decompress *stream);

#endif
