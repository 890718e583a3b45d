/* Politeness: what each host and each address has been asked for, and when it may be asked again.
 * Pure bookkeeping: the clock comes in as now_us. Belongs to the loop's thread.
 *
 * A host may be asked when it has a free slot (--per-host), its spacing is over (--rate), it is not
 * parked (429, or 503 with Retry-After) and it has not been set aside (too many failures in a row).
 * Who may not go yet waits in the host's queue; host_next says who may go next. */
#ifndef CRAWLER_HOST_H
#define CRAWLER_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/span.h"

struct host;
struct host_table;

/* A place in a queue; lives in the walk that waits. */
struct host_wait {
	struct host_wait *next;
};

struct host_limits {
	uint32_t per_host; /* requests in flight; at least 1 */
	uint32_t per_ip;
	uint32_t rate;      /* requests begun per second; 0: no limit */
	uint32_t set_aside; /* failures in a row; at least 1 */
	uint32_t park_max_ms;
};

struct host_table *host_table_new(const struct host_limits *limits);
void host_table_free(struct host_table *table);

/* Other limits from here on, and another chance for those that were set aside; how long each host wants to be
 * left alone stays. Nothing may be under way or waiting. */
void host_table_begin_pass(struct host_table *table, const struct host_limits *limits);

/* The host of that name, made if need be. The pointer stays good until host_table_trim. */
struct host *host_get(struct host_table *table, struct span name);
const char *host_name(const struct host *host);

/* The time at which one more request may begin: at most now_us if at once, INT64_MAX if only after
 * another has ended. */
int64_t host_ready_us(const struct host *host, int64_t now_us);
bool host_is_set_aside(const struct host *host);

/* Takes a slot; host_ready_us must have said yes. */
void host_begin(struct host *host, int64_t now_us);
/* Gives it back. */
void host_end(struct host *host);

/* First in, first out. */
void host_queue(struct host *host, struct host_wait *wait);
struct host_wait *host_queue_take(struct host *host);
bool host_has_queue(const struct host *host);

/* The frontier's bucket of this host stands still until the host may be asked again. */
void host_set_bucket_waiting(struct host *host, bool waiting);
bool host_bucket_waiting(const struct host *host);

/* What a request taught. */
void host_succeeded(struct host *host);
/* Returns true if this failure is the one that sets the host aside. */
bool host_failed(struct host *host);
/* The host asked for patience: for `retry_after_s`, or with 0 for a time that doubles from one
 * second on. At most park_max_ms. */
void host_park(struct host *host, uint32_t retry_after_s, int64_t now_us);

/* Hosts that wait for a time, not for a slot: wakes are kept by the table. `host_sleep` notes that
 * `host` wants to be looked at again at `at_us`; host_wake gives one whose time has come, or NULL. */
void host_sleep(struct host *host, int64_t at_us);
struct host *host_wake(struct host_table *table, int64_t now_us);
int64_t host_table_deadline_us(const struct host_table *table);

/* Forgets the hosts longest unused beyond a fixed number. Only between turns of the loop. */
void host_table_trim(struct host_table *table);

/* Addresses: the same, by address. `key` is the address's bytes. */
struct peer;
struct peer *peer_get(struct host_table *table, struct span key);
bool peer_try_begin(struct peer *peer);
/* Gives the slot back; the one who waited longest, if any, is returned and has not begun. */
struct host_wait *peer_end(struct host_table *table, struct peer *peer);
void peer_queue(struct peer *peer, struct host_wait *wait);

#endif
