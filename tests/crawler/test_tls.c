#include "crawler/tls.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/formats/scratch.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	long code;
	enum hop_error error;
} codes[] = {
	/* OpenSSL has no complaint: libcurl's is of the name. */
	{ X509_V_OK, HOP_ERROR_TLS_WRONG_HOST },
	{ X509_V_ERR_HOSTNAME_MISMATCH, HOP_ERROR_TLS_WRONG_HOST },
	{ X509_V_ERR_IP_ADDRESS_MISMATCH, HOP_ERROR_TLS_WRONG_HOST },
	{ X509_V_ERR_CERT_HAS_EXPIRED, HOP_ERROR_TLS_EXPIRED },
	{ X509_V_ERR_CERT_NOT_YET_VALID, HOP_ERROR_TLS_NOT_YET_VALID },
	{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, HOP_ERROR_TLS_SELF_SIGNED },
	{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, HOP_ERROR_TLS_UNKNOWN_ISSUER },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, HOP_ERROR_TLS_UNKNOWN_ISSUER },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, HOP_ERROR_TLS_UNKNOWN_ISSUER },
	{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, HOP_ERROR_TLS_UNKNOWN_ISSUER },
	{ X509_V_ERR_CERT_UNTRUSTED, HOP_ERROR_TLS_UNKNOWN_ISSUER },
	{ X509_V_ERR_INVALID_CA, HOP_ERROR_TLS_UNKNOWN_ISSUER },
	{ X509_V_ERR_CERT_REVOKED, HOP_ERROR_TLS_REVOKED },
	{ X509_V_ERR_CERT_SIGNATURE_FAILURE, HOP_ERROR_TLS_BAD_CERTIFICATE },
	{ X509_V_ERR_CERT_CHAIN_TOO_LONG, HOP_ERROR_TLS_BAD_CERTIFICATE },
	{ X509_V_ERR_INVALID_PURPOSE, HOP_ERROR_TLS_BAD_CERTIFICATE },
	{ X509_V_ERR_CA_MD_TOO_WEAK, HOP_ERROR_TLS_BAD_CERTIFICATE },
	{ X509_V_ERR_EE_KEY_TOO_SMALL, HOP_ERROR_TLS_BAD_CERTIFICATE },
	{ -1, HOP_ERROR_TLS_BAD_CERTIFICATE },
	{ 9999, HOP_ERROR_TLS_BAD_CERTIFICATE },
};

static void codes_are_translated(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(codes); i++) {
		enum hop_error error = tls_verify_error(codes[i].code);

		if (error != codes[i].error)
			fail_msg("%s: %s", X509_verify_cert_error_string(codes[i].code), hop_error_name(error));
		assert_int_equal(hop_error_outcome(error), OUTCOME_TLS_ERROR);
	}
}

/* A certificate that signs itself, as a private authority's does. */
static X509 *new_certificate(const char *subject)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = X509_new();
	X509_NAME *name = X509_get_subject_name(certificate);

	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
	X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)subject, -1, -1, 0);
	X509_set_issuer_name(certificate, name);
	X509_set_pubkey(certificate, key);
	assert_true(X509_sign(certificate, key, EVP_sha256()) > 0);
	EVP_PKEY_free(key);
	return certificate;
}

static bool trusts(X509_STORE *store, X509 *certificate)
{
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	bool good;

	assert_int_equal(X509_STORE_CTX_init(context, store, certificate, NULL), 1);
	good = X509_verify_cert(context) == 1;
	X509_STORE_CTX_free(context);
	return good;
}

static void put_certificate(const struct scratch *scratch, const char *name, X509 *certificate)
{
	FILE *file = fopen(scratch_path(scratch, name), "w");

	assert_int_equal(PEM_write_X509(file, certificate), 1);
	fclose(file);
}

