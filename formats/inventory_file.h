/* inventory-00000.ndjson.zst: rows as frames, like a part (part.h). Made with the first row, so that a run without
 * findings has no such file: readers stumble over empty ones. For one thread. */
#ifndef FORMATS_INVENTORY_FILE_H
#define FORMATS_INVENTORY_FILE_H

#include "formats/frame.h"
#include "formats/inventory_row.h"
#include "formats/part.h"

/* Zeroed, it is empty. */
struct inventory_file {
	struct part *part; /* NULL before the first frame */
	struct frame_encoder *encoder;
	struct buf rows; /* not in a frame yet */
	struct row_counts counts;
};

void inventory_file_release(struct inventory_file *file);

/* Adds a row. False with errno set if a frame cannot be written. */
bool inventory_file_add(struct inventory_file *file, int dir_fd, const struct inventory_finding *finding,
			struct span run_id) __attribute__((warn_unused_result));

/* Writes out what is left, and gives the file its name; nothing without rows. False with errno set. */
bool inventory_file_publish(struct inventory_file *file, int dir_fd) __attribute__((warn_unused_result));

/* The published file, or NULL if there is none. */
struct part *inventory_file_part(const struct inventory_file *file);

#endif
