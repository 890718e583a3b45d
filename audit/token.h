/* Telling tokens made by chance, as of sessions and one-time links, from words. Pure; safe in any thread. */
#ifndef AUDIT_TOKEN_H
#define AUDIT_TOKEN_H

#include "formats/url.h"

/* True if `text` looks like chance: at least 20 characters that carry more than 3.5 bits each, letters and digits in
 * turn. Words, dates and percent-encoded URLs are none; UUIDs, hashes and base64 are. */
bool token_is_random(struct span text);

/* True if a segment of `to`'s path or the value of one of its parameters is such a token and stands nowhere in `from`.
 */
bool token_is_added(const struct url *from, const struct url *to);

#endif
