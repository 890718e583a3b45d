#include "formats/output.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "formats/arena.h"
#include "formats/file.h"
#include "formats/frame.h"
#include "formats/inventory_file.h"
#include "formats/resume.h"
#include "formats/row.h"

struct output {
	char *path;
	char *run_id;
	FILE *errors;
	bool to_stdout;
	struct output_dir dir; /* not with to_stdout */
	const struct stamp *stamp;
	struct resume before;
	int64_t frame_age_us;
	uint64_t part_bytes;
	atomic_bool failed; /* a hint read without the lock; what failed stands in `error` */

	pthread_mutex_t lock; /* guards what follows */
	struct part *open;    /* takes frames; NULL before the first and after a full one */
	struct part **part;   /* all of them, `open` too */
	unsigned part_count;
	unsigned next_number;     /* of a part */
	uint64_t bytes;           /* written, as they lie in the parts */
	struct row_counts counts; /* of standard output */
	struct inventory_file inventory;
	char *error; /* the first one; NULL: none */
};

struct output_writer {
	struct output *output;
	struct frame_encoder *encoder; /* NULL for standard output */
	struct buf rows;
	struct row_counts counts; /* of `rows` */
	size_t flush_bytes;
	int64_t flush_age_us;
	int64_t due_us; /* 0: no row is waiting, or none had been when the time was last told */
};

static bool publish_stamp(const struct output *output, const struct stamp *stamp)
{
	struct buf text;
	bool done;

	buf_init(&text, STAMP_BYTES_MAX);
	stamp_write(&text, stamp);
	assert(!text.overflow);
	done = file_publish(output->dir.fd, STAMP_NAME, buf_span(&text));
	if (!done)
		fprintf(output->errors, "detour: cannot write %s/%s: %s\n", output->path, STAMP_NAME, strerror(errno));
	buf_release(&text);
	return done;
}

/* Goes on with the run that was there: its parts become ours. */
static void take_over(struct output *output)
{
	struct resume *before = &output->before;

	free(output->run_id);
	output->run_id = before->run_id;
	output->part = before->part;
	output->part_count = before->part_count;
	output->next_number = before->next_number;
	before->run_id = NULL;
	before->part = NULL;
	before->part_count = 0;
}

static int open_dir(struct output *output, enum output_dir_mode mode, struct row_reader reader)
{
	int code = output_dir_open(&output->dir, output->path, mode, output->errors);

	if (!code && mode == OUTPUT_DIR_RESUME)
		code = resume_open(&output->before, &output->dir, output->path, output->stamp, reader, output->errors);
	if (!code && output->before.state == RESUME_PARTIAL)
		take_over(output);
	else if (!code && output->before.state == RESUME_NEW && output->stamp) {
		struct stamp stamp = *output->stamp;

		stamp.list = "";
		code = publish_stamp(output, &stamp) ? 0 : EX_CANTCREAT;
	}
	return code;
}

static void release(struct output *output)
{
	for (unsigned i = 0; i < output->part_count; i++)
		part_free(output->part[i]);
	free(output->part);
	inventory_file_release(&output->inventory);
	resume_release(&output->before);
	output_dir_release(&output->dir);
	pthread_mutex_destroy(&output->lock);
	free(output->error);
	free(output->path);
	free(output->run_id);
	free(output);
}

struct output *output_open(const struct output_config *config, FILE *errors, int *exit_code)
{
	struct output *output = memory_alloc(sizeof(*output));

	*output = (struct output){
		.path = strdup(config->path),
		.run_id = strdup(config->run_id),
		.errors = errors,
		.to_stdout = strcmp(config->path, "-") == 0,
		.dir = { .fd = -1, .lock_fd = -1 },
		.stamp = config->stamp,
		.frame_age_us = config->frame_age_us,
		.part_bytes = config->part_bytes,
		.lock = PTHREAD_MUTEX_INITIALIZER,
	};
	assert(output->path && output->run_id && config->part_bytes > 0);
	assert(config->stamp || config->mode != OUTPUT_DIR_RESUME);
	*exit_code = output->to_stdout ? 0 : open_dir(output, config->mode, config->reader);
	if (*exit_code == 0 && output->before.state != RESUME_COMPLETE)
		return output;
	release(output);
	return NULL;
}

