/* The patterns' words. */
#include "tests/demo/words.h"

#include <string.h>

static const char *const categories[] = { "desk-lamps",    "floor-lamps", "pendants",  "wall-lights", "outdoor",
					  "string-lights", "bulbs",       "shades",    "spotlights",  "bathroom",
					  "children",      "smart-home",  "clearance", "accessories" };
static const char *const makes[] = { "brass",    "linen",  "oak",    "walnut", "smoked-glass", "ceramic", "steel",
				     "copper",   "bamboo", "marble", "opal",   "terrazzo",     "cork",    "rattan",
				     "concrete", "chrome", "paper",  "birch",  "porcelain",    "zinc",    "velvet" };
static const char *const shapes[] = { "arc",  "globe",  "cone",   "tripod", "lantern",  "bell",    "dome", "orbit",
				      "reed", "pebble", "ladder", "halo",   "mushroom", "cluster", "tube", "folding" };
static const char *const things[] = { "desk-lamp",  "floor-lamp",    "pendant",   "sconce",
				      "table-lamp", "ceiling-light", "spotlight", "night-light",
				      "chandelier", "reading-lamp",  "uplighter", "picture-light" };
static const char *const rooms[] = { "kitchen", "hallway", "bedroom", "study", "nursery", "bathroom",
				     "studio",  "balcony", "garden",  "attic", "library", "workshop" };
static const char *const starts[] = { "how-to-light-a",          "ideas-for-a-small", "five-lamps-for-the",
				      "the-right-bulb-for-your", "warm-light-in-the", "dimming-a",
				      "before-and-after-our",    "wiring-a" };
static const char *const ends[] = { "on-a-budget",   "in-winter",    "with-one-lamp", "for-renters",
				    "without-glare", "step-by-step", "in-a-weekend",  "with-children" };
static const char *const docs[] = { "install",    "wiring",     "dimmer-setup", "bridge-pairing",
				    "firmware",   "safety",     "warranty",     "returns",
				    "recycling",  "api/orders", "api/auth",     "api/webhooks",
				    "app/scenes", "app/timers", "app/sharing",  "voice-control" };
static const char *const campaigns[] = { "spring-sale", "black-friday", "new-collection", "back-to-school",
					 "winter-glow" };
static const char *const languages[] = { "de", "fr", "nl", "es", "it", "pl", "sv", "pt-br" };
static const char *const years[] = { "2016", "2017", "2018", "2019", "2020", "2021", "2022", "2023" };

#define PICK(inventory, list) pick(inventory, list, sizeof(list) / sizeof(*(list)))

/* splitmix64: public domain algorithm by Sebastiano Vigna; the same numbers everywhere. */
uint64_t words_random(struct inventory *inventory)
{
	uint64_t x = inventory->random += 0x9e3779b97f4a7c15U;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
	x = (x ^ x >> 27) * 0x94d049bb133111ebU;
	return x ^ x >> 31;
}

static const char *pick(struct inventory *inventory, const char *const *list, size_t count)
{
	return list[words_random(inventory) % count];
}

static void add_product(struct inventory *inventory, struct buf *out)
{
	buf_add_text(out, PICK(inventory, makes));
	buf_add_char(out, '-');
	buf_add_text(out, PICK(inventory, shapes));
	buf_add_char(out, '-');
	buf_add_text(out, PICK(inventory, things));
}

static void add_article(struct inventory *inventory, struct buf *out)
{
	buf_add_text(out, PICK(inventory, starts));
	buf_add_char(out, '-');
	buf_add_text(out, PICK(inventory, rooms));
	buf_add_char(out, '-');
	buf_add_text(out, PICK(inventory, ends));
}

static void add_word(struct inventory *inventory, char kind, struct buf *out)
{
	switch (kind) {
	case 'a':
		add_article(inventory, out);
		break;
	case 'c':
		buf_add_text(out, PICK(inventory, categories));
		break;
	case 'd':
		buf_add_text(out, PICK(inventory, docs));
		break;
	case 'l':
		buf_add_text(out, PICK(inventory, languages));
		break;
	case 'm':
		buf_add_text(out, PICK(inventory, campaigns));
		break;
	case 'p':
		add_product(inventory, out);
		break;
	case 'r':
		buf_add_text(out, PICK(inventory, rooms));
		break;
	case 'u':
		buf_add_uint(out, inventory->number);
		break;
	case 'y':
		buf_add_text(out, PICK(inventory, years));
		break;
	default:
		buf_add_char(out, kind);
	}
}

void words_fill(struct inventory *inventory, const char *pattern, struct buf *out)
{
	inventory->number++;
	for (const char *c = pattern; *c; c++) {
		if (*c == '%' && c[1])
			add_word(inventory, *++c, out);
		else
			buf_add_char(out, *c);
	}
}
