/* An arena: memory that is given out piece by piece and given back all at once.
 * One arena belongs to one record and so to one thread at a time. When memory runs out the
 * process ends with a message: everything put here is bounded by limits.h, so running out means
 * that the machine is too small for the concurrency asked for. */
#ifndef FORMATS_ARENA_H
#define FORMATS_ARENA_H

#include <stddef.h>

#include "formats/span.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *chunk; /* newest first */
	size_t used;               /* bytes of the newest chunk that are given out */
	size_t total;              /* bytes taken from malloc, headers included */
};

void arena_init(struct arena *arena);

/* Frees every piece. The arena may be used again. */
void arena_release(struct arena *arena);

/* `size` bytes, zeroed, aligned for any type. Never NULL. */
void *arena_alloc(struct arena *arena, size_t size);

/* A copy of `span` with a NUL behind it that is not counted. */
struct span arena_copy(struct arena *arena, struct span span);

/* malloc and realloc that end the process when there is no memory (`xmalloc` of other projects). */
void *memory_alloc(size_t size);
void *memory_resize(void *old, size_t size);

#endif
