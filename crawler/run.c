#include "crawler/run.h"

#include <errno.h>
#include <sysexits.h>

#include "audit/auditor.h"
#include "audit/summary.h"
#include "crawler/clock.h"
#include "crawler/help.h"
#include "crawler/memory.h"
#include "crawler/reaudit.h"
#include "crawler/report.h"
#include "crawler/session.h"
#include "formats/file.h"
#include "formats/row_parse.h"

/* Records that wait for an auditor. More bridge longer hiccups of the disk and cost their memory,
 * some kilobytes each. */
#define QUEUE_SIZE 4096

/* The same for rows that are read again: that is as even as judging them, and each takes as much as its row. */
#define REAUDIT_QUEUE_SIZE 256

/* So many rows are sorted for some seconds at the end, which is worth a line. */
#define ROWS_TO_WAIT_FOR 500000

struct run {
	struct session session;
	struct rule_settings settings;
	struct queue *queue;
	struct auditors *auditors;
	struct tally tally;
	struct inventory *inventory; /* NULL for standard output: the rows are gone by then */
	struct inventory_result whole_list;
};

static bool queue_record(void *context, struct record *record)
{
	return queue_push(context, record);
}

/* A row that the resumed run had: the inventory is of all rows. */
static void add_old_row(void *context, struct span row)
{
	struct run *run = context;
	struct record *record;

	if (row_parse(row, &record, NULL) != ROW_PARSE_OK)
		return;
	inventory_add(inventory_feed(run->inventory, 0), record);
	record_free(record);
}

/* --- After the walk --- */

/* Of all rows, those of the run that was resumed too. */
static struct row_counts count_rows(const struct run *run)
{
	const struct tally *tally = &run->tally;
	struct row_counts counts = run->session.destination.before;

