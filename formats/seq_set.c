#include "formats/seq_set.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "formats/arena.h"

#define WORDS_MAX (SEQ_MAX / 64 + 1)

/* Grown by half and by this much, so that a set of a few lines grows once. */
#define WORDS_MORE 1024

void seq_set_init(struct seq_set *set)
{
	*set = (struct seq_set){ .word_count = 0 };
}

void seq_set_release(struct seq_set *set)
{
	free(set->word);
	seq_set_init(set);
}

static void grow(struct seq_set *set, size_t word_count)
{
	set->word = memory_resize(set->word, word_count * sizeof(*set->word));
	memset(set->word + set->word_count, 0, (word_count - set->word_count) * sizeof(*set->word));
	set->word_count = word_count;
}

bool seq_set_add(struct seq_set *set, uint64_t seq)
{
	uint64_t bit = UINT64_C(1) << seq % 64;
	size_t at = seq / 64;

	assert(seq >= 1 && seq <= SEQ_MAX);
	if (at >= set->word_count)
		grow(set, at + at / 2 + WORDS_MORE < WORDS_MAX ? at + at / 2 + WORDS_MORE : WORDS_MAX);
	if (set->word[at] & bit)
		return false;
	set->word[at] |= bit;
	return true;
}
