#include "formats/schema.h"

#include <assert.h>
#include <stdint.h>

#include "formats/schema_dialects.h"

/* A schema has some 40 KiB. */
#define SCHEMA_BYTES_MAX ((size_t)16 << 20)

static const struct {
	const char *name;
	void (*print)(struct buf *out, const struct schema_rules *rules);
} dialects[] = {
#define X(id, name, print) [SCHEMA_##id] = { name, print },
	SCHEMA_DIALECTS(X)
#undef X
};

const char *schema_dialect_name(enum schema_dialect dialect)
{
	assert(dialect < SCHEMA_DIALECT_COUNT);
	return dialects[dialect].name;
}

bool schema_dialect_find(struct span name, enum schema_dialect *out)
{
	for (unsigned i = 0; i < SCHEMA_DIALECT_COUNT; i++) {
		if (span_equal(name, span_of(dialects[i].name))) {
			*out = (enum schema_dialect)i;
			return true;
		}
	}
	return false;
}

void schema_print(FILE *out, enum schema_dialect dialect, const struct row_object *object,
		  const char *const *rule_names, size_t rule_count)
{
	struct schema_rules rules = { .object = object, .name = rule_names, .count = rule_count };
	struct buf text;

	assert(dialect < SCHEMA_DIALECT_COUNT);
	buf_init(&text, SCHEMA_BYTES_MAX);
	dialects[dialect].print(&text, &rules);
	assert(!text.overflow);
	fwrite(text.bytes, 1, text.len, out);
	buf_release(&text);
}
