#include "formats/row_read.h"

#include "formats/row_fields.h"
#include "formats/seq_set.h"

#define STRING(x)      #x
#define STRING_OF(x)   STRING(x)
#define ROW_BEGIN_TEXT "{\"schema_version\":" STRING_OF(ROW_SCHEMA_VERSION) ",\"run_id\":\""

/* Moves `text` behind `word`, if it begins with that. */
static bool skip(struct span *text, struct span word)
{
	if (text->len < word.len || memcmp(text->bytes, word.bytes, word.len) != 0)
		return false;
	*text = (struct span){ .bytes = text->bytes + word.len, .len = text->len - word.len };
	return true;
}

/* Moves `text` behind the next `word`, if there is one. */
static bool skip_to(struct span *text, struct span word)
{
	const char *at = memmem(text->bytes, text->len, word.bytes, word.len);

	if (!at)
		return false;
	text->len -= (size_t)(at - text->bytes) + word.len;
	text->bytes = at + word.len;
	return true;
}

static bool read_seq(struct span *text, uint64_t *seq)
{
	uint64_t value = 0;

	while (text->len && text->bytes[0] >= '0' && text->bytes[0] <= '9' && value <= SEQ_MAX) {
		value = value * 10 + (uint64_t)(text->bytes[0] - '0');
		*text = (struct span){ .bytes = text->bytes + 1, .len = text->len - 1 };
	}
	*seq = value;
	return value >= 1 && value <= SEQ_MAX;
}

/* The rest of a string whose beginning is behind us: one of our own words, so nothing in it is escaped. */
static struct span rest_of_string(struct span text)
{
	const char *end = memchr(text.bytes, '"', text.len);

	return (struct span){ .bytes = text.bytes, .len = end ? (size_t)(end - text.bytes) : 0 };
}

bool row_read(struct span row, struct span run_id, uint64_t *seq, struct row_counts *counts)
{
	struct row_counts one = { .rows = 1, .bytes = row.len };
	struct span rest = row, hops;
	enum outcome outcome;
	enum severity severity;
	uint64_t number;

	if (row.len == 0 || row.bytes[row.len - 1] != '\n' || !skip(&rest, SPAN(ROW_BEGIN_TEXT)) ||
	    !skip(&rest, run_id) || !skip(&rest, SPAN("\",\"seq\":")) || !read_seq(&rest, &number) ||
	    !skip_to(&rest, SPAN(",\"outcome\":\"")) || !outcome_find(rest_of_string(rest), &outcome) ||
	    !skip_to(&rest, SPAN(",\"hops\":[")))
		return false;
	one.outcome[outcome]++;
	hops = rest;
	if (!skip_to(&rest, SPAN(",\"findings\":[")))
		return false;
	hops.len -= rest.len;
	while (skip_to(&hops, SPAN("{\"n\":")))
		one.hops++;
	while (skip_to(&rest, SPAN(",\"severity\":\""))) {
		if (!severity_find(rest_of_string(rest), &severity))
			return false;
		one.findings[severity]++;
	}
	row_counts_add(counts, &one);
	*seq = number;
	return true;
}
