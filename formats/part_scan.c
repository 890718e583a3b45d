#include "formats/part_scan.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "formats/arena.h"
#include "formats/frame.h"
#include "formats/row_read.h"

struct part_scanner {
	struct frame_decoder *decoder;
	struct span run_id;
	size_t start, end; /* of the bytes that are not used up */
	char bytes[2 * FRAME_BYTES_MAX];
};

struct part_scanner *part_scanner_new(struct span run_id)
{
	struct part_scanner *scanner = memory_alloc(sizeof(*scanner));

	scanner->decoder = frame_decoder_new();
	scanner->run_id = run_id;
	return scanner;
}

void part_scanner_free(struct part_scanner *scanner)
{
	if (!scanner)
		return;
	frame_decoder_free(scanner->decoder);
	free(scanner);
}

/* Has a whole frame of any size in the buffer, or all that is left of the file. */
static bool fill(struct part_scanner *scanner, int fd)
{
	ssize_t len = 1;

	if (scanner->end - scanner->start >= FRAME_BYTES_MAX)
		return true;
	memmove(scanner->bytes, scanner->bytes + scanner->start, scanner->end - scanner->start);
	scanner->end -= scanner->start;
	scanner->start = 0;
	while (len != 0 && scanner->end < sizeof(scanner->bytes)) {
		len = read(fd, scanner->bytes + scanner->end, sizeof(scanner->bytes) - scanner->end);
		if (len < 0 && errno != EINTR)
			return false;
		if (len > 0)
			scanner->end += (size_t)len;
	}
	return true;
}

static enum part_scan_status read_rows(const struct part_scanner *scanner, struct span rows, struct row_counts *counts,
				       struct seq_set *done)
{
	while (rows.len) {
		const char *end = memchr(rows.bytes, '\n', rows.len);
		struct span row = { .bytes = rows.bytes, .len = (size_t)(end - rows.bytes) + 1 };
		uint64_t seq;

		if (!row_read(row, scanner->run_id, &seq, counts))
			return PART_SCAN_FOREIGN;
		if (!seq_set_add(done, seq))
			return PART_SCAN_REPEATED;
		rows = (struct span){ .bytes = rows.bytes + row.len, .len = rows.len - row.len };
	}
	return PART_SCAN_OK;
}

enum part_scan_status part_scan(struct part_scanner *scanner, struct part *part, struct seq_set *done)
{
	enum part_scan_status status = PART_SCAN_OK;

	scanner->start = scanner->end = 0;
	while (status == PART_SCAN_OK) {
		struct row_counts counts = { .rows = 0 };
		struct span rest, rows;
		size_t frame_len;

		if (!fill(scanner, part->fd))
			return PART_SCAN_ERROR;
		rest = (struct span){ .bytes = scanner->bytes + scanner->start, .len = scanner->end - scanner->start };
		if (!frame_decode(scanner->decoder, rest, &frame_len, &rows))
			break;
		status = read_rows(scanner, rows, &counts, done);
		part_keep(part, (struct span){ .bytes = rest.bytes, .len = frame_len }, &counts);
		scanner->start += frame_len;
	}
	return status;
}
