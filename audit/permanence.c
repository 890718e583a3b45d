#include "audit/permanence.h"

#include <assert.h>
#include <math.h>

#include "audit/final_page.h"
#include "audit/permanence_features.h"

/* Room for the texts of as many features as can hold together and still be spoken of. */
#define WHY_BYTES_MAX 600

/* The loop goes on to the chain's end. */
static bool is_in_loop(const struct chain *chain, uint32_t index)
{
	return chain->loop_length > 0 && index >= chain->loop_entry;
}

static bool passes_gate(const struct chain *chain, uint32_t index)
{
	const struct hop *hop = &chain->hop[index];

	return status_is_temporary(hop->status) && hop->method == METHOD_GET && !hop->location_conflict &&
	       url_is_web(&hop->url) && url_is_web(&hop->next) && !url_same_resource(&hop->url, &hop->next) &&
	       !is_in_loop(chain, index);
}

/* True if the same request was answered with another target in this chain. */
static bool has_other_target(const struct chain *chain, const struct hop *hop)
{
	struct span key = url_wire_key(&hop->url);

	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *other = &chain->hop[i];

		if (url_is_web(&other->next) && other->method == hop->method &&
		    span_equal(url_wire_key(&other->url), key) && !url_same_resource(&other->next, &hop->next))
			return true;
	}
	return false;
}

static bool is_maintenance(const struct chain *chain)
{
	return chain->final_status == 503 || chain->final_status == 429;
}

static bool is_sign_in(const struct candidate *c)
{
	const unsigned sign_in = MARK_LOGIN | MARK_RETURNS;

	return c->chain->final_status == 401 || c->chain->final_status == 407 || (c->marks->set & sign_in) == sign_in;
}

/* The final page names the source as its canonical URL, beside an experiment's cookie: the way an
 * A/B test should look. */
static bool is_marked_experiment(const struct candidate *c)
{
	return (c->marks->set & MARK_EXPERIMENT) && url_same_resource(c->canonical, &c->hop->url);
}

static enum temporary_reason find_reason(const struct candidate *c)
{
	const struct marks *marks = c->marks;

	if (c->hop->header[HEADER_RETRY_AFTER].len)
		return TEMPORARY_RETRY_AFTER;
	if (is_maintenance(c->chain))
		return TEMPORARY_MAINTENANCE;
	if (is_sign_in(c))
		return TEMPORARY_SIGN_IN;
	if (pattern_in(marks->from.path & marks->to.path, PATTERN_TRANSACTION))
		return TEMPORARY_TRANSACTION;
	if (pattern_in(marks->from.query | marks->to.query, PATTERN_SIGNATURE_PARAMETER))
		return TEMPORARY_SIGNED_URL;
	if (has_other_target(c->chain, c->hop))
		return TEMPORARY_SEVERAL_TARGETS;
	if (is_marked_experiment(c))
		return TEMPORARY_EXPERIMENT;
	return c->chain->outcome == OUTCOME_OK ? TEMPORARY_NONE : TEMPORARY_DEAD_END;
}

static struct candidate candidate_of(const struct chain *chain, uint32_t index, const struct marks *marks,
				     const struct url *canonical)
{
	return (struct candidate){
		.chain = chain,
		.hop = &chain->hop[index],
		.target = index + 1 < chain->hop_count ? &chain->hop[index + 1] : NULL,
		.marks = marks,
		.canonical = canonical,
	};
}

/* What was weighed is told from what was not, so nothing is surer than 1 %. */
static uint8_t percent_of(int log_odds_tenths)
{
	long percent = lround(100 / (1 + exp(-log_odds_tenths / 10.0)));

	assert(percent >= 0 && percent <= 100);
	return percent ? (uint8_t)percent : 1;
}

void permanence_derive(struct record *record, const struct marks *marks)
{
	struct chain *chain = &record->chain;
	struct url canonical = { .scheme = URL_SCHEME_NONE };
	bool canonical_known = false;
	int shape;

	for (uint32_t i = 0; i < chain->hop_count; i++) {
		struct hop *hop = &chain->hop[i];

		hop->temporary_reason = TEMPORARY_NONE;
		hop->permanent_pct = 0;
		if (!passes_gate(chain, i))
			continue;
		if (!canonical_known)
			final_page_canonical(&record->arena, chain, &canonical);
		canonical_known = true;
		struct candidate candidate = candidate_of(chain, i, &marks[i], &canonical);

		hop->temporary_reason = find_reason(&candidate);
		if (hop->temporary_reason == TEMPORARY_NONE)
			hop->permanent_pct =
				percent_of(PERMANENCE_PRIOR + permanence_features_weigh(&candidate, &shape, NULL));
	}
}

struct permanence permanence_explain(struct arena *arena, const struct chain *chain, uint32_t index,
				     const struct marks *marks)
{
	struct permanence permanence = { .shape = 0 };
	struct url canonical;
	struct buf why;

	final_page_canonical(arena, chain, &canonical);
	struct candidate candidate = candidate_of(chain, index, marks, &canonical);

	buf_init(&why, WHY_BYTES_MAX);
	permanence_features_weigh(&candidate, &permanence.shape, &why);
	permanence.why = arena_copy(arena, buf_span(&why));
	buf_release(&why);
	return permanence;
}
