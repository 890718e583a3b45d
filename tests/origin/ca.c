#include "tests/origin/ca.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define DAY_S (24L * 3600)

/* Ends the process unless `ok`; for calls that fail only without memory or randomness. */
static void must(bool ok)
{
	if (ok)
		return;
	ERR_print_errors_fp(stderr);
	exit(EX_SOFTWARE);
}

EVP_PKEY *ca_new_key(void)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");

	must(key != NULL);
	return key;
}

static void add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	must(extension && X509_add_ext(certificate, extension, -1));
	X509_EXTENSION_free(extension);
}

/* A certificate with all but its extensions and signature. */
static X509 *new_certificate(const char *name, EVP_PKEY *key, const X509 *issuer, long from_s, long until_s)
{
	X509 *certificate = X509_new();
	uint64_t serial = 0;
	X509_NAME *subject;
	char common_name[65];

	must(certificate && RAND_bytes((unsigned char *)&serial, sizeof(serial)) == 1);
	/* A serial number is positive: RFC 5280 section 4.1.2.2. */
	ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1 | 1);
	X509_set_version(certificate, X509_VERSION_3);
	X509_gmtime_adj(X509_getm_notBefore(certificate), from_s);
	X509_gmtime_adj(X509_getm_notAfter(certificate), until_s);
	X509_set_pubkey(certificate, key);
	subject = X509_get_subject_name(certificate);
	/* ub-common-name is 64: RFC 5280 appendix A.1. */
	snprintf(common_name, sizeof(common_name), "%s", name);
	must(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)common_name, -1, -1, 0));
	must(X509_set_issuer_name(certificate, issuer ? X509_get_subject_name(issuer) : subject));
	return certificate;
}

struct ca ca_new(const char *name)
{
	struct ca ca = { .key = ca_new_key() };

	ca.certificate = new_certificate(name, ca.key, NULL, -DAY_S, 30 * DAY_S);
	add_extension(ca.certificate, ca.certificate, NID_basic_constraints, "critical,CA:TRUE");
	add_extension(ca.certificate, ca.certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
	add_extension(ca.certificate, ca.certificate, NID_subject_key_identifier, "hash");
	must(X509_sign(ca.certificate, ca.key, EVP_sha256()) != 0);
	return ca;
}

void ca_release(struct ca *ca)
{
	EVP_PKEY_free(ca->key);
	X509_free(ca->certificate);
}

X509 *ca_issue(const struct leaf *leaf)
{
	X509 *certificate = new_certificate(leaf->name, leaf->key, leaf->ca ? leaf->ca->certificate : NULL,
					    leaf->from_s, leaf->until_s);
	X509 *issuer = leaf->ca ? leaf->ca->certificate : certificate;
	unsigned char address[sizeof(struct in6_addr)];
	char names[300];
	bool ip = inet_pton(AF_INET, leaf->name, address) == 1 || inet_pton(AF_INET6, leaf->name, address) == 1;

	snprintf(names, sizeof(names), "%s:%s", ip ? "IP" : "DNS", leaf->name);
	add_extension(certificate, issuer, NID_basic_constraints, "critical,CA:FALSE");
	add_extension(certificate, issuer, NID_subject_alt_name, names);
	add_extension(certificate, issuer, NID_ext_key_usage, "serverAuth");
	must(X509_sign(certificate, leaf->ca ? leaf->ca->key : leaf->key, EVP_sha256()) != 0);
	return certificate;
}

bool ca_write(const struct ca *ca, const char *file)
{
	FILE *stream = fopen(file, "w");
	bool ok = stream && PEM_write_X509(stream, ca->certificate) == 1;

	return stream && fclose(stream) == 0 && ok;
}
