/* Rows without a network: what an auditor thread costs. Chains are made in memory and then judged, written as
 * rows, compressed, counted and freed by the same functions that an audit calls.
 *
 *     bench_rows [--hops N] [--rows N] [--rounds N] [--auditors N] [--output DIR] [--rules]
 *
 * Each round measures the stages one after the other on batches of fresh records, and then the whole: auditor
 * threads with their queue, writing into a new directory below DIR (the default is /var/tmp), while the main thread
 * makes the records. All times are CPU times of the threads at work; of the rounds the median counts. --rules adds
 * what each rule costs on a chain. Prints a table, then the same as one line of JSON. */
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "audit/auditor.h"
#include "bench/chains.h"
#include "formats/frame.h"
#include "formats/row.h"

/* Rows of one frame are all different with so many, so zstd finds no more than in real rows. */
#define CHAINS 4096

/* Records alive at once while a stage is measured: few enough to stay in the second-level cache, as a record does
 * that has just been popped, and enough to drown the cost of reading the clock. */
#define BATCH 64

#define ROUNDS_MAX 99

#define RUN_ID "20261121T010203Z-9f86d081"

enum stage { STAGE_RULES, STAGE_JSON, STAGE_ZSTD, STAGE_TALLY, STAGE_FREE, STAGE_AUDITOR, STAGE_WALL, STAGE_COUNT };

static const char *const stage_names[STAGE_COUNT] = { "rules", "json", "zstd", "tally", "free", "auditor", "wall" };

static struct {
	uint32_t hops, rows, rounds, auditors;
	const char *output;
	bool each_rule;
} options = { .hops = 4, .rows = 50000, .rounds = 5, .auditors = 1, .output = "/var/tmp" };

static struct {
	struct record *chain[CHAINS];
	struct rule_settings settings;
	double ns[STAGE_COUNT][ROUNDS_MAX];         /* of one row */
	double rule_ns[RULE_COUNT + 1][ROUNDS_MAX]; /* the last: no rule at all */
	uint64_t bytes, compressed_bytes, findings;
} run;

static double now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static double thread_ns(void)
{
	return now_ns(CLOCK_THREAD_CPUTIME_ID);
}

static void fill_batch(struct record *batch[BATCH], uint32_t first)
{
	for (uint32_t i = 0; i < BATCH; i++)
		batch[i] = chain_copy(run.chain[(first + i) % CHAINS], first + i + 1);
}

/* --- The stages, one after the other --- */

static void compress(struct frame_encoder *encoder, struct buf *rows, double *ns)
{
	double before = thread_ns();

	run.compressed_bytes += frame_encode(encoder, buf_span(rows)).len;
	*ns += thread_ns() - before;
	run.bytes += rows->len;
	buf_clear(rows);
}

static void measure_batch(struct record *batch[BATCH], struct buf *rows, struct tally *tally, double ns[STAGE_COUNT])
{
	double at[5];

	at[0] = thread_ns();
	for (uint32_t i = 0; i < BATCH; i++)
		audit_record(batch[i], &run.settings);
	at[1] = thread_ns();
	for (uint32_t i = 0; i < BATCH; i++)
		row_write(rows, batch[i], SPAN(RUN_ID));
	at[2] = thread_ns();
	for (uint32_t i = 0; i < BATCH; i++)
		tally_add(tally, batch[i]);
	at[3] = thread_ns();
	for (uint32_t i = 0; i < BATCH; i++)
		record_free(batch[i]);
	at[4] = thread_ns();
	ns[STAGE_RULES] += at[1] - at[0];
	ns[STAGE_JSON] += at[2] - at[1];
	ns[STAGE_TALLY] += at[3] - at[2];
	ns[STAGE_FREE] += at[4] - at[3];
}

