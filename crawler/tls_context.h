/* One OpenSSL context for all connections of a thread.
 *
 * libcurl makes a context for each connection and has no option against it; an HTTPS connection of
 * 940 us costs 800 us without that. It calls SSL_CTX_new() through the dynamic linker, where a
 * program's own definition comes before the library's: that of this file gives out the thread's
 * context again. This is right because all connections of a loop have the same settings, so that
 * what libcurl sets is set already. A libcurl that does not come by here, because it is linked in
 * another way, makes its contexts itself: dearer, and as good. */
#ifndef CRAWLER_TLS_CONTEXT_H
#define CRAWLER_TLS_CONTEXT_H

#include <openssl/ssl.h>

/* From here on SSL_CTX_new(TLS_client_method()) gives this thread's context, which checks against
 * `store`. Ends the process when there is no memory. */
void tls_context_begin(X509_STORE *store);

/* Ends that, in the same thread, once. Connections that are left keep the context alive. */
void tls_context_end(void);

/* In CURLOPT_SSL_CTX_FUNCTION: makes `context` check against `store`, whoever made it. */
void tls_context_set_up(SSL_CTX *context, X509_STORE *store);

#endif
