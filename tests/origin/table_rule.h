/* What stands behind the URL on a line of the table. */
#ifndef ORIGIN_TABLE_RULE_H
#define ORIGIN_TABLE_RULE_H

#include "tests/origin/table.h"
#include "tests/origin/words.h"

/* Fills `rule` from the words that are left; `raw` if the line began with "raw". Failure is in words->error. */
void table_rule_parse(struct rule *rule, struct arena *arena, struct words *words, bool raw);

#endif
