/* The table: what the origin answers, read from a text file. table_help is its grammar (also printed
 * by `origin --help`); this header is the same as C.
 *
 * Loaded by one thread, then read by all; only the counters change, and they are atomic. */
#ifndef ORIGIN_TABLE_H
#define ORIGIN_TABLE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "formats/arena.h"
#include "tests/origin/map.h"
#include "tests/origin/request.h"

/* What a host's TLS does: X(NAME, "word", "what happens") */
#define TLS_MODES(X)                                                             \
	X(VALID, "valid", "certificate of the origin's CA")                      \
	X(RESUMABLE, "resumable", "valid, and the session can be resumed")       \
	X(EXPIRED, "expired", "ended yesterday")                                 \
	X(NOT_YET_VALID, "not-yet-valid", "begins tomorrow")                     \
	X(WRONG_HOST, "wrong-host", "is for wrong-host.invalid")                 \
	X(SELF_SIGNED, "self-signed", "signed by its own key")                   \
	X(UNKNOWN_ISSUER, "unknown-issuer", "signed by a CA that nobody trusts") \
	X(BROKEN_HANDSHAKE, "broken-handshake", "alert handshake_failure")       \
	X(RESET, "reset", "RST after the ClientHello")                           \
	X(HANG, "hang", "no answer to the ClientHello")                          \
	X(NONE, "none", "plain HTTP 400, as a port without TLS answers")

enum tls_mode {
#define X(name, word, text) TLS_##name,
	TLS_MODES(X)
#undef X
		TLS_MODE_COUNT
};

/* What a host's DNS does: X(NAME, "word", "what happens") */
#define DNS_MODES(X)                                                     \
	X(ANSWER, "answer", "the addresses of the line")                 \
	X(NXDOMAIN, "nxdomain", "no such name")                          \
	X(NODATA, "nodata", "the name exists without addresses")         \
	X(SERVFAIL, "servfail", "server failure")                        \
	X(REFUSED, "refused", "query refused")                           \
	X(TIMEOUT, "timeout", "no answer")                               \
	X(TRUNCATE, "truncate", "TC over UDP, the full answer over TCP") \
	X(GARBAGE, "garbage", "bytes that are no DNS message")

enum dns_mode {
#define X(name, word, text) DNS_##name,
	DNS_MODES(X)
#undef X
		DNS_MODE_COUNT
};

/* What a host's HTTP port does. */
enum port_mode { PORT_OPEN, PORT_CLOSED, PORT_SILENT };

/* Addresses of one family on a host line; more than about 25 do not fit a UDP answer. */
#define HOST_ADDRESSES_MAX 64

struct host {
	struct span name; /* lower-case; "*.x" stands for all names below x */
	enum tls_mode tls;
	enum dns_mode dns;
	enum port_mode port;
	uint32_t dns_first;           /* `dns` holds for this many queries only; 0: for all */
	uint32_t dns_every;           /* it holds for each query of which this divides the number; 0: for all */
	_Atomic uint32_t dns_queries; /* so far */
	uint32_t dns_delay_us;
	uint32_t ttl_seconds;
	struct span cname; /* empty: none */
	struct in_addr *a;
	struct in6_addr *aaaa;
	size_t a_count, aaaa_count;
};

/* When a rule answers. */
enum condition_kind { WHEN_COOKIE, WHEN_NO_COOKIE, WHEN_METHOD, WHEN_SLASH, WHEN_NO_SLASH, WHEN_EVERY, WHEN_FIRST };

struct condition {
	enum condition_kind kind;
	struct span text;
	uint32_t number;
	struct condition *next;
};

/* What happens to the connection behind the answer. */
enum ending { ENDING_KEEP, ENDING_CLOSE, ENDING_RESET, ENDING_HANG };

/* Header fields that the origin adds unless the rule has them itself. */
enum { OWN_DATE = 1, OWN_LENGTH = 2, OWN_TYPE = 4, OWN_CONNECTION = 8 };

struct rule {
	struct span url;               /* the key; ends in "/" or "?" for a prefix */
	bool raw;                      /* `head` is all that is sent */
	bool head_varies, body_varies; /* has placeholders */
	bool chunked, no_length;
	uint16_t status;
	unsigned own;     /* OWN_* bits of fields that the rule brings */
	struct span head; /* status line and the rule's header lines, or the raw bytes */
	struct span body;
	size_t body_bytes; /* `body N`: filler; 0: send `body` */
	uint32_t delay_us;
	uint32_t drip_us; /* one byte per this time; 0: all at once */
	enum ending ending;
	struct condition *condition; /* all must hold */
	_Atomic uint32_t requests;   /* that met the other conditions */
	struct rule *next;           /* the next rule for the same URL, in the file's order */
};

struct table {
	struct arena arena;
	struct map hosts;    /* name -> struct host */
	struct map urls;     /* URL -> struct rule */
	struct map prefixes; /* beginning of a URL -> struct rule */
	bool has_any_host;   /* there are prefixes for host "*" */
	size_t rule_count;
};

/* The grammar, for people. */
extern const char table_help[];

void table_init(struct table *table);
void table_release(struct table *table);

/* Adds the entries of a file. On failure returns false after one line "FILE:LINE: reason" on `errors`. */
bool table_load(struct table *table, const char *file, FILE *errors);

/* The same for bytes that are already in memory; `name` stands for the file in messages. */
bool table_parse(struct table *table, const char *name, struct span text, FILE *errors);

/* The rule that answers, or NULL: then the answer is 404. `*rest` is what the URL has behind a prefix.
 * Counts the request on rules with `when every` and `when first`. */
const struct rule *table_match(const struct table *table, const struct request *request, struct span *rest);

/* `name` lower-case without a dot at its end. Looks for "*.parent" entries as well. NULL: unknown. */
const struct host *table_host(const struct table *table, struct span name);

#endif
