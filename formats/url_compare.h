/* Comparing two URLs: the normal form of RFC 3986, the registrable domain, and what a redirect
 * changes. Pure; safe in any thread. */
#ifndef FORMATS_URL_COMPARE_H
#define FORMATS_URL_COMPARE_H

#include "formats/url.h"

/* The normal form K1: the wire key with RFC 3986 section 6.2.2 and 6.2.3 applied beyond what the
 * URL parser did (percent-encoded unreserved characters decoded, upper-case hex). An empty query
 * stays distinct from none. Memory from `arena`. */
struct span url_normal_form(struct arena *arena, const struct url *url);

/* Writes `text` with its percent-encodings in normal form to `out`, which needs room for text.len
 * bytes and may be text.bytes itself. Returns how many bytes were written. A text with a "%" that
 * encodes nothing stays as it is. */
size_t url_normalise_escapes(char *out, struct span text);

/* True if both have one normal form; false if either is no URL (URL_SCHEME_NONE). */
bool url_same_resource(const struct url *a, const struct url *b);

/* The registrable domain (Public Suffix List with its private section), a piece of `url->host`;
 * the whole host for an IP address or a name that is itself a suffix. Without a final dot. */
struct span url_site(const struct url *url);
/* False if either is not http or https. */
bool url_same_site(const struct url *a, const struct url *b);

/* True if the host is an IPv4 or IPv6 address. */
bool url_host_is_address(const struct url *url);

/* What differs between a redirect's source and its target, as a set. URL_CHANGE_PATH and
 * URL_CHANGE_QUERY stand for differences that none of the finer ones explains. */
enum url_change {
	URL_CHANGE_SCHEME_UPGRADE = 1 << 0,   /* http to https */
	URL_CHANGE_SCHEME_DOWNGRADE = 1 << 1, /* https to http */
	URL_CHANGE_WWW = 1 << 2,              /* only "www." was added or taken away in the host */
	URL_CHANGE_HOST = 1 << 3,             /* another host of the same site */
	URL_CHANGE_SITE = 1 << 4,             /* another registrable domain */
	URL_CHANGE_PORT = 1 << 5,             /* another effective port, default-to-default apart */
	URL_CHANGE_SLASH = 1 << 6,            /* a trailing slash added or taken away */
	URL_CHANGE_CASE = 1 << 7,             /* letters of the path changed case */
	URL_CHANGE_INDEX = 1 << 8,            /* "index.*" or "default.*" taken away or added */
	URL_CHANGE_EXTENSION = 1 << 9,        /* ".html", ".php" and the like taken away or added */
	URL_CHANGE_CLEANUP = 1 << 10,         /* "//", percent-encoding or a bare "?" tidied */
	URL_CHANGE_TRACKING = 1 << 11,        /* only tracking parameters (utm_*, gclid ...) differ */
	URL_CHANGE_LOCALE = 1 << 12,          /* the path begins with a locale (/en/, /de-at/) it did not have */
	URL_CHANGE_PATH = 1 << 13,
	URL_CHANGE_QUERY = 1 << 14,
};

/* The set of url_change between `from` and `to`; 0 if only fragments differ. Both http or https. */
unsigned url_changes(const struct url *from, const struct url *to);

/* True for "en", "de-at", "pt_BR", "es-419" or "zh-hant": an ISO 639-1 language, or a country that sites use in its
 * place, and maybe a region or a script. Any case. */
bool url_is_locale(struct span segment);

/* The locale that is the first segment of `path`, or nothing. A piece of `path`. */
struct span url_path_locale(struct span path);

/* True if `parameter` ("name=value") counts visitors and leaves the page as it is: utm_*, gclid ... */
bool url_is_tracking(struct span parameter);

/* True if a parameter of `query`, percent-encoded up to three times, has `source` or its path as its value, perhaps
 * with another query; for the path "/" only with its host. How sign-in pages say where they came from. */
bool url_is_carried(const struct url *source, struct span query);

/* Jaccard similarity, in percent, of the words in the last path segments ("red-shoes-42" has the
 * words red, shoes, 42), an extension left out. 0 if either has none. */
unsigned url_slug_similarity_pct(const struct url *a, const struct url *b);

#endif
