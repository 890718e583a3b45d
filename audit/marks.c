#include "audit/marks.h"

#include "audit/patterns.h"
#include "formats/buf.h"

static const struct {
	bool strong;
	const char *text;
} marks_table[MARK_COUNT] = {
#define X(name, strong, text) [MARK_INDEX_##name] = { strong, text },
	MARKS(X)
#undef X
};

/* Only what the target has and the source has not tells about the redirect. */
static bool target_adds(const struct hop *hop, enum pattern pattern)
{
	return (pattern_in_path(&hop->next, pattern) || pattern_in_host(&hop->next, pattern)) &&
	       !pattern_in_path(&hop->url, pattern) && !pattern_in_host(&hop->url, pattern);
}

static bool returns(const struct hop *hop)
{
	return pattern_in_query(&hop->next, PATTERN_RETURN_PARAMETER) &&
	       !pattern_in_query(&hop->url, PATTERN_RETURN_PARAMETER);
}

static bool is_alias(const struct hop *hop)
{
	return pattern_in_path(&hop->url, PATTERN_ALIAS) && !pattern_in_path(&hop->next, PATTERN_ALIAS);
}

static bool varies(const struct hop *hop)
{
	return pattern_list_has(hop->header[HEADER_VARY], SPAN("accept-language")) ||
	       pattern_list_has(hop->header[HEADER_VARY], SPAN("cookie"));
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* 20yy-mm, 20yy/mm, 20yy_mm or 20yymm somewhere in the path. */
static bool path_has_date(const struct url *url)
{
	const struct span path = url->path;

	for (size_t i = 0; i + 6 <= path.len; i++) {
		const char *at = path.bytes + i;
		size_t month = 4;

		if (at[0] != '2' || at[1] != '0' || !is_digit(at[2]) || !is_digit(at[3]) || (i > 0 && is_digit(at[-1])))
			continue;
		if (strchr("-/_", at[4]))
			month = 5;
		if (i + month + 2 > path.len || !is_digit(at[month]) || !is_digit(at[month + 1]))
			continue;
		int number = (at[month] - '0') * 10 + (at[month + 1] - '0');

		if (number >= 1 && number <= 12)
			return true;
	}
	return false;
}

/* "www3", "eu1": the first label of a host that is one of several. */
static bool is_node_host(struct span host)
{
	const char *dot = host.len ? memchr(host.bytes, '.', host.len) : NULL;
	size_t len = dot ? (size_t)(dot - host.bytes) : 0;
	size_t letters = 0;

	while (letters < len && !is_digit(host.bytes[letters]))
		letters++;
	if (letters == 0 || letters == len || len - letters > 3)
		return false;
	while (letters < len && is_digit(host.bytes[letters]))
		letters++;
	return letters == len;
}

static unsigned marks_of_urls(const struct hop *hop)
{
	const unsigned changes = url_changes(&hop->url, &hop->next);
	unsigned marks = 0;

	marks |= target_adds(hop, PATTERN_LOGIN) ? MARK_LOGIN : 0;
	marks |= target_adds(hop, PATTERN_CONSENT) ? MARK_CONSENT : 0;
	marks |= target_adds(hop, PATTERN_TRANSACTION) ? MARK_CART : 0;
	marks |= returns(hop) ? MARK_RETURNS : 0;
	marks |= changes & URL_CHANGE_LOCALE ? MARK_LOCALE : 0;
	marks |= is_alias(hop) ? MARK_ALIAS : 0;
	marks |= target_adds(hop, PATTERN_CAMPAIGN) || (path_has_date(&hop->next) && !path_has_date(&hop->url))
			 ? MARK_DATED
			 : 0;
	marks |= is_node_host(hop->next.host) && !is_node_host(hop->url.host) && url_same_site(&hop->url, &hop->next) &&
				 !url_host_is_address(&hop->next)
			 ? MARK_NODE
			 : 0;
	return marks;
}

/* A redirect that only tidies the URL is not to blame for a target that is down. */
static unsigned marks_of_target(const struct hop *hop, const struct hop *target)
{
	const unsigned moves = URL_CHANGE_PATH | URL_CHANGE_QUERY | URL_CHANGE_HOST | URL_CHANGE_SITE;

	if (target->status != 503 || !(url_changes(&hop->url, &hop->next) & moves))
		return 0;
	return target->header[HEADER_RETRY_AFTER].len || pattern_in_path(&target->url, PATTERN_MAINTENANCE)
		       ? MARK_MAINTENANCE
		       : MARK_UNAVAILABLE;
}

unsigned marks_of_hop(const struct chain *chain, uint32_t index)
{
	const struct hop *hop = &chain->hop[index];
	unsigned marks = 0;

	if (!status_is_redirect(hop->status) || !url_is_web(&hop->next))
		return 0;
	marks |= hop->header[HEADER_RETRY_AFTER].len ? MARK_RETRY_AFTER : 0;
	marks |= pattern_in_list(hop->header[HEADER_SET_COOKIE], PATTERN_EXPERIMENT_COOKIE) ? MARK_EXPERIMENT : 0;
	marks |= varies(hop) ? MARK_VARIES : 0;
	marks |= marks_of_urls(hop);
	if (index + 1 < chain->hop_count)
		marks |= marks_of_target(hop, &chain->hop[index + 1]);
	return marks;
}

bool marks_suffice(unsigned marks)
{
	unsigned weak = 0;

	for (unsigned i = 0; i < MARK_COUNT; i++) {
		if (!(marks & (1u << i)))
			continue;
		if (marks_table[i].strong)
			return true;
		weak++;
	}
	return weak >= 2;
}

struct span marks_text(struct arena *arena, unsigned marks)
{
	struct buf text;
	struct span copy;

	buf_init(&text, 2048);
	for (unsigned i = 0; i < MARK_COUNT; i++) {
		if (!(marks & (1u << i)))
			continue;
		if (text.len)
			buf_add_text(&text, " and ");
		buf_add_text(&text, marks_table[i].text);
	}
	copy = arena_copy(arena, buf_span(&text));
	buf_release(&text);
	return copy;
}
