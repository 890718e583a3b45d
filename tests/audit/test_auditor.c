#include "audit/auditor.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <zstd.h>

#include <cmocka.h>

#include "tests/formats/scratch.h"

#define RECORDS 4200

struct run {
	struct scratch scratch;
	struct rule_settings settings;
	struct tally tally;
	struct output *output;
	struct queue *queue;
	struct auditors *auditors;
	FILE *errors;
	char *messages;
	size_t messages_size;
};

static void run_init(struct run *run, unsigned auditors, unsigned queue_size)
{
	struct output_config config = { .part_bytes = 1 << 20, .frame_age_us = 1000000, .run_id = "test" };
	int exit_code;

	scratch_init(&run->scratch);
	config.path = scratch_path(&run->scratch, "out");
	rule_settings_init(&run->settings);
	tally_init(&run->tally);
	run->errors = open_memstream(&run->messages, &run->messages_size);
	run->output = output_open(&config, run->errors, &exit_code);
	assert_non_null(run->output);
	run->queue = queue_new(queue_size);
	run->auditors = auditors_start(auditors, run->queue, &run->settings, run->output, NULL, run->errors);
}

static void run_release(struct run *run)
{
	queue_free(run->queue);
	tally_release(&run->tally);
	fclose(run->errors);
	free(run->messages);
	scratch_release(&run->scratch);
}

/* Every third line redirects from https to http, which there is a rule for. */
static struct record *make_record(uint64_t seq)
{
	const char *urls[] = { "https://a.example/", "http://a.example/b" };
	struct record *record = record_new();
	struct arena *arena = &record->arena;
	uint32_t redirects = seq % 3 == 0;

	record->seq = seq;
	record->input_url = SPAN("https://a.example/");
	for (uint32_t i = 0; i <= redirects; i++) {
		struct hop *hop = record_add_hop(record);

		assert_int_equal(url_parse(arena, span_of(urls[i]), NULL, &hop->url), URL_OK);
		hop->status = 200;
		hop->http_version = 11;
	}
	if (redirects) {
		struct hop *hop = &record->chain.hop[0];

		hop->status = 301;
		hop->has_location = true;
		hop->location_count = 1;
		hop->location = span_of(urls[1]);
		hop->next = record->chain.hop[1].url;
	}
	record->url = record->chain.hop[0].url;
	record->chain.redirects = redirects;
	record->chain.outcome = OUTCOME_OK;
	record->chain.max_redirects = 20;
	record->chain.final_url = record->chain.hop[redirects].url.href;
	record->chain.final_status = 200;
	return record;
}

static void push_all(struct queue *queue, uint64_t count)
{
	for (uint64_t seq = 1; seq <= count; seq++) {
		struct record *record = make_record(seq);

		while (!queue_push(queue, record))
			poll(NULL, 0, 1);
	}
	queue_close(queue);
}

static int close_run(struct run *run, uint64_t lines)
{
	const struct manifest_facts facts = { .complete = true, .input_lines = lines, .tool_version = "test" };

	return output_close(run->output, &facts);
}

/* Marks the `seq` of each row of a part, which must not have been seen before. */
static void mark_rows(const char *text, size_t len, uint8_t *seen)
{
	for (size_t at = 0; at < len;) {
		const char *end = memchr(text + at, '\n', len - at);
		const char *seq = memmem(text + at, len - at, "\"seq\":", 6);
		unsigned long long number;

		assert_non_null(end);
		assert_true(seq && seq < end);
		number = strtoull(seq + 6, NULL, 10);
		assert_in_range(number, 1, RECORDS);
		assert_int_equal(seen[number], 0);
		seen[number] = 1;
		at = (size_t)(end - text) + 1;
	}
}

static void mark_part(const struct scratch *scratch, const char *name, uint8_t *seen)
{
	size_t packed_size, room = (size_t)64 << 20, at = 0;
	char *packed = scratch_get(scratch, name, &packed_size), *text = malloc(room);
	ZSTD_DCtx *context = ZSTD_createDCtx();
	ZSTD_inBuffer in = { packed, packed_size, 0 };

	assert_non_null(text);
	while (in.pos < in.size) {
		ZSTD_outBuffer out = { text, room, at };
		size_t left = ZSTD_decompressStream(context, &out, &in);

		assert_false(ZSTD_isError(left));
		assert_true(out.pos < out.size);
		at = out.pos;
	}
	mark_rows(text, at, seen);
	ZSTD_freeDCtx(context);
	free(packed);
	free(text);
}

static void mark_all_parts(const struct scratch *scratch, uint8_t *seen)
{
	DIR *list = opendir(scratch_path(scratch, "out"));
	const struct dirent *entry;
	char name[64];

	assert_non_null(list);
	while ((entry = readdir(list)) != NULL) {
		if (strncmp(entry->d_name, "part-", 5) != 0)
			continue;
		snprintf(name, sizeof(name), "out/%.50s", entry->d_name);
		mark_part(scratch, name, seen);
	}
	closedir(list);
}

static void each_record_becomes_a_row(void **state)
{
	static const unsigned counts[] = { 1, 3 };

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		uint8_t *seen = calloc(RECORDS + 1, 1);
		struct run run;

		run_init(&run, counts[i], 64);
		push_all(run.queue, RECORDS);
		auditors_join(run.auditors, &run.tally);
		assert_false(output_failed(run.output));
		assert_int_equal(close_run(&run, RECORDS), 0);
		assert_true(scratch_has(&run.scratch, "out/_SUCCESS"));
		mark_all_parts(&run.scratch, seen);
		for (size_t seq = 1; seq <= RECORDS; seq++)
			assert_int_equal(seen[seq], 1);
		/* The threads' totals are added up, and the rules have run. */
		assert_int_equal(run.tally.rows, RECORDS);
		assert_int_equal(run.tally.outcome[OUTCOME_OK], RECORDS);
		assert_int_equal(run.tally.redirected_rows, RECORDS / 3);
		assert_int_equal(run.tally.hops, RECORDS + RECORDS / 3);
		assert_true(tally_worst(&run.tally) > SEVERITY_OFF);
		run_release(&run);
		free(seen);
	}
}

static void nothing_makes_no_rows(void **state)
{
	struct run run;

	(void)state;
	run_init(&run, 3, 4);
	queue_close(run.queue);
	auditors_join(run.auditors, &run.tally);
	assert_int_equal(run.tally.rows, 0);
	assert_int_equal(close_run(&run, 0), 0);
	run_release(&run);
}

/* No file may grow: a disk that is full. Records are taken all the same, so that nobody waits for
 * room in the queue for ever. */
static void a_failing_output_does_not_block(void **state)
{
	void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
	struct rlimit limit, none;
	struct run run;

	(void)state;
	getrlimit(RLIMIT_FSIZE, &limit);
	none = (struct rlimit){ .rlim_cur = 0, .rlim_max = limit.rlim_max };
	run_init(&run, 2, 4);
	setrlimit(RLIMIT_FSIZE, &none);
	push_all(run.queue, RECORDS);
	auditors_join(run.auditors, &run.tally);
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_true(output_failed(run.output));
	assert_int_equal(close_run(&run, RECORDS), EX_IOERR);
	assert_false(scratch_has(&run.scratch, "out/_SUCCESS"));
	fflush(run.errors);
	assert_non_null(strstr(run.messages, "detour: "));
	run_release(&run);
	signal(SIGXFSZ, handler);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_record_becomes_a_row),
		cmocka_unit_test(nothing_makes_no_rows),
		cmocka_unit_test(a_failing_output_does_not_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
