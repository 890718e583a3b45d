/* inventory LIST TABLE: writes the demo's list of URLs and the table that the origin needs for it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "tests/demo/inventory.h"
#include "tests/demo/words.h"

/* Any number: it decides which lamps there are. */
#define SEED 2026

static void add_section(struct inventory *inventory, const struct section *section)
{
	struct buf line = { .size_max = 4096 };

	fprintf(inventory->list, "\n# %s%s", section->comment, section->line_end);
	for (unsigned i = 0; i < section->count; i++) {
		buf_clear(&line);
		words_fill(inventory, section->line, &line);
		fprintf(inventory->list, "%.*s%s", (int)line.len, line.bytes, section->line_end);
		if (section->rule)
			fprintf(inventory->table, "url %.*s %s\n", (int)line.len, line.bytes, section->rule);
	}
	buf_release(&line);
}

static void write_inventory(struct inventory *inventory)
{
	for (const char *const *rule = site_rules; *rule; rule++)
		fprintf(inventory->table, "%s\n", *rule);
	fprintf(inventory->list, "# Links of Lumen Lighting: sitemaps, server logs, newsletters and partners.\n");
	for (const struct section *section = sections; section->count; section++)
		add_section(inventory, section);
	inventory_add_long_chains(inventory);
	fprintf(inventory->list, "\n# Reported by customers and by the support team\n");
	for (const struct oddity *oddity = oddities; oddity->list; oddity++) {
		fprintf(inventory->list, "%s\n", oddity->list);
		fprintf(inventory->table, "%s\n", oddity->table);
	}
}

static FILE *create(const char *file)
{
	FILE *stream = fopen(file, "w");

	if (!stream) {
		fprintf(stderr, "inventory: %s: %s\n", file, strerror(errno));
		exit(EX_CANTCREAT);
	}
	return stream;
}

int main(int argc, char **argv)
{
	struct inventory inventory = { .random = SEED };

	if (argc != 3) {
		fprintf(stderr, "Usage: inventory LIST TABLE\n");
		return EX_USAGE;
	}
	inventory.list = create(argv[1]);
	inventory.table = create(argv[2]);
	write_inventory(&inventory);
	if (fclose(inventory.list) != 0 || fclose(inventory.table) != 0) {
		fprintf(stderr, "inventory: %s\n", strerror(errno));
		return EX_IOERR;
	}
	return EX_OK;
}
