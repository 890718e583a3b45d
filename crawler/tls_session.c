#include "crawler/tls_session.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <uthash.h>

#include "formats/arena.h"

/* A host that was connected to. */
struct known {
	UT_hash_handle hh;
	SSL_SESSION *session; /* NULL: none yet */
	bool again;           /* it was connected to more than once */
	char name[];
};

/* By name; the table's own order is that of the last connections. */
struct tls_sessions {
	struct known *known;
	size_t hosts_max;
};

static void forget(struct tls_sessions *sessions, struct known *known)
{
	HASH_DEL(sessions->known, known);
	SSL_SESSION_free(known->session);
	free(known);
}

struct tls_sessions *tls_sessions_new(size_t hosts_max)
{
	struct tls_sessions *sessions = memory_alloc(sizeof(*sessions));

	assert(hosts_max > 0);
	*sessions = (struct tls_sessions){ .hosts_max = hosts_max };
	return sessions;
}

void tls_sessions_free(struct tls_sessions *sessions)
{
	struct known *known, *next;

	if (!sessions)
		return;
	HASH_ITER(hh, sessions->known, known, next)
	{
		forget(sessions, known);
	}
	free(sessions);
}

static struct known *find(const struct tls_sessions *sessions, const char *name)
{
	struct known *known;

	HASH_FIND_STR(sessions->known, name, known);
	return known;
}

static void add(struct tls_sessions *sessions, const char *name)
{
	size_t size = strlen(name) + 1;
	struct known *known;

	if (HASH_COUNT(sessions->known) >= sessions->hosts_max)
		forget(sessions, sessions->known);
	known = memory_alloc(sizeof(*known) + size);
	*known = (struct known){ .session = NULL };
	memcpy(known->name, name, size);
	HASH_ADD_STR(sessions->known, name, known);
}

/* Moves it to the end. */
static void refresh(struct tls_sessions *sessions, struct known *known)
{
	HASH_DEL(sessions->known, known);
	HASH_ADD_STR(sessions->known, name, known);
}

static void on_info(const SSL *ssl, int where, int unused)
{
	struct tls_sessions *sessions = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
	struct known *known;

	(void)unused;
	/* Comes before the ClientHello is written, and once: TLS 1.2 would tell of renegotiations too. */
	if (!(where & SSL_CB_HANDSHAKE_START) || !SSL_in_before(ssl) || !name)
		return;
	known = find(sessions, name);
	if (!known) {
		add(sessions, name);
		return;
	}
	refresh(sessions, known);
	known->again = true;
	/* OpenSSL's type of callback has `const`, and its manual lets it change the connection. */
	if (known->session)
		SSL_set_session((SSL *)(uintptr_t)ssl, known->session);
}

/* One ticket replaces the other: it may be used again, which tells an observer no more than the
 * server's name does. */
static int on_new_session(SSL *ssl, SSL_SESSION *session)
{
	struct tls_sessions *sessions = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
	struct known *known = name ? find(sessions, name) : NULL;

	if (!known || !known->again)
		return 0;
	SSL_SESSION_free(known->session);
	known->session = session;
	return 1;
}

void tls_sessions_attach(struct tls_sessions *sessions, SSL_CTX *context)
{
	SSL_CTX_set_app_data(context, sessions);
	SSL_CTX_set_info_callback(context, on_info);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(context, on_new_session);
	/* libcurl turns the tickets of TLS 1.2 off. */
	SSL_CTX_clear_options(context, SSL_OP_NO_TICKET);
}
