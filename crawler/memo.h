/* The memo: what this run has been answered. Each URL is asked for once; a walk that reaches it later
 * steps on without a request, and one that reaches it meanwhile waits for that answer. Inventories
 * share tails (http -> https -> www -> page), so most hops of a list are known after its beginning.
 *
 * The memory is bounded. Notes that nobody has come back to are forgotten first: the tails that many
 * chains share stay. Forgetting one costs a request, never a wrong row. Belongs to the loop's thread. */
#ifndef CRAWLER_MEMO_H
#define CRAWLER_MEMO_H

#include <xxhash.h>

#include "formats/record.h"

struct memo;
/* What is known of one request. */
struct note;

/* A walk that waits for an answer; lives in the walk. */
struct memo_wait {
	struct memo_wait *next;
};

enum memo_state {
	MEMO_ASK,   /* nobody has: the caller does, and ends it with memo_keep or memo_forget */
	MEMO_WAIT,  /* somebody does: `wait` is handed back by that end */
	MEMO_KNOWN, /* memo_recall gives it */
};

/* `size_bytes` covers everything but the requests under way. */
struct memo *memo_new(size_t size_bytes);
void memo_free(struct memo *memo);

/* Finds or makes the note of a request. The pointer is good until the next memo_look_up with MEMO_KNOWN,
 * and until the end of the request with MEMO_ASK. */
enum memo_state memo_look_up(struct memo *memo, XXH128_hash_t key, struct memo_wait *wait, struct note **note);

/* The request is answered by `hop` and `page`. A `transient` answer is one that memo_forget_transient drops.
 * Returns those who waited, first come first; `note` stays good until the next memo_look_up. */
struct memo_wait *memo_keep(struct memo *memo, struct note *note, const struct hop *hop, const struct page *page,
			    bool transient);
/* There is no answer that is good for others. The note is gone; returns those who waited. */
struct memo_wait *memo_forget(struct memo *memo, struct note *note);

/* Fills a hop's answer, and `page` if it was one; the hop is marked `memo`. */
void memo_recall(struct memo *memo, struct note *note, struct arena *arena, struct hop *hop, struct page *page);

/* Failures that may have passed. */
void memo_forget_transient(struct memo *memo);

#endif
