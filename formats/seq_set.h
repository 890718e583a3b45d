/* A set of line numbers: one bit for each line up to the highest that is in it. */
#ifndef FORMATS_SEQ_SET_H
#define FORMATS_SEQ_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The highest number that can be added: then the set takes 512 MiB. A row that names a higher one is
 * none of ours, and must not make the process grow. */
#define SEQ_MAX (UINT64_C(1) << 32)

struct seq_set {
	uint64_t *word;
	size_t word_count;
};

void seq_set_init(struct seq_set *set);
void seq_set_release(struct seq_set *set);

/* Adds `seq`, 1 to SEQ_MAX. False if it is in the set already. */
bool seq_set_add(struct seq_set *set, uint64_t seq) __attribute__((warn_unused_result));

/* Any number may be asked for. */
static inline bool seq_set_has(const struct seq_set *set, uint64_t seq)
{
	return seq / 64 < set->word_count && (set->word[seq / 64] >> seq % 64 & 1) != 0;
}

#endif
