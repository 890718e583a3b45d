/* The path of an http or https URL as the URL Standard builds it, section 4.4, state "path". The path
 * under way stands at the end of a text, from `path_start` on: "/a/b" has the segments "a" and "b".
 * Only for formats/url*.c. */
#ifndef FORMATS_URL_PATH_H
#define FORMATS_URL_PATH_H

#include "formats/url_text.h"

/* Browsers take either for a slash in http and https URLs. */
static inline bool url_is_slash(char c)
{
	return c == '/' || c == '\\';
}

/* Adds the segments of `path`, which begins behind a slash. Dot segments, with "%2e" for a dot too,
 * are worked off. */
void url_add_path(struct url_text *text, size_t path_start, struct span path);

/* Takes the last segment with its slash away; an empty path stays empty. */
void url_shorten_path(struct url_text *text, size_t path_start);

#endif
