#include "formats/url_compare.h"
#include "formats/url_text.h"

static bool ends_with(struct span text, struct span tail)
{
	return text.len >= tail.len && memcmp(text.bytes + text.len - tail.len, tail.bytes, tail.len) == 0;
}

static struct span text_span(const struct url_text *text)
{
	return (struct span){ .bytes = text->bytes, .len = text->len };
}

/* True if `text` has `path` as the whole path of a value: behind "=" or the host, and nothing but a query after it. */
static bool has_path(struct span text, struct span host, struct span path)
{
	const char *from = text.bytes, *last = text.bytes + text.len, *at;

	while ((at = memmem(from, (size_t)(last - from), path.bytes, path.len)) != NULL) {
		struct span before = { .bytes = text.bytes, .len = (size_t)(at - text.bytes) };
		const char *end = at + path.len;

		/* A slash comes and goes. */
		if (end < last && *end == '/')
			end++;
		if ((ends_with(before, SPAN("=")) || ends_with(before, host)) && (end == last || strchr("&?#;", *end)))
			return true;
		from = at + 1;
	}
	return false;
}

static bool has_host(struct span text, struct span host)
{
	return memmem(text.bytes, text.len, host.bytes, host.len) != NULL;
}

bool url_is_carried(const struct url *source, struct span query)
{
	struct url_text path, texts[2];
	struct span text = query;

	if (query.len == 0 || !url_is_web(source))
		return false;
	url_text_init(&path);
	url_text_add_decoded(&path, source->path);
	/* A URL within a URL within a parameter is encoded more than once. */
	for (int times = 0;; times++) {
		if (path.len > 1 ? has_path(text, source->host, text_span(&path)) : has_host(text, source->host))
			return true;
		if (times == 3 || !memchr(text.bytes, '%', text.len))
			return false;
		url_text_init(&texts[times & 1]);
		url_text_add_decoded(&texts[times & 1], text);
		text = text_span(&texts[times & 1]);
	}
}
