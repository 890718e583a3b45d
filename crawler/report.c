#include "crawler/report.h"

#include <assert.h>

#include "crawler/clock.h"
#include "crawler/destination.h"
#include "crawler/help.h"
#include "crawler/memory.h"
#include "crawler/metrics.h"
#include "crawler/version.h"

#define LIBRARIES_MAX 16

/* What the manifest and the metrics both tell. */
struct figure {
	const char *count; /* its name in the manifest */
	const char *metric, *help;
	uint64_t value;
};

#define FIGURES_MAX 16

static size_t list_figures(const struct report *report, struct figure out[FIGURES_MAX])
{
	const struct crawler_counters *counters = &report->counters;
	const struct figure figures[] = {
		{ "requests", "http_requests", "Requests begun.", counters->requests },
		{ "recalled_hops", "hops_recalled", "Hops whose answer was known already.", counters->recalled },
		{ "held_back_hops", "hops_held_back", "Times that a hop waited for a limit of this machine.",
		  counters->held_back },
		{ "failed_requests", "http_requests_failed", "Requests without an answer.", counters->failures },
		{ "hops", "hops", "Hops in all rows.", report->rows.hops },
		{ "hosts_set_aside", "hosts_set_aside", "Hosts that failed too often.", counters->hosts_set_aside },
		{ "robots_fetched", "robots_fetched", "robots.txt files asked for.", counters->robots_fetched },
		{ "temporary_bytes", "temporary_bytes", "Size of the temporary file.", counters->temporary_bytes },
	};

	memcpy(out, figures, sizeof(figures));
	return sizeof(figures) / sizeof(figures[0]);
}

int report_close_output(const struct report *report, struct output *output)
{
	struct figure figure[FIGURES_MAX];
	size_t figures = list_figures(report, figure), library_count, counts = 4;
	const struct library *library = version_libraries(&library_count);
	struct manifest_text version[LIBRARIES_MAX];
	struct manifest_count count[4 + FIGURES_MAX + 2 * SEVERITY_ERROR] = {
		{ "rows_before", report->rows_before },
		{ "memory_peak_bytes", memory_peak_bytes() },
		{ "inventory_chains", report->inventory_chains },
		{ "inventory_temporary_bytes", report->inventory_bytes },
	};
	char name[2][SEVERITY_ERROR + 1][32];
	struct text_list options = { .count = 0 };
	int exit_code;

	for (size_t i = 0; i < figures; i++)
		count[counts++] = (struct manifest_count){ figure[i].count, figure[i].value };
	for (unsigned level = SEVERITY_ERROR; level > SEVERITY_OFF; level--) {
		const char *word = severity_name((enum severity)level);

		snprintf(name[0][level], sizeof(name[0][level]), "findings_%s", word);
		snprintf(name[1][level], sizeof(name[1][level]), "inventory_%s", word);
		count[counts++] = (struct manifest_count){ name[0][level], report->rows.findings[level] };
		count[counts++] = (struct manifest_count){ name[1][level], report->inventory_findings[level] };
	}
	assert(library_count <= LIBRARIES_MAX);
	for (size_t i = 0; i < library_count; i++)
		version[i] = (struct manifest_text){ .name = library[i].name, .value = library[i].version };
	text_list_of_options(&options, report->options);
	const struct manifest_facts facts = { .complete = report->complete,
					      .started_at_us = report->started_us,
					      .ended_at_us = clock_wall_us(),
					      .tool_version = DETOUR_VERSION,
					      .parent_run_id = report->parent_run_id,
					      .input_file = report->options->input,
					      .input_file_count = report->options->input_count,
					      .input_lines = report->rows_before + report->counters.lines,
					      .version = version,
					      .version_count = library_count,
					      .option = options.text,
					      .option_count = options.count,
					      .count = count,
					      .count_count = counts };

	exit_code = output_close(output, &facts);
	text_list_release(&options);
	return exit_code;
}

bool report_write_metrics(const struct report *report, int exit_code, FILE *errors)
{
	const char *path = report->options->metrics_file;
	uint64_t now_s = (uint64_t)(clock_wall_us() / US_PER_S);
	struct metric metric[8 + FIGURES_MAX + SEVERITY_ERROR + OUTCOME_COUNT] = {
		{ "last_run_timestamp_seconds", "When the last run ended.", NULL, NULL, now_s },
		{ "last_success_timestamp_seconds", "When the last complete run ended.", NULL, NULL,
		  exit_code <= EXIT_FINDINGS ? now_s : metrics_read(path, "last_success_timestamp_seconds") },
		{ "last_run_duration_ms", "How long the last run took.", NULL, NULL,
		  (uint64_t)((clock_now_us() - report->begun_us) / US_PER_MS) },
		{ "last_run_exit_code", "Its exit code.", NULL, NULL, (uint64_t)exit_code },
		{ "input_lines", "Lines of the input that have or should have a row.", NULL, NULL,
		  report->rows_before + report->counters.lines },
	};
	struct figure figure[FIGURES_MAX];
	size_t figures = list_figures(report, figure), count = 5;

	for (size_t i = 0; i < figures; i++)
		metric[count++] = (struct metric){ figure[i].metric, figure[i].help, NULL, NULL, figure[i].value };
	for (enum severity severity = SEVERITY_NOTICE; severity <= SEVERITY_ERROR; severity++)
		metric[count++] = (struct metric){ "findings", "Findings by severity.", "severity",
						   severity_name(severity), report->rows.findings[severity] };
	for (unsigned i = 0; i < OUTCOME_COUNT; i++)
		metric[count++] = (struct metric){ "urls", "Rows by outcome.", "outcome", outcome_name((enum outcome)i),
						   report->rows.outcome[i] };
	return !path[0] || metrics_write(path, metric, count, errors);
}
