/* The program: the one file that sees all three folders. `audit` wires them together:
 *
 *	input -> crawler (loops) -> queue -> auditors -> output
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sysexits.h>
#include <unistd.h>

#include "audit/auditor.h"
#include "audit/docs.h"
#include "audit/summary.h"
#include "crawler/clock.h"
#include "crawler/crawler.h"
#include "crawler/destination.h"
#include "crawler/help.h"
#include "crawler/metrics.h"
#include "crawler/progress.h"
#include "crawler/signals.h"
#include "crawler/version.h"
#include "formats/page.h"
#include "formats/schema.h"

#define EXIT_FINDINGS 1
#define EXIT_USAGE    2

/* Records that wait for an auditor. More bridge longer hiccups of the disk and cost their memory,
 * some kilobytes each. */
#define QUEUE_SIZE 4096

/* Lines read between two looks for a signal. */
#define LINES_PER_LOOK 4096

struct run {
	struct options options;
	struct rule_settings settings;
	char id[40];
	int64_t started_us; /* wall clock */
	int64_t begun_us;   /* monotonic */
	int signal_fd;
	unsigned signals; /* INT and TERM that came so far */
	bool list_read;   /* to its end */
	struct progress progress;
	struct destination destination;
	struct output *output; /* the destination's */
	struct queue *queue;
	struct auditors *auditors;
	struct crawler *crawler;
	struct tally tally;
};

/* "20261121T010203Z-9f86d081": sorts by time, and two runs of one second differ. */
static void make_run_id(struct run *run)
{
	time_t seconds = (time_t)(run->started_us / US_PER_S);
	uint32_t chance = 0;
	struct tm utc;
	size_t len;

	gmtime_r(&seconds, &utc);
	len = strftime(run->id, sizeof(run->id), "%Y%m%dT%H%M%SZ", &utc);
	if (getrandom(&chance, sizeof(chance), 0) != sizeof(chance))
		chance = (uint32_t)getpid();
	snprintf(run->id + len, sizeof(run->id) - len, "-%08" PRIx32, chance);
}

static bool got_signal(struct run *run)
{
	bool got = signals_take(run->signal_fd);

	run->signals += got;
	return got;
}

static bool queue_record(void *context, struct record *record)
{
	return queue_push(context, record);
}

/* Found before anything is made, so that a slip of the keyboard leaves no directory behind. */
static int check_arguments(struct run *run)
{
	const struct options *options = &run->options;

	for (size_t i = 0; i < options->rule.count; i++) {
		if (!rule_settings_apply(&run->settings, options->rule.text[i], stderr))
			return EXIT_USAGE;
	}
	if (!options->input_count || !options->output[0]) {
		fprintf(stderr, "detour: audit needs %s; see detour --help\n",
			options->input_count ? "--output DIR, or --output - for standard output"
					     : "a file of URLs, or - for standard input");
		return EXIT_USAGE;
	}
	for (size_t i = 0; i < options->input_count; i++) {
		if (strcmp(options->input[i], "-") != 0 && access(options->input[i], R_OK) != 0) {
			fprintf(stderr, "detour: %s: %s\n", options->input[i], strerror(errno));
			return EX_NOINPUT;
		}
	}
	return destination_check(options, stderr);
}

/* An exit code, or 0; without an output if there is nothing to do. */
static int set_up(struct run *run)
{
	const struct options *options = &run->options;
	const char *temporary = getenv("TMPDIR");
	bool to_stdout = strcmp(options->output, "-") == 0;
	struct crawler_config crawler = { .options = options, .done = queue_record };
	int exit_code = EX_OSERR;

	page_init();
	run->queue = queue_new(QUEUE_SIZE);
	if (!run->queue) {
		fprintf(stderr, "detour: cannot make the queue: %s\n", strerror(errno));
		return EX_OSERR;
	}
	crawler.context = run->queue;
	run->crawler = crawler_new(&crawler, stderr, &exit_code);
	if (!run->crawler)
		return exit_code;
	run->output = destination_open(&run->destination, options, run->id, &run->started_us, stderr, &exit_code);
	if (!run->output) {
		if (exit_code == 0)
			progress_say(&run->progress, "%s holds the complete run of this list; nothing to do",
				     options->output);
		return exit_code;
	}
	if (run->destination.resumed)
		progress_say(&run->progress, "resuming: %" PRIu64 " rows are there", run->destination.before.rows);
	if (!crawler_open(run->crawler, !to_stdout ? options->output : temporary ? temporary : "/var/tmp", stderr))
		return EX_CANTCREAT;
	run->auditors = auditors_start(options->auditors, run->queue, &run->settings, run->output, stderr);
	return 0;
}

