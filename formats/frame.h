/* Rows as zstd frames (RFC 8878). Each frame stands alone: it has its content size and a checksum,
 * needs no other frame and no more than 8 MiB of window, which every reader allows. */
#ifndef FORMATS_FRAME_H
#define FORMATS_FRAME_H

#include <stdbool.h>

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

/* No frame of ours is longer: what zstd may need for rows that do not compress at all. */
#define FRAME_BYTES_MAX (FRAME_ROWS_BYTES_MAX + FRAME_ROWS_BYTES_MAX / 128)

struct frame_decoder; /* for one thread; some 10 MiB */

struct frame_decoder *frame_decoder_new(void);
void frame_decoder_free(struct frame_decoder *decoder);

/* Decodes the frame that `bytes` begin with and checks its checksum. Sets `frame_len` to its length and
 * `rows` to its content: whole lines, at least one, that lie in the decoder and are good until the next call. False if
 * no whole frame of frame_encode is there, whatever the bytes are. */
bool frame_decode(struct frame_decoder *decoder, struct span bytes, size_t *frame_len, struct span *rows)
	__attribute__((warn_unused_result));

#endif
