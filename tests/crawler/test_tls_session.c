#include "crawler/tls_session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

struct ends {
	SSL_CTX *server, *client;
};

static X509 *new_certificate(EVP_PKEY *key)
{
	X509 *certificate = X509_new();

	X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	X509_set_pubkey(certificate, key);
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	return certificate;
}

static struct ends new_ends(int version, struct tls_sessions *sessions)
{
	struct ends ends = { .server = SSL_CTX_new(TLS_server_method()), .client = SSL_CTX_new(TLS_client_method()) };
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = new_certificate(key);

	assert_int_equal(SSL_CTX_use_certificate(ends.server, certificate), 1);
	assert_int_equal(SSL_CTX_use_PrivateKey(ends.server, key), 1);
	assert_int_equal(SSL_CTX_set_max_proto_version(ends.client, version), 1);
	/* As libcurl leaves it. */
	SSL_CTX_set_options(ends.client, SSL_OP_NO_TICKET);
	tls_sessions_attach(sessions, ends.client);
	X509_free(certificate);
	EVP_PKEY_free(key);
	return ends;
}

static void free_ends(struct ends ends)
{
	SSL_CTX_free(ends.client);
	SSL_CTX_free(ends.server);
}

/* A connection from its beginning to its orderly end; whether it resumed a session. */
static bool connect_to(struct ends ends, const char *name)
{
	SSL *client = SSL_new(ends.client), *server = SSL_new(ends.server);
	BIO *client_end, *server_end;
	bool done = false, resumed;
	char byte = 'x';

	assert_int_equal(BIO_new_bio_pair(&client_end, 0, &server_end, 0), 1);
	SSL_set_bio(client, client_end, client_end);
	SSL_set_bio(server, server_end, server_end);
	SSL_set_connect_state(client);
	SSL_set_accept_state(server);
	if (name)
		SSL_set_tlsext_host_name(client, name);
	for (int i = 0; i < 10 && !done; i++) {
		bool client_done = SSL_do_handshake(client) == 1;

		done = SSL_do_handshake(server) == 1 && client_done;
	}
	assert_true(done);
	/* Tickets come with the first bytes. */
	assert_int_equal(SSL_write(server, &byte, 1), 1);
	assert_int_equal(SSL_read(client, &byte, 1), 1);
	resumed = SSL_session_reused(client) == 1;
	SSL_shutdown(client);
	SSL_free(client);
	SSL_free(server);
	return resumed;
}

/* Hosts in the order of the connections to them; those in upper case resume. */
static const struct {
	const char *test, *hosts;
	size_t hosts_max;
} cases[] = {
	{ "the third connection and later ones", "aaAAA", 10 },
	{ "each host has its own", "abcabcABCA", 10 },
	{ "one host only", "aaAAA", 1 },
	{ "the oldest host is forgotten", "aabaabaa", 1 },
	{ "and no other", "aabbABccaCb", 2 },
};

static void sessions_are_resumed(void **state)
{
	static const int versions[] = { TLS1_2_VERSION, TLS1_3_VERSION };

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(cases[0]); i++) {
		size_t hosts_max = cases[i / 2].hosts_max;
		struct tls_sessions *sessions = tls_sessions_new(hosts_max);
		struct ends ends = new_ends(versions[i % 2], sessions);

		for (const char *host = cases[i / 2].hosts; *host; host++) {
			bool upper = *host < 'a';
			char name[] = { *host, '\0' };

			name[0] = (char)(upper ? *host - 'A' + 'a' : *host);
			if (connect_to(ends, name) != upper)
				fail_msg("%s: connection %td to %s", cases[i / 2].test, host - cases[i / 2].hosts,
					 name);
		}
		free_ends(ends);
		tls_sessions_free(sessions);
	}
}

static void addresses_have_no_session(void **state)
{
	struct tls_sessions *sessions = tls_sessions_new(10);
	struct ends ends = new_ends(TLS1_3_VERSION, sessions);

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_false(connect_to(ends, NULL));
	free_ends(ends);
	tls_sessions_free(sessions);
	tls_sessions_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sessions_are_resumed),
		cmocka_unit_test(addresses_have_no_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
