#include "audit/marks.h"

#include "audit/locale.h"
#include "formats/buf.h"

static const struct {
	bool strong;
	const char *text;
} marks_table[MARK_COUNT] = {
#define X(name, strong, text) [MARK_INDEX_##name] = { strong, text },
	MARKS(X)
#undef X
};

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

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "data.s3.host" to "data.s3.eu-west-1.host": a label that ends in a digit comes in, behind the first one. */
static bool gains_node_label(struct span from, struct span to)
{
	size_t same = 0, label;

	if (to.len <= from.len)
		return false;
	while (same < from.len && from.bytes[same] == to.bytes[same])
		same++;
	/* The label begins behind the last dot that both have. */
	while (same > 0 && from.bytes[same - 1] != '.')
		same--;
	label = to.len - from.len;
	return same > 0 && is_letter(to.bytes[same]) && to.bytes[same + label - 1] == '.' &&
	       is_digit(to.bytes[same + label - 2]) && !memchr(to.bytes + same, '.', label - 1) &&
	       memcmp(from.bytes + same, to.bytes + same + label, from.len - same) == 0;
}

/* "/vue@3/x.js" to "/vue@3.4.27/x.js": the version grows by its last parts, so the source is whatever is newest. */
static bool gains_version_part(struct span from, struct span to)
{
	const size_t len = from.len < to.len ? from.len : to.len;
	size_t same = 0, end;

	while (same < len && from.bytes[same] == to.bytes[same])
		same++;
	if (same == 0 || !is_digit(from.bytes[same - 1]) || (same < from.len && from.bytes[same] != '/'))
		return false;
	for (end = same; end + 1 < to.len && to.bytes[end] == '.' && is_digit(to.bytes[end + 1]);)
		for (end++; end < to.len && is_digit(to.bytes[end]);)
			end++;
	return end > same && to.len - end == from.len - same &&
	       memcmp(to.bytes + end, from.bytes + same, from.len - same) == 0;
}

/* What a mark of words is made of: patterns of which one side has words and the other has none. */
static unsigned marks_of_words(const struct pattern_sets *from, const struct pattern_sets *to)
{
	/* Only what the target has and the source has not tells about the redirect. */
	const unsigned added = (to->path | to->host) & ~(from->path | from->host);
	const unsigned sign_in = 1u << PATTERN_LOGIN | 1u << PATTERN_AUTHORIZATION;
	unsigned set = 0;

	set |= ((to->path | to->host) & sign_in) && !((from->path | from->host) & sign_in) ? MARK_LOGIN : 0;
	set |= pattern_in(added, PATTERN_CONSENT) ? MARK_CONSENT : 0;
	set |= pattern_in(added, PATTERN_TRANSACTION) ? MARK_CART : 0;
	set |= pattern_in(added, PATTERN_CAMPAIGN) ? MARK_DATED : 0;
	set |= pattern_in(to->query & ~from->query, PATTERN_RETURN_PARAMETER) ? MARK_RETURNS : 0;
	set |= pattern_in(from->path & ~to->path, PATTERN_ALIAS) ? MARK_ALIAS : 0;
	return set;
}

/* "/download" and "/app.zip/download" are for whatever file is newest or nearest, "/download/help" is a section. */
static bool ends_in_download(struct span path)
{
	size_t begin, end;

	while (path.len && path.bytes[path.len - 1] == '/')
		path.len--;
	for (begin = path.len; begin && path.bytes[begin - 1] != '/';)
		begin--;
	for (end = begin; end < path.len && path.bytes[end] != '.' && path.bytes[end] != ';';)
		end++;
	return pattern_in(patterns_of_word((struct span){ .bytes = path.bytes + begin, .len = end - begin }),
			  PATTERN_DOWNLOAD);
}

