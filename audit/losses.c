#include "audit/losses.h"

/* Cuts the next segment that is not empty off a path. False at the end. */
static bool next_segment(struct span *path, struct span *segment)
{
	const char *slash;

	while (path->len && path->bytes[0] == '/')
		*path = (struct span){ .bytes = path->bytes + 1, .len = path->len - 1 };
	if (path->len == 0)
		return false;
	slash = memchr(path->bytes, '/', path->len);
	*segment = (struct span){ .bytes = path->bytes, .len = slash ? (size_t)(slash - path->bytes) : path->len };
	*path = (struct span){ .bytes = path->bytes + segment->len, .len = path->len - segment->len };
	return true;
}

static struct span without_extension(struct span segment)
{
	const char *dot = segment.len ? memchr(segment.bytes, '.', segment.len) : NULL;

	return (struct span){ .bytes = segment.bytes, .len = dot ? (size_t)(dot - segment.bytes) : segment.len };
}

static bool is_index(struct span segment)
{
	struct span name = without_extension(segment);

	return span_equal_nocase(name, SPAN("index")) || span_equal_nocase(name, SPAN("default"));
}

/* The path behind its locale. */
static struct span path_below_locale(const struct url *url)
{
	struct span locale = url_path_locale(url->path);
	size_t skip = locale.len ? locale.len + 1 : 0;

	return (struct span){ .bytes = url->path.bytes + skip, .len = url->path.len - skip };
}

bool losses_is_home(const struct url *url)
{
	struct span rest = path_below_locale(url), segment;

	if (!next_segment(&rest, &segment))
		return true;
	return is_index(segment) && !next_segment(&rest, &segment);
}

/* WordPress: the first page of the list that the home page is. */
static bool is_first_page(struct span path)
{
	struct span name, number;

	return next_segment(&path, &name) && span_equal(name, SPAN("page")) && next_segment(&path, &number) &&
	       (span_equal(number, SPAN("1")) || span_equal(number, SPAN("0"))) && !next_segment(&path, &name);
}

bool losses_is_home_alias(const struct url *url)
{
	struct span path = path_below_locale(url), rest = path, segment;
	bool alias = false;

	/* "/blog/home" is the blog's. */
	while (next_segment(&rest, &segment)) {
		if (!pattern_in(patterns_of_word(without_extension(segment)), PATTERN_HOME))
			return is_first_page(path);
		alias = true;
	}
	return alias;
}

bool losses_next_parameter(struct span *query, struct span *parameter)
{
	while (query->len) {
		const char *amp = memchr(query->bytes, '&', query->len);
		size_t len = amp ? (size_t)(amp - query->bytes) : query->len;

		*parameter = (struct span){ .bytes = query->bytes, .len = len };
		len += amp != NULL;
		*query = (struct span){ .bytes = query->bytes + len, .len = query->len - len };
		if (parameter->len)
			return true;
	}
	return false;
}

bool losses_is_tracking_only(struct span query)
{
	struct span parameter;

	while (losses_next_parameter(&query, &parameter))
		if (!url_is_tracking(parameter))
			return false;
	return true;
}

bool losses_target_names_page(const struct hop *hop)
{
	/* A fragment that the source had already came along by itself. */
	bool fragment = hop->next.fragment.len && !span_equal(hop->next.fragment, hop->url.fragment);

	return fragment || !losses_is_tracking_only(hop->next.query);
}

bool losses_path(const struct hop *hop, const struct marks *marks)
{
	const unsigned canonical =
		URL_CHANGE_SCHEME_UPGRADE | URL_CHANGE_SCHEME_DOWNGRADE | URL_CHANGE_WWW | URL_CHANGE_PORT;
	const unsigned elsewhere = URL_CHANGE_HOST | URL_CHANGE_SITE;

	return (marks->changes & canonical) && !(marks->changes & elsewhere) && (marks->changes & URL_CHANGE_PATH) &&
	       hop->next.path.len == 1 && !losses_target_names_page(hop) && !losses_is_home(&hop->url) &&
	       !losses_is_home_alias(&hop->url);
}

bool losses_in_loop(const struct chain *chain, uint32_t index)
{
	return chain->loop_length > 0 && index >= chain->loop_entry;
}
