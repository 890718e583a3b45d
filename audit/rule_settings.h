/* The levels and limits that --rule sets. Filled once at start, then only read, by any thread. */
#ifndef AUDIT_RULE_SETTINGS_H
#define AUDIT_RULE_SETTINGS_H

#include <stdio.h>

#include "audit/rules.h"

struct rule_settings {
	struct {
		bool has_level; /* otherwise the rule weighs its findings itself */
		enum severity level;
		uint32_t limit; /* the rule's threshold; 0 if it has none */
	} rule[RULE_COUNT];
};

/* All rules on, with severities of their own and default limits. */
void rule_settings_init(struct rule_settings *settings);

/* Applies one --rule: "NAME=LEVEL" or "NAME.limit=N". If it is not valid, prints one line on
 * `errors` that says what is allowed, leaves the settings alone and returns false. */
bool rule_settings_apply(struct rule_settings *settings, const char *text, FILE *errors);

/* Applies each line of a file's content as if it were a --rule. Blanks around a line and what stands behind a "#" do
 * not count, and nor do empty lines. If one is not valid, prints one line on `errors` that names the file and the line,
 * and returns false; the settings then hold what stands before it. */
bool rule_settings_apply_file(struct rule_settings *settings, struct span content, const char *path, FILE *errors);

#endif
