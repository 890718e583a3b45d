/* References as RFC 3986 reads them: split (appendix B), resolve (section 5.2), and judge by the
 * grammar (appendix A). */
#include "formats/url.h"
#include "formats/url_address.h"
#include "formats/url_text.h"

/* A reference, split. The delimiters belong to no part. */
struct parts {
	struct span scheme; /* empty: none */
	struct span authority, path, query, fragment;
	bool has_authority, has_query, has_fragment;
};

struct authority {
	struct span userinfo, host;
	struct span port; /* with what precedes it: ":80" */
};

#define DIGITS     (((UINT64_C(1) << 10) - 1) << '0')
#define LETTERS    ((((UINT64_C(1) << 26) - 1) << ('A' & 63)) | (((UINT64_C(1) << 26) - 1) << ('a' & 63)))
#define UNRESERVED (DIGITS | URL_BYTE('-') | URL_BYTE('.'))
#define SUB_DELIMS                                                                                        \
	(URL_BYTE('!') | URL_BYTE('$') | URL_BYTE('&') | URL_BYTE('\'') | URL_BYTE('(') | URL_BYTE(')') | \
	 URL_BYTE('*') | URL_BYTE('+') | URL_BYTE(',') | URL_BYTE(';') | URL_BYTE('='))
#define NAME_LOW  (UNRESERVED | SUB_DELIMS)
#define NAME_HIGH (LETTERS | URL_BYTE('_') | URL_BYTE('~'))

static const struct url_bytes name_bytes = { { NAME_LOW, NAME_HIGH } };
static const struct url_bytes userinfo_bytes = { { NAME_LOW | URL_BYTE(':'), NAME_HIGH } };
static const struct url_bytes path_bytes = { { NAME_LOW | URL_BYTE(':') | URL_BYTE('/'), NAME_HIGH | URL_BYTE('@') } };
#define TAIL_LOW  (NAME_LOW | URL_BYTE(':') | URL_BYTE('/') | URL_BYTE('?'))
#define TAIL_HIGH (NAME_HIGH | URL_BYTE('@'))

static const struct url_bytes tail_bytes = { { TAIL_LOW, TAIL_HIGH } };

static struct parts split(struct span reference)
{
	struct parts parts = { .path = reference };
	struct span *rest = &parts.path;
	size_t len = 0;

	parts.has_fragment = url_cut_tail(rest, '#', &parts.fragment);
	parts.has_query = url_cut_tail(rest, '?', &parts.query);
	parts.scheme = url_first(*rest, url_scheme_len(*rest));
	if (parts.scheme.len)
		*rest = url_skip(*rest, parts.scheme.len + 1);
	parts.has_authority = rest->len >= 2 && rest->bytes[0] == '/' && rest->bytes[1] == '/';
	if (parts.has_authority) {
		*rest = url_skip(*rest, 2);
		while (len < rest->len && rest->bytes[len] != '/')
			len++;
		parts.authority = url_first(*rest, len);
		*rest = url_skip(*rest, len);
	}
	return parts;
}

/* A second "@" is against the grammar; parsers that let it pass take the last one. */
static struct authority split_authority(struct span text)
{
	const char *at_sign = text.len ? memrchr(text.bytes, '@', text.len) : NULL;
	struct authority authority = { .host = text };
	struct span *host = &authority.host;
	char end = ':';
	size_t len = 0;

	if (at_sign) {
		authority.userinfo = url_first(text, (size_t)(at_sign - text.bytes));
		*host = url_skip(text, authority.userinfo.len + 1);
	}
	if (host->len && host->bytes[0] == '[')
		end = ']';
	while (len < host->len && host->bytes[len] != end)
		len++;
	if (end == ']' && len < host->len)
		len++;
	authority.port = (struct span){ host->len > len ? host->bytes + len : NULL, host->len - len };
	host->len = len;
	return authority;
}