static int read_list(struct run *run)
{
	struct input *input = input_new(run->options.input, run->options.input_count);
	struct list_hash hash;
	struct input_line line;
	enum input_status status;
	uint64_t lines = 0;
	int exit_code = 0;

	input_stop_at(input, run->signal_fd);
	list_hash_init(&hash);
	while ((status = input_next(input, &line)) == INPUT_LINE) {
		list_hash_add(&hash, &line);
		if (!output_has_row(run->output, line.seq) && !crawler_add(run->crawler, &line, stderr)) {
			exit_code = EX_IOERR;
			break;
		}
		if (++lines % LINES_PER_LOOK)
			continue;
		progress_reading(&run->progress, lines, clock_now_us());
		if (got_signal(run))
			break;
	}
	if (status == INPUT_STOPPED)
		got_signal(run);
	if (status == INPUT_ERROR) {
		progress_end(&run->progress);
		fprintf(stderr, "detour: %s\n", input_error(input)->message);
		exit_code = input_error(input)->exit_code;
	}
	run->list_read = status == INPUT_END;
	if (run->list_read)
		exit_code = destination_list_read(&run->destination, run->output, &hash, stderr);
	list_hash_release(&hash);
	input_free(input);
	return exit_code;
}

static void on_signal(struct run *run, int64_t *drain_until_us)
{
	if (run->signals > 1) {
		progress_say(&run->progress, "second signal: giving up the walks in flight");
		crawler_abort(run->crawler);
		return;
	}
	progress_say(&run->progress, "stopping: no new walks; those in flight have %" PRIu32 " s to finish",
		     run->options.drain_timeout_ms / 1000);
	crawler_stop(run->crawler);
	*drain_until_us = clock_now_us() + run->options.drain_timeout_ms * US_PER_MS;
}

static int walk_list(struct run *run)
{
	struct pollfd poll_fd[] = { { .fd = crawler_ended_fd(run->crawler), .events = POLLIN },
				    { .fd = run->signal_fd, .events = POLLIN } };
	struct crawler_counters counters;
	int64_t drain_until_us = INT64_MAX;

	progress_begin(&run->progress, clock_now_us());
	if (!crawler_start(run->crawler, stderr))
		return EX_IOERR;
	while (!(poll_fd[0].revents & POLLIN)) {
		poll(poll_fd, 2, progress_wait_ms(&run->progress));
		if (got_signal(run))
			on_signal(run, &drain_until_us);
		if (clock_now_us() >= drain_until_us || output_failed(run->output))
			crawler_abort(run->crawler);
		crawler_count(run->crawler, &counters);
		progress_walking(&run->progress, &counters, clock_now_us());
	}
	crawler_join(run->crawler);
	return 0;
}

/* --- After the walk --- */

/* In all rows, those of the run that was resumed too. */
static uint64_t findings_of(const struct run *run, enum severity severity)
{
	return run->destination.before.findings[severity] + run->tally.findings[severity];
}

static int close_output(struct run *run, const struct crawler_counters *counters, bool complete)
{
	size_t library_count;
	const struct library *library = version_libraries(&library_count);
	struct manifest_text version[16];
	const struct row_counts *before = &run->destination.before;
	const struct manifest_count count[] = { { "rows_before", before->rows },
						{ "requests", counters->requests },
						{ "failed_requests", counters->failures },
						{ "recalled_hops", counters->recalled },
						{ "hops", before->hops + run->tally.hops },
						{ "hosts_set_aside", counters->hosts_set_aside },
						{ "findings_error", findings_of(run, SEVERITY_ERROR) },
						{ "findings_warning", findings_of(run, SEVERITY_WARNING) },
						{ "findings_notice", findings_of(run, SEVERITY_NOTICE) } };
	struct text_list options = { .count = 0 };
	int exit_code;

	for (size_t i = 0; i < library_count; i++)
		version[i] = (struct manifest_text){ .name = library[i].name, .value = library[i].version };
	text_list_of_options(&options, &run->options);
	const struct manifest_facts facts = { .complete = complete,
					      .started_at_us = run->started_us,
					      .ended_at_us = clock_wall_us(),
					      .tool_version = DETOUR_VERSION,
					      .input_file = run->options.input,
					      .input_file_count = run->options.input_count,
					      .input_lines = before->rows + counters->lines,
					      .version = version,
					      .version_count = library_count,
					      .option = options.text,
					      .option_count = options.count,
					      .count = count,
					      .count_count = sizeof(count) / sizeof(count[0]) };

	exit_code = output_close(run->output, &facts);
	run->output = NULL;
	text_list_release(&options);
	return exit_code;
}

struct name_list {
	struct span name[100];
	size_t count;
};

static void add_name(void *context, const char *name)
{
	struct name_list *list = context;

	if (list->count < sizeof(list->name) / sizeof(list->name[0]))
		list->name[list->count++] = span_of(name);
}

