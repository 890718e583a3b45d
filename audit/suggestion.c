#include "audit/suggestion.h"

#include "audit/final_page.h"
#include "audit/indexing.h"
#include "audit/losses.h"
#include "audit/not_found.h"
#include "audit/parked.h"
#include "audit/permanence.h"
#include "audit/token.h"
#include "formats/refresh.h"
#include "formats/url_compare.h"

/* A page that shows less text than this, and has a script that leads elsewhere or offers its domain, is no page. */
#define LITTLE_TEXT_BYTES 2048

/* One of them is enough to leave a link as it is: nothing is lost but a redirect. */
#define MARKS_AGAINST                                                                                           \
	(MARK_RETRY_AFTER | MARK_EXPERIMENT | MARK_MAINTENANCE | MARK_UNAVAILABLE | MARK_LOGIN | MARK_CONSENT | \
	 MARK_CART | MARK_RETURNS | MARK_ALIAS | MARK_NODE)

static const struct hop *final_hop(const struct chain *chain)
{
	return &chain->hop[chain->hop_count - 1];
}

static bool ends_in_a_page(const struct chain *chain)
{
	return chain->redirects > 0 && chain->outcome == OUTCOME_OK && chain->hop_count == chain->redirects + 1 &&
	       final_hop(chain)->method == chain->hop[0].method && url_is_web(&chain->hop[0].url) &&
	       url_is_web(&final_hop(chain)->url);
}

static bool is_for_ever(const struct hop *hop, const struct marks *marks)
{
	if (marks->set & MARKS_AGAINST)
		return false;
	if (status_is_permanent(hop->status))
		return !marks_suffice(marks->set);
	return hop->permanent_pct >= PERMANENCE_PCT_MIN;
}

static bool all_are_for_ever(const struct chain *chain, const struct marks *marks)
{
	for (uint32_t i = 0; i < chain->redirects; i++)
		if (!is_for_ever(&chain->hop[i], &marks[i]))
			return false;
	return true;
}

/* Without its user name and password a link might lead to a 401, and with them it is none to show. */
static bool has_credentials(const struct chain *chain)
{
	for (uint32_t i = 0; i < chain->hop_count; i++)
		if (chain->hop[i].url.username.len || chain->hop[i].url.password.len)
			return true;
	return false;
}

static bool comes_twice(const struct chain *chain)
{
	for (uint32_t i = 1; i < chain->hop_count; i++)
		for (uint32_t j = 0; j < i; j++)
			if (span_equal(url_wire_key(&chain->hop[i].url), url_wire_key(&chain->hop[j].url)))
				return true;
	return false;
}

/* "a" of "a.example" and of "www.a.example". */
static struct span name_of_host(struct span host)
{
	const struct span www = SPAN("www.");
	size_t skip = host.len > www.len && memcmp(host.bytes, www.bytes, www.len) == 0 ? www.len : 0;
	const char *dot = host.len ? memchr(host.bytes + skip, '.', host.len - skip) : NULL;

	return (struct span){ .bytes = host.bytes + skip, .len = dot ? (size_t)(dot - host.bytes) - skip : 0 };
}

/* "/api" to "api.a.example", "/lamps" to "lamps.example": a section that has a host of its own. */
static bool names_the_host(const struct url *source, const struct url *target)
{
	const struct span name = name_of_host(target->host);
	const struct span path = { .bytes = source->path.bytes + 1, .len = source->path.len - 1 };

	return name.len && path.len >= name.len && !span_equal(name, name_of_host(source->host)) &&
	       strncasecmp(path.bytes, name.bytes, name.len) == 0 &&
	       (path.len == name.len || (path.len == name.len + 1 && path.bytes[name.len] == '/'));
}

/* Another page than the home page becomes the home page. */
static bool goes_home(const struct url *source, const struct url *target)
{
	return !target->query.len && losses_is_home(target) && !losses_is_home(source) &&
	       !losses_is_home_alias(source) && !names_the_host(source, target);
}

