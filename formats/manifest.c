#include "formats/manifest.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "formats/json.h"
#include "formats/row_fields.h"
#include "formats/timestamp.h"

/* Goes up when a key is removed, renamed or changes its meaning. */
#define MANIFEST_VERSION 1

/* A list or an object being written: what stands before its next item. */
struct items {
	struct buf *out;
	const char *indent;
	bool any;
};

static struct items begin(struct buf *out, const char *indent, char bracket)
{
	buf_add_char(out, bracket);
	return (struct items){ .out = out, .indent = indent };
}

static void next_item(struct items *items)
{
	buf_add_text(items->out, items->any ? ",\n" : "\n");
	buf_add_text(items->out, items->indent);
	items->any = true;
}

static void end(struct items *items, char bracket)
{
	if (items->any) {
		buf_add_char(items->out, '\n');
		buf_add_text(items->out, items->indent + 1);
	}
	buf_add_char(items->out, bracket);
}

static void add_key(struct items *object, const char *key)
{
	next_item(object);
	json_add_string(object->out, span_of(key), JSON_REPLACE);
	buf_add_text(object->out, ": ");
}

static void add_text(struct items *object, const char *key, const char *value)
{
	add_key(object, key);
	json_add_string(object->out, span_of(value), JSON_REPLACE);
}

static void add_number(struct items *object, const char *key, uint64_t value)
{
	add_key(object, key);
	buf_add_uint(object->out, value);
}

static void add_time(struct items *object, const char *key, int64_t time_us)
{
	add_key(object, key);
	buf_add_char(object->out, '"');
	timestamp_add(object->out, time_us);
	buf_add_char(object->out, '"');
}

static void add_texts(struct items *object, const char *key, const struct manifest_text *text, size_t count)
{
	struct items inner;

	add_key(object, key);
	inner = begin(object->out, "\t\t", '{');
	for (size_t i = 0; i < count; i++)
		add_text(&inner, text[i].name, text[i].value);
	end(&inner, '}');
}

static void add_input(struct items *object, const struct manifest_facts *facts)
{
	struct items input, files;

	add_key(object, "input");
	input = begin(object->out, "\t\t", '{');
	add_number(&input, "lines", facts->input_lines);
	add_key(&input, "files");
	files = begin(object->out, "\t\t\t", '[');
	for (size_t i = 0; i < facts->input_file_count; i++) {
		next_item(&files);
		json_add_string(object->out, span_of(facts->input_file[i]), JSON_PERCENT);
	}
	end(&files, ']');
	end(&input, '}');
}

static void add_totals(struct items *object, struct part *const *parts, size_t part_count)
{
	struct row_counts sum = { .rows = 0 };
	uint64_t bytes = 0, frames = 0;
	struct items inner;

	for (size_t i = 0; i < part_count; i++) {
		row_counts_add(&sum, &parts[i]->counts);
		bytes += parts[i]->bytes;
		frames += parts[i]->frames;
	}
	add_number(object, "rows", sum.rows);
	add_number(object, "row_bytes", sum.bytes);
	add_number(object, "bytes", bytes);
	add_number(object, "frames", frames);
	add_key(object, "outcomes");
	inner = begin(object->out, "\t\t", '{');
	for (unsigned i = 0; i < OUTCOME_COUNT; i++)
		add_number(&inner, outcome_name((enum outcome)i), sum.outcome[i]);
	end(&inner, '}');
}

static void add_counts(struct items *object, const struct manifest_facts *facts)
{
	struct items inner;

	add_key(object, "counts");
	inner = begin(object->out, "\t\t", '{');
	for (size_t i = 0; i < facts->count_count; i++)
		add_number(&inner, facts->count[i].name, facts->count[i].value);
	end(&inner, '}');
}

static void add_files(struct items *object, const char *key, struct part *const *parts, size_t part_count)
{
	struct items list, inner;

	add_key(object, key);
	list = begin(object->out, "\t\t", '[');
	for (size_t i = 0; i < part_count; i++) {
		next_item(&list);
		inner = begin(object->out, "\t\t\t", '{');
		add_text(&inner, "name", parts[i]->name);
		add_number(&inner, "rows", parts[i]->counts.rows);
		add_number(&inner, "row_bytes", parts[i]->counts.bytes);
		add_number(&inner, "bytes", parts[i]->bytes);
		add_number(&inner, "frames", parts[i]->frames);
		add_text(&inner, "sha256", parts[i]->sha256);
		end(&inner, '}');
	}
	end(&list, ']');
}

void manifest_write(struct buf *out, const struct manifest_facts *facts, const char *run_id, bool complete,
		    const char *error, const struct manifest_files *files)
{
	struct items object = begin(out, "\t", '{');

	add_number(&object, "manifest_version", MANIFEST_VERSION);
	add_number(&object, "schema_version", ROW_SCHEMA_VERSION);
	add_text(&object, "tool", "detour");
	add_text(&object, "tool_version", facts->tool_version);
	add_text(&object, "run_id", run_id);
	add_text(&object, "parent_run_id", facts->parent_run_id ? facts->parent_run_id : "");
	add_text(&object, "state", complete ? "complete" : "partial");
	add_text(&object, "error", error);
	add_time(&object, "started_at", facts->started_at_us);
	add_time(&object, "ended_at", facts->ended_at_us);
	add_input(&object, facts);
	add_totals(&object, files->part, files->part_count);
	add_counts(&object, facts);
	add_files(&object, "parts", files->part, files->part_count);
	add_files(&object, "inventory", &files->inventory, files->inventory ? 1 : 0);
	add_texts(&object, "versions", facts->version, facts->version_count);
	add_texts(&object, "options", facts->option, facts->option_count);
	end(&object, '}');
	buf_add_char(out, '\n');
}

bool manifest_count_of(struct span text, const char *name, uint64_t *value)
{
	char key[64];
	int len = snprintf(key, sizeof(key), "\t\"%s\": ", name);
	const char *at, *end = text.bytes + text.len;

	assert(len > 0 && (size_t)len < sizeof(key));
	/* Tabs and quotes inside of strings are escaped, so this cannot be found in one. */
	at = text.len ? memmem(text.bytes, text.len, key, (size_t)len) : NULL;
	if (!at || at + len == end || at[len] < '0' || at[len] > '9')
		return false;
	*value = 0;
	for (at += len; at < end && *at >= '0' && *at <= '9'; at++)
		*value = *value * 10 + (uint64_t)(*at - '0');
	return true;
}
