#include "crawler/destination.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "crawler/help.h"
#include "formats/file.h"

static void add_option(void *context, const char *name, const char *value)
{
	struct text_list *list = context;
	struct manifest_text text = { .name = strdup(name), .value = strdup(value) };

	assert(list->count < sizeof(list->text) / sizeof(list->text[0]) && text.name && text.value);
	list->text[list->count++] = text;
}

void text_list_of_options(struct text_list *list, const struct options *options)
{
	options_each(options, add_option, list);
}

void text_list_release(struct text_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free((char *)(uintptr_t)list->text[i].name);
		free((char *)(uintptr_t)list->text[i].value);
	}
	list->count = 0;
}

int destination_check(const struct options *options, FILE *errors)
{
	struct stat status;

	if (!options->resume)
		return 0;
	if (options->force || strcmp(options->output, "-") == 0) {
		fprintf(errors, "detour: --resume goes with neither --force nor --output -\n");
		return EXIT_USAGE;
	}
	/* It is read twice. */
	for (size_t i = 0; i < options->input_count; i++) {
		if (stat(options->input[i], &status) != 0 || !S_ISREG(status.st_mode)) {
			fprintf(errors, "detour: --resume needs the list in files; %s is none\n",
				strcmp(options->input[i], "-") == 0 ? "standard input" : options->input[i]);
			return EXIT_USAGE;
		}
	}
	return 0;
}

static enum output_dir_mode mode_of(const struct options *options)
{
	if (options->force)
		return OUTPUT_DIR_REPLACE;
	return options->resume ? OUTPUT_DIR_RESUME : OUTPUT_DIR_NEW;
}

/* A finding fails the job however often it is asked for, so it counts in a complete run too. Returns an exit code. */
static int read_findings(struct destination *destination, const char *path, FILE *errors)
{
	int dir_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct buf text;
	uint64_t more;
	bool done;

	buf_init(&text, MANIFEST_BYTES_MAX);
	done = dir_fd >= 0 && file_read(dir_fd, MANIFEST_NAME, &text);
	for (enum severity severity = SEVERITY_NOTICE; done && severity <= SEVERITY_ERROR; severity++) {
		char name[32];

		snprintf(name, sizeof(name), "findings_%s", severity_name(severity));
		done = manifest_count_of(buf_span(&text), name, &destination->before.findings[severity]);
		snprintf(name, sizeof(name), "inventory_%s", severity_name(severity));
		if (done && manifest_count_of(buf_span(&text), name, &more))
			destination->before.findings[severity] += more;
	}
	buf_release(&text);
	if (dir_fd >= 0)
		close(dir_fd);
	if (done)
		return 0;
	fprintf(errors, "detour: %s/%s: cannot be read, or is damaged\n", path, MANIFEST_NAME);
	return EX_DATAERR;
}

struct output *destination_open(struct destination *destination, const struct options *options, const char *run_id,
				int64_t *started_us, FILE *errors, int *exit_code)
{
	const struct output_config config = { .path = options->output,
					      .mode = mode_of(options),
					      .part_bytes = (uint64_t)options->part_size_mib << 20,
					      .frame_age_us = options->checkpoint_ms * INT64_C(1000),
					      .run_id = run_id,
					      .stamp = &destination->stamp,
					      .reader = destination->reader };
	struct output_before before;
	struct output *output;

	options_each_that_decides_rows(options, add_option, &destination->row_options);
	destination->stamp = (struct stamp){ .run_id = run_id,
					     .started_at_us = *started_us,
					     .list = destination->list,
					     .tool_version = DETOUR_VERSION,
					     .option = destination->row_options.text,
					     .option_count = destination->row_options.count };
	if (options->resume && stamp_exists(options->output) &&
	    !list_hash_read(options->input, options->input_count, destination->list, errors, exit_code))
		return NULL;
	output = output_open(&config, errors, exit_code);
	if (!output) {
		if (*exit_code == 0)
			*exit_code = read_findings(destination, options->output, errors);
		return NULL;
	}
	before = output_before(output);
	destination->resumed = before.started_at_us != 0;
	destination->before = before.counts;
	if (destination->resumed)
		*started_us = before.started_at_us;
	return output;
}

void destination_release(struct destination *destination)
{
	text_list_release(&destination->row_options);
}

int destination_list_read(const struct destination *destination, struct output *output, const struct list_hash *hash,
			  FILE *errors)
{
	char text[LIST_HASH_BYTES];

	list_hash_text(hash, text);
	if (destination->list[0] && strcmp(destination->list, text) != 0) {
		fprintf(errors, "detour: the list of URLs was changed while it was read\n");
		return EX_DATAERR;
	}
	return output_list_read(output, text) ? 0 : EX_IOERR;
}