struct output_before output_before(const struct output *output)
{
	return (struct output_before){ .started_at_us = output->before.started_at_us, .counts = output->before.counts };
}

bool output_has_row(const struct output *output, uint64_t seq)
{
	return seq_set_has(&output->before.done, seq);
}

bool output_list_read(struct output *output, const char *list_hash)
{
	struct stamp stamp;

	if (output->to_stdout || !output->stamp || output->before.state == RESUME_PARTIAL)
		return true;
	stamp = *output->stamp;
	stamp.list = list_hash;
	return publish_stamp(output, &stamp);
}

/* Relaxed: the lock orders everything else, and being told a little later does no harm. */
bool output_failed(const struct output *output)
{
	return atomic_load_explicit(&output->failed, memory_order_relaxed);
}

uint64_t output_bytes(struct output *output)
{
	uint64_t bytes;

	pthread_mutex_lock(&output->lock);
	bytes = output->bytes;
	pthread_mutex_unlock(&output->lock);
	return bytes;
}

/* Keeps the first error, with errno's text. The lock is held. Returns false for the caller to return. */
static bool fail(struct output *output, const char *name)
{
	const char *reason = strerror(errno);
	int len;

	if (output->error)
		return false;
	if (output->to_stdout)
		len = asprintf(&output->error, "cannot write to standard output: %s", reason);
	else
		len = asprintf(&output->error, "cannot write %s/%s: %s", output->path, name, reason);
	assert(len >= 0);
	atomic_store_explicit(&output->failed, true, memory_order_relaxed);
	return false;
}

/* The part that takes the next frame, or NULL after an error. The lock is held. */
static struct part *open_part(struct output *output)
{
	if (output->open)
		return output->open;
	output->open = part_new(output->dir.fd, output->next_number);
	if (!output->open) {
		char name[PART_NAME_BYTES_MAX];

		part_name(output->next_number, name);
		fail(output, name);
		return NULL;
	}
	output->part = memory_resize(output->part, (output->part_count + 1) * sizeof(*output->part));
	output->part[output->part_count++] = output->open;
	output->next_number++;
	return output->open;
}

/* Appends to the open part, under the lock. A part that is full by this is handed to the caller, who
 * publishes it without the lock, because syncing to disk may take seconds. */
static bool append_frame(struct output *output, struct span frame, const struct row_counts *counts, struct part **full)
{
	struct part *part = output->error ? NULL : open_part(output);

	*full = NULL;
	if (!part)
		return false;
	if (!part_append(part, frame, counts))
		return fail(output, part->name);
	output->bytes += frame.len;
	if (part->bytes >= output->part_bytes) {
		*full = part;
		output->open = NULL;
	}
	return true;
}

static bool write_frame(struct output_writer *writer)
{
	struct output *output = writer->output;
	struct span frame = frame_encode(writer->encoder, buf_span(&writer->rows));
	struct part *full;
	bool done;

	pthread_mutex_lock(&output->lock);
	done = append_frame(output, frame, &writer->counts, &full);
	pthread_mutex_unlock(&output->lock);
	if (full && !part_publish(full)) {
		pthread_mutex_lock(&output->lock);
		done = fail(output, full->name);
		pthread_mutex_unlock(&output->lock);
	}
	return done;
}

static bool write_plain(struct output_writer *writer)
{
	struct output *output = writer->output;
	bool done;

	pthread_mutex_lock(&output->lock);
	done = !output->error && (file_write(STDOUT_FILENO, buf_span(&writer->rows)) || fail(output, ""));
	if (done) {
		row_counts_add(&output->counts, &writer->counts);
		output->bytes += writer->rows.len;
	}
	pthread_mutex_unlock(&output->lock);
	return done;
}

struct output_writer *output_writer_new(struct output *output)
{
	struct output_writer *writer = memory_alloc(sizeof(*writer));

	*writer = (struct output_writer){
		.output = output,
		.encoder = output->to_stdout ? NULL : frame_encoder_new(),
		.flush_bytes = output->to_stdout ? STDOUT_BYTES : FRAME_ROWS_BYTES,
		.flush_age_us = output->to_stdout ? STDOUT_AGE_US : output->frame_age_us,
	};
	buf_init(&writer->rows, FRAME_ROWS_BYTES + ROW_ROOM_BYTES);
	return writer;
}

