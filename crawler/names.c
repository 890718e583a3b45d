#include "crawler/names.h"

#include <stdlib.h>
#include <utlist.h>
#include <xxhash.h>

#include "formats/arena.h"

void names_release(struct names *names)
{
	while (names->oldest)
		names_remove(names, names->oldest);
	index_release(&names->by_text);
}

static uint32_t hash_of(struct span text)
{
	return (uint32_t)XXH3_64bits(text.bytes, text.len);
}

static bool has_text(const void *item, const void *key)
{
	const struct name *name = item;
	const struct span *text = key;

	return name->len == text->len && memcmp(name->text, text->bytes, text->len) == 0;
}

struct name *names_find(const struct names *names, struct span text)
{
	return index_find(&names->by_text, hash_of(text), has_text, &text);
}

static void evict(struct names *names)
{
	/* A name that is asked for is somebody's; the table then grows by at most the walks in flight. */
	if (names->by_text.count >= names->max && names->oldest->state == NAME_KNOWN)
		names_remove(names, names->oldest);
}

struct name *names_add(struct names *names, struct span text)
{
	struct name *name = memory_alloc(sizeof(*name) + text.len + 1);

	evict(names);
	*name = (struct name){ .hash = hash_of(text), .len = text.len };
	memcpy(name->text, text.bytes, text.len);
	name->text[text.len] = '\0';
	DL_APPEND2(names->oldest, name, older, newer);
	index_add(&names->by_text, name->hash, name);
	return name;
}

void names_remove(struct names *names, struct name *name)
{
	index_remove(&names->by_text, name->hash, name);
	DL_DELETE2(names->oldest, name, older, newer);
	free(name->address);
	free(name);
}

void names_sweep(struct names *names, bool (*drop)(const struct name *name))
{
	struct name *name, *next;

	DL_FOREACH_SAFE2(names->oldest, name, next, newer)
	{
		if (name->state == NAME_KNOWN && drop(name))
			names_remove(names, name);
	}
}
