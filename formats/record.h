/* The data model: what one input line becomes.
 *
 * A record and everything in it (hops, URLs, header values, findings) lives in the record's own
 * arena. It has one owner at a time: a loop while it is walked, then the queue, then an auditor,
 * which frees it. Handing it over hands over all of it. */
#ifndef FORMATS_RECORD_H
#define FORMATS_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/arena.h"
#include "formats/fact_lists.h"
#include "formats/span.h"
#include "formats/url.h"

/* How a walk ended: X(NAME, "json_name", "Sentence.") */
#define OUTCOMES(X)                                                                                    \
	X(OK, "ok", "The last answer is a 2xx.")                                                       \
	X(CLIENT_ERROR, "client_error", "The last answer is a 4xx.")                                   \
	X(SERVER_ERROR, "server_error", "The last answer is a 5xx or above.")                          \
	X(NOT_FOLLOWED, "not_followed", "The last answer is a 3xx that is no redirect (300, 304).")    \
	X(MISSING_LOCATION, "missing_location", "A redirect has no Location.")                         \
	X(EMPTY_LOCATION, "empty_location", "A redirect's Location is blank.")                         \
	X(INVALID_LOCATION, "invalid_location", "A redirect's Location is no URL.")                    \
	X(CONFLICTING_LOCATION, "conflicting_location", "A redirect has different Location lines.")    \
	X(UNSUPPORTED_SCHEME, "unsupported_scheme", "A redirect leads to neither http nor https.")     \
	X(LOOP, "loop", "The chain comes back to a redirect it has already taken.")                    \
	X(COOKIE_LOOP, "cookie_loop", "The chain loops without cookies and ends with them.")           \
	X(GROWING_URL, "growing_url", "Each redirect makes the URL longer; it would never end.")       \
	X(REDIRECT_LIMIT, "redirect_limit", "There is one more redirect than --max-redirects allows.") \
	X(DNS_ERROR, "dns_error", "A name could not be resolved.")                                     \
	X(CONNECT_ERROR, "connect_error", "No address of a host accepted a connection.")               \
	X(TLS_ERROR, "tls_error", "The TLS handshake or the check of the certificate failed.")         \
	X(PROTOCOL_ERROR, "protocol_error", "The answer is not usable HTTP, or broke off.")            \
	X(TIMEOUT, "timeout", "An answer did not come in time.")                                       \
	X(BLOCKED_ADDRESS, "blocked_address", "The address is not public and was not contacted.")      \
	X(BLOCKED_ROBOTS, "blocked_robots", "robots.txt forbids the request.")                         \
	X(INVALID_INPUT, "invalid_input", "The input line is no http or https URL.")                   \
	X(NOT_REACHED, "not_reached", "The run gave up on the host before this URL's turn.")           \
	X(INTERNAL_ERROR, "internal_error", "A limit of this machine was met; not the site's fault.")

enum outcome {
#define X(name, json, text) OUTCOME_##name,
	OUTCOMES(X)
#undef X
		OUTCOME_COUNT
};

/* What went wrong in one hop, or with one input line. X(NAME, "json-name", OUTCOME, "Sentence.")
 * The url-* names of url.h are part of the same closed list in the row. */
