#include "audit/summary.h"

#include <inttypes.h>
#include <stdlib.h>

#include "formats/part.h"
#include "formats/utf8.h"

/* Rows of each table: more do not fit on one screen, and the rows themselves have the rest. */
#define RULES_MAX 10
#define HOSTS_MAX 5

#define SET_ASIDE_MAX 8 /* names shown of the hosts that were set aside */

#define URL_COLUMNS  84 /* with its indent of 10, within 100 columns */
#define HOST_COLUMNS 44

static bool is_printable(struct utf8_char c)
{
	/* C0, DEL, C1; then marks of direction, line and paragraph ends, and invisible characters
	 * that let one name look like another. */
	static const struct {
		uint32_t first, last;
	} refused[] = {
		{ 0x00, 0x1f },     { 0x7f, 0x9f },     { 0xad, 0xad },     { 0x061c, 0x061c }, { 0x180e, 0x180e },
		{ 0x200b, 0x200f }, { 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0xfeff, 0xfeff }, { 0xfff9, 0xfffb },
	};

	if (!c.valid)
		return false;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		if (c.code_point >= refused[i].first && c.code_point <= refused[i].last)
			return false;
	}
	return true;
}

static struct utf8_char next_char(struct span *rest)
{
	struct utf8_char c = utf8_decode(*rest);

	*rest = (struct span){ .bytes = rest->bytes + c.len, .len = rest->len - c.len };
	return c;
}

static void print_chars(FILE *out, struct span *rest, size_t count)
{
	for (; count > 0; count--) {
		const char *bytes = rest->bytes;
		struct utf8_char c = next_char(rest);

		if (is_printable(c))
			fwrite(bytes, 1, c.len, out);
		else
			fputc('?', out);
	}
}

size_t summary_print_text(FILE *out, struct span text, size_t columns)
{
	const size_t dots = 3;
	struct span rest = text;
	size_t chars = 0;

	while (rest.len) {
		next_char(&rest);
		chars++;
	}
	if (chars <= columns) {
		print_chars(out, &text, chars);
		return chars;
	}
	/* The host and the last segments tell most, so the middle goes. */
	size_t tail = (columns - dots) / 3;

	print_chars(out, &text, columns - dots - tail);
	for (size_t skip = chars - (columns - dots); skip > 0; skip--)
		next_char(&text);
	fputs("...", out);
	print_chars(out, &text, tail);
	return columns;
}

static const char *plural_s(uint64_t count)
{
	return count == 1 ? "" : "s";
}

/* A small text returned by value, so that several can stand in one printf. */
struct figure {
	char text[32];
};

/* 1234567 as "1,234,567". */
static struct figure count_text(uint64_t number)
{
	struct figure digits, figure;
	size_t len = (size_t)snprintf(digits.text, sizeof(digits.text), "%" PRIu64, number);
	size_t at = 0;

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			figure.text[at++] = ',';
		figure.text[at++] = digits.text[i];
	}
	figure.text[at] = '\0';
	return figure;
}

static struct figure duration_text(uint64_t us)
{
	struct figure figure;
	const uint64_t seconds = us / 1000000;

	if (us < 10000)
		snprintf(figure.text, sizeof(figure.text), "%.1f ms", (double)us / 1e3);
	else if (us < 1000000)
		snprintf(figure.text, sizeof(figure.text), "%" PRIu64 " ms", us / 1000);
	else if (seconds < 60)
		snprintf(figure.text, sizeof(figure.text), "%.1f s", (double)us / 1e6);
	else if (seconds < 3600)
		snprintf(figure.text, sizeof(figure.text), "%u min %02u s", (unsigned)(seconds / 60),
			 (unsigned)(seconds % 60));
	else
		snprintf(figure.text, sizeof(figure.text), "%" PRIu64 " h %02u min", seconds / 3600,
			 (unsigned)(seconds / 60 % 60));
	return figure;
}

static struct figure size_text(uint64_t bytes)
{
	const double mib = (double)bytes / (1 << 20);
	struct figure figure;

	snprintf(figure.text, sizeof(figure.text),
		 mib < 10      ? "%.1f MiB"
		 : mib < 10000 ? "%.0f MiB"
			       : "%.1f GiB",
		 mib < 10000 ? mib : mib / 1024);
	return figure;
}

/* Rounded, but "all" and "none" only where they are true. */
static struct figure percent_text(uint64_t part, uint64_t whole)
{
	double percent = whole ? 100.0 * (double)part / (double)whole : 0.0;
	struct figure figure;

	if (part > 0 && percent < 0.1)
		snprintf(figure.text, sizeof(figure.text), "<0.1%%");
	else if (part < whole && percent > 99.9)
		snprintf(figure.text, sizeof(figure.text), ">99.9%%");
	else
		snprintf(figure.text, sizeof(figure.text), "%.1f%%", percent);
	return figure;
}

