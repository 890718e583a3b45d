#include "formats/url.h"

#include "formats/url_text.h"

static const struct {
	const char *name, *text;
} errors[] = { [URL_OK] = { "", "" },
#define X(id, json, sentence) [URL_ERROR_##id] = { json, sentence },
	       URL_ERRORS(X)
#undef X
};

const char *url_error_name(enum url_error error)
{
	return errors[error].name;
}

const char *url_error_text(enum url_error error)
{
	return errors[error].text;
}

struct span url_wire_key(const struct url *url)
{
	struct span key = url->href;

	if (url->has_fragment)
		key.len -= url->fragment.len + 1;
	return key;
}

bool url_same_origin(const struct url *a, const struct url *b)
{
	return url_is_web(a) && a->scheme == b->scheme && a->port == b->port && span_equal(a->host, b->host);
}

struct url url_with_fragment(struct arena *arena, const struct url *url, const struct url *from)
{
	struct span key = url_wire_key(url);
	struct url out = *url;
	char *copy, *at;

	if (!url_is_web(url))
		return out;
	copy = at = arena_alloc(arena, key.len + 1 + from->fragment.len + url->username.len + url->password.len);
	url_put(&at, key);
	out.has_fragment = from->has_fragment && from->fragment.len < URL_BYTES_MAX - key.len;
	out.fragment = (struct span){ .len = 0 };
	if (out.has_fragment) {
		url_put(&at, SPAN("#"));
		out.fragment = url_put(&at, from->fragment);
	}
	out.href = (struct span){ .bytes = copy, .len = (size_t)(at - copy) };
	out.scheme_name = url_span_moved(url->scheme_name, url->href.bytes, copy);
	out.host = url_span_moved(url->host, url->href.bytes, copy);
	out.path = url_span_moved(url->path, url->href.bytes, copy);
	out.query = url_span_moved(url->query, url->href.bytes, copy);
	out.username = url_put(&at, url->username);
	out.password = url_put(&at, url->password);
	return out;
}
