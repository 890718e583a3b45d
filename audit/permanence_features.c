#include "audit/permanence_features.h"

#include "audit/final_page.h"
#include "audit/token.h"
#include "formats/cache_control.h"
#include "formats/hsts.h"

/* Words in common, in percent, from which on two page names are taken for one page's. */
#define SLUG_SIMILARITY_PCT_MIN 60

#define DAY_S 86400

/* Half a year: what was asked for before preloading asked for a whole one, and who sets it is settled on https. */
#define HSTS_MAX_AGE_S_MIN 15768000

/* Evidence for or against. It holds if the redirect has one of `marks`, or if `holds` says so. */
struct feature {
	int weight; /* log-odds, in tenths */
	const char *text;
	unsigned marks;
	bool (*holds)(const struct candidate *candidate);
};

/* Features that speak of one thing. `feature` ends with a text of NULL and, unless they add up, has
 * the strongest first. */
struct group {
	const struct feature *feature;
	bool adds_up;
	int sum_min;
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

/* Nobody should be told to make a way back to http permanent. */
static bool same_page_name(const struct candidate *c)
{
	return !(c->marks->changes & (URL_CHANGE_SITE | URL_CHANGE_SCHEME_DOWNGRADE)) &&
	       url_slug_similarity_pct(&c->hop->url, &c->hop->next) >= SLUG_SIMILARITY_PCT_MIN;
}

static const struct feature shape_features[] = {
	{ 35, "only http becomes https", 0, only_upgrade },
	{ 30, "only http becomes https and \"www.\" changes", 0, upgrade_and_www },
	{ 30, "only \"www.\" changes", 0, only_www },
	{ 25, "the URL is only tidied", 0, only_tidied },
	{ 20, "the site changes, path and query stay", 0, moved_as_it_is },
	{ 15, "only tracking parameters are removed", 0, tracking_removed },
	{ 10, "the page's name stays much the same", 0, same_page_name },
	{ .text = NULL },
};

static bool canonical_is_source(const struct candidate *c)
{
	return url_same_resource(c->canonical, &c->hop->url);
}

static bool canonical_is_final(const struct candidate *c)
{
	return url_same_resource(c->canonical, &c->chain->hop[c->chain->hop_count - 1].url);
}

/* Looked at last of the three. */
static bool canonical_is_other(const struct candidate *c)
{
	return c->canonical->scheme != URL_SCHEME_NONE;
}

static bool is_own_alternate(const struct candidate *c)
{
	return c->canonical->scheme == URL_SCHEME_NONE && final_page_is_own_alternate(c->chain);
}

static const struct feature canonical_features[] = {
	{ -40, "the final page's canonical URL is the source", 0, canonical_is_source },
	{ 8, "the final page is its own canonical URL", 0, canonical_is_final },
	{ -5, "the final page's canonical URL is another one", 0, canonical_is_other },
	{ 2, "the final page names itself in its hreflang links", 0, is_own_alternate },
	{ .text = NULL },
};

static bool kept_for(const struct candidate *c, uint32_t seconds)
{
	return c->hop->freshness == FRESHNESS_EXPLICIT && c->hop->fresh_s >= seconds;
}

static bool kept_for_a_month(const struct candidate *c)
{
	return kept_for(c, 30 * DAY_S);
}

static bool kept_for_a_day(const struct candidate *c)
{
	return kept_for(c, DAY_S);
}

static bool not_kept(const struct candidate *c)
{
	return cache_lifetime_of(c->hop).basis == CACHE_FORBIDDEN ||
	       cache_control_parse(c->hop->header[HEADER_CACHE_CONTROL]).is_private;
}

static const struct feature caching_features[] = {
	{ 13, "caches may keep it for 30 days or more", 0, kept_for_a_month },
	{ 8, "caches may keep it for a day or more", 0, kept_for_a_day },
	{ -6, "caches may not keep it, or only the visitor's own", 0, not_kept },
	{ .text = NULL },
};

/* The policy of the https side of an upgrade. Browsers do not look at that of an address (RFC 6797 section 8.1.1). */
static struct hsts hsts_of_upgrade(const struct candidate *c)
{
	if (!(c->marks->changes & URL_CHANGE_SCHEME_UPGRADE) || !c->target || url_host_is_address(&c->target->url))
		return (struct hsts){ .valid = false };
	return hsts_parse(c->target->header[HEADER_STRICT_TRANSPORT_SECURITY]);
}

static bool is_strict(const struct candidate *c)
{
	return hsts_of_upgrade(c).max_age_s >= HSTS_MAX_AGE_S_MIN;
}

static bool is_strict_and_to_be_preloaded(const struct candidate *c)
{
	const struct hsts hsts = hsts_of_upgrade(c);

	return hsts.max_age_s >= HSTS_MAX_AGE_S_MIN && hsts.preload;
}

static const struct feature hsts_features[] = {
	{ 15, "the target has HSTS and asks to be preloaded", 0, is_strict_and_to_be_preloaded },
	{ 10, "the target has HSTS", 0, is_strict },
	{ .text = NULL },
};

static bool answers_with(const struct candidate *c, enum header header, struct span begin)
{
	const struct span value = c->hop->header[header];

	return value.len >= begin.len && strncasecmp(value.bytes, begin.bytes, begin.len) == 0;
}

/* UseHttpsRedirection answers 307, [RequireHttps] 302. */
static bool is_aspnet_default(const struct candidate *c)
{
	return c->hop->status != 303 && only_upgrade(c) &&
	       (answers_with(c, HEADER_SERVER, SPAN("Kestrel")) ||
		answers_with(c, HEADER_X_POWERED_BY, SPAN("ASP.NET")));
}

static bool is_starlette_default(const struct candidate *c)
{
	return c->hop->status == 307 && c->marks->changes == URL_CHANGE_SLASH &&
	       (answers_with(c, HEADER_SERVER, SPAN("uvicorn")) || answers_with(c, HEADER_SERVER, SPAN("hypercorn")));
}

static bool is_vercel_default(const struct candidate *c)
{
	return c->hop->status == 307 && (only_www(c) || upgrade_and_www(c)) &&
	       (answers_with(c, HEADER_SERVER, SPAN("Vercel")) ||
		answers_with(c, HEADER_X_POWERED_BY, SPAN("Next.js")));
}

static bool is_cloudflare_default(const struct candidate *c)
{
	const unsigned pages = URL_CHANGE_SLASH | URL_CHANGE_INDEX | URL_CHANGE_EXTENSION;

	return c->hop->status == 307 && c->marks->changes && (c->marks->changes & ~pages) == 0 &&
	       answers_with(c, HEADER_SERVER, SPAN("cloudflare"));
}

/* Bytes of `text` as net/http escapes it for HTML. */
static size_t escaped_len(struct span text)
{
	size_t len = text.len;

	for (size_t i = 0; i < text.len; i++)
		len += text.bytes[i] == '&' || text.bytes[i] == '"' || text.bytes[i] == '\'' ? 4
		       : text.bytes[i] == '<' || text.bytes[i] == '>'                        ? 3
											     : 0;
	return len;
}

static bool is_number(struct span text, size_t number)
{
	char digits[BUF_UINT_ROOM];
	const char *end = buf_put_uint(digits, number);

	return span_equal(text, (struct span){ .bytes = digits, .len = (size_t)(end - digits) });
}

/* Go's ServeMux names no server, but its answer is <a href="LOCATION">Temporary Redirect</a>. and two line ends: 36
 * bytes and the Location. */
static bool is_go_default(const struct candidate *c)
{
	return c->hop->status == 307 && c->marks->changes &&
	       (c->marks->changes & ~(unsigned)(URL_CHANGE_SLASH | URL_CHANGE_CLEANUP)) == 0 &&
	       answers_with(c, HEADER_CONTENT_TYPE, SPAN("text/html; charset=utf-8")) &&
	       is_number(c->hop->header[HEADER_CONTENT_LENGTH], 36 + escaped_len(c->hop->location));
}

static const struct feature generator_features[] = {
	{ 8, "it is what ASP.NET Core answers unless told otherwise", 0, is_aspnet_default },
	{ 8, "it is what Starlette and FastAPI answer unless told otherwise", 0, is_starlette_default },
	{ 8, "it is what Vercel answers unless told otherwise", 0, is_vercel_default },
	{ 8, "it is what Cloudflare's static assets answer unless told otherwise", 0, is_cloudflare_default },
	{ 8, "it is what Go's ServeMux answers", 0, is_go_default },
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

/* Upgrade Insecure Requests, section 3.2.1: such an upgrade is for browsers that ask for it. */
static bool varies_by_upgrade(const struct candidate *c)
{
	return pattern_list_has(c->hop->header[HEADER_VARY], SPAN("upgrade-insecure-requests"));
}

static bool one_side_transaction(const struct candidate *c)
{
	return pattern_in(c->marks->from.path ^ c->marks->to.path, PATTERN_TRANSACTION);
}

static bool adds_token(const struct candidate *c)
{
	return token_is_added(&c->hop->url, &c->hop->next);
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
	{ -25, "the target depends on the language", 0, varies_by_language },
	{ -25, "the source is an alias such as /latest", MARK_ALIAS, NULL },
	{ -25, "the target is one of several like hosts", MARK_NODE, NULL },
	{ -20, "it looks like an experiment or depends on cookies", 0, is_experiment },
	{ -20, "it is for browsers that ask for https", 0, varies_by_upgrade },
	{ -20, "it leads to a sign-in or consent page", MARK_LOGIN | MARK_CONSENT, NULL },
	{ -15, "one of the two is a cart, checkout or account", 0, one_side_transaction },
	{ -15, "the target adds a date or a campaign", MARK_DATED, NULL },
	{ -15, "the target adds a random token", 0, adds_token },
	{ -10, "it leads from the root to a page of the same host", 0, root_to_deeper },
	{ -10, "it is an interface for programs", 0, is_api },
	{ -8, "it sets a cookie", 0, sets_cookie },
	{ -5, "it is a 303", 0, is_see_other },
	{ .text = NULL },
};

static const struct group shape_group = { .feature = shape_features };

/* All groups: a new one is a table of features and a line here. */
static const struct group *const groups[] = {
	&shape_group,
	&(const struct group){ .feature = canonical_features },
	&(const struct group){ .feature = caching_features },
	&(const struct group){ .feature = hsts_features },
	&(const struct group){ .feature = generator_features },
	&(const struct group){ .feature = counter_features, .adds_up = true, .sum_min = -50 },
};

static bool feature_holds(const struct feature *feature, const struct candidate *candidate)
{
	return (candidate->marks->set & feature->marks) || (feature->holds && feature->holds(candidate));
}

static void tell(struct buf *why, const struct feature *feature)
{
	const int weight = feature->weight < 0 ? -feature->weight : feature->weight;

	buf_addf(why, "%s%s (%c%d.%d)", why->len ? ", " : "", feature->text, feature->weight < 0 ? '-' : '+',
		 weight / 10, weight % 10);
}

static int weigh_group(const struct group *group, const struct candidate *candidate, struct buf *why)
{
	int sum = 0;

	for (const struct feature *feature = group->feature; feature->text; feature++) {
		if (!feature_holds(feature, candidate))
			continue;
		if (why)
			tell(why, feature);
		sum += feature->weight;
		if (!group->adds_up)
			return sum;
	}
	return sum < group->sum_min ? group->sum_min : sum;
}

int permanence_features_weigh(const struct candidate *candidate, int *shape, struct buf *why)
{
	int sum = 0;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		int weight = weigh_group(groups[i], candidate, why);

		if (groups[i] == &shape_group)
			*shape = weight;
		sum += weight;
	}
	return sum;
}
