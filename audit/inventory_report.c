/* What the rules on the whole list call. */
#include <assert.h>
#include <math.h>

#include "audit/inventory_kept.h"
#include "audit/message.h"

void inventory_seqs_add(struct inventory_seqs *seqs, uint64_t seq)
{
	uint32_t place = 0;

	while (place < seqs->count && seqs->seq[place] < seq)
		place++;
	if (place == INVENTORY_EXAMPLES_MAX || (place < seqs->count && seqs->seq[place] == seq))
		return;
	if (seqs->count < INVENTORY_EXAMPLES_MAX)
		seqs->count++;
	for (uint32_t i = seqs->count - 1; i > place; i--)
		seqs->seq[i] = seqs->seq[i - 1];
	seqs->seq[place] = seq;
}

static const unsigned codes[INVENTORY_STATUS_COUNT] = {
#define X(code) [INVENTORY_##code] = code,
	INVENTORY_STATUSES(X)
#undef X
};

unsigned inventory_status_code(enum inventory_status status)
{
	return codes[status];
}

enum inventory_status inventory_status_of(unsigned code)
{
	for (unsigned i = 1; i < INVENTORY_STATUS_COUNT; i++) {
		if (codes[i] == code)
			return (enum inventory_status)i;
	}
	return INVENTORY_NO_REDIRECT;
}

uint32_t inventory_limit(const struct inventory_report *report)
{
	return report->rank->settings->rule[report->rule].limit;
}

struct span inventory_text(struct inventory_report *report, const char *format, ...)
{
	struct span text;
	va_list arguments;

	va_start(arguments, format);
	text = message_format(&report->rank->arena, format, arguments);
	va_end(arguments);
	return text;
}

struct span inventory_pattern_text(struct inventory_report *report, const struct inventory_pattern *pattern)
{
	bool to_https = pattern->from_https != !!(pattern->changes & 1u << CHANGE_SCHEME);
	struct buf names;
	struct span text;

	buf_init(&names, MESSAGE_BYTES_MAX);
	for (unsigned i = 0; i < CHANGE_COUNT; i++) {
		if (pattern->changes & 1u << i)
			buf_addf(&names, "%s%s", names.len ? ", " : "", row_type_value(ROW_CHANGES, i));
	}
	text = inventory_text(report, "%s://%.*s to %s://%.*s (%.*s)", pattern->from_https ? "https" : "http",
			      SPAN_ARG(pattern->from.text), to_https ? "https" : "http", SPAN_ARG(pattern->to.text),
			      (int)names.len, names.bytes);
	buf_release(&names);
	return text;
}

void inventory_report(struct inventory_report *report, const struct inventory_claim *claim, const char *message, ...)
{
	const struct rule_settings *settings = report->rank->settings;
	struct inventory_finding *finding = &report->finding;
	va_list arguments;

	assert(claim->severity != SEVERITY_OFF && !report->reported);
	*finding = (struct inventory_finding){
		.scope = claim->scope,
		.subject = claim->subject,
		.rule = rules[report->rule]->name,
		.severity =
			settings->rule[report->rule].has_level ? settings->rule[report->rule].level : claim->severity,
		.count = claim->count,
		.count_of = span_of(claim->count_of),
		.share_pct = (uint8_t)lround(100 * inventory_share(claim->part, claim->whole)),
		.whole = claim->whole,
		.share_of = claim->share_of,
		.seq_count = claim->seqs->count,
		.action = claim->action,
	};
	memcpy(finding->seq, claim->seqs->seq, sizeof(finding->seq));
	va_start(arguments, message);
	finding->message = message_format(&report->rank->arena, message, arguments);
	va_end(arguments);
	report->reported = true;
}
