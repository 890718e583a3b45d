/* What the robots.txt of each origin says. Each is fetched once in a run: a walk that reaches an origin meanwhile
 * waits for it.
 *
 * The memory is bounded. The origins longest unused are forgotten first; forgetting one costs a request, never a
 * wrong verdict. Pure bookkeeping: the file is fetched by somebody else. Belongs to the loop's thread. */
#ifndef CRAWLER_ROBOTS_TABLE_H
#define CRAWLER_ROBOTS_TABLE_H

#include <xxhash.h>

#include "formats/record.h"
#include "formats/robots.h"

struct robots_table;
/* What is known of one origin. */
struct robots_entry;

/* A walk that waits for an origin's robots.txt; lives in the walk. */
struct robots_wait {
	struct robots_wait *next;
};

enum robots_state {
	ROBOTS_ASK,   /* nobody has: the caller does, and ends it with robots_table_keep */
	ROBOTS_WAIT,  /* somebody does */
	ROBOTS_KNOWN, /* robots_entry_judge tells */
};

/* What came of asking for a robots.txt. */
struct robots_answer {
	enum robots_source source;
	struct robots *rules;     /* taken over by the table */
	uint16_t status;          /* the last answer's; 0: none */
	enum hop_error error;     /* why there is no answer; HOP_OK: there is one */
	bool origin_is_reachable; /* a connection to the origin itself came about */
};

/* `size_bytes` covers everything but the origins that are asked for; an origin may be larger, and is then
 * forgotten when the next one comes. */
struct robots_table *robots_table_new(size_t size_bytes);
void robots_table_free(struct robots_table *table);

/* Finds or makes the entry of an origin. Without ROBOTS_KNOWN, `wait` is handed back by robots_table_keep. The
 * pointer is good until the next call with this table, and with ROBOTS_ASK until robots_table_keep. */
enum robots_state robots_table_look_up(struct robots_table *table, XXH128_hash_t origin, struct robots_wait *wait,
				       struct robots_entry **entry);

/* Whether the origin is being asked. */
bool robots_table_is_asking(const struct robots_table *table, XXH128_hash_t origin);

/* The asking is over. Returns those who waited, first come first; `entry` stays good until the next call. */
struct robots_wait *robots_table_keep(struct robots_table *table, struct robots_entry *entry,
				      const struct robots_answer *answer);

/* Forgets what nobody could be told: it may have passed. */
void robots_table_forget_unreachable(struct robots_table *table);

/* Bytes that known origins take. */
size_t robots_table_bytes(const struct robots_table *table);

/* Fills the hop's robots facts. Memory from `arena`. */
void robots_entry_judge(const struct robots_entry *entry, struct arena *arena, struct hop *hop);

/* Why there is no telling, of an entry with which robots_entry_judge says so. If not even a connection to the
 * origin came about, a request for any of its URLs has the same failure: that one. */
enum hop_error robots_entry_error(const struct robots_entry *entry);
/* The same for a person, behind "robots.txt: ". */
struct span robots_entry_detail(const struct robots_entry *entry, struct arena *arena);

#endif
