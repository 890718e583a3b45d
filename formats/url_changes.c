/* What a redirect changes. A difference is explained by undoing the finer changes in both URLs:
 * the smallest set of them that makes the two equal is what changed. */
#include "formats/limits.h"
#include "formats/url_compare.h"

/* A path or query that is being reduced. */
struct text {
	char bytes[URL_BYTES_MAX];
	size_t len;
};

struct undo {
	enum url_change change;
	bool (*apply)(struct text *text); /* false if the text is what it was */
};

/* Names that stand for their folder, with any extension or none. */
static const struct span index_names[] = { SPAN("index"), SPAN("default") };

static const struct span page_extensions[] = {
	SPAN(".html"), SPAN(".htm"), SPAN(".xhtml"), SPAN(".shtml"), SPAN(".phtml"), SPAN(".php"), SPAN(".asp"),
	SPAN(".aspx"), SPAN(".jsp"), SPAN(".jspx"),  SPAN(".cfm"),   SPAN(".cgi"),   SPAN(".do"),  SPAN(".pl"),
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static struct span last_segment(struct span path)
{
	size_t from = path.len;

	while (from > 0 && path.bytes[from - 1] != '/')
		from--;
	return (struct span){ .bytes = path.bytes + from, .len = path.len - from };
}

/* Length of a page's extension at the end of `segment`; 0 if it has none or is nothing else. */
static size_t extension_len(struct span segment)
{
	const char *dot = segment.len ? memrchr(segment.bytes, '.', segment.len) : NULL;
	struct span extension = { .bytes = dot };

	if (!dot || dot == segment.bytes)
		return 0;
	extension.len = segment.len - (size_t)(dot - segment.bytes);
	for (size_t i = 0; i < sizeof(page_extensions) / sizeof(page_extensions[0]); i++)
		if (span_equal_nocase(extension, page_extensions[i]))
			return extension.len;
	return 0;
}

static struct span text_span(const struct text *text)
{
	return (struct span){ .bytes = text->bytes, .len = text->len };
}

static bool undo_escapes(struct text *text)
{
	if (!memchr(text->bytes, '%', text->len))
		return false;
	text->len = url_normalise_escapes(text->bytes, text_span(text));
	return true;
}

static bool undo_path_cleanup(struct text *path)
{
	bool escaped = undo_escapes(path);
	size_t len = 0;

	if (!memmem(path->bytes, path->len, "//", 2))
		return escaped;
	for (size_t i = 0; i < path->len; i++)
		if (path->bytes[i] != '/' || len == 0 || path->bytes[len - 1] != '/')
			path->bytes[len++] = path->bytes[i];
	path->len = len;
	return true;
}

static bool undo_case(struct text *path)
{
	bool changed = false;

	for (size_t i = 0; i < path->len; i++) {
		char c = lower(path->bytes[i]);

		changed |= c != path->bytes[i];
		path->bytes[i] = c;
	}
	return changed;
}

static bool undo_index(struct text *path)
{
	struct span segment = last_segment(text_span(path));
	const char *dot = segment.len ? memchr(segment.bytes, '.', segment.len) : NULL;
	struct span name = { .bytes = segment.bytes, .len = dot ? (size_t)(dot - segment.bytes) : segment.len };

	for (size_t i = 0; i < sizeof(index_names) / sizeof(index_names[0]); i++)
		if (span_equal_nocase(name, index_names[i])) {
			path->len -= segment.len;
			return true;
		}
	return false;
}

static bool undo_extension(struct text *path)
{
	size_t len = extension_len(last_segment(text_span(path)));

	path->len -= len;
	return len > 0;
}

static bool undo_slash(struct text *path)
{
	bool ends = path->len > 1 && path->bytes[path->len - 1] == '/';

	path->len -= ends;
	return ends;
}

static bool undo_tracking(struct text *query)
{
	size_t at = 0, len = 0, was = query->len;

	while (at < query->len) {
		const char *from = query->bytes + at;
		const char *amp = memchr(from, '&', query->len - at);
		size_t parameter_len = amp ? (size_t)(amp - from) : query->len - at;

		at += parameter_len + (amp != NULL);
		if (url_is_tracking((struct span){ .bytes = from, .len = parameter_len }))
			continue;
		if (len)
			query->bytes[len++] = '&';
		memmove(query->bytes + len, from, parameter_len);
		len += parameter_len;
	}
	query->len = len;
	return len != was;
}

/* In the order in which they are undone: "/a/index.html" loses its last segment before its slash. */
static const struct undo path_undo[] = {
	{ URL_CHANGE_CLEANUP, undo_path_cleanup }, { URL_CHANGE_CASE, undo_case },   { URL_CHANGE_INDEX, undo_index },
	{ URL_CHANGE_EXTENSION, undo_extension },  { URL_CHANGE_SLASH, undo_slash }, { 0 },
};

static const struct undo query_undo[] = {
	{ URL_CHANGE_CLEANUP, undo_escapes },
	{ URL_CHANGE_TRACKING, undo_tracking },
	{ 0 },
};

/* Returns the set of those in `set` that changed anything. */
static unsigned reduce(struct text *out, struct span text, const struct undo *undo, unsigned set)
{
	unsigned changed = 0;

	out->len = text.len;
	if (text.len)
		memcpy(out->bytes, text.bytes, text.len);
	for (; undo->change; undo++)
		if ((set & undo->change) && undo->apply(out))
			changed |= undo->change;
	return changed;
}

/* Leaves those in `set` that changed anything. */
static bool equal_after(struct span a, struct span b, const struct undo *undo, unsigned *set)
{
	struct text reduced_a, reduced_b;

	*set = reduce(&reduced_a, a, undo, *set) | reduce(&reduced_b, b, undo, *set);
	return span_equal(text_span(&reduced_a), text_span(&reduced_b));
}

/* The smallest set of `undo` that makes both equal, or `unexplained` if all of them do not. */
static unsigned explain(struct span a, struct span b, const struct undo *undo, unsigned unexplained)
{
	unsigned set = 0;
	size_t count = 0;

	if (span_equal(a, b))
		return 0;
	if (a.len > URL_BYTES_MAX || b.len > URL_BYTES_MAX)
		return unexplained;
	for (; undo[count].change; count++)
		set |= undo[count].change;
	if (!equal_after(a, b, undo, &set))
		return unexplained;
	/* From the end, so that "%3a" to "%3A" is a clean-up and not a change of case. What is undone before it has
	 * stayed, so a step that had nothing to do at first has nothing to do later. */
	while (count-- > 0) {
		unsigned without = set & ~(unsigned)undo[count].change;

		if (without != set && equal_after(a, b, undo, &without))
			set &= ~(unsigned)undo[count].change;
	}
	return set;
}

static unsigned host_changes(const struct url *from, const struct url *to)
{
	struct span www = SPAN("www.");
	struct span longer = from->host.len > to->host.len ? from->host : to->host;
	struct span shorter = from->host.len > to->host.len ? to->host : from->host;

	if (span_equal(from->host, to->host))
		return 0;
	if (longer.len == shorter.len + www.len && memcmp(longer.bytes, www.bytes, www.len) == 0 &&
	    memcmp(longer.bytes + www.len, shorter.bytes, shorter.len) == 0)
		return URL_CHANGE_WWW;
	return url_same_site(from, to) ? URL_CHANGE_HOST : URL_CHANGE_SITE;
}

static unsigned origin_changes(const struct url *from, const struct url *to)
{
	unsigned set = host_changes(from, to);

	if (url_is_http(from) && url_is_https(to))
		set |= URL_CHANGE_SCHEME_UPGRADE;
	if (url_is_https(from) && url_is_http(to))
		set |= URL_CHANGE_SCHEME_DOWNGRADE;
	if ((from->has_port || to->has_port) && from->port != to->port)
		set |= URL_CHANGE_PORT;
	return set;
}

static struct span without_locale(struct span path, struct span locale)
{
	if (locale.len == 0)
		return path;
	if (path.len == locale.len + 1)
		return SPAN("/");
	return (struct span){ .bytes = path.bytes + locale.len + 1, .len = path.len - locale.len - 1 };
}

static unsigned path_changes(struct span from, struct span to)
{
	struct span from_locale, to_locale;

	/* The path of most redirects to another scheme or host. */
	if (span_equal(from, to))
		return 0;
	from_locale = url_path_locale(from);
	to_locale = url_path_locale(to);
	if (to_locale.len == 0 || span_equal_nocase(from_locale, to_locale))
		return explain(from, to, path_undo, URL_CHANGE_PATH);
	return URL_CHANGE_LOCALE |
	       explain(without_locale(from, from_locale), without_locale(to, to_locale), path_undo, URL_CHANGE_PATH);
}

static unsigned query_changes(const struct url *from, const struct url *to)
{
	/* "?" with nothing behind it, and no "?", are different URLs (RFC 3986 section 6.2.3). */
	if (from->query.len == 0 && to->query.len == 0)
		return from->has_query != to->has_query ? URL_CHANGE_CLEANUP : 0;
	return explain(from->query, to->query, query_undo, URL_CHANGE_QUERY);
}

unsigned url_changes(const struct url *from, const struct url *to)
{
	return origin_changes(from, to) | path_changes(from->path, to->path) | query_changes(from, to);
}
