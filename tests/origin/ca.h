/* Certificates made in the process: EC P-256, one key for all leaves. */
#ifndef ORIGIN_CA_H
#define ORIGIN_CA_H

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdbool.h>

struct ca {
	EVP_PKEY *key;
	X509 *certificate;
};

/* A self-signed CA, valid from yesterday for a month. Failures of OpenSSL end the process: there are
 * none but those of memory and of the random generator. */
struct ca ca_new(const char *name);
void ca_release(struct ca *ca);

EVP_PKEY *ca_new_key(void);

struct leaf {
	const char *name;     /* a host name or an IP address: CN and subjectAltName */
	EVP_PKEY *key;        /* of the leaf */
	const struct ca *ca;  /* NULL: self-signed */
	long from_s, until_s; /* validity, seconds from now */
};

/* Serial numbers come from the random generator. */
X509 *ca_issue(const struct leaf *leaf);

/* False with errno if the file cannot be written. */
bool ca_write(const struct ca *ca, const char *file);

#endif
