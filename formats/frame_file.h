/* The frames of a part file, one after the other. */
#ifndef FORMATS_FRAME_FILE_H
#define FORMATS_FRAME_FILE_H

#include "formats/frame.h"

struct frame_file; /* for one thread; some 30 MiB */

struct frame_file *frame_file_new(void);
void frame_file_free(struct frame_file *file);

/* Goes to the place where `fd` stands, which stays the caller's. */
void frame_file_begin(struct frame_file *file, int fd);

enum frame_file_status {
	FRAME_FILE_FRAME,
	FRAME_FILE_END,   /* nothing is behind the last frame */
	FRAME_FILE_TORN,  /* something is, and it is no whole frame */
	FRAME_FILE_ERROR, /* cannot be read; errno is set */
};

/* The next frame as it lies in the file, and its rows (frame_decode). Both are good until the next call. */
enum frame_file_status frame_file_next(struct frame_file *file, struct span *frame, struct span *rows);

#endif
