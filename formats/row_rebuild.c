#include "formats/row_rebuild.h"

#include "formats/limits.h"
#include "formats/seq_set.h"

/* Parses the text that stands in `url->href`. One that was cut inside of its host may need to be cut a little more. */
static bool rebuild_url(struct record *record, struct url *url)
{
	struct span text = url->href;
	struct url parsed;

	if (text.len == 0)
		return true;
	while (url_parse(&record->arena, text, NULL, &parsed) != URL_OK) {
		const char *dot = memrchr(text.bytes, '.', text.len);

		if (!record->truncated || !dot)
			return false;
		text.len = (size_t)(dot - text.bytes);
	}
	if (!record->truncated && !span_equal(parsed.href, text))
		return false;
	*url = parsed;
	return true;
}

/* The URL as walked is that which was given, with its userinfo; the row's own text decides. */
static bool rebuild_first_url(struct record *record)
{
	struct url given;

	if (url_parse(&record->arena, record->input_url, NULL, &given) != URL_OK ||
	    !span_equal(given.href, record->url.href))
		return rebuild_url(record, &record->url);
	record->url = given;
	return true;
}

/* Resolves the Location as the walk did (RFC 9110 section 10.2.2: the fragment is inherited). The row's own text
 * decides: userinfo, which it leaves out, is all that this can add to it. */
static bool rebuild_next(struct record *record, struct hop *hop)
{
	struct arena *arena = &record->arena;
	struct url next;

	if (hop->next.href.len == 0)
		return true;
	if (url_parse(arena, hop->location, &hop->url, &next) != URL_OK)
		return rebuild_url(record, &hop->next);
	if (!next.has_fragment && hop->url.has_fragment)
		next = url_with_fragment(arena, &next, &hop->url);
	if (!span_equal(next.href, hop->next.href))
		return rebuild_url(record, &hop->next);
	hop->next = next;
	return true;
}

/* A hop's URL is nearly always the one that led there, which is parsed. */
static bool rebuild_hop(struct record *record, uint32_t index, const struct url *came_from)
{
	struct hop *hop = &record->chain.hop[index];

	if (span_equal(hop->url.href, came_from->href))
		hop->url = *came_from;
	else if (!rebuild_url(record, &hop->url))
		return false;
	hop->has_location = hop->location_count > 0;
	return url_is_web(&hop->url) && rebuild_next(record, hop);
}

/* The last hop, and the loop, are where the chain has hops. */
static bool chain_is_whole(const struct chain *chain)
{
	const uint32_t redirects = chain->hop_count ? chain->hop_count - 1 : 0;

	return chain->hop_count <= REDIRECTS_MAX + 1 && chain->redirects == redirects &&
	       chain->loop_entry <= chain->hop_count && chain->loop_length <= chain->hop_count;
}

bool row_rebuild(struct record *record)
{
	struct chain *chain = &record->chain;
	const struct url *came_from = &record->url;

	record->hop_size = chain->hop_count;
	if (record->seq < 1 || record->seq > SEQ_MAX || !chain_is_whole(chain) || !rebuild_first_url(record))
		return false;
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		if (!rebuild_hop(record, i, came_from))
			return false;
		came_from = &chain->hop[i].next;
	}
	for (uint32_t i = 0; i < record->finding_count; i++) {
		if (record->finding[i].hop >= chain->hop_count || record->finding[i].severity == SEVERITY_OFF)
			return false;
	}
	return true;
}
