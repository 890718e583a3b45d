/* What a failed transfer of libcurl means for a hop. */
#ifndef CRAWLER_FETCH_ERROR_H
#define CRAWLER_FETCH_ERROR_H

#include <curl/curl.h>

#include "formats/record.h"

struct fetch_failure {
	CURL *easy;
	CURLcode code;
	const char *text; /* libcurl's error buffer */
	int socket_errno; /* of a socket() that failed; 0: none did */
	bool refused;     /* the address policy refused to connect */
	bool first_byte;  /* something of an answer came */
	bool too_large;   /* we stopped it at HEADER_BYTES_MAX */
	bool tls_begun;   /* there was a TCP connection, and the TLS handshake had begun on it */
};

/* Never HOP_OK. What cannot be told to be the site's fault is HOP_ERROR_INTERNAL. */
enum hop_error fetch_error(const struct fetch_failure *failure);

#endif