static bool is_worse(const struct url *source, const struct url *target)
{
	if (url_is_https(source) && url_is_http(target))
		return true;
	if (url_host_is_address(target) && !url_host_is_address(source))
		return true;
	return goes_home(source, target);
}

static bool has_tracking(struct span query)
{
	struct span parameter;

	while (losses_next_parameter(&query, &parameter))
		if (url_is_tracking(parameter))
			return true;
	return false;
}

/* "/go/cloud" to "/cloud?utm_source=go": the parameters are for counting who took that way. */
static bool adds_tracking(const struct url *source, const struct url *target)
{
	return has_tracking(target->query) && !has_tracking(source->query);
}

static bool is_for_now(const struct chain *chain, const struct marks *marks)
{
	const struct hop *first = &chain->hop[0];
	const unsigned queries = marks[chain->redirects - 1].to.query & ~marks[0].from.query;
	unsigned set = 0;

	for (uint32_t i = 0; i < chain->redirects; i++)
		set |= marks[i].set;
	return pattern_in(queries, PATTERN_SIGNATURE_PARAMETER) ||
	       ((set & MARK_LOCALE) && losses_is_home(&first->url)) ||
	       token_is_added(&first->url, &final_hop(chain)->url) ||
	       adds_tracking(&first->url, &final_hop(chain)->url);
}

/* One sign is enough here. */
static bool is_not_found(const struct chain *chain)
{
	return not_found_says(chain->page.title) || not_found_says(chain->page.h1) ||
	       (not_found_is_address(&final_hop(chain)->url) && !not_found_is_address(&chain->hop[0].url));
}

static bool is_parked(const struct chain *chain)
{
	return parked_at_market(chain) ||
	       (parked_says_so(chain, LITTLE_TEXT_BYTES) && !url_same_site(&chain->hop[0].url, &final_hop(chain)->url));
}

static bool is_kept_out(const struct chain *chain)
{
	return final_hop(chain)->robots == ROBOTS_DISALLOWED ||
	       indexing_of(final_hop(chain)->header[HEADER_X_ROBOTS_TAG]) != INDEXING_ALLOWED ||
	       indexing_of(chain->page.robots) != INDEXING_ALLOWED;
}

static bool leads_on(struct span value)
{
	struct refresh refresh;

	return value.len && refresh_parse(value, &refresh) && refresh.url.len;
}

static bool moves_the_page(const struct chain *chain, const struct marks *marks)
{
	for (uint32_t i = 0; i < chain->redirects; i++)
		if (marks[i].changes & (URL_CHANGE_PATH | URL_CHANGE_QUERY))
			return true;
	return false;
}

static bool canonical_points_back(struct arena *arena, const struct chain *chain)
{
	struct url canonical;

	if (!final_page_canonical(arena, chain, &canonical) || url_same_resource(&canonical, &final_hop(chain)->url))
		return false;
	for (uint32_t i = 0; i < chain->redirects; i++)
		if (url_same_resource(&canonical, &chain->hop[i].url))
			return true;
	return false;
}

static bool is_no_page_to_link_to(struct arena *arena, const struct chain *chain, const struct marks *marks)
{
	const struct page *page = &chain->page;

	return is_not_found(chain) || is_parked(chain) || is_kept_out(chain) ||
	       (page->script.len && page->text_bytes < LITTLE_TEXT_BYTES) || leads_on(page->refresh) ||
	       leads_on(final_hop(chain)->header[HEADER_REFRESH]) || (page->password && moves_the_page(chain, marks)) ||
	       canonical_points_back(arena, chain);
}

struct span suggestion_find(struct arena *arena, const struct chain *chain, const struct marks *marks)
{
	const struct span none = { .len = 0 };

	if (!ends_in_a_page(chain) || !all_are_for_ever(chain, marks) || comes_twice(chain) || has_credentials(chain))
		return none;
	if (is_worse(&chain->hop[0].url, &final_hop(chain)->url) || is_for_now(chain, marks) ||
	    is_no_page_to_link_to(arena, chain, marks))
		return none;
	return chain->final_url;
}
