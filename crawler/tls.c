#include "crawler/tls.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* OpenSSL has no words for errors of the system. */
static const char *first_error(void)
{
	unsigned long code = ERR_peek_error();
	const char *text = ERR_SYSTEM_ERROR(code) ? strerror(ERR_GET_REASON(code)) : ERR_reason_error_string(code);

	return text ? text : "it has none";
}

/* Not X509_STORE_set_default_paths(): that store lists the directory of certificates anew for each
 * issuer that it does not have, and each intermediate is one: 103 us for each handshake. The bundle has
 * the same certificates. */
static bool load_system(X509_STORE *store)
{
	const char *file = getenv(X509_get_default_cert_file_env());
	const char *directory = getenv(X509_get_default_cert_dir_env());
	bool loaded = X509_STORE_load_file(store, file ? file : X509_get_default_cert_file()) == 1;

	if (loaded && !directory)
		return true;
	/* One stat() for each issuer that is not there. */
	return X509_STORE_load_path(store, directory ? directory : X509_get_default_cert_dir()) == 1;
}

/* OpenSSL reads a certificate's extensions when it is first asked for one, under a lock that the loops would all wait
 * for at their first handshake. */
static void read_extensions(X509_STORE *store)
{
	STACK_OF(X509) *certificates = X509_STORE_get1_all_certs(store);

	for (int i = 0; i < sk_X509_num(certificates); i++)
		X509_check_purpose(sk_X509_value(certificates, i), -1, 0);
	sk_X509_pop_free(certificates, X509_free);
}

X509_STORE *tls_store_new(const char *ca_file, FILE *errors)
{
	X509_STORE *store = X509_STORE_new();
	bool loaded;

	if (!store) {
		fprintf(errors, "detour: cannot make a certificate store\n");
		return NULL;
	}
	/* As libcurl does with a store of its own: an intermediate that is trusted needs no root. */
	X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
	loaded = ca_file[0] ? X509_STORE_load_file(store, ca_file) == 1 : load_system(store);
	if (!loaded) {
		fprintf(errors, "detour: cannot read certificates from %s: %s\n",
			ca_file[0] ? ca_file : "the system's store", first_error());
		ERR_clear_error();
		X509_STORE_free(store);
		return NULL;
	}
	read_extensions(store);
	ERR_clear_error();
	return store;
}

enum hop_error tls_verify_error(long code)
{
	switch (code) {
	case X509_V_OK:              /* the chain is good, so libcurl's check of the name failed; */
	case X509_V_ERR_UNSPECIFIED: /* 7.88 says so by a code that it has not set yet */
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return HOP_ERROR_TLS_WRONG_HOST;
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return HOP_ERROR_TLS_EXPIRED;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return HOP_ERROR_TLS_NOT_YET_VALID;
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		return HOP_ERROR_TLS_SELF_SIGNED;
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_CERT_UNTRUSTED:
	case X509_V_ERR_INVALID_CA:
		return HOP_ERROR_TLS_UNKNOWN_ISSUER;
	case X509_V_ERR_CERT_REVOKED:
		return HOP_ERROR_TLS_REVOKED;
	default:
		return HOP_ERROR_TLS_BAD_CERTIFICATE;
	}
}
