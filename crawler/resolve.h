/* Names to addresses, in each loop for itself.
 *
 * Answers, good and bad, are cached by the TTL the name server gave, within bounds; lookups of a name in
 * progress wait for the one that was sent. IPv4 addresses come first; those of IPv6 are asked for when
 * there are none, or when the caller says that none of them is any good: most sites have IPv4, and a
 * question each is half of two.
 *
 * No more is asked at once than the name server can take (window.h), nor more a second than --dns-qps
 * says (pace.h). A question without an answer is asked again with growing patience (dns.h),
 * and one whose answer does not fit a datagram is asked over TCP. Everything here belongs to the loop's
 * thread. */
#ifndef CRAWLER_RESOLVE_H
#define CRAWLER_RESOLVE_H

#include "crawler/address.h"
#include "crawler/dns.h"
#include "crawler/hosts_file.h"
#include "crawler/options.h"
#include "formats/record.h"

struct resolver;

/* Which of a name's addresses: those to try first, or those to try when none of them accepts a
 * connection. */
enum resolve_part { RESOLVE_FIRST, RESOLVE_SPARE, RESOLVE_PARTS };

/* What a name stands for. */
struct resolved {
	enum hop_error error; /* HOP_OK, or one of the dns-* errors */
	size_t address_count;
	struct address address[ADDRESSES_MAX]; /* in the order to try them */
	bool may_have_spare;                   /* RESOLVE_SPARE may find more of them */
	const char *detail;                    /* the library's words for the error; static */
};

/* Somebody who waits for a name. Lives in the waiter's own struct. */
struct resolve_wait {
	struct resolve_wait *next;
	enum resolve_part part; /* what it wants */
	/* Called once, from resolver_process or resolver_lookup's caller's turn, never inside
	 * resolver_lookup itself. `answer` is valid during the call. */
	void (*done)(struct resolve_wait *wait, const struct resolved *answer);
};

struct resolver_config {
	const struct options *options;
	unsigned loops;                 /* that share --dns-qps and the name server's patience */
	const struct hosts_file *hosts; /* may be NULL; shared, read only */
	dns_watch *watch;
	void *context; /* of `watch` */
};

/* NULL after a message on `errors`: no usable name server, or a bad --dns-server. */
struct resolver *resolver_new(const struct resolver_config *config, FILE *errors);
void resolver_free(struct resolver *resolver);

/* True: the answer was known and is in `out` (a copy). False: `wait` will be told. `name` is a host
 * as url.h gives it: a lower-case name or an address literal. RESOLVE_SPARE is for names of which the first
 * answer said that there may be some. */
bool resolver_lookup(struct resolver *resolver, struct span name, struct resolve_wait *wait, struct resolved *out);

/* The waiter does not want to be told any more: resolver_lookup(name, wait) had returned false, and
 * `done` has not been called since. */
void resolver_forget(struct resolver *resolver, struct span name, struct resolve_wait *wait);

/* Forgets the names that could not be resolved for a reason that may pass (SERVFAIL, time-outs), so that
 * they are asked for again. Those that do not exist stay known. */
void resolver_forget_failures(struct resolver *resolver);

/* More names wait to be asked for than may be open at once: whoever brings more of them had better wait. */
bool resolver_is_busy(const struct resolver *resolver);

/* Reads and writes a descriptor that was reported ready; fd -1: only time has passed. */
void resolver_process(struct resolver *resolver, int fd, uint32_t events);

/* When resolver_process(-1) wants to be called, on the monotonic clock; INT64_MAX: never. */
int64_t resolver_deadline_us(const struct resolver *resolver);

#endif
