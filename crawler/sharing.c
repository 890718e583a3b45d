/* Walks share answers: what a walk does with the memo. */
#include "crawler/loop.h"

#include <stdlib.h>

#include "crawler/walk.h"

/* What makes two requests one. The same walk asks a URL it comes back to once more: only then is a loop
 * known to be one. */
static XXH128_hash_t request_key(const struct walk *walk)
{
	const struct hop *hop = walk_last_hop(walk);
	const struct url *credentials = visit_credentials(walk);
	struct span url = url_wire_key(&hop->url);
	uint64_t seed = walk_earlier_visits(&walk->record->chain) * (uint64_t)METHOD_COUNT + hop->method;

	if (credentials && (credentials->username.len || credentials->password.len)) {
		seed = XXH3_64bits_withSeed(credentials->username.bytes, credentials->username.len, seed + 1);
		seed = XXH3_64bits_withSeed(credentials->password.bytes, credentials->password.len, seed);
	}
	return XXH3_128bits_withSeed(url.bytes, url.len, seed);
}

/* An answer to a request with cookies is the walk's own, and one of another method may change the site:
 * who lists it twice wants it twice. Of a robots.txt more is wanted than the memo keeps. */
bool sharing_is_possible(const struct walk *walk)
{
	enum method method = walk_last_hop(walk)->method;

	return walk->loop->memo && !walk->cookies && !walk->robots_entry &&
	       (method == METHOD_GET || method == METHOD_HEAD);
}

static void recall(struct walk *walk, struct note *note)
{
	struct record *record = walk->record;

	memo_recall(walk->loop->memo, note, &record->arena, walk_last_hop(walk), &record->chain.page);
	counter_add(&walk->loop->counters.recalled, 1);
	walk_enqueue(walk, WALK_GO_ON);
}

bool sharing_ask(struct walk *walk)
{
	struct note *note;

	switch (memo_look_up(walk->loop->memo, request_key(walk), &walk->memo_wait, &note)) {
	case MEMO_ASK:
		walk->note = note;
		return true;
	case MEMO_KNOWN:
		recall(walk, note);
		return false;
	case MEMO_WAIT:
		return false;
	}
	abort();
}

/* Another walk may fare better than one that had no time left, or met a limit of ours. */
static bool is_for_all(const struct hop *hop)
{
	enum outcome outcome = hop->error == HOP_OK ? OUTCOME_OK : hop_error_outcome(hop->error);

	return outcome != OUTCOME_INTERNAL_ERROR && outcome != OUTCOME_NOT_REACHED &&
	       hop->error != HOP_ERROR_WALK_TIMEOUT;
}

void sharing_tell(struct walk *walk)
{
	const struct hop *hop = walk_last_hop(walk);
	struct memo *memo = walk->loop->memo;
	struct note *note = walk->note;
	bool known = is_for_all(hop);
	struct memo_wait *wait, *next;

	walk->note = NULL;
	if (!note)
		return;
	wait = known ? memo_keep(memo, note, hop, &walk->record->chain.page, walk_may_pass(hop))
		     : memo_forget(memo, note);
	for (; wait; wait = next) {
		next = wait->next;
		if (known)
			recall(walk_of_memo_wait(wait), note);
		else
			walk_enqueue(walk_of_memo_wait(wait), WALK_ASK);
	}
}