static void measure_stages(uint32_t round)
{
	struct frame_encoder *encoder = frame_encoder_new();
	struct record *batch[BATCH];
	double ns[STAGE_COUNT] = { 0 };
	struct tally tally;
	struct buf rows;

	tally_init(&tally);
	buf_init(&rows, FRAME_ROWS_BYTES_MAX + BATCH * ROW_BYTES_MAX);
	run.bytes = run.compressed_bytes = 0;
	for (uint32_t row = 0; row < options.rows; row += BATCH) {
		fill_batch(batch, row);
		measure_batch(batch, &rows, &tally, ns);
		if (rows.len >= FRAME_ROWS_BYTES)
			compress(encoder, &rows, &ns[STAGE_ZSTD]);
	}
	if (rows.len)
		compress(encoder, &rows, &ns[STAGE_ZSTD]);
	for (enum stage stage = STAGE_RULES; stage <= STAGE_FREE; stage++)
		run.ns[stage][round] = ns[stage] / options.rows;
	run.findings =
		tally.findings[SEVERITY_NOTICE] + tally.findings[SEVERITY_WARNING] + tally.findings[SEVERITY_ERROR];
	buf_release(&rows);
	tally_release(&tally);
	frame_encoder_free(encoder);
}

/* --- The whole: queue, threads, files --- */

static void remove_directory(const char *path)
{
	DIR *dir = opendir(path);

	assert(dir);
	for (const struct dirent *entry; (entry = readdir(dir)) != NULL;)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	rmdir(path);
}

static struct output *open_output(const char *path)
{
	const struct output_config config = { .path = path,
					      .mode = OUTPUT_DIR_NEW,
					      .part_bytes = 128 << 20,
					      .frame_age_us = 30000000,
					      .run_id = RUN_ID };
	int exit_code;
	struct output *output = output_open(&config, stderr, &exit_code);

	if (!output)
		exit(exit_code);
	return output;
}

