/* What a redirect loses of the URL that was asked for: for the rules about lost paths, queries and pages. */
#ifndef AUDIT_LOSSES_H
#define AUDIT_LOSSES_H

#include "audit/marks.h"

/* True for the home page of a site: "/", a locale ("/de-at/"), or the index file of either. */
bool losses_is_home(const struct url *url);

/* True for what stands for the home page without being it: "/welcome", "/en/start.html", "/index_roadshow", "/page/1".
 */
bool losses_is_home_alias(const struct url *url);

/* True if the target's query or fragment may say which page it is: "/x" to "/?p=12" or "/#x". */
bool losses_target_names_page(const struct hop *hop);

/* True if the redirect is to another scheme, another port, to "www." or away from it, and only the path becomes "/" by
 * the way, perhaps with the loss of the query. What is lost is a page: the source is no home page by any name. */
bool losses_path(const struct hop *hop, const struct marks *marks);

/* True if the walk never leaves the loop that the redirect is part of: other rules report it. */
bool losses_in_loop(const struct chain *chain, uint32_t index);

/* Cuts the next parameter that is not empty off a query. False at the end. */
bool losses_next_parameter(struct span *query, struct span *parameter);

/* True if only tracking parameters are in `query`, or nothing. */
bool losses_is_tracking_only(struct span query);

#endif
