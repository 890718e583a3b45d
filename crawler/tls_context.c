#include "crawler/tls_context.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

static _Thread_local SSL_CTX *shared;

/* In the place of OpenSSL's, whose body is the last line. */
SSL_CTX *SSL_CTX_new(const SSL_METHOD *method)
{
	if (shared && method == TLS_client_method() && SSL_CTX_up_ref(shared) == 1)
		return shared;
	return SSL_CTX_new_ex(NULL, NULL, method);
}

void tls_context_begin(X509_STORE *store)
{
	assert(!shared);
	shared = SSL_CTX_new_ex(NULL, NULL, TLS_client_method());
	if (!shared) {
		fprintf(stderr, "detour: out of memory for TLS\n");
		exit(EX_OSERR);
	}
	tls_context_set_up(shared, store);
}

void tls_context_end(void)
{
	SSL_CTX_free(shared);
	shared = NULL;
}

void tls_context_set_up(SSL_CTX *context, X509_STORE *store)
{
	if (SSL_CTX_get_cert_store(context) == store)
		return;
	X509_STORE_up_ref(store);
	SSL_CTX_set_cert_store(context, store);
}
