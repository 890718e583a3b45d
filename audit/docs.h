/* What the rules say about themselves, for people: `detour rules` and audit/RULES.md. All of it
 * comes from the rules' structs. Errors of `out` are left for its owner to see with ferror(). */
#ifndef AUDIT_DOCS_H
#define AUDIT_DOCS_H

#include <stdio.h>

#include "audit/rule.h"

/* One line a rule: name, severity, title, in columns. */
void rules_print_list(FILE *out);

/* All of one rule, its example chains included, folded at 80 columns. */
void rule_print(FILE *out, const struct rule *rule);

/* A Markdown table of all rules, each with a link to its section in `file` ("": the same file). */
void rules_print_markdown_table(FILE *out, const char *file);

/* All of all rules as Markdown: the content of audit/RULES.md. */
void rules_print_markdown(FILE *out);

#endif
