/* The value of a Refresh header and of <meta http-equiv=refresh>: HTML section 4.2.5.3, "shared declarative refresh
 * steps". Pure; safe in any thread. */
#ifndef FORMATS_REFRESH_H
#define FORMATS_REFRESH_H

#include <stdint.h>

#include "formats/span.h"

struct refresh {
	uint32_t delay_s; /* whole seconds, as browsers take them; UINT32_MAX stands for more */
	struct span url;  /* a piece of the value, as written; empty: the page loads itself again */
};

/* Reads "0;url=x" in all the forms that browsers take: another separator or none, no "url=", quotes. Returns false if
 * the value is none, which browsers ignore. */
bool refresh_parse(struct span value, struct refresh *out);

#endif
