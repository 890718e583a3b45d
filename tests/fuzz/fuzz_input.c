/* The URL list reader on any bytes, plain and compressed: what it gives keeps to its header. */
#include "formats/input.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static void check_line(const struct input_line *line, uint64_t seq_before)
{
	assert(line->seq > seq_before && line->seq == line->line);
	assert(line->text.len > 0 && line->text.len <= INPUT_TEXT_BYTES_MAX);
	assert(!memchr(line->text.bytes, '\n', line->text.len));
	assert(line->text.bytes[0] != ' ' && line->text.bytes[0] != '\t' && line->text.bytes[0] != '#');
	assert(line->url.len <= URL_BYTES_MAX);
	assert(line->url.bytes >= line->text.bytes);
	assert(line->error == HOP_OK || line->error == HOP_ERROR_INPUT_METHOD ||
	       line->error == HOP_ERROR_INPUT_TOO_LONG);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[32];
	const char *paths[] = { path };
	int fd = memfd_create("fuzz", 0);
	struct input *input = input_new(paths, 1);
	struct input_line line;
	enum input_status status;
	uint64_t seq = 0;

	assert(write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	while ((status = input_next(input, &line)) == INPUT_LINE) {
		check_line(&line, seq);
		seq = line.seq;
	}
	if (status == INPUT_ERROR)
		assert(input_error(input)->exit_code == 65 && input_error(input)->message[0]);
	input_free(input);
	close(fd);
	return 0;
}
