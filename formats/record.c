#include "formats/record.h"

#include <assert.h>
#include <stdlib.h>

static const struct {
	const char *name, *text;
} outcomes[] = {
#define X(id, json, sentence) [OUTCOME_##id] = { json, sentence },
	OUTCOMES(X)
#undef X
};

static const struct {
	const char *name, *text;
	enum outcome outcome;
} hop_errors[] = { [HOP_OK] = { "", "", OUTCOME_OK },
#define X(id, json, ends_as, sentence) [HOP_ERROR_##id] = { json, sentence, OUTCOME_##ends_as },
		   HOP_ERRORS(X)
#undef X
#define X(id, json, sentence) [HOP_ERROR_URL_##id] = { json, sentence, OUTCOME_INVALID_INPUT },
			   URL_ERRORS(X)
#undef X
};

static const char *const methods[] = {
#define X(name) [METHOD_##name] = #name,
	METHODS(X)
#undef X
};

static const char *const headers[] = {
#define X(name, field, text) [HEADER_##name] = field,
	HEADERS(X)
#undef X
};

static const char *const severities[] = {
	[SEVERITY_OFF] = "off",
	[SEVERITY_NOTICE] = "notice",
	[SEVERITY_WARNING] = "warning",
	[SEVERITY_ERROR] = "error",
};

static_assert(sizeof(outcomes) / sizeof(outcomes[0]) == OUTCOME_COUNT, "a name for each outcome");
static_assert(sizeof(hop_errors) / sizeof(hop_errors[0]) == HOP_ERROR_COUNT, "a name for each error");

struct record *record_new(void)
{
	struct arena arena;
	struct record *record;

	/* The record stands in its own arena, so that one release frees all of it. */
	arena_init(&arena);
	record = arena_alloc(&arena, sizeof(*record));
	record->arena = arena;
	return record;
}

void record_free(struct record *record)
{
	struct arena arena;

	if (!record)
		return;
	arena = record->arena;
	arena_release(&arena);
}

struct hop *record_add_hop(struct record *record)
{
	struct chain *chain = &record->chain;

	if (chain->hop_count == record->hop_size) {
		/* Most URLs answer at once; of those that redirect, most are there after two more. */
		uint32_t size = record->hop_size == 0 ? 1 : record->hop_size == 1 ? 3 : record->hop_size * 2;
		struct hop *hop = arena_alloc(&record->arena, size * sizeof(*hop));

		if (chain->hop_count)
			memcpy(hop, chain->hop, chain->hop_count * sizeof(*hop));
		chain->hop = hop;
		record->hop_size = size;
	}
	return &chain->hop[chain->hop_count++];
}

void record_forget_audit(struct record *record)
{
	for (uint32_t i = 0; i < record->chain.hop_count; i++) {
		struct hop *hop = &record->chain.hop[i];

		hop->changes = 0;
		hop->freshness = FRESHNESS_UNKNOWN;
		hop->fresh_s = 0;
		hop->temporary_reason = TEMPORARY_NONE;
		hop->permanent_pct = 0;
	}
	record->suggested_url = (struct span){ .len = 0 };
	record->finding = NULL;
	record->finding_count = 0;
}

const char *outcome_name(enum outcome outcome)
{
	assert(outcome < OUTCOME_COUNT);
	return outcomes[outcome].name;
}

const char *outcome_text(enum outcome outcome)
{
	assert(outcome < OUTCOME_COUNT);
	return outcomes[outcome].text;
}

const char *hop_error_name(enum hop_error error)
{
	assert(error < HOP_ERROR_COUNT);
	return hop_errors[error].name;
}

const char *hop_error_text(enum hop_error error)
{
	assert(error < HOP_ERROR_COUNT);
	return hop_errors[error].text;
}

enum outcome hop_error_outcome(enum hop_error error)
{
	assert(error != HOP_OK && error < HOP_ERROR_COUNT);
	return hop_errors[error].outcome;
}

const char *method_name(enum method method)
{
	assert(method < METHOD_COUNT);
	return methods[method];
}

const char *severity_name(enum severity severity)
{
	assert(severity <= SEVERITY_ERROR);
	return severities[severity];
}

bool method_find(struct span name, enum method *out)
{
	for (unsigned i = 0; i < METHOD_COUNT; i++) {
		if (span_equal(name, span_of(methods[i]))) {
			*out = (enum method)i;
			return true;
		}
	}
	return false;
}

bool outcome_find(struct span name, enum outcome *out)
{
	for (unsigned i = 0; i < OUTCOME_COUNT; i++) {
		if (span_equal(name, span_of(outcomes[i].name))) {
			*out = (enum outcome)i;
			return true;
		}
	}
	return false;
}

bool hop_error_find(struct span name, enum hop_error *out)
{
	for (unsigned i = 0; i < HOP_ERROR_COUNT; i++) {
		if (span_equal(name, span_of(hop_errors[i].name))) {
			*out = (enum hop_error)i;
			return true;
		}
	}
	return false;
}

bool severity_find(struct span name, enum severity *out)
{
	for (unsigned i = SEVERITY_OFF; i <= SEVERITY_ERROR; i++) {
		if (span_equal(name, span_of(severities[i]))) {
			*out = (enum severity)i;
			return true;
		}
	}
	return false;
}

bool header_find(struct span field_name, enum header *out)
{
	for (unsigned i = 0; i < HEADER_COUNT; i++) {
		if (span_equal_nocase(field_name, span_of(headers[i]))) {
			*out = (enum header)i;
			return true;
		}
	}
	return false;
}
