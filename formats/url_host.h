/* The host parser of the URL Standard, section 3.5, for special schemes: domains, IPv4 and IPv6.
 * Only for formats/url*.c. */
#ifndef FORMATS_URL_HOST_H
#define FORMATS_URL_HOST_H

#include "formats/url.h"
#include "formats/url_text.h"

/* Adds the host that `raw` (valid UTF-8, without tabs and newlines) means to `text`: a domain in
 * lower-case ASCII, a dotted quad, or an IPv6 address in brackets. After an error `text` may hold
 * a part of it. Sets text->overflow, and says URL_OK, if it does not fit. */
enum url_error url_add_host(struct url_text *text, struct span raw);

#endif