/* The first byte of `part` that is neither in `set` nor belongs to a "%XX"; NULL if there is none. */
static const char *find_invalid(struct span part, const struct url_bytes *set)
{
	for (size_t at = 0; at < part.len; at++) {
		if (part.bytes[at] == '%' && part.len - at > 2 && url_hex_value(part.bytes[at + 1]) >= 0 &&
		    url_hex_value(part.bytes[at + 2]) >= 0)
			at += 2;
		else if (!url_bytes_have(set, part.bytes[at]))
			return part.bytes + at;
	}
	return NULL;
}

/* "v1.name", the form kept for address families to come. */
static bool is_ip_future(struct span text)
{
	size_t at = 1;

	if (text.len == 0 || url_lower(text.bytes[0]) != 'v')
		return false;
	while (at < text.len && url_hex_value(text.bytes[at]) >= 0)
		at++;
	if (at == 1 || at + 1 >= text.len || text.bytes[at] != '.')
		return false;
	text = url_skip(text, at + 1);
	return !memchr(text.bytes, '%', text.len) && !find_invalid(text, &userinfo_bytes);
}

static const char *find_invalid_in_host(struct span host)
{
	struct span address;

	if (host.len == 0 || host.bytes[0] != '[')
		return find_invalid(host, &name_bytes);
	if (host.len < 2 || host.bytes[host.len - 1] != ']')
		return host.bytes;
	address = (struct span){ host.bytes + 1, host.len - 2 };
	return url_is_ipv6(address) || is_ip_future(address) ? NULL : host.bytes;
}

static const char *find_invalid_in_port(struct span port)
{
	size_t at = 1;

	if (port.len == 0)
		return NULL;
	if (port.bytes[0] != ':')
		return port.bytes;
	while (at < port.len && url_is_digit(port.bytes[at]))
		at++;
	return at < port.len ? port.bytes + at : NULL;
}

/* Without a scheme and an authority the first segment holds no colon: "path-noscheme". */
static const char *find_colon(const struct parts *parts)
{
	size_t len = 0;

	if (parts->scheme.len || parts->has_authority)
		return NULL;
	while (len < parts->path.len && parts->path.bytes[len] != '/')
		len++;
	return len ? memchr(parts->path.bytes, ':', len) : NULL;
}

/* Left to right, so that the first complaint is about the first byte. */
static const char *find_first_invalid(const struct parts *parts)
{
	struct authority authority = split_authority(parts->authority);
	const char *colon = find_colon(parts);
	const char *found = find_invalid(authority.userinfo, &userinfo_bytes);

	if (!found)
		found = find_invalid_in_host(authority.host);
	if (!found)
		found = find_invalid_in_port(authority.port);
	if (!found)
		found = find_invalid(parts->path, &path_bytes);
	if (colon && (!found || colon < found))
		found = colon;
	if (!found)
		found = find_invalid(parts->query, &tail_bytes);
	if (!found)
		found = find_invalid(parts->fragment, &tail_bytes);
	return found;
}

/* Whether all bytes could be in a query, a "%" taken for an escape. Without a branch for each byte this takes a
 * quarter of find_invalid's time. */
static bool all_plain(struct span text)
{
	static const struct url_bytes plain = { { TAIL_LOW | URL_BYTE('%'), TAIL_HIGH } };
	bool odd = false;

	for (size_t i = 0; i < text.len; i++)
		odd |= !url_bytes_have(&plain, text.bytes[i]);
	return !odd;
}

/* What the URL parser serialises has no dot segments, no user name and a host in normal form, so it stays as it is when
 * it is read again, by either standard. The bytes of a query are all that can be in such a reference, but for the
 * brackets of an IPv6 address, which are left to the whole reading. */
