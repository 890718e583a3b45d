/* Where the page at the end of a chain sends its visitors. Pure; safe in any thread. */
#ifndef AUDIT_PAGE_TARGET_H
#define AUDIT_PAGE_TARGET_H

#include "audit/rule.h"
#include "formats/refresh.h"

/* True if the chain ends with an answer of 2xx. */
bool page_target_is_end(const struct chain *chain);

/* Resolves `written` against the page's <base>, or without it. True if it is an http or https URL, and not the page's
 * own; fragments do not count. For a chain of which page_target_is_end is true. */
bool page_target_find(const struct chain *chain, struct report *report, struct span written, bool with_base,
		      struct url *out);

/* Reports the last hop for a refresh by `means` ("a Refresh header") that leads to another page: a notice if it takes
 * more than the rule's limit of seconds, or is for browsers without scripts. A page that loads itself again with
 * another query after that time goes nowhere. */
void page_target_report_refresh(const struct chain *chain, struct report *report, struct span value, bool in_page,
				const char *means);

#endif
