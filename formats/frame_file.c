#include "formats/frame_file.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "formats/arena.h"

struct frame_file {
	struct frame_decoder *decoder;
	int fd;
	size_t start, end; /* of the bytes that are not used up */
	char bytes[2 * FRAME_BYTES_MAX];
};

struct frame_file *frame_file_new(void)
{
	struct frame_file *file = memory_alloc(sizeof(*file));

	file->decoder = frame_decoder_new();
	frame_file_begin(file, -1);
	return file;
}

void frame_file_free(struct frame_file *file)
{
	if (!file)
		return;
	frame_decoder_free(file->decoder);
	free(file);
}

void frame_file_begin(struct frame_file *file, int fd)
{
	file->fd = fd;
	file->start = file->end = 0;
}

/* Has a whole frame of any size in the buffer, or all that is left of the file. */
static bool fill(struct frame_file *file)
{
	ssize_t len = 1;

	if (file->end - file->start >= FRAME_BYTES_MAX)
		return true;
	memmove(file->bytes, file->bytes + file->start, file->end - file->start);
	file->end -= file->start;
	file->start = 0;
	while (len != 0 && file->end < sizeof(file->bytes)) {
		len = read(file->fd, file->bytes + file->end, sizeof(file->bytes) - file->end);
		if (len < 0 && errno != EINTR)
			return false;
		if (len > 0)
			file->end += (size_t)len;
	}
	return true;
}

enum frame_file_status frame_file_next(struct frame_file *file, struct span *frame, struct span *rows)
{
	struct span rest;
	size_t frame_len;

	if (!fill(file))
		return FRAME_FILE_ERROR;
	rest = (struct span){ .bytes = file->bytes + file->start, .len = file->end - file->start };
	if (rest.len == 0)
		return FRAME_FILE_END;
	if (!frame_decode(file->decoder, rest, &frame_len, rows))
		return FRAME_FILE_TORN;
	*frame = (struct span){ .bytes = rest.bytes, .len = frame_len };
	file->start += frame_len;
	return FRAME_FILE_FRAME;
}
