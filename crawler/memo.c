#include "crawler/memo.h"

#include <assert.h>
#include <malloc.h>
#include <stdlib.h>
#include <uthash.h>
#include <utlist.h>

#include "crawler/answer.h"

/* Notes that were recalled may fill this much of the memory, in percent. The rest is for new ones to
 * prove themselves in: a list of a million URLs that nobody shares must not push the tails out, nor
 * yesterday's tails keep new ones from being noticed. */
#define RECALLED_PCT 80

struct note {
	UT_hash_handle hh;
	XXH128_hash_t key;
	struct note *prev, *next;            /* in one of the memo's lists, least recently used first */
	struct memo_wait *wait, **wait_last; /* while it is asked for */
	char *answer;                        /* NULL while it is asked for */
	uint32_t answer_len;
	uint32_t size_bytes;
	bool recalled;
	bool transient;
};

struct memo {
	struct note *by_key;
	struct note *fresh, *recalled;
	size_t size_bytes, size_max, recalled_bytes;
};

struct memo *memo_new(size_t size_bytes)
{
	struct memo *memo = memory_alloc(sizeof(*memo));

	*memo = (struct memo){ .size_max = size_bytes };
	return memo;
}

void memo_free(struct memo *memo)
{
	struct note *note, *next;

	if (!memo)
		return;
	HASH_ITER(hh, memo->by_key, note, next)
	{
		HASH_DEL(memo->by_key, note);
		free(note->answer);
		free(note);
	}
	free(memo);
}

static void enlist(struct memo *memo, struct note *note, bool recalled)
{
	note->recalled = recalled;
	if (recalled) {
		DL_APPEND(memo->recalled, note);
		memo->recalled_bytes += note->size_bytes;
	} else {
		DL_APPEND(memo->fresh, note);
	}
}

static void delist(struct memo *memo, struct note *note)
{
	if (note->recalled) {
		DL_DELETE(memo->recalled, note);
		memo->recalled_bytes -= note->size_bytes;
	} else {
		DL_DELETE(memo->fresh, note);
	}
}

/* An answered note. */
static void drop(struct memo *memo, struct note *note)
{
	delist(memo, note);
	memo->size_bytes -= note->size_bytes;
	HASH_DEL(memo->by_key, note);
	free(note->answer);
	free(note);
}

/* Bytes of the hash table that each note has its share of, beside the note itself. */
static size_t overhead_bytes(const struct memo *memo)
{
	return memo->by_key ? HASH_OVERHEAD(hh, memo->by_key) - HASH_COUNT(memo->by_key) * sizeof(UT_hash_handle) : 0;
}

static void make_room(struct memo *memo)
{
	size_t overhead = overhead_bytes(memo);

	while (memo->size_bytes + overhead > memo->size_max && (memo->fresh || memo->recalled))
		drop(memo, memo->fresh ? memo->fresh : memo->recalled);
}

/* Moves the note to the end of those that were recalled; those too long unused go back to the fresh ones. */
static void mark_recalled(struct memo *memo, struct note *note)
{
	delist(memo, note);
	enlist(memo, note, true);
	while (memo->recalled_bytes > memo->size_max / 100 * RECALLED_PCT && memo->recalled != note) {
		struct note *oldest = memo->recalled;

		delist(memo, oldest);
		enlist(memo, oldest, false);
	}
}

enum memo_state memo_look_up(struct memo *memo, XXH128_hash_t key, struct memo_wait *wait, struct note **out)
{
	unsigned hash = (unsigned)key.low64;
	struct note *note;

	HASH_FIND_BYHASHVALUE(hh, memo->by_key, &key, sizeof(key), hash, note);
	*out = note;
	if (note && note->answer)
		return MEMO_KNOWN;
	if (note) {
		wait->next = NULL;
		*note->wait_last = wait;
		note->wait_last = &wait->next;
		return MEMO_WAIT;
	}
	make_room(memo);
	note = memory_alloc(sizeof(*note));
	*note = (struct note){ .key = key };
	note->wait_last = &note->wait;
	HASH_ADD_BYHASHVALUE(hh, memo->by_key, key, sizeof(note->key), hash, note);
	*out = note;
	return MEMO_ASK;
}

struct memo_wait *memo_keep(struct memo *memo, struct note *note, const struct hop *hop, const struct page *page,
			    bool transient)
{
	assert(!note->answer);
	note->answer_len = (uint32_t)answer_size_bytes(hop, page);
	note->answer = memory_alloc(note->answer_len);
	answer_pack(hop, page, note->answer);
	note->transient = transient;
	note->size_bytes = (uint32_t)(malloc_usable_size(note) + malloc_usable_size(note->answer));
	memo->size_bytes += note->size_bytes;
	enlist(memo, note, note->wait != NULL);
	return note->wait;
}

struct memo_wait *memo_forget(struct memo *memo, struct note *note)
{
	struct memo_wait *wait = note->wait;

	assert(!note->answer);
	HASH_DEL(memo->by_key, note);
	free(note);
	return wait;
}

void memo_recall(struct memo *memo, struct note *note, struct arena *arena, struct hop *hop, struct page *page)
{
	assert(note->answer);
	mark_recalled(memo, note);
	answer_unpack(note->answer, note->answer_len, arena, hop, page);
	hop->memo = true;
}

void memo_forget_transient(struct memo *memo)
{
	struct note *note, *next;

	HASH_ITER(hh, memo->by_key, note, next)
	{
		if (note->answer && note->transient)
			drop(memo, note);
	}
}
