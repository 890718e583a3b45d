/* The table of all rules, made from the folders audit/rules/ and audit/inventory/, and how they are run on one record.
 * Pure; any thread, several at once, each on a record of its own. */
#ifndef AUDIT_RULES_H
#define AUDIT_RULES_H

#include "audit/rule.h"

/* One index per file in these folders, in the order of rules[]: RULE_redirect_loop ... */
enum rule_index {
#define RULE(name) RULE_##name,
#include "rules.def"
#undef RULE
	RULE_COUNT
};

/* Findings kept of one chain. Each message takes at most 1,024 bytes, so that the findings leave
 * most of a row's ROW_BYTES_MAX to the hops; what is above the limit is dropped. */
#define FINDINGS_MAX 100

/* Findings kept of one rule on one chain, so that a rule which blames each of 65 hops does not
 * leave the others without room. */
#define FINDINGS_PER_RULE_MAX 20

/* All rules, sorted by file name. */
extern const struct rule *const rules[RULE_COUNT];

/* The rule of that name ("redirect-loop"), or NULL. */
const struct rule *rule_find(struct span name);

/* The index in rules[] of a finding's `rule`. */
enum rule_index rule_index_of(const struct finding *finding);

struct rule_settings; /* audit/rule_settings.h */

/* Derives the record's facts, runs every rule that is not off on its chain and sets the record's findings, sorted by
 * hop, then rule name. Earlier findings are forgotten. Memory from the record's arena. */
void audit_record(struct record *record, const struct rule_settings *settings);

#endif
