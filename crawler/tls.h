/* Trust: one certificate store for the whole process.
 *
 * Left to itself, Debian's libcurl reads the system's bundle again for every connection, 20 times
 * the cost of the handshake. OpenSSL locks the store itself, so all loops use the one. */
#ifndef CRAWLER_TLS_H
#define CRAWLER_TLS_H

#include <openssl/x509.h>
#include <stdio.h>

#include "formats/record.h"

/* The certificates in `ca_file`; if that is "", the system's: OpenSSL's bundle, or the one that
 * SSL_CERT_FILE names. Certificates in OpenSSL's directory, one file each, count only without a bundle,
 * those in a directory that SSL_CERT_DIR names always. NULL after a message on `errors`. Freed with
 * X509_STORE_free. */
X509_STORE *tls_store_new(const char *ca_file, FILE *errors);

/* What an X509_V_ERR_* code means for a hop. */
enum hop_error tls_verify_error(long code);

#endif
