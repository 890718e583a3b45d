#include "crawler/robots_table.h"

#include <assert.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>
#include <utlist.h>

#include "formats/limits.h"

/* An entry's share of the hash table beside itself. */
#define BUCKET_BYTES sizeof(UT_hash_bucket)

struct robots_entry {
	UT_hash_handle hh;
	XXH128_hash_t origin;
	struct robots_entry *prev, *next;      /* of those known, least recently used first */
	struct robots_wait *wait, **wait_last; /* while it is asked for */
	bool known;
	struct robots_answer answer;
	size_t size_bytes;
};

struct robots_table {
	struct robots_entry *by_origin;
	struct robots_entry *known;
	size_t size_bytes, size_max;
};

struct robots_table *robots_table_new(size_t size_bytes)
{
	struct robots_table *table = memory_alloc(sizeof(*table));

	*table = (struct robots_table){ .size_max = size_bytes };
	return table;
}

void robots_table_free(struct robots_table *table)
{
	struct robots_entry *entry, *next;

	if (!table)
		return;
	HASH_ITER(hh, table->by_origin, entry, next)
	{
		HASH_DEL(table->by_origin, entry);
		robots_free(entry->answer.rules);
		free(entry);
	}
	free(table);
}

static void drop(struct robots_table *table, struct robots_entry *entry)
{
	DL_DELETE(table->known, entry);
	table->size_bytes -= entry->size_bytes;
	HASH_DEL(table->by_origin, entry);
	robots_free(entry->answer.rules);
	free(entry);
}

static void make_room(struct robots_table *table)
{
	while (table->size_bytes > table->size_max)
		drop(table, table->known);
}

static struct robots_entry *find(const struct robots_table *table, XXH128_hash_t origin)
{
	struct robots_entry *entry;

	HASH_FIND_BYHASHVALUE(hh, table->by_origin, &origin, sizeof(origin), (unsigned)origin.low64, entry);
	return entry;
}

static struct robots_entry *add(struct robots_table *table, XXH128_hash_t origin)
{
	struct robots_entry *entry = memory_alloc(sizeof(*entry));

	*entry = (struct robots_entry){ .origin = origin };
	entry->wait_last = &entry->wait;
	HASH_ADD_BYHASHVALUE(hh, table->by_origin, origin, sizeof(entry->origin), (unsigned)origin.low64, entry);
	return entry;
}

enum robots_state robots_table_look_up(struct robots_table *table, XXH128_hash_t origin, struct robots_wait *wait,
				       struct robots_entry **out)
{
	struct robots_entry *entry = find(table, origin);
	enum robots_state state = entry ? ROBOTS_WAIT : ROBOTS_ASK;

	if (entry && entry->known) {
		DL_DELETE(table->known, entry);
		DL_APPEND(table->known, entry);
		*out = entry;
		return ROBOTS_KNOWN;
	}
	if (!entry) {
		make_room(table);
		entry = add(table, origin);
	}
	wait->next = NULL;
	*entry->wait_last = wait;
	entry->wait_last = &wait->next;
	*out = entry;
	return state;
}

bool robots_table_is_asking(const struct robots_table *table, XXH128_hash_t origin)
{
	const struct robots_entry *entry = find(table, origin);

	return entry && !entry->known;
}

struct robots_wait *robots_table_keep(struct robots_table *table, struct robots_entry *entry,
				      const struct robots_answer *answer)
{
	struct robots_wait *wait = entry->wait;

	assert(!entry->known && answer->rules);
	make_room(table);
	entry->known = true;
	entry->answer = *answer;
	entry->wait = NULL;
	entry->wait_last = NULL;
	entry->size_bytes = malloc_usable_size(entry) + malloc_usable_size(answer->rules) + BUCKET_BYTES;
	table->size_bytes += entry->size_bytes;
	DL_APPEND(table->known, entry);
	return wait;
}

void robots_table_forget_unreachable(struct robots_table *table)
{
	struct robots_entry *entry, *next;

	DL_FOREACH_SAFE(table->known, entry, next)
	{
		if (entry->answer.source == ROBOTS_FILE_UNREACHABLE)
			drop(table, entry);
	}
}

size_t robots_table_bytes(const struct robots_table *table)
{
	return table->size_bytes;
}

/* Path and query, as they are sent. */
static struct span path_of(const struct url *url)
{
	struct span key = url_wire_key(url);

	return (struct span){ .bytes = url->path.bytes, .len = (size_t)(key.bytes + key.len - url->path.bytes) };
}

/* "Disallow: /private". */
static struct span rule_text(struct arena *arena, const struct robots_decision *decision)
{
	char text[ROBOTS_RULE_BYTES_MAX + 1];
	int len = snprintf(text, sizeof(text), "%s: %.*s", decision->allowed ? "Allow" : "Disallow",
			   (int)decision->pattern.len, decision->pattern.bytes);

	return arena_copy(arena, (struct span){ .bytes = text,
						.len = (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1 });
}

void robots_entry_judge(const struct robots_entry *entry, struct arena *arena, struct hop *hop)
{
	struct robots_decision decision = robots_check(entry->answer.rules, path_of(&hop->url));

	if (decision.allowed)
		hop->robots = ROBOTS_ALLOWED;
	else
		hop->robots = decision.line ? ROBOTS_DISALLOWED : ROBOTS_UNREACHABLE;
	hop->robots_line = decision.line;
	hop->robots_rule = decision.line ? rule_text(arena, &decision) : (struct span){ .len = 0 };
}

enum hop_error robots_entry_error(const struct robots_entry *entry)
{
	const struct robots_answer *answer = &entry->answer;

	return answer->origin_is_reachable ? HOP_ERROR_ROBOTS_UNREACHABLE : answer->error;
}

struct span robots_entry_detail(const struct robots_entry *entry, struct arena *arena)
{
	const struct robots_answer *answer = &entry->answer;
	char text[128];

	if (answer->error != HOP_OK)
		snprintf(text, sizeof(text), "robots.txt: %s", hop_error_text(answer->error));
	else
		snprintf(text, sizeof(text), "robots.txt: The server answered %u.", answer->status);
	return arena_copy(arena, span_of(text));
}
