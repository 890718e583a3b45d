/* Keeping user names and passwords out of what is written. Pure; any thread. */
#ifndef FORMATS_CREDENTIALS_H
#define FORMATS_CREDENTIALS_H

#include "formats/arena.h"

/* `text` with three asterisks for every "user:password" between "//" and "@": a URL, or a sentence
 * with URLs in it, which need not be valid. Userinfo goes to the last "@" before "/", "?", "#" or "\",
 * as in the URL Standard. `text` itself if there is none, otherwise a copy in `arena`. */
struct span credentials_mask(struct arena *arena, struct span text);

#endif
