#include "tests/origin/tls.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <openssl/err.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "tests/origin/ca.h"

#define DAY_S (24L * 3600)
/* That a resumable session is answered with, as many servers do. */
#define TICKETS         2
#define HELLO_NAME_SIZE sizeof(((struct tls_hello *)NULL)->sni)

struct tls {
	const struct table *table;
	SSL_CTX *context;
	struct ca trusted, unknown;
	EVP_PKEY *leaf_key;
	pthread_mutex_t mutex;   /* of what follows */
	struct map certificates; /* mode's number and name -> X509 */
	struct arena arena;
};

/* The server name of a ClientHello (RFC 6066 section 3), lower-case. "" if there is none.
 * SSL_get_servername() does not know it yet when the callback runs. */
static bool read_sni(SSL *ssl, char *name)
{
	const unsigned char *bytes;
	size_t len;

	name[0] = '\0';
	if (!SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &bytes, &len))
		return true;
	if (len < 5 || bytes[2] != TLSEXT_NAMETYPE_host_name || len - 5 < (size_t)(bytes[3] << 8 | bytes[4]))
		return false;
	len = (size_t)(bytes[3] << 8 | bytes[4]);
	if (len >= HELLO_NAME_SIZE)
		return false;
	for (size_t i = 0; i < len; i++) {
		int c = tolower(bytes[5 + i]);

		/* Nothing else can be in a host name, and this text goes into a certificate's extension. */
		if (!isalnum(c) && !strchr("-._", c))
			return false;
		name[i] = (char)c;
	}
	name[len] = '\0';
	return true;
}

static X509 *issue(struct tls *tls, const char *name, enum tls_mode mode)
{
	struct leaf leaf = {
		.name = name, .key = tls->leaf_key, .ca = &tls->trusted, .from_s = -DAY_S, .until_s = 14 * DAY_S
	};

	switch (mode) {
	case TLS_EXPIRED:
		leaf.from_s = -60 * DAY_S;
		leaf.until_s = -DAY_S;
		break;
	case TLS_NOT_YET_VALID:
		leaf.from_s = DAY_S;
		break;
	case TLS_WRONG_HOST:
		leaf.name = "wrong-host.invalid";
		break;
	case TLS_SELF_SIGNED:
		leaf.ca = NULL;
		break;
	case TLS_UNKNOWN_ISSUER:
		leaf.ca = &tls->unknown;
		break;
	default:
		break;
	}
	return ca_issue(&leaf);
}

/* The certificate for a name; stays the cache's. */
static X509 *certificate_for(struct tls *tls, const char *name, enum tls_mode mode)
{
	char text[HELLO_NAME_SIZE + 2];
	struct span key;
	X509 *certificate;

	snprintf(text, sizeof(text), "%c%s", 'a' + (int)mode, name);
	key = span_of(text);
	pthread_mutex_lock(&tls->mutex);
	certificate = map_find(&tls->certificates, key);
	if (!certificate) {
		certificate = issue(tls, name, mode);
		map_set(&tls->certificates, arena_copy(&tls->arena, key), certificate);
	}
	pthread_mutex_unlock(&tls->mutex);
	return certificate;
}

/* Without SNI the certificate is for the address that the client connected to. */
static void local_address(SSL *ssl, char *name)
{
	struct sockaddr_storage address = { 0 };
	socklen_t len = sizeof(address);

	getsockname(SSL_get_fd(ssl), (struct sockaddr *)&address, &len);
	if (address.ss_family == AF_INET)
		inet_ntop(AF_INET, &((struct sockaddr_in *)&address)->sin_addr, name, HELLO_NAME_SIZE);
	else
		inet_ntop(AF_INET6, &((struct sockaddr_in6 *)&address)->sin6_addr, name, HELLO_NAME_SIZE);
}