	counts.rows += tally->rows;
	counts.hops += tally->hops;
	for (size_t i = 0; i < OUTCOME_COUNT; i++)
		counts.outcome[i] += tally->outcome[i];
	for (size_t i = 0; i <= SEVERITY_ERROR; i++)
		counts.findings[i] += tally->findings[i];
	return counts;
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

static void summarise(const struct run *run, const struct report *report, bool stopped)
{
	bool to_stdout = strcmp(run->session.options.output, "-") == 0;
	struct name_list set_aside = { .count = 0 };

	if (run->session.options.quiet)
		return;
	if (run->session.crawler)
		crawler_each_set_aside(run->session.crawler, add_name, &set_aside);
	const struct summary_facts facts = { .elapsed_us = (uint64_t)(clock_now_us() - run->session.begun_us),
					     .requests = report->counters.requests,
					     .robots_fetched = report->counters.robots_fetched,
					     .memory_peak_bytes = memory_peak_bytes(),
					     .temporary_bytes = report->counters.temporary_bytes,
					     .rows_at = to_stdout ? NULL : run->session.options.output,
					     .stopped_early = stopped,
					     .lines_total = report->rows_before + report->counters.lines,
					     .rows_before = report->rows_before,
					     .whole_list = run->whole_list.findings,
					     .set_aside = set_aside.name,
					     .set_aside_count = set_aside.count };

	summary_print(stderr, &run->tally, &facts);
}

static bool must_fail(const struct run *run)
{
	/* The choices of --fail-on stand in the order of enum severity, "never" in SEVERITY_OFF's place. */
	unsigned level = run->session.options.fail_on;
	const struct row_counts rows = count_rows(run);
	bool found = false;

	for (enum severity severity = level; severity != SEVERITY_OFF && severity <= SEVERITY_ERROR; severity++)
		found = found || rows.findings[severity] > 0 || run->whole_list.findings[severity] > 0;
	return found;
}

/* Only of a complete run: what the whole list shows, half a list may not. False after a message. */
static bool finish_inventory(struct run *run, struct report *report)
{
	const struct inventory_result *result = &run->whole_list;

	if (report->rows.rows >= ROWS_TO_WAIT_FOR)
		progress_say(&run->session.progress, "all rows are written; sorting for what the whole list shows");
	if (!inventory_finish(run->inventory, run->session.output, &run->whole_list, stderr))
		return false;
	report->inventory_chains = result->chains;
	memcpy(report->inventory_findings, result->findings, sizeof(result->findings));
	report->inventory_bytes = result->temporary_bytes;
	return true;
}

/* `exit_code` is what came of reading and walking the list. */
static int finish(struct run *run, int exit_code)
{
	const struct session *session = &run->session;
	struct report report = { .options = &session->options,
				 .started_us = session->started_us,
				 .begun_us = session->begun_us,
				 .rows_before = session->destination.before.rows,
				 .parent_run_id = session->stored ? run_read_id(session->stored) : NULL };
	/* A run that was not complete is not made so by judging it again, and that is no error. */
	bool ended = session->stored && session->list_read;
	bool stopped;
	int output_code;

	queue_close(run->queue);
	auditors_join(run->auditors, &run->tally);
	report.rows = count_rows(run);
	session_count(session, &report.counters);
	report.complete = exit_code == 0 && session_is_complete(session);
	ended = exit_code == 0 && (ended || report.complete);
	/* A signal that came when all was done has changed nothing. */
	stopped = session->signals > 0 && !ended;
	progress_end(&run->session.progress);
	if (report.complete && run->inventory && !finish_inventory(run, &report)) {
		report.complete = false;
		exit_code = EX_IOERR;
	}
	output_code = report_close_output(&report, run->session.output);
	run->session.output = NULL;
	if (exit_code == 0)
		exit_code = output_code;
	if (exit_code == 0)
		exit_code = stopped ? EX_TEMPFAIL : !ended ? EX_SOFTWARE : must_fail(run) ? EXIT_FINDINGS : 0;
	if (exit_code == 0 || exit_code == EXIT_FINDINGS || exit_code == EX_TEMPFAIL)
		summarise(run, &report, stopped);
	if (!report_write_metrics(&report, exit_code, stderr) && exit_code <= EXIT_FINDINGS)
		exit_code = EX_IOERR;
	return exit_code;
}

/* An exit code, or 0. */
static int apply_rules_file(struct rule_settings *settings, const char *path)
{
	struct buf content;
	int exit_code = 0;

	buf_init(&content, RULES_FILE_BYTES_MAX);
	if (!file_read_path(path, &content)) {
		fprintf(stderr, "detour: --rules-file %s: %s\n", path, strerror(errno));
		exit_code = EX_NOINPUT;
	} else if (!rule_settings_apply_file(settings, buf_span(&content), path, stderr)) {
		exit_code = EXIT_USAGE;
	}
	buf_release(&content);
	return exit_code;
}

/* An exit code, or 0. What the command line says counts more than the file. */
static int set_rules(struct run *run)
{
	const struct options *options = &run->session.options;
	int exit_code = *options->rules_file ? apply_rules_file(&run->settings, options->rules_file) : 0;

	for (size_t i = 0; exit_code == 0 && i < options->rule.count; i++)
		if (!rule_settings_apply(&run->settings, options->rule.text[i], stderr))
			exit_code = EXIT_USAGE;
	return exit_code;
}

/* An exit code, or 0; without an output if there is nothing to do. */
static int set_up(struct run *run)
{
	struct session *session = &run->session;
	const bool again = session->options.command == COMMAND_REAUDIT;
	int exit_code = set_rules(run);

	if (exit_code == 0)
		exit_code = again ? reaudit_check(session) : session_check(session);
	if (exit_code)
		return exit_code;
	run->queue = queue_new(again ? REAUDIT_QUEUE_SIZE : QUEUE_SIZE);
	if (!run->queue) {
		fprintf(stderr, "detour: cannot make the queue: %s\n", strerror(errno));
		return EX_OSERR;
	}
	if (strcmp(session->options.output, "-") != 0) {
		run->inventory =
			inventory_new(session_temporary_directory(session), &run->settings, session->options.auditors);
		session->destination.reader = (struct row_reader){ add_old_row, run };
	}
	exit_code = again ? reaudit_open(session) : session_open(session, queue_record, run->queue);
	if (exit_code == 0 && session->output)
		run->auditors = auditors_start(session->options.auditors, run->queue, &run->settings, session->output,
					       run->inventory, stderr);
	return exit_code;
}

/* Has all records put into the queue. */
static int produce(struct run *run)
{
	struct session *session = &run->session;
	int exit_code;

	if (session->stored)
		return reaudit_read(session, queue_record, run->queue);
	exit_code = session_read_list(session);
	return exit_code || session->signals ? exit_code : session_walk(session);
}

static int audit(struct run *run)
{
	struct session *session = &run->session;
	int exit_code = set_up(run);

	if (exit_code == 0 && !session->output)
		return must_fail(run) ? EXIT_FINDINGS : 0;
	if (exit_code) {
		if (session->output)
			output_close(session->output, &(struct manifest_facts){ .tool_version = DETOUR_VERSION });
		return exit_code;
	}
	return finish(run, produce(run));
}

int run_command(enum command command, int argc, char **argv)
{
	struct run run = { .queue = NULL };
	int exit_code = session_init(&run.session, command, argc, argv);

	rule_settings_init(&run.settings);
	tally_init(&run.tally);
	if (exit_code == 0)
		exit_code = audit(&run);
	session_release(&run.session);
	queue_free(run.queue);
	inventory_free(run.inventory);
	tally_release(&run.tally);
	return exit_code;
}
