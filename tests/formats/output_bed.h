/* What the tests of the output share: one output in a folder of its own, rows, and how to read parts. */
#ifndef TESTS_FORMATS_OUTPUT_BED_H
#define TESTS_FORMATS_OUTPUT_BED_H

#include <inttypes.h>
#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <zstd.h>

#include <cmocka.h>

#include "formats/frame.h"
#include "formats/output.h"
#include "tests/formats/sample.h"
#include "tests/formats/scratch.h"

#define FRAME_AGE_US INT64_C(30000000)

/* One output under test and what it says. */
struct bed {
	struct scratch scratch;
	struct output *output;
	FILE *errors;
	char *said;
	size_t said_len;
};

static inline void bed_init(struct bed *bed, const char *path, uint64_t part_bytes)
{
	struct output_config config = { .part_bytes = part_bytes, .frame_age_us = FRAME_AGE_US, .run_id = "r1" };
	int code;

	scratch_init(&bed->scratch);
	bed->errors = open_memstream(&bed->said, &bed->said_len);
	config.path = path ? path : scratch_path(&bed->scratch, "out");
	bed->output = output_open(&config, bed->errors, &code);
	assert_non_null(bed->output);
	assert_int_equal(code, 0);
}

static inline int bed_close(struct bed *bed, bool complete, uint64_t input_lines)
{
	struct manifest_facts facts = { .complete = complete, .input_lines = input_lines, .tool_version = "0" };
	int code = output_close(bed->output, &facts);

	fclose(bed->errors);
	return code;
}

static inline void bed_release(struct bed *bed)
{
	free(bed->said);
	scratch_release(&bed->scratch);
}

static inline void expect_manifest(const struct bed *bed, const char *text)
{
	char *manifest = scratch_get(&bed->scratch, "out/_manifest.json", NULL);

	if (!strstr(manifest, text))
		fail_msg("no %s in %s", text, manifest);
	free(manifest);
}

/* Rows that hardly compress, or all alike. */
static inline struct record *row(uint64_t seq, size_t random_bytes)
{
	struct record *record = sample_record(seq, "", seq % 2 ? OUTCOME_OK : OUTCOME_LOOP);
	char *bytes = arena_alloc(&record->arena, random_bytes + 1);
	uint64_t random = seq * 0x9E3779B97F4A7C15 + 1;

	for (size_t i = 0; i < random_bytes; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		bytes[i] = (char)('0' + random % 75);
	}
	record->input_url = (struct span){ bytes, random_bytes };
	return record;
}

static inline bool write_rows(struct output_writer *writer, uint64_t first, uint64_t count, size_t random_bytes)
{
	bool done = true;

	for (uint64_t seq = first; seq < first + count; seq++) {
		struct record *record = row(seq, random_bytes);

		done = output_write(writer, record) && done;
		record_free(record);
	}
	return done;
}

/* Marks the `seq` of each row in `seen`, and fails on a second one. Returns the rows. */
static inline size_t mark_rows(const char *rows, size_t len, bool *seen, size_t seen_count)
{
	size_t count = 0;

	for (const char *at = rows; at < rows + len; count++) {
		const char *end = memchr(at, '\n', len - (size_t)(at - rows));
		const char *seq = strstr(at, "\"seq\":");
		uint64_t value;

		assert_non_null(end);
		assert_true(seq && seq < end);
		value = strtoull(seq + 6, NULL, 10);
		assert_true(value >= 1 && value <= seen_count);
		if (seen[value - 1])
			fail_msg("row %" PRIu64 " is there twice", value);
		seen[value - 1] = true;
		at = end + 1;
	}
	return count;
}

/* Decompresses each frame by itself, with a decoder that refuses more than 8 MiB of window. */
static inline size_t read_part(const struct bed *bed, const char *name, size_t *frames, bool *seen, size_t seen_count)
{
	size_t len, rows = 0;
	char *bytes = scratch_get(&bed->scratch, name, &len);
	char *text = malloc(FRAME_ROWS_BYTES_MAX + 1);

	assert_non_null(text);
	for (size_t at = 0; at < len; (*frames)++) {
		size_t frame_len = ZSTD_findFrameCompressedSize(bytes + at, len - at);
		unsigned long long content_len = ZSTD_getFrameContentSize(bytes + at, len - at);
		ZSTD_DCtx *zstd = ZSTD_createDCtx();
		ZSTD_inBuffer in = { bytes + at, frame_len, 0 };
		ZSTD_outBuffer out = { text, FRAME_ROWS_BYTES_MAX, 0 };

		assert_false(ZSTD_isError(frame_len));
		assert_true(content_len > 0 && content_len <= FRAME_ROWS_BYTES_MAX);
		assert_true(bytes[at + 4] & 4); /* RFC 8878 section 3.1.1.1.1: Content_Checksum_flag */
		assert_false(ZSTD_isError(ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, 23)));
		/* In two pieces: a frame that is there as a whole is decoded without asking for its window. */
		in.size = frame_len / 2;
		assert_false(ZSTD_isError(ZSTD_decompressStream(zstd, &out, &in)));
		in.size = frame_len;
		while (in.pos < in.size)
			assert_false(ZSTD_isError(ZSTD_decompressStream(zstd, &out, &in)));
		ZSTD_freeDCtx(zstd);
		assert_int_equal(out.pos, content_len);
		assert_int_equal(text[out.pos - 1], '\n');
		text[out.pos] = '\0';
		rows += mark_rows(text, out.pos, seen, seen_count);
		at += frame_len;
	}
	free(text);
	free(bytes);
	return rows;
}

static inline void expect_sha256(const struct bed *bed, const char *name)
{
	size_t len;
	char *bytes = scratch_get(&bed->scratch, name, &len);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned digest_len;
	struct buf hex;
	char text[100];

	assert_int_equal(EVP_Digest(bytes, len, digest, &digest_len, EVP_sha256(), NULL), 1);
	buf_init(&hex, sizeof(text));
	buf_add_text(&hex, "\"sha256\": \"");
	for (unsigned i = 0; i < digest_len; i++)
		buf_addf(&hex, "%02x", digest[i]);
	buf_add(&hex, "\"", 2);
	expect_manifest(bed, hex.bytes);
	buf_release(&hex);
	snprintf(text, sizeof(text), "\"bytes\": %zu,", len);
	expect_manifest(bed, text);
	free(bytes);
}

#endif
