/* The demo's inventory: the link list of a lamp shop that does not exist, and the origin's table that
 * answers for it. The same bytes on every run and machine. */
#ifndef DEMO_INVENTORY_H
#define DEMO_INVENTORY_H

#include <stdint.h>
#include <stdio.h>

struct inventory {
	FILE *list;  /* one URL a line, as a person would hand it over */
	FILE *table; /* for the origin */
	uint64_t random;
	unsigned number; /* of the URL, for ids that are unique */
};

/* A part of the list whose URLs are made from one pattern. In patterns these stand for words:
 * %c a category, %p a product, %a an article, %d a page of the documentation, %m a campaign, %r a room,
 * %u a number that no other URL has, %y a year, %l a language, %% a percent sign. */
struct section {
	const char *comment; /* written above it as "# ..." */
	unsigned count;
	const char *line;     /* pattern of a list line */
	const char *line_end; /* "\n" or "\r\n" */
	const char *rule;     /* NULL, or what the table answers for exactly this URL */
};

/* Something rare: its lines in the list, and what makes the origin behave so. */
struct oddity {
	const char *list;
	const char *table;
};

extern const struct section sections[]; /* ended by a zeroed one */
extern const struct oddity oddities[];  /* ended by a zeroed one */

/* Hosts and rules that serve the sections. */
extern const char *const site_rules[]; /* ended by NULL */

/* Chains that are too long, of which each step is one rule. */
void inventory_add_long_chains(struct inventory *inventory);

#endif
