/* From a pattern of inventory.h to a line. */
#ifndef DEMO_WORDS_H
#define DEMO_WORDS_H

#include "formats/buf.h"
#include "tests/demo/inventory.h"

/* Takes a new number for %u and appends the pattern with its words filled in. */
void words_fill(struct inventory *inventory, const char *pattern, struct buf *out);

uint64_t words_random(struct inventory *inventory);

#endif