#define HOP_ERRORS(X)                                                                                      \
	X(DNS_NXDOMAIN, "dns-nxdomain", DNS_ERROR, "The name does not exist.")                             \
	X(DNS_NODATA, "dns-nodata", DNS_ERROR, "The name exists but has no address.")                      \
	X(DNS_SERVFAIL, "dns-servfail", DNS_ERROR, "The name server answered SERVFAIL.")                   \
	X(DNS_REFUSED, "dns-refused", DNS_ERROR, "The name server refused the question.")                  \
	X(DNS_TIMEOUT, "dns-timeout", DNS_ERROR, "No name server answered in time.")                       \
	X(DNS_UNREACHABLE, "dns-unreachable", DNS_ERROR, "No name server could be reached.")               \
	X(DNS_BAD_ANSWER, "dns-bad-answer", DNS_ERROR, "The name server's answer is malformed.")           \
	X(DNS_BAD_NAME, "dns-bad-name", DNS_ERROR, "The host is no name that can be asked for.")           \
	X(CONNECT_REFUSED, "connect-refused", CONNECT_ERROR, "The connection was refused.")                \
	X(CONNECT_RESET, "connect-reset", CONNECT_ERROR, "The connection was reset while it was opened.")  \
	X(CONNECT_UNREACHABLE, "connect-unreachable", CONNECT_ERROR, "There is no route to the address.")  \
	X(CONNECT_TIMEOUT, "connect-timeout", TIMEOUT, "The connection was not accepted in time.")         \
	X(TLS_EXPIRED, "tls-expired", TLS_ERROR, "The certificate has expired.")                           \
	X(TLS_NOT_YET_VALID, "tls-not-yet-valid", TLS_ERROR, "The certificate is not valid yet.")          \
	X(TLS_WRONG_HOST, "tls-wrong-host", TLS_ERROR, "The certificate is for another name.")             \
	X(TLS_SELF_SIGNED, "tls-self-signed", TLS_ERROR, "The certificate is self-signed.")                \
	X(TLS_UNKNOWN_ISSUER, "tls-unknown-issuer", TLS_ERROR, "The certificate's issuer is not trusted.") \
	X(TLS_REVOKED, "tls-revoked", TLS_ERROR, "The certificate is revoked.")                            \
	X(TLS_BAD_CERTIFICATE, "tls-bad-certificate", TLS_ERROR, "The certificate is not acceptable.")     \
	X(TLS_HANDSHAKE, "tls-handshake", TLS_ERROR, "The TLS handshake failed.")                          \
	X(TLS_TIMEOUT, "tls-timeout", TIMEOUT, "The TLS handshake did not end in time.")                   \
	X(RESET, "reset", PROTOCOL_ERROR, "The connection was reset before the answer was complete.")      \
	X(EMPTY_REPLY, "empty-reply", PROTOCOL_ERROR, "The connection was closed without an answer.")      \
	X(BAD_RESPONSE, "bad-response", PROTOCOL_ERROR, "The answer is not valid HTTP.")                   \
	X(HTTP2, "http2", PROTOCOL_ERROR, "The HTTP/2 layer failed.")                                      \
	X(HEADER_TOO_LARGE, "header-too-large", PROTOCOL_ERROR, "The answer's header is too large.")       \
	X(RESPONSE_TIMEOUT, "response-timeout", TIMEOUT, "The request was sent, the answer did not come.") \
	X(WALK_TIMEOUT, "walk-timeout", TIMEOUT, "The whole chain took longer than --walk-timeout.")       \
	X(ADDRESS_NOT_PUBLIC, "address-not-public", BLOCKED_ADDRESS, "The address is not public.")         \
	X(ROBOTS_DISALLOWED, "robots-disallowed", BLOCKED_ROBOTS, "A rule of robots.txt forbids it.")      \
	X(ROBOTS_UNREACHABLE, "robots-unreachable", BLOCKED_ROBOTS, "There was no robots.txt to ask.")     \
	X(LOCATION_TOO_LONG, "location-too-long", INVALID_LOCATION, "The Location is longer than 16 KiB.") \
	X(HOST_SET_ASIDE, "host-set-aside", NOT_REACHED, "The host failed too often and was set aside.")   \
	X(INPUT_TOO_LONG, "input-too-long", INVALID_INPUT, "The line is longer than a URL may be.")        \
	X(INPUT_METHOD, "input-method", INVALID_INPUT, "The line names a method that is not supported.")   \
	X(INPUT_SCHEME, "input-scheme", INVALID_INPUT, "The URL is neither http nor https.")               \
	X(NO_DESCRIPTORS, "no-descriptors", INTERNAL_ERROR, "This process has no file descriptors left.")  \
	X(NO_PORTS, "no-ports", INTERNAL_ERROR, "This machine has no local ports left for the address.")   \
	X(NO_MEMORY, "no-memory", INTERNAL_ERROR, "This machine has no memory left.")                      \
	X(INTERNAL, "internal", INTERNAL_ERROR, "An unexpected failure on our side; see error_detail.")

enum hop_error {
	HOP_OK,
#define X(name, json, outcome, text) HOP_ERROR_##name,
	HOP_ERRORS(X)
#undef X
/* Bytes that are no URL: one value for each url_error, in its order. */
#define X(name, json, text) HOP_ERROR_URL_##name,
		URL_ERRORS(X)
#undef X
			HOP_ERROR_COUNT
};

static inline enum hop_error hop_error_of_url(enum url_error error)
{
	return error == URL_OK ? HOP_OK : (enum hop_error)(HOP_ERROR_URL_EMPTY + (error - URL_ERROR_EMPTY));
}

/* Request methods an input line may name. Whatever is not listed is `input-method`. */
#define METHODS(X) X(GET) X(HEAD) X(POST) X(PUT) X(PATCH) X(DELETE) X(OPTIONS)

enum method {
#define X(name) METHOD_##name,
	METHODS(X)
#undef X
		METHOD_COUNT
};

