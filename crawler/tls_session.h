/* TLS sessions: a connection to a host that was met before resumes its session, which spares both
 * sides the certificate and its signatures, 450 us of CPU here instead of 880. libcurl's own cache is
 * one for each easy handle, or one of eight sessions for all, so this is one for a loop; it belongs to
 * the loop's thread.
 *
 * A session is kept from a host's second connection on: many hosts get only one, and a session holds
 * the whole certificate. libcurl checks the host's name at each connection, resumed or not. */
#ifndef CRAWLER_TLS_SESSION_H
#define CRAWLER_TLS_SESSION_H

#include <openssl/ssl.h>

struct tls_sessions;

/* Hosts whose sessions a loop keeps at most: one takes 13 KiB with the shortest chain of certificates,
 * so all of them take 26 MiB and more. */
#define TLS_SESSIONS_MAX 2048

/* Remembers `hosts_max` hosts, at least 1; beyond that it forgets the one whose last connection is
 * the oldest. */
struct tls_sessions *tls_sessions_new(size_t hosts_max);

/* To be called when no connection is left that was made under it. */
void tls_sessions_free(struct tls_sessions *sessions);

/* In CURLOPT_SSL_CTX_FUNCTION: connections made under `context` from here on take sessions from
 * `sessions` and leave theirs there. Those without a server name, to addresses, do neither. */
void tls_sessions_attach(struct tls_sessions *sessions, SSL_CTX *context);

#endif