static void the_file_is_trusted(void **state)
{
	X509 *known = new_certificate("A"), *unknown = new_certificate("B");
	struct scratch scratch;
	X509_STORE *store;

	(void)state;
	scratch_init(&scratch);
	put_certificate(&scratch, "ca.pem", known);
	store = tls_store_new(scratch_path(&scratch, "ca.pem"), stderr);
	assert_non_null(store);
	assert_true(trusts(store, known));
	assert_false(trusts(store, unknown));
	X509_STORE_free(store);
	X509_free(known);
	X509_free(unknown);
	scratch_release(&scratch);
}

static void the_system_has_a_store(void **state)
{
	X509 *unknown = new_certificate("A");
	X509_STORE *store = tls_store_new("", stderr);

	(void)state;
	assert_non_null(store);
	assert_false(trusts(store, unknown));
	X509_STORE_free(store);
	X509_free(unknown);
}

/* What the environment names, and what is then trusted. */
static const struct {
	bool file, missing_file, directory;
	bool trusts_file, trusts_directory;
} environments[] = {
	{ .file = true, .trusts_file = true },
	{ .directory = true, .trusts_directory = true },
	{ .missing_file = true, .directory = true, .trusts_directory = true },
	{ .file = true, .directory = true, .trusts_file = true, .trusts_directory = true },
};

static void the_environment_names_the_store(void **state)
{
	X509 *in_file = new_certificate("A"), *in_directory = new_certificate("B");
	struct scratch scratch;
	char hashed[32];

	(void)state;
	scratch_init(&scratch);
	snprintf(hashed, sizeof(hashed), "%08lx.0", X509_subject_name_hash(in_directory));
	put_certificate(&scratch, "bundle.pem", in_file);
	put_certificate(&scratch, hashed, in_directory);
	for (size_t i = 0; i < COUNT(environments); i++) {
		X509_STORE *store;

		unsetenv("SSL_CERT_FILE");
		unsetenv("SSL_CERT_DIR");
		if (environments[i].file || environments[i].missing_file)
			setenv("SSL_CERT_FILE",
			       scratch_path(&scratch, environments[i].file ? "bundle.pem" : "missing.pem"), 1);
		if (environments[i].directory)
			setenv("SSL_CERT_DIR", scratch.path, 1);
		store = tls_store_new("", stderr);
		assert_non_null(store);
		if (trusts(store, in_file) != environments[i].trusts_file ||
		    trusts(store, in_directory) != environments[i].trusts_directory)
			fail_msg("case %zu", i);
		X509_STORE_free(store);
	}
	unsetenv("SSL_CERT_FILE");
	unsetenv("SSL_CERT_DIR");
	X509_free(in_file);
	X509_free(in_directory);
	scratch_release(&scratch);
}

/* A file that is not there, one with nothing in it, one with something else. */
static const struct {
	const char *name;
	const char *content; /* NULL: no file */
} bad_files[] = {
	{ "missing.pem", NULL },
	{ "empty.pem", "" },
	{ "text.pem", "no certificate\n" },
	{ "broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" },
};

static void bad_files_are_told(void **state)
{
	struct scratch scratch;

	(void)state;
	scratch_init(&scratch);
	for (size_t i = 0; i < COUNT(bad_files); i++) {
		const char *path = scratch_path(&scratch, bad_files[i].name);
		char *message = NULL, wanted[600];
		size_t size;
		FILE *errors = open_memstream(&message, &size);

		if (bad_files[i].content)
			scratch_put(&scratch, bad_files[i].name, bad_files[i].content);
		assert_null(tls_store_new(path, errors));
		fclose(errors);
		snprintf(wanted, sizeof(wanted), "detour: cannot read certificates from %s: ", path);
		if (strncmp(message, wanted, strlen(wanted)) != 0 || strchr(message, '\n') != message + size - 1 ||
		    strstr(message, "(null)") || size <= strlen(wanted) + 1)
			fail_msg("%s: %s", bad_files[i].name, message);
		free(message);
	}
	scratch_release(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_translated),   cmocka_unit_test(the_file_is_trusted),
		cmocka_unit_test(the_system_has_a_store), cmocka_unit_test(the_environment_names_the_store),
		cmocka_unit_test(bad_files_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
