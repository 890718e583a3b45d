#include "audit/permanence.h"

#include <math.h>

#include "formats/buf.h"

/* Words in common, in percent, from which on two page names are taken for one page's. */
#define SLUG_SIMILARITY_PCT_MIN 60

/* What the features look at. */
struct candidate {
	const struct chain *chain;
	const struct hop *hop;
	const struct marks *marks;
};

/* Evidence for or against. It holds if the redirect has one of `marks`, or if `holds` says so. */
struct feature {
	double weight;
	const char *text;
	unsigned marks;
	bool (*holds)(const struct candidate *candidate);
};

/* Features that speak of one thing. `feature` ends with a text of NULL and, unless they add up, has
 * the strongest first. */
struct group {
	const struct feature *feature;
	bool adds_up;
	double sum_min;
};

#define TIDY (URL_CHANGE_SLASH | URL_CHANGE_CASE | URL_CHANGE_INDEX | URL_CHANGE_EXTENSION | URL_CHANGE_CLEANUP)

static bool only_upgrade(const struct candidate *c)
{
	return c->marks->changes == URL_CHANGE_SCHEME_UPGRADE;
}

static bool upgrade_and_www(const struct candidate *c)
{
	return c->marks->changes == (URL_CHANGE_SCHEME_UPGRADE | URL_CHANGE_WWW);
}

static bool only_www(const struct candidate *c)
{
	return c->marks->changes == URL_CHANGE_WWW;
}

static bool only_tidied(const struct candidate *c)
{
	const unsigned beside = URL_CHANGE_SCHEME_UPGRADE | URL_CHANGE_WWW;

	return (c->marks->changes & TIDY) != 0 && (c->marks->changes & ~(TIDY | beside)) == 0;
}

static bool moved_as_it_is(const struct candidate *c)
{
	return (c->marks->changes & ~(unsigned)URL_CHANGE_SCHEME_UPGRADE) == URL_CHANGE_SITE;
}

static bool tracking_removed(const struct candidate *c)
{
	return c->marks->changes == URL_CHANGE_TRACKING && c->hop->next.query.len < c->hop->url.query.len;
}

static bool same_page_name(const struct candidate *c)
{
	return !(c->marks->changes & URL_CHANGE_SITE) &&
	       url_slug_similarity_pct(&c->hop->url, &c->hop->next) >= SLUG_SIMILARITY_PCT_MIN;
}

static const struct feature shape_features[] = {
	{ 3.5, "only http becomes https", 0, only_upgrade },
	{ 3.0, "only http becomes https and \"www.\" changes", 0, upgrade_and_www },
	{ 3.0, "only \"www.\" changes", 0, only_www },
	{ 2.5, "the URL is only tidied", 0, only_tidied },
	{ 2.0, "the site changes, path and query stay", 0, moved_as_it_is },
	{ 1.5, "only tracking parameters are removed", 0, tracking_removed },
	{ 1.0, "the page's name stays much the same", 0, same_page_name },
	{ .text = NULL },
};

static bool varies_by_language(const struct candidate *c)
{
	return (c->marks->set & MARK_LOCALE) || pattern_list_has(c->hop->header[HEADER_VARY], SPAN("accept-language"));
}

static bool is_experiment(const struct candidate *c)
{
	return (c->marks->set & MARK_EXPERIMENT) || pattern_in(c->marks->to.query, PATTERN_EXPERIMENT_PARAMETER) ||
	       pattern_list_has(c->hop->header[HEADER_VARY], SPAN("cookie"));
}

static bool one_side_transaction(const struct candidate *c)
{
	return pattern_in(c->marks->from.path ^ c->marks->to.path, PATTERN_TRANSACTION);
}

static bool root_to_deeper(const struct candidate *c)
{
	return c->hop->url.path.len == 1 && c->hop->next.path.len > 1 &&
	       span_equal(c->hop->url.host, c->hop->next.host);
}

static bool is_api(const struct candidate *c)
{
	return pattern_in(c->marks->from.path, PATTERN_API);
}

static bool sets_cookie(const struct candidate *c)
{
	return c->hop->header[HEADER_SET_COOKIE].len > 0;
}

static bool is_see_other(const struct candidate *c)
{
	return c->hop->status == 303;
}

