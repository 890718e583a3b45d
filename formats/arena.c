#include "formats/arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISON 1
#endif
#endif

#ifdef ARENA_POISON
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, len)   ((void)(at), (void)(len))
#define ASAN_UNPOISON_MEMORY_REGION(at, len) ((void)(at), (void)(len))
#endif

/* A record of one hop fits into the first chunk: most walks in flight wait for their first answer. The usual one
 * of three hops with their headers needs one more. Smaller chunks mean more malloc calls per walk, larger ones
 * more memory per walk in flight. */
#define ARENA_FIRST_BYTES 2048
#define ARENA_CHUNK_BYTES 4096

struct arena_chunk {
	struct arena_chunk *older;
	size_t size;
	alignas(max_align_t) char bytes[];
};

void *memory_alloc(size_t size)
{
	return memory_resize(NULL, size);
}

void *memory_resize(void *old, size_t size)
{
	void *memory = realloc(old, size ? size : 1);

	if (!memory) {
		fprintf(stderr, "detour: out of memory (%zu bytes wanted); lower --concurrency\n", size);
		exit(EX_OSERR);
	}
	return memory;
}

void arena_init(struct arena *arena)
{
	*arena = (struct arena){ .chunk = NULL };
}

void arena_release(struct arena *arena)
{
	struct arena_chunk *chunk = arena->chunk;

	while (chunk) {
		struct arena_chunk *older = chunk->older;

		ASAN_UNPOISON_MEMORY_REGION(chunk->bytes, chunk->size);
		free(chunk);
		chunk = older;
	}
	arena_init(arena);
}

static void add_chunk(struct arena *arena, size_t wanted)
{
	size_t usual = (arena->chunk ? ARENA_CHUNK_BYTES : ARENA_FIRST_BYTES) - sizeof(struct arena_chunk);
	size_t size = wanted > usual ? wanted : usual;
	struct arena_chunk *chunk = memory_alloc(sizeof(*chunk) + size);

	chunk->older = arena->chunk;
	chunk->size = size;
	ASAN_POISON_MEMORY_REGION(chunk->bytes, size);
	arena->chunk = chunk;
	arena->used = 0;
	arena->total += sizeof(*chunk) + size;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	size_t step = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	char *piece;

	if (!arena->chunk || arena->chunk->size - arena->used < step)
		add_chunk(arena, step);
	piece = arena->chunk->bytes + arena->used;
	arena->used += step;
	ASAN_UNPOISON_MEMORY_REGION(piece, size);
	memset(piece, 0, size);
	return piece;
}

struct span arena_copy(struct arena *arena, struct span span)
{
	char *copy = arena_alloc(arena, span.len + 1);

	if (span.len)
		memcpy(copy, span.bytes, span.len);
	return (struct span){ .bytes = copy, .len = span.len };
}
