/* Both ends of TLS connections in one thread, and certificates for them. */
#ifndef TESTS_CRAWLER_TLS_ENDS_H
#define TESTS_CRAWLER_TLS_ENDS_H

#include <stdbool.h>
#include <stdlib.h>

#include <openssl/ssl.h>

/* A certificate and its key: EC P-256, valid for an hour, nothing in it but the name. */
struct identity {
	X509 *certificate;
	EVP_PKEY *key;
};

/* Signed by `issuer`, or by itself if that is NULL. */
static inline struct identity identity_new(const char *name, const struct identity *issuer)
{
	struct identity identity = { .certificate = X509_new(), .key = EVP_EC_gen("P-256") };
	X509 *certificate = identity.certificate;
	X509_NAME *subject = X509_get_subject_name(certificate);

	X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(certificate, issuer ? X509_get_subject_name(issuer->certificate) : subject);
	X509_set_pubkey(certificate, identity.key);
	if (X509_sign(certificate, issuer ? issuer->key : identity.key, EVP_sha256()) == 0)
		abort();
	return identity;
}

static inline void identity_release(struct identity *identity)
{
	X509_free(identity->certificate);
	EVP_PKEY_free(identity->key);
}

/* The context of a server that has this identity. */
static inline SSL_CTX *server_new(const struct identity *identity)
{
	SSL_CTX *server = SSL_CTX_new(TLS_server_method());

	if (SSL_CTX_use_certificate(server, identity->certificate) != 1 ||
	    SSL_CTX_use_PrivateKey(server, identity->key) != 1)
		abort();
	return server;
}

struct connected {
	bool ok, resumed;
	long verify_result;
};

/* A connection from its beginning to its orderly end; `name` is the server's for SNI, NULL: none. */
static inline struct connected connect_ends(SSL_CTX *client_context, SSL_CTX *server_context, const char *name)
{
	SSL *client = SSL_new(client_context), *server = SSL_new(server_context);
	struct connected connected = { .ok = false };
	BIO *client_end, *server_end;
	char byte = 'x';

	if (BIO_new_bio_pair(&client_end, 0, &server_end, 0) != 1)
		abort();
	SSL_set_bio(client, client_end, client_end);
	SSL_set_bio(server, server_end, server_end);
	SSL_set_connect_state(client);
	SSL_set_accept_state(server);
	if (name)
		SSL_set_tlsext_host_name(client, name);
	for (int i = 0; i < 10 && !connected.ok; i++) {
		bool client_done = SSL_do_handshake(client) == 1;

		connected.ok = SSL_do_handshake(server) == 1 && client_done;
	}
	/* Tickets come with the first bytes. */
	connected.ok = connected.ok && SSL_write(server, &byte, 1) == 1 && SSL_read(client, &byte, 1) == 1;
	connected.resumed = SSL_session_reused(client) == 1;
	connected.verify_result = SSL_get_verify_result(client);
	SSL_shutdown(client);
	SSL_free(client);
	SSL_free(server);
	return connected;
}

#endif