static int on_client_hello(SSL *ssl, int *alert, void *argument)
{
	struct tls *tls = argument;
	struct tls_hello *hello = SSL_get_app_data(ssl);
	const struct host *host;
	char name[HELLO_NAME_SIZE];
	X509 *certificate;

	if (!read_sni(ssl, hello->sni)) {
		*alert = SSL_AD_UNRECOGNIZED_NAME;
		return SSL_CLIENT_HELLO_ERROR;
	}
	host = table_host(tls->table, span_of(hello->sni));
	hello->mode = host ? host->tls : TLS_VALID;
	if (hello->mode == TLS_BROKEN_HANDSHAKE) {
		*alert = SSL_AD_HANDSHAKE_FAILURE;
		return SSL_CLIENT_HELLO_ERROR;
	}
	if (hello->mode == TLS_RESET || hello->mode == TLS_HANG || hello->mode == TLS_NONE)
		return SSL_CLIENT_HELLO_RETRY;
	memcpy(name, hello->sni, sizeof(name));
	if (!*name)
		local_address(ssl, name);
	if (hello->mode == TLS_RESUMABLE) {
		SSL_clear_options(ssl, SSL_OP_NO_TICKET);
		SSL_set_num_tickets(ssl, TICKETS);
	}
	certificate = certificate_for(tls, name, hello->mode);
	if (SSL_use_certificate(ssl, certificate) != 1 || SSL_use_PrivateKey(ssl, tls->leaf_key) != 1) {
		*alert = SSL_AD_INTERNAL_ERROR;
		return SSL_CLIENT_HELLO_ERROR;
	}
	return SSL_CLIENT_HELLO_SUCCESS;
}

static int on_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_len, const unsigned char *in,
		   unsigned in_len, void *argument)
{
	static const unsigned char ours[] = "\x08http/1.1";
	unsigned char *chosen;

	(void)ssl;
	(void)argument;
	if (SSL_select_next_proto(&chosen, out_len, ours, sizeof(ours) - 1, in, in_len) != OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_NOACK;
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

struct tls *tls_new(const struct table *table, const char *ca_file)
{
	struct tls *tls = memory_alloc(sizeof(*tls));

	*tls = (struct tls){ .table = table,
			     .trusted = ca_new("origin test CA"),
			     .unknown = ca_new("CA nobody trusts") };
	arena_init(&tls->arena);
	pthread_mutex_init(&tls->mutex, NULL);
	tls->leaf_key = ca_new_key();
	tls->context = SSL_CTX_new(TLS_server_method());
	/* Unless a host is resumable, each handshake is a whole one: what a client that meets many hosts pays. */
	SSL_CTX_set_session_cache_mode(tls->context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(tls->context, SSL_OP_NO_TICKET | SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_num_tickets(tls->context, 0);
	SSL_CTX_set_mode(tls->context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
					       SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_client_hello_cb(tls->context, on_client_hello, tls);
	SSL_CTX_set_alpn_select_cb(tls->context, on_alpn, NULL);
	if (ca_file && !ca_write(&tls->trusted, ca_file)) {
		fprintf(stderr, "origin: %s: %s\n", ca_file, strerror(errno));
		tls_free(tls);
		return NULL;
	}
	return tls;
}

void tls_free(struct tls *tls)
{
	if (!tls)
		return;
	for (size_t i = 0; i < tls->certificates.size; i++)
		X509_free(tls->certificates.slot[i].value);
	map_release(&tls->certificates);
	arena_release(&tls->arena);
	ca_release(&tls->trusted);
	ca_release(&tls->unknown);
	EVP_PKEY_free(tls->leaf_key);
	SSL_CTX_free(tls->context);
	pthread_mutex_destroy(&tls->mutex);
	free(tls);
}

SSL *tls_new_connection(struct tls *tls, int fd, struct tls_hello *hello)
{
	SSL *ssl = SSL_new(tls->context);

	SSL_set_fd(ssl, fd);
	SSL_set_app_data(ssl, hello);
	SSL_set_accept_state(ssl);
	return ssl;
}

enum tls_step tls_accept(SSL *ssl)
{
	int result;

	ERR_clear_error();
	result = SSL_accept(ssl);
	if (result == 1)
		return TLS_STEP_DONE;
	switch (SSL_get_error(ssl, result)) {
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_CLIENT_HELLO_CB:
		return TLS_STEP_READ;
	case SSL_ERROR_WANT_WRITE:
		return TLS_STEP_WRITE;
	default:
		return TLS_STEP_FAILED;
	}
}
