/* Records for the tests of the row and of the output, made by hand. */
#ifndef TESTS_FORMATS_SAMPLE_H
#define TESTS_FORMATS_SAMPLE_H

#include "formats/record.h"

/* A URL with nothing but its text: all that the row shows. */
static inline struct url sample_url(const char *href)
{
	return (struct url){ .href = span_of(href), .scheme = URL_SCHEME_HTTP };
}

static inline struct record *sample_record(uint64_t seq, const char *input_url, enum outcome outcome)
{
	struct record *record = record_new();

	record->seq = seq;
	record->input_url = span_of(input_url);
	record->chain.outcome = outcome;
	record->chain.max_redirects = 20;
	return record;
}

/* Adds a hop and brings the chain's own facts up to date. */
static inline struct hop *sample_hop(struct record *record, const char *url, uint16_t status, const char *location,
				     const char *next)
{
	struct hop *hop = record_add_hop(record);

	hop->url = sample_url(url);
	hop->status = status;
	hop->http_version = status ? 11 : 0;
	if (location) {
		hop->has_location = true;
		hop->location_count = 1;
		hop->location = span_of(location);
	}
	if (next)
		hop->next = sample_url(next);
	if (record->chain.hop_count == 1)
		record->url = hop->url;
	record->chain.redirects = record->chain.hop_count - 1;
	record->chain.final_url = hop->url.href;
	record->chain.final_status = status;
	return hop;
}

static inline void sample_finding(struct record *record, const char *rule, enum severity severity, uint32_t hop,
				  const char *message)
{
	struct finding *all = arena_alloc(&record->arena, (record->finding_count + 1) * sizeof(*all));

	if (record->finding_count)
		memcpy(all, record->finding, record->finding_count * sizeof(*all));
	all[record->finding_count++] = (struct finding){
		.rule = rule,
		.severity = severity,
		.hop = hop,
		.confidence_pct = 100,
		.message = span_of(message),
	};
	record->finding = all;
}

#endif
