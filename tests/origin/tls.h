/* TLS of the origin: a throw-away CA, and certificates made when a client names a host. */
#ifndef ORIGIN_TLS_H
#define ORIGIN_TLS_H

#include <openssl/ssl.h>

#include "tests/origin/table.h"

/* What a ClientHello told; filled during tls_accept. */
struct tls_hello {
	enum tls_mode mode;
	char sni[256]; /* "" without SNI */
};

enum tls_step { TLS_STEP_DONE, TLS_STEP_READ, TLS_STEP_WRITE, TLS_STEP_FAILED };

struct tls;

/* Makes the CA. Its certificate is written to `ca_file` unless that is NULL. NULL, with a line on
 * standard error, if the file cannot be written. The result may be used by all loops. */
struct tls *tls_new(const struct table *table, const char *ca_file);
void tls_free(struct tls *tls);

/* `hello` must live as long as the result. */
SSL *tls_new_connection(struct tls *tls, int fd, struct tls_hello *hello);

/* One step of the handshake. With the modes reset, hang and none in the hello it stops at
 * TLS_STEP_READ once the ClientHello is read; the caller does the rest. */
enum tls_step tls_accept(SSL *ssl);

#endif