static void summarise(const struct run *run, const struct crawler_counters *counters, bool stopped)
{
	bool to_stdout = strcmp(run->options.output, "-") == 0;
	struct name_list set_aside = { .count = 0 };

	if (run->options.quiet)
		return;
	crawler_each_set_aside(run->crawler, add_name, &set_aside);
	const struct summary_facts facts = { .elapsed_us = (uint64_t)(clock_now_us() - run->begun_us),
					     .requests = counters->requests,
					     .rows_at = to_stdout ? NULL : run->options.output,
					     .stopped_early = stopped,
					     .lines_total = run->destination.before.rows + counters->lines,
					     .rows_before = run->destination.before.rows,
					     .set_aside = set_aside.name,
					     .set_aside_count = set_aside.count };

	summary_print(stderr, &run->tally, &facts);
}

static bool write_metrics(const struct run *run, const struct crawler_counters *counters, int exit_code)
{
	const char *path = run->options.metrics_file;
	uint64_t now_s = (uint64_t)(clock_wall_us() / US_PER_S);
	struct metric metric[12 + OUTCOME_COUNT] = {
		{ "last_run_timestamp_seconds", "When the last run ended.", NULL, NULL, now_s },
		{ "last_success_timestamp_seconds", "When the last complete run ended.", NULL, NULL,
		  exit_code <= EXIT_FINDINGS ? now_s : metrics_read(path, "last_success_timestamp_seconds") },
		{ "last_run_duration_ms", "How long the last run took.", NULL, NULL,
		  (uint64_t)((clock_now_us() - run->begun_us) / US_PER_MS) },
		{ "last_run_exit_code", "Its exit code.", NULL, NULL, (uint64_t)exit_code },
		{ "input_lines", "Lines of the input that have or should have a row.", NULL, NULL,
		  run->destination.before.rows + counters->lines },
		{ "http_requests", "Requests begun.", NULL, NULL, counters->requests },
		{ "http_requests_failed", "Requests without an answer.", NULL, NULL, counters->failures },
		{ "hops_recalled", "Hops whose answer was known already.", NULL, NULL, counters->recalled },
		{ "hosts_set_aside", "Hosts that failed too often.", NULL, NULL, counters->hosts_set_aside },
	};
	size_t count = 9;

	for (enum severity severity = SEVERITY_NOTICE; severity <= SEVERITY_ERROR; severity++)
		metric[count++] = (struct metric){ "findings", "Findings by severity.", "severity",
						   severity_name(severity), findings_of(run, severity) };
	for (unsigned i = 0; i < OUTCOME_COUNT; i++)
		metric[count++] = (struct metric){ "urls", "Rows by outcome.", "outcome", outcome_name((enum outcome)i),
						   run->destination.before.outcome[i] + run->tally.outcome[i] };
	return !path[0] || metrics_write(path, metric, count, stderr);
}

static bool must_fail(const struct run *run)
{
	/* The choices of --fail-on stand in the order of enum severity, "never" in SEVERITY_OFF's place. */
	unsigned level = run->options.fail_on;
	bool found = false;

	for (enum severity severity = level; severity != SEVERITY_OFF && severity <= SEVERITY_ERROR; severity++)
		found = found || findings_of(run, severity) > 0;
	return found;
}

/* `exit_code` is what came of reading and walking the list. */
static int finish(struct run *run, int exit_code)
{
	struct crawler_counters counters;
	bool stopped, complete;
	int output_code;

	queue_close(run->queue);
	auditors_join(run->auditors, &run->tally);
	crawler_count(run->crawler, &counters);
	complete = exit_code == 0 && run->list_read && counters.lines_done == counters.lines;
	/* A signal that came when all was done has changed nothing. */
	stopped = run->signals > 0 && !complete;
	progress_end(&run->progress);
	output_code = close_output(run, &counters, complete);
	if (exit_code == 0)
		exit_code = output_code;
	if (exit_code == 0)
		exit_code = stopped ? EX_TEMPFAIL : !complete ? EX_SOFTWARE : must_fail(run) ? EXIT_FINDINGS : 0;
	if (exit_code == 0 || exit_code == EXIT_FINDINGS || exit_code == EX_TEMPFAIL)
		summarise(run, &counters, stopped);
	if (!write_metrics(run, &counters, exit_code) && exit_code <= EXIT_FINDINGS)
		exit_code = EX_IOERR;
	return exit_code;
}

