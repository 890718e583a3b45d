/* Values of <meta name=robots> and X-Robots-Tag: Google, "Robots meta tag, data-nosnippet, and X-Robots-Tag
 * specifications". Pure; safe in any thread. */
#ifndef AUDIT_INDEXING_H
#define AUDIT_INDEXING_H

#include "formats/span.h"

enum indexing {
	INDEXING_ALLOWED,
	INDEXING_FORBIDDEN,        /* "noindex" or "none" for all robots */
	INDEXING_FORBIDDEN_GOOGLE, /* behind "googlebot:" only */
};

/* What a value says to Google. A name with a colon, as "otherbot: noindex", is for that robot up to the next name; in a
 * value of several lines nobody can tell where its line ended. */
enum indexing indexing_of(struct span value);

#endif
