/* The totals of a run: what the summary, the manifest and --fail-on are made of. Each auditor
 * thread has a tally of its own; they are merged when the threads have ended. */
#ifndef AUDIT_TALLY_H
#define AUDIT_TALLY_H

#include "audit/rules.h"

/* Hosts a tally has figures of. A list of millions of hosts would otherwise grow it without end;
 * once it is full, the figures of further hosts go to `other_hosts`. At about 200 bytes a host the
 * table stays under 20 MiB. */
#define TALLY_HOSTS_MAX 65536

/* Bytes kept of an example's URL. */
#define TALLY_EXAMPLE_BYTES_MAX 256

/* The chain of the earliest line that a rule reported on one level; `len` 0: none yet. */
struct tally_example {
	uint64_t seq;
	uint16_t len;
	bool cut;
	char url[TALLY_EXAMPLE_BYTES_MAX]; /* as walked, so without credentials */
};

struct tally_rule {
	uint64_t findings[SEVERITY_ERROR + 1];            /* by severity */
	uint64_t chains;                                  /* with at least one finding of the rule */
	struct tally_example example[SEVERITY_ERROR + 1]; /* the same */
};

/* Requests that were made; hops taken from the memo do not count. */
struct tally_host {
	uint64_t requests;
	uint64_t redirects; /* answered with 301, 302, 303, 307 or 308 */
	uint64_t errors;    /* no usable answer */
	uint64_t answers;   /* with a time to the first byte */
	uint64_t first_byte_us_sum;
	uint32_t first_byte_us_max;
};

struct tally_hosts; /* by name; in tally.c */

struct tally {
	uint64_t rows;
	uint64_t redirected_rows; /* with at least one redirect followed */
	uint64_t outcome[OUTCOME_COUNT];
	uint64_t hops; /* in all rows, memo included */
	uint64_t memo_hops;
	uint64_t again_rows;    /* walked more than once */
	uint64_t again_ok_rows; /* of these, those whose last walk ended with a 2xx */
	uint64_t robots_rows;   /* with a hop that robots.txt disallows */
	uint64_t requests;
	uint64_t findings[SEVERITY_ERROR + 1];
	struct tally_rule rule[RULE_COUNT];
	struct tally_hosts *hosts;
	uint64_t host_count;
	struct tally_host other_hosts;
};

void tally_init(struct tally *tally);
void tally_release(struct tally *tally);

/* Counts an audited record, which stays the caller's. */
void tally_add(struct tally *tally, const struct record *record);

/* Adds `from` to `into`; `from` is not changed. Of two examples the earlier line's stays. */
void tally_merge(struct tally *into, const struct tally *from);

/* The highest severity of any finding; SEVERITY_OFF if there is none. */
enum severity tally_worst(const struct tally *tally);

/* A host with its figures; `name` belongs to the tally. */
struct tally_top {
	struct span name;
	struct tally_host host;
};

/* How far up the list a host belongs; 0 keeps it off. */
typedef uint64_t tally_weigh(const struct tally_host *host);

/* Fills `top` with the at most `size` heaviest hosts, heaviest first, equals by name. Returns how
 * many. */
size_t tally_top_hosts(const struct tally *tally, tally_weigh *weigh, struct tally_top *top, size_t size);

#endif
