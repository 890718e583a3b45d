#include "formats/stamp.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "formats/file.h"
#include "formats/json.h"
#include "formats/row_fields.h"

static void add_entry(struct buf *out, const char *prefix, const char *name, const char *value)
{
	buf_addf(out, ",\n\t\"%s%s\": ", prefix, name);
	json_add_string(out, span_of(value), JSON_PERCENT);
}

void stamp_write(struct buf *out, const struct stamp *stamp)
{
	buf_addf(out, "{\n\t\"run_id\": \"%s\"", stamp->run_id);
	buf_addf(out, ",\n\t\"started_at_us\": \"%lld\"", (long long)stamp->started_at_us);
	add_entry(out, "", "list", stamp->list);
	add_entry(out, "", "tool_version", stamp->tool_version);
	buf_addf(out, ",\n\t\"schema_version\": \"%d\"", ROW_SCHEMA_VERSION);
	for (size_t i = 0; i < stamp->option_count; i++)
		add_entry(out, "--", stamp->option[i].name, stamp->option[i].value);
	buf_add_text(out, "\n}\n");
}

bool stamp_exists(const char *path)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool exists = fd >= 0 && faccessat(fd, STAMP_NAME, F_OK, AT_SYMLINK_NOFOLLOW) == 0;

	if (fd >= 0)
		close(fd);
	return exists;
}

bool stamp_read(int dir_fd, struct buf *out)
{
	return file_read(dir_fd, STAMP_NAME, out);
}

/* Takes the next line's entry off `text`, without its indent and comma. */
static struct span next_entry(struct span *text)
{
	const char *end = text->len ? memchr(text->bytes, '\n', text->len) : NULL;
	size_t len = end ? (size_t)(end - text->bytes) : text->len;
	struct span entry = span_trim((struct span){ .bytes = text->bytes, .len = len });

	if (end)
		len++;
	*text = (struct span){ .bytes = text->bytes + len, .len = text->len - len };
	if (entry.len && entry.bytes[entry.len - 1] == ',')
		entry.len--;
	return entry;
}

/* Whether the entry is `name`'s; then `value` is what stands between the value's quotes. */
static bool entry_is(struct span entry, const char *name, struct span *value)
{
	size_t name_len = strlen(name), head_len = name_len + strlen("\"\": \"");

	if (entry.len <= head_len || entry.bytes[0] != '"' || memcmp(entry.bytes + 1, name, name_len) != 0 ||
	    memcmp(entry.bytes + 1 + name_len, "\": \"", 4) != 0 || entry.bytes[entry.len - 1] != '"')
		return false;
	*value = (struct span){ .bytes = entry.bytes + head_len, .len = entry.len - head_len - 1 };
	return true;
}

struct span stamp_value(struct span text, const char *name)
{
	struct span value = SPAN("");

	while (text.len) {
		if (entry_is(next_entry(&text), name, &value))
			break;
	}
	return value;
}

/* The next entry that must be the same in both; empty at the end. */
static struct span next_fixed(struct span *text)
{
	static const char *const free_to_differ[] = { "run_id", "started_at_us", "list" };
	struct span entry = SPAN(""), value;
	bool skipped = true;

	while (skipped && text->len) {
		entry = next_entry(text);
		skipped = false;
		for (size_t i = 0; i < sizeof(free_to_differ) / sizeof(free_to_differ[0]); i++)
			skipped = skipped || entry_is(entry, free_to_differ[i], &value);
	}
	return skipped ? (struct span)SPAN("") : entry;
}

bool stamp_difference(struct span a, struct span b, struct span *entry_a, struct span *entry_b)
{
	while (a.len || b.len) {
		*entry_a = next_fixed(&a);
		*entry_b = next_fixed(&b);
		if (!span_equal(*entry_a, *entry_b))
			return true;
	}
	return false;
}