static int audit(struct run *run)
{
	int exit_code = check_arguments(run);

	if (exit_code)
		return exit_code;
	run->signal_fd = signals_open(stderr);
	if (run->signal_fd < 0)
		return EX_OSERR;
	exit_code = set_up(run);
	if (exit_code == 0 && !run->output)
		return must_fail(run) ? EXIT_FINDINGS : 0;
	if (exit_code) {
		if (run->output)
			output_close(run->output, &(struct manifest_facts){ .tool_version = DETOUR_VERSION });
		return exit_code;
	}
	exit_code = read_list(run);
	if (exit_code == 0 && run->signals == 0)
		exit_code = walk_list(run);
	return finish(run, exit_code);
}

static int audit_command(int argc, char **argv)
{
	struct run run = { .started_us = clock_wall_us(), .begun_us = clock_now_us(), .signal_fd = -1 };
	int exit_code = EXIT_USAGE;

	rule_settings_init(&run.settings);
	tally_init(&run.tally);
	make_run_id(&run);
	if (options_parse(&run.options, argc, argv, stderr)) {
		progress_init(&run.progress, stderr, run.options.quiet, run.begun_us);
		version_check(stderr);
		exit_code = audit(&run);
	}
	crawler_free(run.crawler);
	queue_free(run.queue);
	tally_release(&run.tally);
	destination_release(&run.destination);
	options_release(&run.options);
	return exit_code;
}

/* --- The other commands --- */

/* The value of the one option `name` that a command takes: "--name value" or "--name=value". */
static const char *option_value(int argc, char **argv, const char *name)
{
	size_t len = strlen(name);

	if (argc == 2 && strcmp(argv[0], name) == 0)
		return argv[1];
	return argc == 1 && strncmp(argv[0], name, len) == 0 && argv[0][len] == '=' ? argv[0] + len + 1 : NULL;
}

static int usage_error(const char *command, const char *usage)
{
	fprintf(stderr, "detour: usage: detour %s %s\n", command, usage);
	return EXIT_USAGE;
}

static int rules_command(int argc, char **argv)
{
	const char *name = option_value(argc, argv, "--explain");
	const struct rule *rule = name ? rule_find(span_of(name)) : NULL;

	if (argc == 0)
		rules_print_list(stdout);
	else if (argc == 1 && strcmp(argv[0], "--markdown") == 0)
		rules_print_markdown(stdout);
	else if (argc == 1 && strcmp(argv[0], "--markdown=table") == 0)
		rules_print_markdown_table(stdout, "audit/RULES.md");
	else if (rule)
		rule_print(stdout, rule);
	else if (name)
		fprintf(stderr, "detour: there is no rule \"%s\"; detour rules lists them\n", name);
	else
		return usage_error("rules", "[--explain NAME | --markdown]");
	return name && !rule ? EXIT_USAGE : 0;
}

static int schema_command(int argc, char **argv)
{
	const char *name = argc ? option_value(argc, argv, "--dialect") : "jsonschema";
	const char *names[RULE_COUNT];
	enum schema_dialect dialect;

	for (unsigned i = 0; i < RULE_COUNT; i++)
		names[i] = rules[i]->name;
	if (!name || !schema_dialect_find(span_of(name), &dialect))
		return usage_error("schema", "[--dialect=jsonschema|duckdb|clickhouse|markdown]");
	schema_print(stdout, dialect, names, RULE_COUNT);
	return 0;
}

static int help_command(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--markdown") == 0 && strcmp(argv[0], "audit") == 0)
		options_print_markdown(stdout);
	else if (argc == 2 && strcmp(argv[1], "--markdown") == 0 && strcmp(argv[0], "exit-codes") == 0)
		help_print_exit_codes_markdown(stdout);
	else if (argc > 1 || !help_print(stdout, argc ? argv[0] : NULL))
		return usage_error("help", "[audit|rules|schema]");
	return 0;
}

static int version_command(int argc, char **argv)
{
	(void)argv;
	version_print(stdout);
	return argc ? EXIT_USAGE : 0;
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{ "audit", audit_command },     { "rules", rules_command },       { "schema", schema_command },
	{ "help", help_command },       { "--help", help_command },       { "-h", help_command },
	{ "version", version_command }, { "--version", version_command }, { "-V", version_command },
};

/* A full disk must not go unnoticed because only printf met it. */
static int flush_stdout(int exit_code)
{
	if ((fflush(stdout) == 0 && !ferror(stdout)) || exit_code)
		return exit_code;
	fprintf(stderr, "detour: cannot write to standard output: %s\n", strerror(errno));
	return EX_IOERR;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "--help";

	for (int i = 2; i < argc && strcmp(name, "audit") == 0 && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return flush_stdout(help_print(stdout, name) ? 0 : EX_SOFTWARE);
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, name) == 0)
			return flush_stdout(commands[i].run(argc > 2 ? argc - 2 : 0, argv + 2));
	}
	fprintf(stderr, "detour: there is no command \"%s\"; see detour --help\n", name);
	return EXIT_USAGE;
}