static void print_head(FILE *out, const struct tally *tally, const struct summary_facts *facts)
{
	uint64_t per_second = facts->elapsed_us ? tally->rows * 1000000 / facts->elapsed_us : 0;

	fprintf(out, "%s URL%s in %s", count_text(tally->rows).text, plural_s(tally->rows),
		duration_text(facts->elapsed_us).text);
	if (per_second)
		fprintf(out, " (%s a second)", count_text(per_second).text);
	fprintf(out, ", %s request%s, %s URL%s redirected\n", count_text(facts->requests).text,
		plural_s(facts->requests), count_text(tally->redirected_rows).text, plural_s(tally->redirected_rows));
	if (tally->memo_hops)
		fprintf(out, "%s of %s hops needed no request: their URLs had been asked for\n",
			count_text(tally->memo_hops).text, count_text(tally->hops).text);
	if (tally->again_rows)
		fprintf(out, "%s URL%s failed and %s walked again at the end; %s did well then\n",
			count_text(tally->again_rows).text, plural_s(tally->again_rows),
			tally->again_rows == 1 ? "was" : "were", count_text(tally->again_ok_rows).text);
	if (facts->robots_fetched)
		fprintf(out, "robots.txt: asked for at %s origin%s; %s URL%s led to what one disallows\n",
			count_text(facts->robots_fetched).text, plural_s(facts->robots_fetched),
			count_text(tally->robots_rows).text, plural_s(tally->robots_rows));
	fprintf(out, "Memory: %s at most; temporary file: %s\n", size_text(facts->memory_peak_bytes).text,
		size_text(facts->temporary_bytes).text);
	if (facts->rows_before)
		fprintf(out, "Resumed: %s row%s had been written before; the figures here are of the rest\n",
			count_text(facts->rows_before).text, plural_s(facts->rows_before));
	if (facts->stopped_early && facts->lines_total)
		fprintf(out, "Stopped early: %s of %s lines were walked\n",
			count_text(facts->rows_before + tally->rows).text, count_text(facts->lines_total).text);
	else if (facts->stopped_early)
		fprintf(out, "Stopped early: not all lines were walked\n");
}

/* An index with what it is sorted by. */
struct ranked {
	size_t index;
	enum severity severity;
	uint64_t count;
};

static int by_severity_then_count(const void *left, const void *right)
{
	const struct ranked *a = left, *b = right;

	if (a->severity != b->severity)
		return a->severity > b->severity ? -1 : 1;
	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return a->index < b->index ? -1 : 1;
}

static void print_outcomes(FILE *out, const struct tally *tally)
{
	struct ranked ranked[OUTCOME_COUNT];
	size_t count = 0;

	for (size_t i = 0; i < OUTCOME_COUNT; i++) {
		if (tally->outcome[i] == 0)
			continue;
		ranked[count] = (struct ranked){ .index = i, .count = tally->outcome[i] };
		count++;
	}
	if (count == 0)
		return;
	qsort(ranked, count, sizeof(*ranked), by_severity_then_count);
	fprintf(out, "\nOutcomes\n");
	for (size_t i = 0; i < count; i++) {
		enum outcome outcome = (enum outcome)ranked[i].index;

		fprintf(out, "  %-20s %11s %6s  %s\n", outcome_name(outcome), count_text(ranked[i].count).text,
			percent_text(ranked[i].count, tally->rows).text, outcome_text(outcome));
	}
}

static void print_rule(FILE *out, const struct tally *tally, const struct ranked *ranked)
{
	const struct tally_example *example = &tally->rule[ranked->index].example[ranked->severity];

	fprintf(out, "  %-7s %-29s %10s  %s\n", severity_name(ranked->severity), rules[ranked->index]->name,
		count_text(ranked->count).text, rules[ranked->index]->title);
	fprintf(out, "          ");
	summary_print_text(out, (struct span){ .bytes = example->url, .len = example->len }, URL_COLUMNS);
	fprintf(out, "%s\n", example->cut ? "..." : "");
}

