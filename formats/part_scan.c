#include "formats/part_scan.h"

#include <stdlib.h>

#include "formats/arena.h"
#include "formats/frame_file.h"
#include "formats/row_read.h"

struct part_scanner {
	struct frame_file *file;
	struct span run_id;
	struct row_reader reader;
};

struct part_scanner *part_scanner_new(struct span run_id, struct row_reader reader)
{
	struct part_scanner *scanner = memory_alloc(sizeof(*scanner));

	*scanner = (struct part_scanner){ .file = frame_file_new(), .run_id = run_id, .reader = reader };
	return scanner;
}

void part_scanner_free(struct part_scanner *scanner)
{
	if (!scanner)
		return;
	frame_file_free(scanner->file);
	free(scanner);
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
		if (scanner->reader.row)
			scanner->reader.row(scanner->reader.context, row);
		rows = (struct span){ .bytes = rows.bytes + row.len, .len = rows.len - row.len };
	}
	return PART_SCAN_OK;
}

enum part_scan_status part_scan(struct part_scanner *scanner, struct part *part, struct seq_set *done)
{
	enum part_scan_status status = PART_SCAN_OK;

	frame_file_begin(scanner->file, part->fd);
	while (status == PART_SCAN_OK) {
		struct row_counts counts = { .rows = 0 };
		struct span frame, rows;
		enum frame_file_status next = frame_file_next(scanner->file, &frame, &rows);

		if (next == FRAME_FILE_ERROR)
			return PART_SCAN_ERROR;
		if (next != FRAME_FILE_FRAME)
			break;
		status = read_rows(scanner, rows, &counts, done);
		part_keep(part, frame, &counts);
	}
	return status;
}
