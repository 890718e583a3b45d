#include "formats/run_read.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sysexits.h>
#include <unistd.h>

#include "formats/arena.h"
#include "formats/file.h"
#include "formats/frame_file.h"
#include "formats/part_list.h"
#include "formats/row_parse.h"
#include "formats/seq_set.h"
#include "formats/stamp.h"

struct run_read {
	const char *path;
	FILE *errors;
	struct output_dir dir; /* the lock is shared */
	bool complete;
	char *id;
	uint64_t row_count; /* as the manifest has it */
	uint64_t rows;      /* that were read */
	struct seq_set done;
	struct part_list parts;
	size_t part; /* the one that is open, or to be opened next */
	int fd;      /* -1: none is open */
	uint64_t part_rows;
	struct frame_file *file;
	struct span text; /* rows of a frame that are not read yet */
};

/* --- Opening --- */

static int complain(const struct run_read *run, const char *what, int exit_code)
{
	fprintf(run->errors, "detour: %s: %s\n", run->path, what);
	return exit_code;
}

/* Those who write hold the lock alone. A directory that was copied may have none. */
static int lock(struct run_read *run)
{
	run->dir.lock_fd = openat(run->dir.fd, LOCK_NAME, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (run->dir.lock_fd < 0)
		return errno == ENOENT ? 0 : complain(run, strerror(errno), EX_NOINPUT);
	if (flock(run->dir.lock_fd, LOCK_SH | LOCK_NB) == 0)
		return 0;
	return errno == EWOULDBLOCK ? complain(run, "another run writes there", EX_TEMPFAIL)
				    : complain(run, strerror(errno), EX_NOINPUT);
}

/* The manifest and the stamp have the id alike. A run that was killed has the stamp only. */
static int read_manifest(struct run_read *run)
{
	struct span id = SPAN("");
	struct buf text;
	bool there;
	int code = 0;

	buf_init(&text, MANIFEST_BYTES_MAX);
	there = file_read(run->dir.fd, MANIFEST_NAME, &text);
	if (!there && run->complete)
		code = complain(run, MANIFEST_NAME " cannot be read", EX_DATAERR);
	else if (there && !manifest_count_of(buf_span(&text), "rows", &run->row_count))
		code = complain(run, MANIFEST_NAME " is damaged", EX_DATAERR);
	if (there)
		id = stamp_value(buf_span(&text), "run_id");
	run->id = strndup(id.len ? id.bytes : "", id.len);
	assert(run->id);
	buf_release(&text);
	return code;
}

/* A directory in which there is nothing of a run is none. */
static int list_parts(struct run_read *run)
{
	const struct part_entry *repeated;

	if (!part_list_read(&run->parts, &run->dir))
		return complain(run, strerror(errno), EX_NOINPUT);
	repeated = part_list_repeated(&run->parts);
	if (repeated)
		return complain(run, "a part is there twice, hidden and not", EX_DATAERR);
	if (run->parts.count == 0 && !run->complete && faccessat(run->dir.fd, STAMP_NAME, F_OK, 0) != 0)
		return complain(run, "holds no run of detour", EX_NOINPUT);
	return 0;
}

static int open_run(struct run_read *run)
{
	int code;

	run->dir.fd = open(run->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (run->dir.fd < 0)
		return complain(run, strerror(errno), EX_NOINPUT);
	code = lock(run);
	if (!code) {
		run->complete = faccessat(run->dir.fd, SUCCESS_NAME, F_OK, 0) == 0;
		code = read_manifest(run);
	}
	return code ? code : list_parts(run);
}

struct run_read *run_read_open(const char *path, FILE *errors, int *exit_code)
{
	struct run_read *run = memory_alloc(sizeof(*run));

	*run = (struct run_read){
		.path = path, .errors = errors, .dir = { .fd = -1, .lock_fd = -1 }, .fd = -1, .file = frame_file_new()
	};
	seq_set_init(&run->done);
	*exit_code = open_run(run);
	if (*exit_code == 0)
		return run;
	run_read_close(run);
	return NULL;
}

void run_read_close(struct run_read *run)
{
	if (!run)
		return;
	if (run->fd >= 0)
		close(run->fd);
	frame_file_free(run->file);
	part_list_release(&run->parts);
	seq_set_release(&run->done);
	output_dir_release(&run->dir);
	free(run->id);
	free(run);
}

bool run_read_is_complete(const struct run_read *run)
{
	return run->complete;
}

const char *run_read_id(const struct run_read *run)
{
	return run->id;
}

uint64_t run_read_row_count(const struct run_read *run)
{
	return run->row_count;
}

/* --- Reading --- */

struct part_file {
	char name[PART_NAME_BYTES_MAX + 1];
};

static struct part_file part_file(const struct run_read *run)
{
	const struct part_entry *entry = &run->parts.entry[run->part];
	struct part_file file = { "." };

	part_name(entry->number, file.name + !entry->published);
	return file;
}

static int complain_of_part(const struct run_read *run, const char *what, int exit_code)
{
	fprintf(run->errors, "detour: %s/%s: %s\n", run->path, part_file(run).name, what);
	return exit_code;
}

/* Rows of a part are numbered from 1, as `zstd -dc PART | sed -n 7p` finds them. */
static int complain_of_row(const struct run_read *run, const char *what)
{
	fprintf(run->errors, "detour: %s/%s: row %" PRIu64 " %s\n", run->path, part_file(run).name, run->part_rows,
		what);
	return EX_DATAERR;
}

static int open_part(struct run_read *run)
{
	run->fd = openat(run->dir.fd, part_file(run).name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (run->fd < 0)
		return complain_of_part(run, strerror(errno), EX_IOERR);
	run->part_rows = 0;
	frame_file_begin(run->file, run->fd);
	return 0;
}

static void close_part(struct run_read *run)
{
	close(run->fd);
	run->fd = -1;
	run->part++;
}

/* What a run that ended early leaves behind the last whole frame was never said to be there. */
static int end_torn_part(struct run_read *run)
{
	if (run->complete) {
		fprintf(run->errors, "detour: %s/%s: damaged behind row %" PRIu64 "\n", run->path, part_file(run).name,
			run->part_rows);
		return EX_DATAERR;
	}
	complain_of_part(run, "what stands behind its last whole frame is left out", 0);
	close_part(run);
	return 0;
}

/* Has rows in `text`, unless all parts are read or something is wrong. */
static int fill(struct run_read *run)
{
	int code = 0;

	while (code == 0 && run->text.len == 0 && run->part < run->parts.count) {
		struct span frame;

		if (run->fd < 0) {
			code = open_part(run);
			continue;
		}
		switch (frame_file_next(run->file, &frame, &run->text)) {
		case FRAME_FILE_FRAME:
			break;
		case FRAME_FILE_END:
			close_part(run);
			break;
		case FRAME_FILE_TORN:
			code = end_torn_part(run);
			break;
		case FRAME_FILE_ERROR:
			code = complain_of_part(run, strerror(errno), EX_IOERR);
			break;
		}
	}
	return code;
}

static struct span next_row(struct run_read *run)
{
	const char *end = memchr(run->text.bytes, '\n', run->text.len);
	struct span row = { .bytes = run->text.bytes, .len = (size_t)(end - run->text.bytes) + 1 };

	run->text = (struct span){ .bytes = row.bytes + row.len, .len = run->text.len - row.len };
	run->part_rows++;
	return row;
}

/* All rows are of the run that the manifest tells of, or else that the first one is of. */
static bool is_of_run(struct run_read *run, struct span id)
{
	if (run->id[0])
		return span_equal(id, span_of(run->id));
	free(run->id);
	run->id = strndup(id.bytes ? id.bytes : "", id.len);
	assert(run->id);
	return true;
}

static int check_end(const struct run_read *run)
{
	if (!run->complete || run->rows == run->row_count)
		return 0;
	fprintf(run->errors, "detour: %s: %" PRIu64 " rows are there, but " MANIFEST_NAME " tells of %" PRIu64 "\n",
		run->path, run->rows, run->row_count);
	return EX_DATAERR;
}

struct record *run_read_next(struct run_read *run, int *exit_code)
{
	struct record *record;
	struct span id;

	*exit_code = fill(run);
	if (*exit_code == 0 && run->text.len == 0)
		*exit_code = check_end(run);
	if (*exit_code || run->text.len == 0)
		return NULL;
	switch (row_parse(next_row(run), &record, &id)) {
	case ROW_PARSE_DAMAGED:
		*exit_code = complain_of_row(run, "is damaged");
		return NULL;
	case ROW_PARSE_NEWER:
		*exit_code = complain_of_row(run, "was written by a later version of detour");
		return NULL;
	case ROW_PARSE_OK:
		break;
	}
	if (!is_of_run(run, id))
		*exit_code = complain_of_row(run, "is of another run");
	else if (!seq_set_add(&run->done, record->seq))
		*exit_code = complain_of_row(run, "is of a line that has one already");
	if (*exit_code) {
		record_free(record);
		return NULL;
	}
	run->rows++;
	return record;
}
