#include "crawler/tls_verified.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <uthash.h>

#include <openssl/sha.h>
#include <openssl/x509_vfy.h>

#include "formats/arena.h"

/* Of the certificates as they came. A hash that can be forged would let forged chains pass. */
struct chain_key {
	unsigned char sha256[SHA256_DIGEST_LENGTH];
};

struct good_chain {
	UT_hash_handle hh;
	struct chain_key key;
};

/* The table's own order is that of age. */
struct tls_verified {
	struct good_chain *chain;
	size_t chains_max;
};

static void forget(struct tls_verified *verified, struct good_chain *chain)
{
	HASH_DEL(verified->chain, chain);
	free(chain);
}

struct tls_verified *tls_verified_new(size_t chains_max)
{
	struct tls_verified *verified = memory_alloc(sizeof(*verified));

	assert(chains_max > 0);
	*verified = (struct tls_verified){ .chains_max = chains_max };
	return verified;
}

void tls_verified_free(struct tls_verified *verified)
{
	struct good_chain *chain, *next;

	if (!verified)
		return;
	HASH_ITER(hh, verified->chain, chain, next)
	{
		forget(verified, chain);
	}
	free(verified);
}

static bool add_to_hash(EVP_MD_CTX *hash, X509 *certificate)
{
	unsigned char *der = NULL;
	int len = i2d_X509(certificate, &der);
	/* The lengths are in the bytes, so two chains cannot be one row of bytes. */
	bool ok = len > 0 && EVP_DigestUpdate(hash, der, (size_t)len) == 1;

	OPENSSL_free(der);
	return ok;
}

/* False: there is no key, so the chain cannot be looked up. */
static bool make_key(X509_STORE_CTX *context, struct chain_key *key)
{
	const STACK_OF(X509) *others = X509_STORE_CTX_get0_untrusted(context);
	EVP_MD_CTX *hash = EVP_MD_CTX_new();
	bool ok = hash && EVP_DigestInit_ex(hash, EVP_sha256(), NULL) == 1 &&
		  add_to_hash(hash, X509_STORE_CTX_get0_cert(context));

	for (int i = 0; ok && i < sk_X509_num(others); i++)
		ok = add_to_hash(hash, sk_X509_value(others, i));
	ok = ok && EVP_DigestFinal_ex(hash, key->sha256, NULL) == 1;
	EVP_MD_CTX_free(hash);
	return ok;
}

static bool is_current(const X509 *certificate)
{
	return X509_cmp_current_time(X509_get0_notBefore(certificate)) < 0 &&
	       X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0;
}

static bool are_current(X509_STORE_CTX *context)
{
	const STACK_OF(X509) *others = X509_STORE_CTX_get0_untrusted(context);
	bool current = is_current(X509_STORE_CTX_get0_cert(context));

	for (int i = 0; current && i < sk_X509_num(others); i++)
		current = is_current(sk_X509_value(others, i));
	return current;
}

static void add(struct tls_verified *verified, const struct chain_key *key)
{
	struct good_chain *chain = memory_alloc(sizeof(*chain));

	if (HASH_COUNT(verified->chain) >= verified->chains_max)
		forget(verified, verified->chain);
	*chain = (struct good_chain){ .key = *key };
	HASH_ADD(hh, verified->chain, key, sizeof(chain->key), chain);
}

static int verify(X509_STORE_CTX *context, void *data)
{
	struct tls_verified *verified = data;
	struct good_chain *chain = NULL;
	struct chain_key key;
	bool has_key = make_key(context, &key);
	int result;

	if (has_key)
		HASH_FIND(hh, verified->chain, &key, sizeof(key), chain);
	if (chain && are_current(context)) {
		X509_STORE_CTX_set_error(context, X509_V_OK);
		return 1;
	}
	result = X509_verify_cert(context);
	if (has_key && !chain && result == 1 && X509_STORE_CTX_get_error(context) == X509_V_OK)
		add(verified, &key);
	return result;
}

void tls_verified_attach(struct tls_verified *verified, SSL_CTX *context)
{
	SSL_CTX_set_cert_verify_callback(context, verify, verified);
}
