/* .run.json: what a run was begun with, kept beside its parts, so that it is resumed with the same list and
 * the same options or not at all. One JSON object of texts, one on a line, in fixed order. */
#ifndef FORMATS_STAMP_H
#define FORMATS_STAMP_H

#include "formats/buf.h"
#include "formats/manifest.h"

#define STAMP_NAME ".run.json"

/* No stamp is longer: Linux takes at most 6 MiB of arguments, of which JSON makes at most six times as many. */
#define STAMP_BYTES_MAX ((size_t)64 << 20)

/* Texts are the caller's. */
struct stamp {
	const char *run_id;
	int64_t started_at_us;
	const char *list; /* see list_hash.h; "" until the list has been read: so long, nothing was walked */
	const char *tool_version;
	const struct manifest_text *option; /* those that rows depend on */
	size_t option_count;
};

void stamp_write(struct buf *out, const struct stamp *stamp);

/* Whether there is one in the directory at `path`. */
bool stamp_exists(const char *path);

/* Adds the stamp's text to `out`. False with errno set if it cannot be read; ENOENT: there is none. */
bool stamp_read(int dir_fd, struct buf *out) __attribute__((warn_unused_result));

/* The value of `name` ("run_id", "list", "started_at_us") in a stamp's text; empty if there is none. For
 * values without characters that JSON escapes. */
struct span stamp_value(struct span text, const char *name);

/* The first entry, as "name": "value", in which the runs of two stamps differ apart from their ids, times and
 * lists. An entry that is missing is given as "". False if there is none. */
bool stamp_difference(struct span a, struct span b, struct span *entry_a, struct span *entry_b);

#endif