/* Header fields that are kept of each answer, beside Location: X(NAME, "field-name", "Sentence.") They are valid UTF-8.
 * Several lines of one field are joined with ", " (RFC 9110 section 5.3); the row's key is the
 * field name with "_" for "-". One more line here adds it to the walk, the row and the schema. */
#define HEADERS(X)                                                                                          \
	X(CACHE_CONTROL, "cache-control", "Cache-Control as received.")                                     \
	X(EXPIRES, "expires", "Expires as received.")                                                       \
	X(DATE, "date", "Date as received.")                                                                \
	X(AGE, "age", "Age as received.")                                                                   \
	X(VARY, "vary", "Vary as received.")                                                                \
	X(RETRY_AFTER, "retry-after", "Retry-After as received.")                                           \
	X(SET_COOKIE, "set-cookie", "Names of the cookies that were set; never their values.")              \
	X(STRICT_TRANSPORT_SECURITY, "strict-transport-security", "Strict-Transport-Security as received.") \
	X(CONTENT_TYPE, "content-type", "Content-Type as received.")                                        \
	X(CONTENT_LENGTH, "content-length", "Content-Length as received.")                                  \
	X(REFRESH, "refresh", "Refresh as received.")                                                       \
	X(LINK, "link", "Link as received.")                                                                \
	X(X_ROBOTS_TAG, "x-robots-tag", "X-Robots-Tag as received.")                                        \
	X(SERVER, "server", "Server as received.")                                                          \
	X(VIA, "via", "Via as received.")                                                                   \
	X(X_POWERED_BY, "x-powered-by", "X-Powered-By as received.")

enum header {
#define X(name, field, text) HEADER_##name,
	HEADERS(X)
#undef X
		HEADER_COUNT
};

/* One request and its answer. Zero means "not known" in every member but where said. */
struct hop {
	struct url url; /* as requested, with the fragment it carries */
	enum method method;
	uint16_t status;            /* 0: no answer */
	uint8_t http_version;       /* 10, 11, 20; 0: no answer */
	bool memo;                  /* taken from another walk of this run, not requested for this line */
	bool has_location;          /* a Location line was there, maybe a blank one */
	bool location_cut;          /* the first Location is longer than LOCATION_BYTES_MAX */
	bool location_conflict;     /* a later Location line differs from the first */
	uint8_t location_count;     /* Location lines; 255 stands for more */
	struct span location;       /* the first Location line, raw, blanks trimmed */
	struct span location_other; /* the first later Location line that differs from it, maybe a blank one */
	struct url next;            /* where Location leads, fragment inherited; zeroed if nowhere */
	enum hop_error error;
	struct span error_detail; /* what the library said, for a person */
	struct span ip;           /* text of the address connected to, or that was tried last */
	uint8_t attempts;         /* addresses tried */
	int64_t started_at_us;    /* wall clock, microseconds since 1970 UTC */
	uint32_t dns_us;          /* resolving the name, queueing for the resolver included; 0: cached */
	uint32_t connect_us;      /* TCP connect; 0: connection used again */
	uint32_t tls_us;          /* TLS handshake; 0: none */
	uint32_t first_byte_us;   /* from the request being sent to the first byte of the answer */
	uint32_t total_us;        /* the whole hop, without waiting for politeness */
	uint32_t body_bytes;      /* of the body that was read, decoded; not all of a body is */
	struct span header[HEADER_COUNT];

	enum robots_verdict robots; /* of the URL that was requested */
	uint32_t robots_line;       /* line of robots.txt that decided; 0: none */
	struct span robots_rule;    /* and what it says: "Disallow: /private" */

	/* Worked out from the above by facts_derive (audit/facts.h). */
	uint32_t changes; /* set of 1 << enum change between url and next */
	enum freshness freshness;
	uint32_t fresh_s; /* how long it stays fresh from now on, if that is explicit */
	enum temporary_reason temporary_reason;
	uint8_t permanent_pct; /* how sure it is that this temporary redirect is permanent; 0: not weighed */
};

enum severity { SEVERITY_OFF, SEVERITY_NOTICE, SEVERITY_WARNING, SEVERITY_ERROR };

/* What a rule has to say about a chain. Kept sorted by hop, then rule name. */
struct finding {
	const char *rule; /* static: the rule's name */
	enum severity severity;
	uint32_t hop;           /* index of the hop to blame */
	uint8_t confidence_pct; /* 100 unless the rule weighs evidence */
	struct span message;    /* a sentence for a person */
};

/* A link of the final page, or of its Link header. */
struct page_link {
	enum link_rel rel;
	enum link_source source;
	struct span hreflang; /* as written; empty for a canonical */
	struct span href;     /* as written */
	struct span url;      /* resolved; empty if it is no URL */
};