bool url_reads_plainly(struct span reference, const struct url *base, const struct url *target)
{
	struct span key = url_wire_key(target);
	size_t origin_len = 0;

	if (!url_is_web(target) || reference.len == 0 || reference.len > key.len)
		return false;
	if (reference.bytes[0] == '/' && (reference.len == 1 || reference.bytes[1] != '/')) {
		origin_len = key.len - reference.len;
		if (origin_len != (size_t)(base->path.bytes - base->href.bytes) ||
		    memcmp(key.bytes, base->href.bytes, origin_len) != 0)
			return false;
	}
	return span_equal(reference, url_skip(key, origin_len)) && all_plain(reference) &&
	       (!memchr(reference.bytes, '%', reference.len) || !find_invalid(reference, &tail_bytes));
}

static bool starts_with(struct span text, struct span prefix)
{
	return text.len >= prefix.len && memcmp(text.bytes, prefix.bytes, prefix.len) == 0;
}

/* Section 5.2.4, in place: the output never gets ahead of the input. Returns the new length. */
static size_t remove_dot_segments(char *path, size_t len)
{
	size_t in = 0, out = 0;

	while (in < len) {
		struct span rest = { path + in, len - in };
		bool parent = starts_with(rest, SPAN("/../")) || span_equal(rest, SPAN("/.."));

		if (starts_with(rest, SPAN("../"))) {
			in += 3;
		} else if (starts_with(rest, SPAN("./"))) {
			in += 2;
		} else if (span_equal(rest, SPAN(".")) || span_equal(rest, SPAN(".."))) {
			in = len;
		} else if (parent || starts_with(rest, SPAN("/./")) || span_equal(rest, SPAN("/."))) {
			while (parent && out > 0 && path[--out] != '/')
				;
			/* What is left of the input begins with a slash: this segment's last byte. */
			in += parent ? 3 : 2;
			if (in == len)
				path[--in] = '/';
		} else {
			do
				path[out++] = path[in++];
			while (in < len && path[in] != '/');
		}
	}
	return out;
}

/* Section 5.2.2 for the path; `*at` is where it goes. A base path always begins with a slash. */
static void put_path(char **at, const struct parts *reference, const struct url *base)
{
	char *start = *at;
	size_t dir_len = base->path.len;
	bool own = reference->scheme.len || reference->has_authority;

	if (!own && reference->path.len == 0) {
		url_put(at, base->path);
		return;
	}
	if (!own && reference->path.bytes[0] != '/') {
		while (base->path.bytes[dir_len - 1] != '/')
			dir_len--;
		url_put(at, url_first(base->path, dir_len));
	}
	url_put(at, reference->path);
	*at = start + remove_dot_segments(start, (size_t)(*at - start));
}

/* "host:port" of the base, as it stands in `href`. */
static struct span base_authority(const struct url *base)
{
	return (struct span){ base->host.bytes, (size_t)(base->path.bytes - base->host.bytes) };
}

void url_resolve_rfc3986(struct arena *arena, struct span reference, const struct url *base, struct url_rfc3986 *out)
{
	struct parts parts = split(reference);
	const char *invalid = find_first_invalid(&parts);
	bool own_authority = parts.scheme.len || parts.has_authority;
	bool own_query = own_authority || parts.path.len || parts.has_query;
	char *start = arena_alloc(arena, base->href.len + reference.len + SPAN("://?#").len);
	char *at = start;

	*out = (struct url_rfc3986){ .valid = !invalid };
	if (invalid)
		out->invalid_at = (size_t)(invalid - reference.bytes);
	out->scheme = url_put(&at, parts.scheme.len ? parts.scheme : base->scheme_name);
	url_put(&at, SPAN(":"));
	out->has_authority = parts.has_authority || !own_authority;
	if (out->has_authority) {
		url_put(&at, SPAN("//"));
		out->host = split_authority(url_put(&at, own_authority ? parts.authority : base_authority(base))).host;
	}
	put_path(&at, &parts, base);
	if (own_query ? parts.has_query : base->has_query) {
		url_put(&at, SPAN("?"));
		url_put(&at, own_query ? parts.query : base->query);
	}
	if (parts.has_fragment) {
		url_put(&at, SPAN("#"));
		url_put(&at, parts.fragment);
	}
	out->target = (struct span){ .bytes = start, .len = (size_t)(at - start) };
}
