/* Rows as zstd frames (RFC 8878). Each frame stands alone: it has its content size and a checksum,
 * needs no other frame and no more than 8 MiB of window, which every reader allows. */
#ifndef FORMATS_FRAME_H
#define FORMATS_FRAME_H

#include "formats/limits.h"
#include "formats/span.h"

/* A frame is ended once its rows have this size. Below 4 MiB the ratio suffers; a larger frame means more
 * memory for each auditor, and more to walk again after a crash. */
#define FRAME_ROWS_BYTES (8 * 1024 * 1024)

/* The most that a frame is made of: its last row may go beyond FRAME_ROWS_BYTES. */
#define FRAME_ROWS_BYTES_MAX (FRAME_ROWS_BYTES + ROW_BYTES_MAX)

struct frame_encoder; /* for one thread; some 15 MiB */

struct frame_encoder *frame_encoder_new(void);
void frame_encoder_free(struct frame_encoder *encoder);

/* A frame of `rows`, 1 to FRAME_ROWS_BYTES_MAX bytes. It lies in the encoder and is good until the
 * next call. Cannot fail but for want of memory, which ends the process. */
struct span frame_encode(struct frame_encoder *encoder, struct span rows);

#endif