static unsigned marks_of_urls(const struct hop *hop)
{
	unsigned set = 0;

	set |= path_has_date(&hop->next) && !path_has_date(&hop->url) ? MARK_DATED : 0;
	set |= gains_version_part(hop->url.path, hop->next.path) ? MARK_ALIAS : 0;
	if (url_host_is_address(&hop->next))
		return set;
	set |= is_node_host(hop->next.host) && !is_node_host(hop->url.host) && url_same_site(&hop->url, &hop->next)
		       ? MARK_NODE
		       : 0;
	set |= gains_node_label(hop->url.host, hop->next.host) ? MARK_NODE : 0;
	return set;
}

/* A redirect that only tidies the URL is not to blame for a target that is down. */
static unsigned marks_of_target(const struct marks *marks, const struct hop *target)
{
	const unsigned moves = URL_CHANGE_PATH | URL_CHANGE_QUERY | URL_CHANGE_HOST | URL_CHANGE_SITE;

	if (target->status != 503 || !(marks->changes & moves))
		return 0;
	return target->header[HEADER_RETRY_AFTER].len || pattern_in(marks->to.path, PATTERN_MAINTENANCE)
		       ? MARK_MAINTENANCE
		       : MARK_UNAVAILABLE;
}

/* "/account" to "/my/account" is another path. Behind "/" and in a locale's place a word is hardly expected. */
static unsigned changes_of(const struct chain *chain, const struct hop *hop)
{
	const unsigned changes = url_changes(&hop->url, &hop->next);

	if (!(changes & URL_CHANGE_LOCALE) || hop->url.path.len == 1 || url_path_locale(hop->url.path).len ||
	    locale_is_meant(url_path_locale(hop->next.path), &chain->page))
		return changes;
	return (changes & ~(unsigned)URL_CHANGE_LOCALE) | URL_CHANGE_PATH;
}

struct marks marks_of_hop(const struct chain *chain, uint32_t index, const struct marks *before)
{
	const struct hop *hop = &chain->hop[index];
	struct marks marks = { .set = 0 };

	if (!status_is_redirect(hop->status) || !url_is_web(&hop->next))
		return marks;
	marks.reads_plainly = url_reads_plainly(hop->location, &hop->url, &hop->next);
	marks.changes = changes_of(chain, hop);
	marks.from = before ? before->to : patterns_of(&hop->url);
	marks.to = patterns_of(&hop->next);
	marks.set |= hop->header[HEADER_RETRY_AFTER].len ? MARK_RETRY_AFTER : 0;
	marks.set |= pattern_in(patterns_of_list(hop->header[HEADER_SET_COOKIE]), PATTERN_EXPERIMENT_COOKIE)
			     ? MARK_EXPERIMENT
			     : 0;
	marks.set |= varies(hop) ? MARK_VARIES : 0;
	marks.set |= marks.changes & URL_CHANGE_LOCALE ? MARK_LOCALE : 0;
	marks.set |= marks_of_words(&marks.from, &marks.to) | marks_of_urls(hop);
	if (pattern_in(marks.from.path & ~marks.to.path, PATTERN_DOWNLOAD) && ends_in_download(hop->url.path))
		marks.set |= MARK_ALIAS;
	if (index + 1 < chain->hop_count)
		marks.set |= marks_of_target(&marks, &chain->hop[index + 1]);
	return marks;
}

bool marks_suffice(unsigned set)
{
	unsigned weak = 0;

	for (unsigned i = 0; i < MARK_COUNT; i++) {
		if (!(set & (1u << i)))
			continue;
		if (marks_table[i].strong)
			return true;
		weak++;
	}
	return weak >= 2;
}

struct span marks_text(struct arena *arena, unsigned set)
{
	struct buf text;
	struct span copy;

	buf_init(&text, 2048);
	for (unsigned i = 0; i < MARK_COUNT; i++) {
		if (!(set & (1u << i)))
			continue;
		if (text.len)
			buf_add_text(&text, " and ");
		buf_add_text(&text, marks_table[i].text);
	}
	copy = arena_copy(arena, buf_span(&text));
	buf_release(&text);
	return copy;
}
