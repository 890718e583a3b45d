/* What a rule is. One rule is one file in audit/rules/, or in audit/inventory/ if it looks at what the whole list has
 * in common (inventory_rule.h); the folders are the list of rules. The file rules/https_downgrade.c defines `const
 * struct rule rule_https_downgrade` with the name "https-downgrade". From the struct follow `detour rules`, RULES.md,
 * the schemas' lists of rule names, `--rule NAME=...`, and the rule's test. */
#ifndef AUDIT_RULE_H
#define AUDIT_RULE_H

#include "formats/record.h"
#include "formats/url_compare.h"

struct marks;  /* audit/marks.h */
struct report; /* the sink of one rule on one chain; see report_hop */

/* The rule's one number, when it has a threshold: `--rule NAME.limit=N`. Zeroed if it has none. */
struct rule_limit {
	const char *unit; /* "hops", "seconds" ... */
	uint32_t min, max, default_value;
};

struct inventory_report;
struct inventory_pattern;
struct inventory_target;
struct inventory_hub;
struct inventory_host;
struct inventory_site;
struct inventory_cycle;

/* How a rule on the whole list looks at it: one of these, see inventory_rule.h. */
struct inventory_checks {
	void (*pattern)(const struct inventory_pattern *pattern, struct inventory_report *report);
	void (*target)(const struct inventory_target *target, struct inventory_report *report);
	void (*hub)(const struct inventory_hub *hub, struct inventory_report *report);
	void (*host)(const struct inventory_host *host, struct inventory_report *report);
	void (*site)(const struct inventory_site *site, struct inventory_report *report);
	void (*cycle)(const struct inventory_cycle *cycle, struct inventory_report *report);
	size_t rows_max; /* the largest so many are told; 0: 1,000 */
};

struct rule {
	const char *name;       /* kebab-case of the file's name */
	const char *title;      /* a heading: no full stop */
	enum severity severity; /* the most usual one; what a finding has unless check() says another */
	const char *why;        /* what it costs whom; ends with a full stop */
	const char *fix;        /* what to change; ends with a full stop */
	const char *spec;       /* the source: "RFC 9110, section 10.2.2" */
	struct rule_limit limit;

	/* Example chains (see audit/example.h) ended by NULL. Each of `bad` makes this rule report the
	 * marked hops and no other; each of `good` is a near miss and makes it report nothing.
	 *
	 * Those of a rule on the whole list are lists: chains with an empty line between them. A line "[1-50]" before a
	 * chain stands for 50 of it, with the number in place of each "#", and letters that mean it in place of each
	 * "@". Lines "! warning host a.example" at the end are the rows that it makes: severity, scope, subject. */
	const char *const *bad;
	const char *const *good;

	/* Pure: looks at the chain, calls report_hop. Any thread, several at once. NULL if the rule has whole_list. */
	void (*check)(const struct chain *chain, struct report *report);
	struct inventory_checks whole_list;
};

/* Reports hop `index`. The message is printf-like, a sentence for a person with the facts of this
 * chain in it; it is cut at 1,024 bytes, and bytes that are no UTF-8 are escaped when written.
 * Spans are printed with "%.*s", SPAN_ARG(span). */
void report_hop(struct report *report, uint32_t index, const char *message, ...) __attribute__((format(printf, 3, 4)));

/* The same with a severity of its own (as weighed by the rule, not by the user; a level set with
 * --rule wins over both) and a confidence. */
void report_hop_as(struct report *report, uint32_t index, enum severity severity, unsigned confidence_pct,
		   const char *message, ...) __attribute__((format(printf, 5, 6)));

/* The rule's limit as the user set it. */
uint32_t report_limit(const struct report *report);

/* The hop's marks (see marks.h), worked out once for all rules. */
const struct marks *report_marks(struct report *report, uint32_t index);

/* Memory that lives as long as the record, for a rule that must build a string or a URL. */
struct arena *report_arena(struct report *report);

/* At most this much of a string is worth printing in a message. */
#define MESSAGE_SPAN_BYTES_MAX 300
#define SPAN_ARG(span)         (int)((span).len < MESSAGE_SPAN_BYTES_MAX ? (span).len : MESSAGE_SPAN_BYTES_MAX), (span).bytes

#endif
