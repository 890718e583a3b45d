/* Redirect chains as a crawl of real sites brings them home: several shapes of 3 redirects, with the header
 * fields, times and page facts that answers usually have. Always the same ones. */
#ifndef BENCH_CHAINS_H
#define BENCH_CHAINS_H

#include "formats/record.h"

#define CHAIN_HOPS_MAX 4

/* Chain `number`, with the last `hops` (1 to CHAIN_HOPS_MAX) requests of its shape. Chains of different numbers
 * differ in their host, path and times. The caller frees it. */
struct record *chain_make(uint32_t number, uint32_t hops);

/* A fresh record of the same chain, as a walk would hand it over. */
struct record *chain_copy(const struct record *chain, uint64_t seq);

#endif
