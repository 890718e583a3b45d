#include "audit/rules.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>

#include "audit/facts.h"
#include "audit/message.h"
#include "audit/rule_settings.h"
#include "formats/credentials.h"

#define RULE(name) extern const struct rule rule_##name;
#include "rules.def"
#undef RULE

const struct rule *const rules[RULE_COUNT] = {
#define RULE(name) [RULE_##name] = &rule_##name,
#include "rules.def"
#undef RULE
};

/* The sink of one rule on one chain. */
struct report {
	const struct rule *rule;
	uint32_t limit;
	bool has_level;
	enum severity level;
	struct record *record;
	const struct marks *marks; /* of each hop */
	uint32_t count;            /* findings of this rule */
};

const struct rule *rule_find(struct span name)
{
	for (size_t i = 0; i < RULE_COUNT; i++) {
		if (span_equal(name, span_of(rules[i]->name)))
			return rules[i];
	}
	return NULL;
}

enum rule_index rule_index_of(const struct finding *finding)
{
	size_t i = 0;

	/* The finding has the rule's own name, so comparing the pointers is enough. */
	while (i < RULE_COUNT && rules[i]->name != finding->rule)
		i++;
	assert(i < RULE_COUNT);
	return (enum rule_index)i;
}

static int by_hop_then_name(const void *left, const void *right)
{
	const struct finding *a = left, *b = right;

	if (a->hop != b->hop)
		return a->hop < b->hop ? -1 : 1;
	return strcmp(a->rule, b->rule);
}

void audit_record(struct record *record, const struct rule_settings *settings)
{
	const struct marks *marks = facts_derive(record);

	record->finding = NULL;
	record->finding_count = 0;
	for (size_t i = 0; i < RULE_COUNT; i++) {
		struct report report = {
			.rule = rules[i],
			.limit = settings->rule[i].limit,
			.has_level = settings->rule[i].has_level,
			.level = settings->rule[i].level,
			.record = record,
			.marks = marks,
		};

		if (rules[i]->check && (!report.has_level || report.level != SEVERITY_OFF))
			rules[i]->check(&record->chain, &report);
	}
	if (record->finding_count)
		qsort(record->finding, record->finding_count, sizeof(*record->finding), by_hop_then_name);
}

/* Most chains have no finding, so room for them is only taken with the first. */
static struct finding *add_finding(struct report *report)
{
	struct record *record = report->record;

	if (record->finding_count == FINDINGS_MAX || report->count == FINDINGS_PER_RULE_MAX)
		return NULL;
	/* Room doubles at each power of two from 4 on; the arena keeps what was outgrown. */
	if (record->finding_count == 0 ||
	    (record->finding_count >= 4 && (record->finding_count & (record->finding_count - 1)) == 0)) {
		size_t room = record->finding_count ? 2 * (size_t)record->finding_count : 4;
		struct finding *grown = arena_alloc(&record->arena, room * sizeof(*grown));

		if (record->finding_count)
			memcpy(grown, record->finding, record->finding_count * sizeof(*grown));
		record->finding = grown;
	}
	report->count++;
	return &record->finding[record->finding_count++];
}

static void report_va(struct report *report, uint32_t index, enum severity severity, unsigned confidence_pct,
		      const char *format, va_list arguments)
{
	struct arena *arena = &report->record->arena;
	struct finding *finding;

	assert(index < report->record->chain.hop_count && confidence_pct <= 100 && severity != SEVERITY_OFF);
	finding = add_finding(report);
	if (!finding)
		return;
	*finding = (struct finding){
		.rule = report->rule->name,
		.severity = report->has_level ? report->level : severity,
		.hop = index,
		.confidence_pct = (uint8_t)confidence_pct,
		.message = credentials_mask(arena, message_format(arena, format, arguments)),
	};
}

void report_hop(struct report *report, uint32_t index, const char *message, ...)
{
	va_list arguments;

	va_start(arguments, message);
	report_va(report, index, report->rule->severity, 100, message, arguments);
	va_end(arguments);
}

void report_hop_as(struct report *report, uint32_t index, enum severity severity, unsigned confidence_pct,
		   const char *message, ...)
{
	va_list arguments;

	va_start(arguments, message);
	report_va(report, index, severity, confidence_pct, message, arguments);
	va_end(arguments);
}

uint32_t report_limit(const struct report *report)
{
	return report->limit;
}

const struct marks *report_marks(struct report *report, uint32_t index)
{
	assert(index < report->record->chain.hop_count);
	return &report->marks[index];
}

struct arena *report_arena(struct report *report)
{
	return &report->record->arena;
}
