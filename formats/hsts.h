/* Strict-Transport-Security: RFC 6797 section 6.1. Pure; safe in any thread. */
#ifndef FORMATS_HSTS_H
#define FORMATS_HSTS_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/span.h"

struct hsts {
	bool valid;         /* false: browsers ignore the field, and everything below is zero */
	uint32_t max_age_s; /* 0 ends the policy; what does not fit is UINT32_MAX */
	bool include_subdomains;
	bool preload; /* no directive of the RFC: consent to be put on the browsers' list (hstspreload.org) */
};

/* Reads `value`, the whole field with its lines joined by commas: only the first line counts (section 8.1), so nothing
 * behind a comma outside of quotes is looked at. Not valid without max-age, with a directive that is there twice, with
 * a value for one that has none, or with anything else that does not fit the grammar. Unknown directives are passed
 * over. */
struct hsts hsts_parse(struct span value);

#endif
