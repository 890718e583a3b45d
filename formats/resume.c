#include "formats/resume.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "formats/arena.h"
#include "formats/part_list.h"
#include "formats/part_scan.h"

#define EXIT_USAGE 2

static int complain(FILE *errors, const char *path, const char *what)
{
	fprintf(errors, "detour: output directory %s: %s\n", path, what);
	return EX_CANTCREAT;
}

static int complain_of_part(FILE *errors, const char *path, const struct part_entry *found, const char *what,
			    int exit_code)
{
	char name[PART_NAME_BYTES_MAX];

	part_name(found->number, name);
	fprintf(errors, "detour: %s/%s%s: %s\n", path, found->published ? "" : ".", name, what);
	return exit_code;
}

static int list_parts(const struct output_dir *dir, const char *path, struct part_list *list, FILE *errors)
{
	const struct part_entry *repeated;

	if (!part_list_read(list, dir))
		return complain(errors, path, strerror(errno));
	repeated = part_list_repeated(list);
	return repeated ? complain_of_part(errors, path, repeated, "is there twice, hidden and not", EX_DATAERR) : 0;
}

static int scan(struct part_scanner *scanner, struct part *part, struct seq_set *done, const char **what)
{
	switch (part_scan(scanner, part, done)) {
	case PART_SCAN_FOREIGN:
		*what = "holds something else than rows of this run";
		return EX_DATAERR;
	case PART_SCAN_REPEATED:
		*what = "holds the row of a line that has one already";
		return EX_DATAERR;
	case PART_SCAN_ERROR:
		*what = strerror(errno);
		return EX_IOERR;
	case PART_SCAN_OK:
		break;
	}
	return 0;
}

/* Takes one part over, or removes it if no frame of it is whole. */
static int take_part(struct resume *resume, struct part_scanner *scanner, const struct output_dir *dir,
		     const char *path, const struct part_entry *found, FILE *errors)
{
	struct part *part = part_open(dir->fd, found->number, found->published);
	const char *what = NULL;
	uint64_t dropped = 0;
	int code;

	if (!part)
		return complain_of_part(errors, path, found, strerror(errno), EX_IOERR);
	code = scan(scanner, part, &resume->done, &what);
	if (!code && (!part_cut(part, &dropped) || !part_publish(part))) {
		what = strerror(errno);
		code = EX_IOERR;
	}
	if (code)
		complain_of_part(errors, path, found, what, code);
	else if (dropped)
		fprintf(errors, "detour: %s/%s: cut to its last whole frame, %" PRIu64 " bytes less\n", path,
			part->name, dropped);
	if (code || !part->published) {
		part_free(part);
		return code;
	}
	row_counts_add(&resume->counts, &part->counts);
	resume->part[resume->part_count++] = part;
	resume->next_number = found->number + 1;
	return 0;
}

static int take_parts(struct resume *resume, const struct output_dir *dir, const char *path,
		      const struct part_list *list, struct row_reader reader, FILE *errors)
{
	struct part_scanner *scanner = part_scanner_new(span_of(resume->run_id), reader);
	int code = 0;

	resume->part = memory_alloc((list->count + 1) * sizeof(*resume->part));
	for (size_t i = 0; i < list->count && !code; i++)
		code = take_part(resume, scanner, dir, path, &list->entry[i], errors);
	part_scanner_free(scanner);
	return code;
}

static bool exists(const struct output_dir *dir, const char *name)
{
	return faccessat(dir->fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Whether `text` is of a run that was begun as `stamp` says. */
static int compare(const char *path, struct span text, const struct stamp *stamp, FILE *errors)
{
	struct span entry, wanted;
	struct buf own;
	int code = 0;

	buf_init(&own, STAMP_BYTES_MAX);
	stamp_write(&own, stamp);
	assert(!own.overflow);
	if (stamp_difference(text, buf_span(&own), &entry, &wanted)) {
		fprintf(errors, "detour: output directory %s: cannot be resumed: its run has %.*s, not %.*s\n", path,
			(int)entry.len, entry.bytes, (int)wanted.len, wanted.bytes);
		code = EXIT_USAGE;
	} else if (!span_equal(stamp_value(text, "list"), span_of(stamp->list))) {
		fprintf(errors, "detour: output directory %s: cannot be resumed: its run has another list of URLs\n",
			path);
		code = EX_DATAERR;
	}
	buf_release(&own);
	return code;
}

static void keep_identity(struct resume *resume, struct span text)
{
	struct span run_id = stamp_value(text, "run_id"), started = stamp_value(text, "started_at_us");

	resume->run_id = strndup(run_id.bytes, run_id.len);
	assert(resume->run_id);
	/* The quote behind the digits ends them. */
	resume->started_at_us = started.len ? strtoll(started.bytes, NULL, 10) : 0;
}

static int resume_stamped(struct resume *resume, const struct output_dir *dir, const char *path, struct span text,
			  const struct stamp *stamp, struct row_reader reader, FILE *errors)
{
	struct part_list list;
	int code;

	if (stamp_value(text, "run_id").len == 0)
		return complain(errors, path, STAMP_NAME " is damaged; --force replaces the run");
	if (stamp_value(text, "list").len == 0)
		return output_dir_empty(dir, path, errors);
	code = compare(path, text, stamp, errors);
	if (code)
		return code;
	if (exists(dir, SUCCESS_NAME)) {
		resume->state = RESUME_COMPLETE;
		return 0;
	}
	resume->state = RESUME_PARTIAL;
	keep_identity(resume, text);
	/* Neither is true of the run that goes on. */
	if ((unlinkat(dir->fd, MANIFEST_NAME, 0) != 0 && errno != ENOENT) ||
	    (unlinkat(dir->fd, INVENTORY_NAME, 0) != 0 && errno != ENOENT) ||
	    (unlinkat(dir->fd, "." INVENTORY_NAME, 0) != 0 && errno != ENOENT))
		return complain(errors, path, strerror(errno));
	code = list_parts(dir, path, &list, errors);
	if (!code)
		code = take_parts(resume, dir, path, &list, reader, errors);
	part_list_release(&list);
	return code;
}

/* A directory that is empty, or that a run had just made when it was ended. */
static int resume_unstamped(const struct output_dir *dir, const char *path, FILE *errors)
{
	struct part_list list;
	int code = list_parts(dir, path, &list, errors);

	if (!code && (list.count || exists(dir, SUCCESS_NAME) || exists(dir, MANIFEST_NAME)))
		code = complain(errors, path,
				"holds a run without " STAMP_NAME ", which --resume needs; --force replaces it");
	part_list_release(&list);
	return code ? code : output_dir_empty(dir, path, errors);
}

int resume_open(struct resume *resume, const struct output_dir *dir, const char *path, const struct stamp *stamp,
		struct row_reader reader, FILE *errors)
{
	struct buf text;
	int code;

	*resume = (struct resume){ .state = RESUME_NEW };
	seq_set_init(&resume->done);
	buf_init(&text, STAMP_BYTES_MAX);
	if (stamp_read(dir->fd, &text))
		code = resume_stamped(resume, dir, path, buf_span(&text), stamp, reader, errors);
	else if (errno == ENOENT)
		code = resume_unstamped(dir, path, errors);
	else
		code = complain(errors, path, strerror(errno));
	buf_release(&text);
	return code;
}

void resume_release(struct resume *resume)
{
	for (unsigned i = 0; i < resume->part_count; i++)
		part_free(resume->part[i]);
	free(resume->part);
	free(resume->run_id);
	seq_set_release(&resume->done);
	*resume = (struct resume){ .state = RESUME_NEW };
}