static void measure_auditors(uint32_t round)
{
	char path[4096];
	struct queue *queue = queue_new(4096);
	struct manifest_facts facts = { .complete = true, .tool_version = "bench", .input_lines = options.rows };
	struct auditors *auditors;
	struct output *output;
	struct tally tally;
	double wall, all, mine;

	snprintf(path, sizeof(path), "%s/bench_rows-XXXXXX", options.output);
	if (!queue || !mkdtemp(path)) {
		fprintf(stderr, "bench_rows: %s: %s\n", path, strerror(errno));
		exit(EX_CANTCREAT);
	}
	tally_init(&tally);
	output = open_output(path);
	wall = now_ns(CLOCK_MONOTONIC), all = now_ns(CLOCK_PROCESS_CPUTIME_ID), mine = thread_ns();
	auditors = auditors_start(options.auditors, queue, &run.settings, output, NULL, stderr);
	for (uint32_t row = 0; row < options.rows; row++) {
		struct record *record = chain_copy(run.chain[row % CHAINS], row + 1);

		while (!queue_push(queue, record))
			nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
	queue_close(queue);
	auditors_join(auditors, &tally);
	run.ns[STAGE_AUDITOR][round] = (now_ns(CLOCK_PROCESS_CPUTIME_ID) - all - (thread_ns() - mine)) / options.rows;
	run.ns[STAGE_WALL][round] = (now_ns(CLOCK_MONOTONIC) - wall) / options.rows;
	if (output_close(output, &facts) != 0)
		exit(EX_IOERR);
	tally_release(&tally);
	queue_free(queue);
	remove_directory(path);
}

/* --- One rule at a time --- */

static double measure_settings(const struct rule_settings *settings)
{
	struct record *batch[BATCH];
	double ns = 0;

	for (uint32_t row = 0; row < CHAINS; row += BATCH) {
		fill_batch(batch, row);
		ns -= thread_ns();
		for (uint32_t i = 0; i < BATCH; i++)
			audit_record(batch[i], settings);
		ns += thread_ns();
		for (uint32_t i = 0; i < BATCH; i++)
			record_free(batch[i]);
	}
	return ns / CHAINS;
}

static void measure_rules(uint32_t round)
{
	struct rule_settings settings = run.settings;

	for (size_t i = 0; i < RULE_COUNT; i++)
		settings.rule[i].has_level = true; /* and zero is off */
	run.rule_ns[RULE_COUNT][round] = measure_settings(&settings);
	for (size_t i = 0; i < RULE_COUNT; i++) {
		settings.rule[i] = run.settings.rule[i];
		run.rule_ns[i][round] = measure_settings(&settings) - run.rule_ns[RULE_COUNT][round];
		settings.rule[i].has_level = true;
	}
}

/* --- What came out --- */

static int by_size(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static double median(double values[ROUNDS_MAX])
{
	qsort(values, options.rounds, sizeof(*values), by_size);
	return values[options.rounds / 2];
}

static void print_rules(void)
{
	printf("%-32s%10s\n", "rule", "ns/chain");
	for (size_t i = 0; i < RULE_COUNT; i++)
		printf("%-32s%10.1f\n", rules[i]->name, median(run.rule_ns[i]));
	printf("%-32s%10.1f\n\n", "(none)", median(run.rule_ns[RULE_COUNT]));
}

static void print_stages(void)
{
	double ns[STAGE_COUNT], parts = 0;

	for (enum stage stage = 0; stage < STAGE_COUNT; stage++)
		ns[stage] = median(run.ns[stage]);
	for (enum stage stage = STAGE_RULES; stage <= STAGE_FREE; stage++)
		parts += ns[stage];
	printf("%-10s%10s%10s%10s\n", "stage", "ns/row", "least", "most");
	for (enum stage stage = 0; stage < STAGE_COUNT; stage++)
		printf("%-10s%10.0f%10.0f%10.0f\n", stage_names[stage], ns[stage], run.ns[stage][0],
		       run.ns[stage][options.rounds - 1]);
	printf("{\"bench\":\"rows\",\"hops\":%" PRIu32 ",\"rows\":%" PRIu32 ",\"auditors\":%" PRIu32 ",\"rules\":%d",
	       options.hops, options.rows, options.auditors, RULE_COUNT);
	for (enum stage stage = 0; stage < STAGE_COUNT; stage++)
		printf(",\"%s_ns\":%.0f", stage_names[stage], ns[stage]);
	printf(",\"stages_rows_per_cpu_s\":%.0f,\"rows_per_cpu_s\":%.0f,\"rows_per_s\":%.0f,\"row_bytes\":%.0f"
	       ",\"row_bytes_compressed\":%.0f,\"findings_per_row\":%.2f}\n",
	       1e9 / parts, 1e9 / ns[STAGE_AUDITOR], 1e9 / ns[STAGE_WALL], (double)run.bytes / options.rows,
	       (double)run.compressed_bytes / options.rows, (double)run.findings / options.rows);
}

static uint32_t number(const char *text, uint32_t max)
{
	unsigned long value = strtoul(text, NULL, 10);

	if (value < 1 || value > max) {
		fprintf(stderr, "bench_rows: %s is not from 1 to %" PRIu32 "\n", text, max);
		exit(EX_USAGE);
	}
	return (uint32_t)value;
}

static void parse_options(int argc, char **argv)
{
	static const struct option known[] = { { "hops", required_argument, NULL, 'h' },
					       { "rows", required_argument, NULL, 'r' },
					       { "rounds", required_argument, NULL, 'n' },
					       { "auditors", required_argument, NULL, 'a' },
					       { "output", required_argument, NULL, 'o' },
					       { "rules", no_argument, NULL, 'e' },
					       { 0 } };

	for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
		if (option == 'h')
			options.hops = number(optarg, CHAIN_HOPS_MAX);
		else if (option == 'r')
			options.rows = number(optarg, 100000000) / BATCH * BATCH + BATCH;
		else if (option == 'n')
			options.rounds = number(optarg, ROUNDS_MAX);
		else if (option == 'a')
			options.auditors = number(optarg, 64);
		else if (option == 'o')
			options.output = optarg;
		else if (option == 'e')
			options.each_rule = true;
		else
			exit(EX_USAGE);
	}
}

int main(int argc, char **argv)
{
	parse_options(argc, argv);
	rule_settings_init(&run.settings);
	for (uint32_t i = 0; i < CHAINS; i++)
		run.chain[i] = chain_make(i, options.hops);
	for (uint32_t round = 0; round < options.rounds; round++) {
		measure_stages(round);
		measure_auditors(round);
		if (options.each_rule)
			measure_rules(round);
	}
	if (options.each_rule)
		print_rules();
	print_stages();
	for (uint32_t i = 0; i < CHAINS; i++)
		record_free(run.chain[i]);
	return EXIT_SUCCESS;
}
