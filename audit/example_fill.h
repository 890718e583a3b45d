/* Long texts in an example chain: "{2000}" stands for 2,000 times the letter "x". See example.h. */
#ifndef AUDIT_EXAMPLE_FILL_H
#define AUDIT_EXAMPLE_FILL_H

#include "formats/arena.h"

/* `line` with its fillings; itself if it has none. One of more than 99,999 bytes is none. Memory from `arena`. */
struct span example_fill(struct arena *arena, struct span line);

#endif
