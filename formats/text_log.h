/* Texts that may be asked for later, kept on disk: URLs and host names of which only a few will be wanted, and nobody
 * knows which. Texts are packed into zstd blocks in a temporary file, and found again by reading all of it once. A text
 * that was added a short while ago is not kept again. */
#ifndef FORMATS_TEXT_LOG_H
#define FORMATS_TEXT_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/span.h"

struct text_log;
struct text_log_feed;

/* What a text is known by. */
uint64_t text_hash(struct span text);

/* The temporary file is made in `directory`, which must outlive the log, when the first block is full. */
struct text_log *text_log_new(const char *directory, unsigned feeds);
void text_log_free(struct text_log *log);

/* A feed is for one thread; some 700 KiB once it is used. */
struct text_log_feed *text_log_feed(struct text_log *log, unsigned index);

/* Keeps the text, whose hash is `hash`: at least one byte, at most URL_BYTES_MAX, and no NUL in it. A file that cannot
 * be written is told by text_log_error. */
void text_log_add(struct text_log_feed *feed, uint64_t hash, struct span text);

/* 0, or the errno of what went wrong first. */
int text_log_error(const struct text_log *log);

/* Bytes in the temporary file. */
uint64_t text_log_bytes(const struct text_log *log);

/* Calls `each` for every text that was kept, several times for some, in no certain order; no feed is used any more.
 * False if the file cannot be read. */
bool text_log_each(struct text_log *log, void (*each)(void *context, uint64_t hash, struct span text), void *context)
	__attribute__((warn_unused_result));

#endif
