/* Addresses in the place of a host: the IPv4 and IPv6 parsers and serialisers of the URL Standard,
 * sections 3.5 and 3.6. Only for formats/url*.c. */
#ifndef FORMATS_URL_ADDRESS_H
#define FORMATS_URL_ADDRESS_H

#include "formats/url.h"
#include "formats/url_text.h"

/* True if the last label of `host` is a number: it must then be an IPv4 address. ASCII only. */
bool url_ends_in_number(struct span host);

/* Adds `host` to `text` as a dotted quad. Parts may be decimal, octal ("010") or hexadecimal
 * ("0x8"), and the last part may stand for several bytes, as in inet_aton(3). */
enum url_error url_add_ipv4(struct url_text *text, struct span host);

/* True if `host`, without brackets, is an IPv6 address; RFC 3986 has the same grammar for it. */
bool url_is_ipv6(struct span host);

/* Adds an IPv6 address, `host` without its brackets, in the compressed form, with brackets. */
enum url_error url_add_ipv6(struct url_text *text, struct span host);

#endif
