/* _manifest.json: what a finished or stopped run consists of. It is what tells a reader that a part is
 * missing or was cut between two frames, which no zstd decoder can see. */
#ifndef FORMATS_MANIFEST_H
#define FORMATS_MANIFEST_H

#include "formats/buf.h"
#include "formats/part.h"

/* A manifest grows with its parts only: some 250 bytes for each. */
#define MANIFEST_BYTES_MAX ((size_t)1 << 30)

struct manifest_text {
	const char *name, *value;
};

struct manifest_count {
	const char *name;
	uint64_t value;
};

/* What the program knows and the output does not. Arrays and texts are the caller's. */
struct manifest_facts {
	bool complete; /* every input line was walked */
	int64_t started_at_us, ended_at_us;
	const char *tool_version;
	const char *parent_run_id; /* the run whose rows were judged again; NULL: none */
	const char *const *input_file;
	size_t input_file_count;
	uint64_t input_lines;                /* lines that give a row each */
	const struct manifest_text *version; /* of libraries and data: { "libcurl", "7.88.1" } */
	size_t version_count;
	const struct manifest_text *option; /* as options_each gives them */
	size_t option_count;
	const struct manifest_count *count; /* whatever else was counted: requests, findings by rule ... */
	size_t count_count;
};

/* What there is of a run. */
struct manifest_files {
	struct part *const *part; /* published ones in order */
	size_t part_count;
	struct part *inventory; /* published, or NULL */
};

/* Adds the manifest's text. `error` is "" or what kept the run from being complete. */
void manifest_write(struct buf *out, const struct manifest_facts *facts, const char *run_id, bool complete,
		    const char *error, const struct manifest_files *files);

/* Finds the value of the count `name` in a manifest's text. False if it is not there. */
bool manifest_count_of(struct span text, const char *name, uint64_t *value) __attribute__((warn_unused_result));

#endif