void output_writer_free(struct output_writer *writer)
{
	if (!writer)
		return;
	frame_encoder_free(writer->encoder);
	buf_release(&writer->rows);
	free(writer);
}

bool output_finish_writer(struct output_writer *writer)
{
	bool done = true;

	if (writer->rows.len)
		done = writer->encoder ? write_frame(writer) : write_plain(writer);
	buf_clear(&writer->rows);
	writer->counts = (struct row_counts){ .rows = 0 };
	writer->due_us = 0;
	return done && !output_failed(writer->output);
}

bool output_write(struct output_writer *writer, const struct record *record)
{
	size_t before = writer->rows.len;

	row_write(&writer->rows, record, span_of(writer->output->run_id));
	writer->counts.rows++;
	writer->counts.bytes += writer->rows.len - before;
	writer->counts.outcome[record->chain.outcome]++;
	writer->counts.hops += record->chain.hop_count;
	for (uint32_t i = 0; i < record->finding_count; i++)
		writer->counts.findings[record->finding[i].severity]++;
	if (writer->rows.len >= writer->flush_bytes)
		return output_finish_writer(writer);
	return !output_failed(writer->output);
}

bool output_flush_if_due(struct output_writer *writer, int64_t now_us)
{
	if (writer->rows.len == 0)
		return !output_failed(writer->output);
	if (writer->due_us == 0)
		writer->due_us = now_us + writer->flush_age_us;
	if (now_us >= writer->due_us)
		return output_finish_writer(writer);
	return !output_failed(writer->output);
}

bool output_write_inventory(struct output *output, const struct inventory_finding *finding)
{
	assert(!output->to_stdout);
	return !output->error &&
	       (inventory_file_add(&output->inventory, output->dir.fd, finding, span_of(output->run_id)) ||
		fail(output, INVENTORY_NAME));
}

/* Publishes the part in work, and takes parts that could not be published off the list. */
static void settle_parts(struct output *output)
{
	unsigned kept = 0;

	if (output->open && !part_publish(output->open))
		fail(output, output->open->name);
	output->open = NULL;
	for (unsigned i = 0; i < output->part_count; i++) {
		if (output->part[i]->published)
			output->part[kept++] = output->part[i];
		else
			part_free(output->part[i]);
	}
	output->part_count = kept;
	if (!output->error && !inventory_file_publish(&output->inventory, output->dir.fd))
		fail(output, INVENTORY_NAME);
}

static uint64_t rows_written(const struct output *output)
{
	uint64_t rows = output->counts.rows;

	for (unsigned i = 0; i < output->part_count; i++)
		rows += output->part[i]->counts.rows;
	return rows;
}

static void write_manifest(struct output *output, const struct manifest_facts *facts, bool complete)
{
	const struct manifest_files files = { output->part, output->part_count,
					      inventory_file_part(&output->inventory) };
	struct buf text;

	buf_init(&text, MANIFEST_BYTES_MAX);
	manifest_write(&text, facts, output->run_id, complete, output->error ? output->error : "", &files);
	assert(!text.overflow);
	if (!file_publish(output->dir.fd, MANIFEST_NAME, buf_span(&text)))
		fail(output, MANIFEST_NAME);
	else if (complete && !file_publish(output->dir.fd, SUCCESS_NAME, SPAN("")))
		fail(output, SUCCESS_NAME);
	buf_release(&text);
}

int output_close(struct output *output, const struct manifest_facts *facts)
{
	bool complete, short_of_rows = false;
	int code = 0;

	if (!output->to_stdout)
		settle_parts(output);
	complete = facts->complete && !output->error;
	if (complete && rows_written(output) != facts->input_lines) {
		fprintf(output->errors, "detour: internal error: %llu rows were written for %llu input lines\n",
			(unsigned long long)rows_written(output), (unsigned long long)facts->input_lines);
		short_of_rows = true;
		complete = false;
	}
	if (!output->to_stdout)
		write_manifest(output, facts, complete);
	if (output->error) {
		fprintf(output->errors, "detour: %s\n", output->error);
		code = EX_IOERR;
	} else if (short_of_rows) {
		code = EX_SOFTWARE;
	}
	release(output);
	return code;
}
