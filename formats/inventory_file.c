#include "formats/inventory_file.h"

#include "formats/row.h"

void inventory_file_release(struct inventory_file *file)
{
	part_free(file->part);
	if (file->encoder) {
		frame_encoder_free(file->encoder);
		buf_release(&file->rows);
	}
	*file = (struct inventory_file){ .part = NULL };
}

static bool flush(struct inventory_file *file, int dir_fd)
{
	bool done;

	if (!file->part)
		file->part = part_new_inventory(dir_fd);
	done = file->part && part_append(file->part, frame_encode(file->encoder, buf_span(&file->rows)), &file->counts);
	buf_clear(&file->rows);
	file->counts = (struct row_counts){ .rows = 0 };
	return done;
}

bool inventory_file_add(struct inventory_file *file, int dir_fd, const struct inventory_finding *finding,
			struct span run_id)
{
	size_t before;

	if (!file->encoder) {
		file->encoder = frame_encoder_new();
		buf_init(&file->rows, FRAME_ROWS_BYTES + ROW_ROOM_BYTES);
	}
	before = file->rows.len;
	inventory_row_write(&file->rows, finding, run_id);
	file->counts.rows++;
	file->counts.bytes += file->rows.len - before;
	file->counts.findings[finding->severity]++;
	return file->rows.len < FRAME_ROWS_BYTES || flush(file, dir_fd);
}

bool inventory_file_publish(struct inventory_file *file, int dir_fd)
{
	if (file->counts.rows && !flush(file, dir_fd))
		return false;
	return !file->part || part_publish(file->part);
}

struct part *inventory_file_part(const struct inventory_file *file)
{
	return file->part && file->part->published ? file->part : NULL;
}