static const struct feature counter_features[] = {
	{ -2.5, "the target depends on the language", 0, varies_by_language },
	{ -2.5, "the source is an alias such as /latest", MARK_ALIAS, NULL },
	{ -2.5, "the target is one of several like hosts", MARK_NODE, NULL },
	{ -2.0, "it looks like an experiment or depends on cookies", 0, is_experiment },
	{ -2.0, "it leads to a sign-in or consent page", MARK_LOGIN | MARK_CONSENT, NULL },
	{ -1.5, "one of the two is a cart, checkout or account", 0, one_side_transaction },
	{ -1.5, "the target adds a date or a campaign", MARK_DATED, NULL },
	{ -1.0, "it leads from the root to a page of the same host", 0, root_to_deeper },
	{ -1.0, "it is an interface for programs", 0, is_api },
	{ -0.8, "it sets a cookie", 0, sets_cookie },
	{ -0.5, "it is a 303", 0, is_see_other },
	{ .text = NULL },
};

static const struct group shape_group = { .feature = shape_features };

/* All groups: a new one is a table of features and a line here. */
static const struct group *const groups[] = {
	&shape_group,
	&(const struct group){ .feature = counter_features, .adds_up = true, .sum_min = -5.0 },
};

static bool feature_holds(const struct feature *feature, const struct candidate *candidate)
{
	return (candidate->marks->set & feature->marks) || (feature->holds && feature->holds(candidate));
}

/* `why` gets the texts of what holds, unless it is NULL. */
static double weigh_group(const struct group *group, const struct candidate *candidate, struct buf *why)
{
	double sum = 0;

	for (const struct feature *feature = group->feature; feature->text; feature++) {
		if (!feature_holds(feature, candidate))
			continue;
		if (why)
			buf_addf(why, "%s%s (%+.1f)", why->len ? ", " : "", feature->text, feature->weight);
		sum += feature->weight;
		if (!group->adds_up)
			break;
	}
	return sum < group->sum_min ? group->sum_min : sum;
}

/* The loop goes on to the chain's end. */
static bool is_in_loop(const struct chain *chain, uint32_t index)
{
	return chain->loop_length > 0 && index >= chain->loop_entry;
}

static bool passes_gate(const struct chain *chain, uint32_t index)
{
	const struct hop *hop = &chain->hop[index];

	return status_is_temporary(hop->status) && hop->method == METHOD_GET && !hop->location_conflict &&
	       url_is_web(&hop->next) && !url_same_resource(&hop->url, &hop->next) && !is_in_loop(chain, index);
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

/* The final page names the source as its canonical URL, beside an experiment's cookie: the way an
 * A/B test should look. */
static bool is_marked_experiment(struct arena *arena, const struct candidate *candidate)
{
	struct url canonical;

	return (candidate->marks->set & MARK_EXPERIMENT) && candidate->chain->page.canonical.len > 0 &&
	       url_parse(arena, candidate->chain->page.canonical, NULL, &canonical) == URL_OK &&
	       url_same_resource(&canonical, &candidate->hop->url);
}

/* A target that does not answer is none to use from now on: sign-in, maintenance, dead ends, loops. */
static bool is_vetoed(struct arena *arena, const struct candidate *candidate)
{
	const struct marks *marks = candidate->marks;
	const struct hop *hop = candidate->hop;
	const unsigned sign_in = MARK_LOGIN | MARK_RETURNS;

	return hop->header[HEADER_RETRY_AFTER].len > 0 || candidate->chain->outcome != OUTCOME_OK ||
	       (marks->set & sign_in) == sign_in ||
	       pattern_in(marks->from.path & marks->to.path, PATTERN_TRANSACTION) ||
	       pattern_in(marks->from.query | marks->to.query, PATTERN_SIGNATURE_PARAMETER) ||
	       has_other_target(candidate->chain, hop) || is_marked_experiment(arena, candidate);
}

bool permanence_weigh(struct arena *arena, const struct chain *chain, uint32_t index, const struct marks *marks,
		      struct permanence *out)
{
	const struct candidate candidate = { .chain = chain, .hop = &chain->hop[index], .marks = marks };
	double logit = PERMANENCE_PRIOR;

	if (!passes_gate(chain, index) || is_vetoed(arena, &candidate))
		return false;

	*out = (struct permanence){ .shape = 0 };
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		double weight = weigh_group(groups[i], &candidate, NULL);

		if (groups[i] == &shape_group)
			out->shape = weight;
		logit += weight;
	}
	out->confidence = 1 / (1 + exp(-logit));
	return true;
}

struct span permanence_why(struct arena *arena, const struct chain *chain, uint32_t index, const struct marks *marks)
{
	const struct candidate candidate = { .chain = chain, .hop = &chain->hop[index], .marks = marks };
	struct span copy;
	struct buf why;

	buf_init(&why, MESSAGE_SPAN_BYTES_MAX);
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		weigh_group(groups[i], &candidate, &why);
	copy = arena_copy(arena, buf_span(&why));
	buf_release(&why);
	return copy;
}
