/* Files about certificates, which are fetched over plain http by design: whoever needs one to check a certificate
 * cannot open a TLS connection for it first (RFC 5280 section 8). Pure; any thread. */
#ifndef AUDIT_PKIX_H
#define AUDIT_PKIX_H

#include "formats/record.h"

/* True if `answer` is a revocation list, a certificate or an OCSP answer by its Content-Type. */
bool pkix_is_file(const struct hop *answer);

#endif
