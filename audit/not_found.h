/* Pages that say that there is no such page. Hints and no proof: a rule weighs them. Pure; safe in any thread. */
#ifndef AUDIT_NOT_FOUND_H
#define AUDIT_NOT_FOUND_H

#include "formats/url.h"

/* True if a title or heading says so, in the languages of most sites. */
bool not_found_says(struct span text);

/* True for the address of an error page: "/404.html", "/page-not-found/". */
bool not_found_is_address(const struct url *url);

#endif
