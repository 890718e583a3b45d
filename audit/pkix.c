#include "audit/pkix.h"

bool pkix_is_file(const struct hop *answer)
{
	/* RFC 2585 section 4, RFC 6960 appendix C, RFC 8551 section 9; the last two are what older servers send. */
	static const char *const types[] = { "application/pkix-crl",       "application/pkix-cert",
					     "application/pkcs7-mime",     "application/ocsp-response",
					     "application/x-x509-ca-cert", "application/x-pkcs7-crl" };
	struct span type = answer->header[HEADER_CONTENT_TYPE];
	const char *parameters = type.len ? memchr(type.bytes, ';', type.len) : NULL;

	type.len = parameters ? (size_t)(parameters - type.bytes) : type.len;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (span_equal_nocase(span_trim(type), span_of(types[i])))
			return answer->status / 100 == 2;
	return false;
}
