/* URLs as browsers read them: the URL Standard (https://url.spec.whatwg.org/) for http and https,
 * and the RFC 3986 reading beside it. Pure; no locale; safe in any thread.
 *
 * Other schemes are only recognised, not taken apart: a redirect to one is never followed. */
#ifndef FORMATS_URL_H
#define FORMATS_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/arena.h"
#include "formats/span.h"

enum url_scheme {
	URL_SCHEME_NONE, /* no URL: what a zeroed struct url is */
	URL_SCHEME_HTTP,
	URL_SCHEME_HTTPS,
	URL_SCHEME_OTHER,
};

/* Why bytes are no URL: X(NAME, "json-name", "Sentence.") */
#define URL_ERRORS(X)                                                                                \
	X(EMPTY, "url-empty", "There is nothing to parse.")                                          \
	X(NO_SCHEME, "url-no-scheme", "It has no scheme such as https: and no base to complete it.") \
	X(EMPTY_HOST, "url-empty-host", "It has no host.")                                           \
	X(HOST_CODE_POINT, "url-host-code-point", "Its host has a character that no host may have.") \
	X(HOST_IDNA, "url-host-idna", "Its host is no valid internationalised name (UTS 46).")       \
	X(IPV4, "url-ipv4", "Its host ends in a number but is no IPv4 address.")                     \
	X(IPV6, "url-ipv6", "Its host is in brackets but is no IPv6 address.")                       \
	X(PORT, "url-port", "Its port is no number from 0 to 65535.")                                \
	X(TOO_LONG, "url-too-long", "It is longer than 8,192 bytes once serialised.")

enum url_error {
	URL_OK,
#define X(name, json, text) URL_ERROR_##name,
	URL_ERRORS(X)
#undef X
};

/* A parsed URL. All spans point into one piece of an arena, so copying the struct is cheap. An
 * empty span may have NULL bytes.
 *
 * `href` is the serialisation without userinfo: what is requested, printed and compared. It is
 * ASCII and never longer than URL_BYTES_MAX. For URL_SCHEME_OTHER it is the input as valid UTF-8,
 * trimmed, with tabs and newlines taken out and the scheme in lower case, and only `scheme_name`
 * is set beside it. */
struct url {
	struct span href;
	enum url_scheme scheme;
	uint16_t port;           /* effective: 80 or 443 when the URL names none */
	bool has_port;           /* the URL names a port that is not its scheme's default */
	bool has_query;          /* "?" is there, maybe with nothing behind it */
	bool has_fragment;       /* "#" is there, maybe with nothing behind it */
	struct span scheme_name; /* "https", lower-case, without the colon */
	struct span host;        /* lower-case A-label, IPv4 as dotted quad, IPv6 with its brackets */
	struct span path;        /* begins with "/" */
	struct span query;       /* without "?" */
	struct span fragment;    /* without "#" */
	struct span username;    /* percent-encoded as the standard serialises it; often empty */
	struct span password;
};

/* The WHATWG basic URL parser. `base` may be NULL, and counts as NULL if it is neither http nor
 * https. On success fills `out` (memory from `arena`); on failure `out` is zeroed. Input is bytes:
 * those that are no UTF-8 are percent-encoded as they are, as Chromium does with a Location.
 *
 * A host in ASCII is taken as it is, with a broken "xn--" label too; whether such a name exists is
 * for the DNS to say. URL_ERROR_TOO_LONG also stands for a user name or password that long, and for
 * a path that only its dot segments would make short enough. */
enum url_error url_parse(struct arena *arena, struct span input, const struct url *base, struct url *out);

/* "url-port" and its sentence; URL_OK gives "" and "". */
const char *url_error_name(enum url_error error);
const char *url_error_text(enum url_error error);

/* A copy of `url` whose fragment is `from`'s; without any if `from` has none or URL_BYTES_MAX would
 * be passed. Used to inherit a fragment: RFC 9110 section 10.2.2. A `url` that is neither http nor
 * https comes back as it is. */
struct url url_with_fragment(struct arena *arena, const struct url *url, const struct url *from);

/* How RFC 3986 reads the same reference (section 5.2.2, strict), and whether it is one at all.
 * Resolved, so a relative reference has the authority and the host of its base. */
struct url_rfc3986 {
	bool valid;         /* the reference fits the grammar of RFC 3986, whatever its scheme asks for */
	size_t invalid_at;  /* offset in the reference of the first byte that does not, when !valid */
	bool has_authority; /* "//" is there, maybe with an empty host behind it */
	struct span scheme; /* as written, not normalised */
	struct span host;   /* as written, brackets included; empty without authority */
	struct span target; /* the whole of it */
};

/* `base` must be http or https; its user name and password are left out. Never fails: invalid bytes
 * are carried along as they are. Memory from `arena`. */
void url_resolve_rfc3986(struct arena *arena, struct span reference, const struct url *base, struct url_rfc3986 *out);

/* True if RFC 3986 plainly reads `reference`, relative to `base`, as the URL parser has read it, to `target`: it is
 * valid, and it is, byte for byte, `target` without a fragment or that from its path on. Quick; false says nothing. */
bool url_reads_plainly(struct span reference, const struct url *base, const struct url *target);

/* The wire key K0: `href` without its fragment. Two URLs with one K0 are one request. */
struct span url_wire_key(const struct url *url);

/* Same scheme, host and effective port. False if either is not http or https. */
bool url_same_origin(const struct url *a, const struct url *b);

static inline bool url_is_http(const struct url *url)
{
	return url->scheme == URL_SCHEME_HTTP;
}

static inline bool url_is_https(const struct url *url)
{
	return url->scheme == URL_SCHEME_HTTPS;
}

/* http or https: the only schemes that are requested. */
static inline bool url_is_web(const struct url *url)
{
	return url_is_http(url) || url_is_https(url);
}

#endif
