/* What inventory_rank.c, inventory_rows.c and inventory_report.c share, and nothing for others. */
#ifndef AUDIT_INVENTORY_KEPT_H
#define AUDIT_INVENTORY_KEPT_H

#include "audit/inventory_rank.h"
#include "formats/arena.h"

enum inventory_kind { KIND_PATTERN, KIND_TARGET, KIND_HUB, KIND_HOST, KIND_SITE, KIND_CYCLE };

struct inventory_subject {
	enum inventory_kind kind;
	union {
		struct inventory_pattern pattern;
		struct inventory_target target;
		struct inventory_hub hub;
		struct inventory_host host;
		struct inventory_site site;
		struct inventory_cycle cycle;
	};
};

/* What a rule reported before there were texts. */
struct inventory_kept {
	uint64_t count, key;
	struct inventory_subject subject;
};

/* Of one rule: a heap whose least is kept[0]. */
struct inventory_best {
	struct inventory_kept *kept;
	size_t count;
};

#define FILTER_BITS (1u << 20)

/* Hashes, by their lowest bits: most that are not in it are told so at once. */
struct filter {
	uint8_t bits[FILTER_BITS / 8];
};

/* A text that is wanted. */
struct wanted {
	uint64_t hash;
	struct span text;
};

struct inventory_rank {
	const struct rule_settings *settings;
	struct arena arena; /* for one check */
	struct inventory_best best[RULE_COUNT];
	struct arena texts;
	struct wanted *wanted; /* by hash */
	size_t wanted_count;
	struct filter filter;      /* of hosts that targets have, then of what is wanted */
	bool filtered;             /* by hosts */
	unsigned rule[RULE_COUNT]; /* those on the whole list that are not off */
	unsigned rule_count;
};

struct inventory_report {
	struct inventory_rank *rank;
	enum rule_index rule;
	bool reported;
	struct inventory_finding finding; /* without texts unless they are known */
};

/* Asks the report's rule about the subject; true if it reports it. */
bool inventory_ask(struct inventory_report *report, const struct inventory_subject *subject);

#endif