static void print_rules(FILE *out, const struct tally *tally)
{
	struct ranked ranked[RULE_COUNT * SEVERITY_ERROR];
	size_t count = 0;

	/* A rule that grades its findings has a line for each grade, so that the lines add up. */
	for (size_t i = 0; i < RULE_COUNT; i++) {
		for (enum severity level = SEVERITY_NOTICE; level <= SEVERITY_ERROR; level++) {
			uint64_t findings = tally->rule[i].findings[level];

			if (!findings)
				continue;
			ranked[count] = (struct ranked){ .index = i, .severity = level, .count = findings };
			count++;
		}
	}
	if (count == 0) {
		fprintf(out, "\nNo findings\n");
		return;
	}
	qsort(ranked, count, sizeof(*ranked), by_severity_then_count);
	fprintf(out, "\nFindings:");
	for (unsigned level = SEVERITY_ERROR; level > SEVERITY_OFF; level--)
		fprintf(out, " %s %s%s%s", count_text(tally->findings[level]).text, severity_name((enum severity)level),
			plural_s(tally->findings[level]), level > SEVERITY_NOTICE ? "," : "\n");
	for (size_t i = 0; i < count && i < RULES_MAX; i++)
		print_rule(out, tally, &ranked[i]);
	if (count > RULES_MAX)
		fprintf(out, "  and %zu more; the rows have all findings\n", count - RULES_MAX);
}

static void print_whole_list(FILE *out, const uint64_t *findings)
{
	fprintf(out, "Over the whole list:");
	for (unsigned level = SEVERITY_ERROR; level > SEVERITY_OFF; level--)
		fprintf(out, " %s %s%s%s", count_text(findings[level]).text, severity_name((enum severity)level),
			plural_s(findings[level]), level > SEVERITY_NOTICE ? "," : "; " INVENTORY_NAME " has them\n");
}

static uint64_t mean_first_byte_us(const struct tally_host *host)
{
	return host->answers ? host->first_byte_us_sum / host->answers : 0;
}

static uint64_t redirects_of(const struct tally_host *host)
{
	return host->redirects;
}

static void print_host_name(FILE *out, struct span name)
{
	size_t printed;

	fprintf(out, "  ");
	printed = summary_print_text(out, name, HOST_COLUMNS);
	fprintf(out, "%*s", (int)(HOST_COLUMNS - printed), "");
}

static void print_slow_hosts(FILE *out, const struct tally *tally)
{
	struct tally_top top[HOSTS_MAX];
	size_t count = tally_top_hosts(tally, mean_first_byte_us, top, HOSTS_MAX);

	if (count == 0)
		return;
	fprintf(out, "\n%-*s %12s %12s %10s %8s\n", HOST_COLUMNS + 2, "Slowest hosts (time to first byte)", "mean",
		"longest", "requests", "failed");
	for (size_t i = 0; i < count; i++) {
		const struct tally_host *host = &top[i].host;

		print_host_name(out, top[i].name);
		fprintf(out, " %12s %12s %10s %8s\n", duration_text(mean_first_byte_us(host)).text,
			duration_text(host->first_byte_us_max).text, count_text(host->requests).text,
			count_text(host->errors).text);
	}
}

static void print_redirecting_hosts(FILE *out, const struct tally *tally)
{
	struct tally_top top[HOSTS_MAX];
	size_t count = tally_top_hosts(tally, redirects_of, top, HOSTS_MAX);

	if (count == 0)
		return;
	fprintf(out, "\n%-*s %12s %12s %10s\n", HOST_COLUMNS + 2, "Hosts that redirect most", "redirects", "requests",
		"share");
	for (size_t i = 0; i < count; i++) {
		const struct tally_host *host = &top[i].host;

		print_host_name(out, top[i].name);
		fprintf(out, " %12s %12s %10s\n", count_text(host->redirects).text, count_text(host->requests).text,
			percent_text(host->redirects, host->requests).text);
	}
}

static void print_set_aside(FILE *out, const struct span *hosts, size_t count)
{
	fprintf(out, "\nSet aside after failing too often in a row: %s host%s\n", count_text(count).text,
		plural_s(count));
	for (size_t i = 0; i < count && i < SET_ASIDE_MAX; i++) {
		fprintf(out, "  ");
		summary_print_text(out, hosts[i], URL_COLUMNS);
		fprintf(out, "\n");
	}
	if (count > SET_ASIDE_MAX)
		fprintf(out, "  and %zu more\n", count - SET_ASIDE_MAX);
}

void summary_print(FILE *out, const struct tally *tally, const struct summary_facts *facts)
{
	print_head(out, tally, facts);
	print_outcomes(out, tally);
	print_rules(out, tally);
	if (facts->whole_list && facts->whole_list[SEVERITY_NOTICE] + facts->whole_list[SEVERITY_WARNING] +
					 facts->whole_list[SEVERITY_ERROR])
		print_whole_list(out, facts->whole_list);
	print_slow_hosts(out, tally);
	print_redirecting_hosts(out, tally);
	if (facts->set_aside_count)
		print_set_aside(out, facts->set_aside, facts->set_aside_count);
	if (facts->rows_at)
		fprintf(out, "\nRows: %s\n", facts->rows_at);
}