/* Facts of the final page, when it is HTML and 2xx; the links are those of any 2xx. Empty: not there. */
struct page {
	bool read;             /* an HTML page was read, at least its beginning */
	bool cut;              /* only the first --page-bytes of it */
	bool refresh_noscript; /* the refresh is for browsers without scripts */
	bool password;         /* there is a field for a password */
	struct span title;
	struct span canonical; /* first <link rel=canonical>, resolved */
	struct span robots;    /* <meta name=robots>, values joined with ", " */
	struct span refresh;   /* first <meta http-equiv=refresh> content, raw */
	struct span lang;      /* <html lang> */
	struct span base;      /* first <base href>, as written */
	struct span script;    /* a script's target that looks like a redirect, as written */
	struct span h1;        /* first <h1> */
	struct span text;      /* beginning of the text that is shown, PAGE_TEXT_SHOWN_BYTES_MAX at most */
	uint32_t text_bytes;   /* of such text, as far as the page was read */
	struct page_link *link;
	uint32_t link_count; /* PAGE_LINKS_MAX at most */
};

/* The facts of one walk: what rules see, always const. */
struct chain {
	struct hop *hop;
	uint32_t hop_count;
	uint32_t redirects; /* R: redirects followed, so hop_count - 1, or 0 without hops */
	enum outcome outcome;
	enum hop_error error;   /* the last hop's, or why there is no hop */
	uint32_t loop_entry;    /* first hop of the cycle */
	uint32_t loop_length;   /* redirects in one round; 0: no loop */
	uint32_t max_redirects; /* the limit this walk had */
	struct span final_url;  /* "" without hops */
	uint16_t final_status;
	struct page page;

	/* The second walk with a cookie jar, made when a loop set cookies; zero without it. */
	bool cookie_pass;
	enum outcome cookie_outcome;
	struct span cookie_final_url;
	uint16_t cookie_final_status;
	uint32_t cookie_redirects;
};

struct record {
	struct arena arena;    /* owns everything below */
	uint64_t seq;          /* 1-based number of the input line over all inputs */
	struct span input_url; /* as given */
	struct url url;        /* as walked; zeroed if it could not be parsed */
	enum method method;
	uint8_t passes;             /* times the line was walked; all but the last failed in ways that may pass */
	enum hop_error first_error; /* of the first of several walks; */
	uint16_t first_status;      /* what its last answer was */
	struct chain chain;
	bool truncated;            /* read from a row whose strings had been cut (row_parse.h) */
	uint32_t hop_size;         /* hops that chain.hop has room for */
	struct span suggested_url; /* what to link to instead (facts_derive); empty: what is linked to now */
	struct finding *finding;
	uint32_t finding_count;
	struct record *next; /* for the list that the owner keeps it in */
};

/* A record with an arena and nothing else. record_free(NULL) is allowed. */
struct record *record_new(void);
void record_free(struct record *record);

/* Adds a hop, zeroed, and returns it. Earlier hops may move: keep indices, not pointers. */
struct hop *record_add_hop(struct record *record);

/* Zeroes what facts_derive works out, and drops the findings: a record as its walk left it. */
void record_forget_audit(struct record *record);

/* Names as they stand in the row. Static strings. */
const char *outcome_name(enum outcome outcome);
const char *outcome_text(enum outcome outcome);
const char *hop_error_name(enum hop_error error); /* HOP_OK gives "" */
const char *hop_error_text(enum hop_error error);
enum outcome hop_error_outcome(enum hop_error error); /* not for HOP_OK */
const char *method_name(enum method method);
const char *severity_name(enum severity severity);

/* The other direction. Return false, and leave `out` alone, if there is no such name. */
bool method_find(struct span name, enum method *out); /* exact, upper-case (RFC 9110 section 9.1) */
bool outcome_find(struct span name, enum outcome *out);
bool hop_error_find(struct span name, enum hop_error *out);
bool severity_find(struct span name, enum severity *out);
bool header_find(struct span field_name, enum header *out); /* any case */

/* 301 and 308. */
static inline bool status_is_permanent(unsigned status)
{
	return status == 301 || status == 308;
}

/* 302, 303 and 307. */
static inline bool status_is_temporary(unsigned status)
{
	return status == 302 || status == 303 || status == 307;
}

/* 301, 302, 303, 307, 308: the statuses that are followed (Fetch, "redirect status"). */
static inline bool status_is_redirect(unsigned status)
{
	return status_is_permanent(status) || status_is_temporary(status);
}

#endif
