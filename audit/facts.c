#include "audit/facts.h"

#include "audit/permanence.h"
#include "audit/suggestion.h"
#include "formats/cache_control.h"
#include "formats/link_header.h"

/* The part of a set of url_change that a reader of rows is told of in one word. */
static const struct {
	unsigned url_changes;
	enum change change;
} changes_by_url[] = {
	{ URL_CHANGE_SCHEME_UPGRADE | URL_CHANGE_SCHEME_DOWNGRADE, CHANGE_SCHEME },
	{ URL_CHANGE_WWW, CHANGE_WWW },
	{ URL_CHANGE_HOST, CHANGE_HOST },
	{ URL_CHANGE_SITE, CHANGE_SITE },
	{ URL_CHANGE_PORT, CHANGE_PORT },
	{ URL_CHANGE_SLASH, CHANGE_SLASH },
	{ URL_CHANGE_CASE, CHANGE_CASE },
	{ URL_CHANGE_INDEX, CHANGE_INDEX },
	{ URL_CHANGE_EXTENSION, CHANGE_EXTENSION },
	{ URL_CHANGE_CLEANUP, CHANGE_CLEANUP },
	{ URL_CHANGE_TRACKING, CHANGE_TRACKING },
	{ URL_CHANGE_LOCALE, CHANGE_LOCALE },
	{ URL_CHANGE_PATH, CHANGE_PATH },
	{ URL_CHANGE_QUERY, CHANGE_QUERY },
};

static uint32_t changes_of(const struct marks *marks)
{
	uint32_t set = 0;

	for (size_t i = 0; i < sizeof(changes_by_url) / sizeof(changes_by_url[0]); i++)
		set |= marks->changes & changes_by_url[i].url_changes ? 1u << changes_by_url[i].change : 0;
	set |= marks->set & MARK_LOGIN ? 1u << CHANGE_LOGIN : 0;
	set |= marks->set & MARK_CONSENT ? 1u << CHANGE_CONSENT : 0;
	return set;
}

static void derive_freshness(struct hop *hop)
{
	const struct cache_lifetime lifetime = cache_lifetime_of(hop);

	hop->fresh_s = lifetime.seconds;
	switch (lifetime.basis) {
	case CACHE_UNSTATED:
	case CACHE_FORBIDDEN:
		hop->freshness = FRESHNESS_NONE;
		break;
	case CACHE_EXPLICIT:
		hop->freshness = FRESHNESS_EXPLICIT;
		break;
	case CACHE_HEURISTIC:
		hop->freshness = FRESHNESS_HEURISTIC;
		break;
	}
}

/* The page's links of the last answer's Link header, beside those of its head. */
static void derive_links(struct record *record)
{
	const struct hop *last = &record->chain.hop[record->chain.hop_count - 1];

	if (last->status / 100 == 2)
		link_header_read(&record->arena, last->header[HEADER_LINK], &last->url, &record->chain.page);
}

const struct marks *facts_derive(struct record *record)
{
	const struct chain *chain = &record->chain;
	struct marks *marks;

	record->suggested_url = (struct span){ .len = 0 };
	if (chain->hop_count == 0)
		return NULL;
	derive_links(record);
	marks = arena_alloc(&record->arena, chain->hop_count * sizeof(*marks));
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		marks[i] = marks_of_hop(chain, i, i ? &marks[i - 1] : NULL);
		chain->hop[i].changes = changes_of(&marks[i]);
		if (chain->hop[i].status)
			derive_freshness(&chain->hop[i]);
	}
	permanence_derive(record, marks);
	record->suggested_url = suggestion_find(&record->arena, chain, marks);
	return marks;
}
