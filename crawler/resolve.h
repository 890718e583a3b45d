/* Names to addresses: one c-ares channel and one TTL cache per loop.
 *
 * Answers, good and bad, are cached by the TTL the name server gave, within bounds; lookups of a
 * name in progress wait for the one that was sent. Everything here belongs to the loop's thread. */
#ifndef CRAWLER_RESOLVE_H
#define CRAWLER_RESOLVE_H

#include "crawler/address.h"
#include "crawler/hosts_file.h"
#include "crawler/options.h"
#include "formats/record.h"

struct resolver;

/* What a name stands for. */
struct resolved {
	enum hop_error error; /* HOP_OK, or one of the dns-* errors */
	size_t address_count;
	struct address address[ADDRESSES_MAX]; /* in the order to try them */
	const char *detail;                    /* the library's words for the error; static */
};

/* Somebody who waits for a name. Lives in the waiter's own struct. */
struct resolve_wait {
	struct resolve_wait *next;
	/* Called once, from resolver_process or resolver_lookup's caller's turn, never inside
	 * resolver_lookup itself. `answer` is valid during the call. */
	void (*done)(struct resolve_wait *wait, const struct resolved *answer);
};

/* Watches the descriptors that c-ares wants: `events` is a set of EPOLLIN and EPOLLOUT, 0 to forget. */
typedef void resolver_watch(void *context, int fd, uint32_t events);

struct resolver_config {
	const struct options *options;
	const struct hosts_file *hosts; /* may be NULL; shared, read only */
	resolver_watch *watch;
	void *context;
};

/* NULL after a message on `errors`: no usable name server, or a bad --dns-server. */
struct resolver *resolver_new(const struct resolver_config *config, FILE *errors);
void resolver_free(struct resolver *resolver);

/* True: the answer was known and is in `out` (a copy). False: `wait` will be told. `name` is a host
 * as url.h gives it: a lower-case name or an address literal. */
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
