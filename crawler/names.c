#include <xxhash.h>

#define HASH_FUNCTION(bytes, len, hash) ((hash) = (unsigned)XXH3_64bits((bytes), (len)))

#include "crawler/names.h"

#include <stdlib.h>

#include "formats/arena.h"

void names_release(struct names *names)
{
	struct name *name, *next;

	HASH_ITER(hh, names->oldest, name, next)
	{
		names_remove(names, name);
	}
}

struct name *names_find(const struct names *names, struct span text)
{
	struct name *name;

	HASH_FIND(hh, names->oldest, text.bytes, text.len, name);
	return name;
}

static void evict(struct names *names)
{
	/* A name that is asked for is somebody's; the table then grows by at most the walks in flight. */
	if (HASH_COUNT(names->oldest) >= names->max && names->oldest->state == NAME_KNOWN)
		names_remove(names, names->oldest);
}

struct name *names_add(struct names *names, struct span text)
{
	struct name *name = memory_alloc(sizeof(*name) + text.len + 1);

	evict(names);
	*name = (struct name){ .len = text.len };
	memcpy(name->text, text.bytes, text.len);
	name->text[text.len] = '\0';
	HASH_ADD_KEYPTR(hh, names->oldest, name->text, name->len, name);
	return name;
}

void names_remove(struct names *names, struct name *name)
{
	HASH_DEL(names->oldest, name);
	free(name->address);
	free(name);
}

void names_sweep(struct names *names, bool (*drop)(const struct name *name))
{
	struct name *name, *next;

	HASH_ITER(hh, names->oldest, name, next)
	{
		if (name->state == NAME_KNOWN && drop(name))
			names_remove(names, name);
	}
}
