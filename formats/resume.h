/* Going on with a run that ended early, whatever ended it: kill -9, a loss of power, a full disk. The parts
 * are the checkpoint. */
#ifndef FORMATS_RESUME_H
#define FORMATS_RESUME_H

#include <stdio.h>

#include "formats/output_dir.h"
#include "formats/part.h"
#include "formats/part_scan.h"
#include "formats/seq_set.h"
#include "formats/stamp.h"

enum resume_state {
	RESUME_NEW,      /* the directory is empty: nothing had been walked */
	RESUME_PARTIAL,  /* the rest is to be walked */
	RESUME_COMPLETE, /* nothing is */
};

struct resume {
	enum resume_state state;
	/* What follows is empty unless the state is PARTIAL. */
	char *run_id;
	int64_t started_at_us;
	struct part **part; /* published, in order */
	unsigned part_count;
	unsigned next_number;     /* for the next part */
	struct row_counts counts; /* of all parts */
	struct seq_set done;      /* lines that have a row */
};

/* Looks what the directory at `path`, opened and locked by output_dir_open, holds of the run that `stamp` would
 * begin. A complete run is left as it is. Of a partial one each part is cut behind its last whole frame and
 * published, and the manifest and the inventory, which are true no more, are removed. A run that was ended before it
 * walked anything is removed.
 *
 * Each row that is kept of a partial run is shown to `reader`.
 *
 * Returns 0, or an exit code after a line on `errors`: 2 if the run was begun with other options,
 * EX_DATAERR with another list or if the parts are not its own, EX_CANTCREAT if the directory holds no
 * run that can be resumed, EX_IOERR. resume_release() is needed either way. */
int resume_open(struct resume *resume, const struct output_dir *dir, const char *path, const struct stamp *stamp,
		struct row_reader reader, FILE *errors);
void resume_release(struct resume *resume);

#endif
