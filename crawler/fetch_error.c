#include "crawler/fetch_error.h"

#include <errno.h>

#include "crawler/tls.h"

static const struct {
	int number;
	enum hop_error error;
} connect_errors[] = {
	{ ECONNREFUSED, HOP_ERROR_CONNECT_REFUSED },
	{ ECONNRESET, HOP_ERROR_CONNECT_RESET },
	{ EPIPE, HOP_ERROR_CONNECT_RESET },
	{ ENETUNREACH, HOP_ERROR_CONNECT_UNREACHABLE },
	{ EHOSTUNREACH, HOP_ERROR_CONNECT_UNREACHABLE },
	{ ENETDOWN, HOP_ERROR_CONNECT_UNREACHABLE },
	{ EHOSTDOWN, HOP_ERROR_CONNECT_UNREACHABLE },
	{ EAFNOSUPPORT, HOP_ERROR_CONNECT_UNREACHABLE },
	{ EACCES, HOP_ERROR_CONNECT_UNREACHABLE },
	{ EPERM, HOP_ERROR_CONNECT_UNREACHABLE },
	{ ETIMEDOUT, HOP_ERROR_CONNECT_TIMEOUT },
	{ EMFILE, HOP_ERROR_NO_DESCRIPTORS },
	{ ENFILE, HOP_ERROR_NO_DESCRIPTORS },
	{ EADDRNOTAVAIL, HOP_ERROR_NO_PORTS },
	{ EADDRINUSE, HOP_ERROR_NO_PORTS },
	{ ENOBUFS, HOP_ERROR_NO_MEMORY },
	{ ENOMEM, HOP_ERROR_NO_MEMORY },
};

static const struct {
	CURLcode code;
	enum hop_error error;
} curl_errors[] = {
	/* libcurl asks for no host with one of !"$&'()*+,;=`{}, which URLs may have and names do not. */
	{ CURLE_URL_MALFORMAT, HOP_ERROR_DNS_BAD_NAME },
	{ CURLE_UNSUPPORTED_PROTOCOL, HOP_ERROR_BAD_RESPONSE }, /* HTTP/0.9, or a version of its own */
	{ CURLE_WEIRD_SERVER_REPLY, HOP_ERROR_BAD_RESPONSE },
	{ CURLE_BAD_CONTENT_ENCODING, HOP_ERROR_BAD_RESPONSE },
	{ CURLE_WRITE_ERROR, HOP_ERROR_BAD_RESPONSE },
	{ CURLE_PARTIAL_FILE, HOP_ERROR_RESET },
	{ CURLE_RECV_ERROR, HOP_ERROR_RESET },
	{ CURLE_SEND_ERROR, HOP_ERROR_RESET },
	{ CURLE_GOT_NOTHING, HOP_ERROR_EMPTY_REPLY },
	{ CURLE_HTTP2, HOP_ERROR_HTTP2 },
	{ CURLE_HTTP2_STREAM, HOP_ERROR_HTTP2 },
	{ CURLE_SSL_CONNECT_ERROR, HOP_ERROR_TLS_HANDSHAKE },
	{ CURLE_SSL_CIPHER, HOP_ERROR_TLS_HANDSHAKE },
	{ CURLE_SSL_CERTPROBLEM, HOP_ERROR_TLS_HANDSHAKE },
	{ CURLE_SSL_INVALIDCERTSTATUS, HOP_ERROR_TLS_BAD_CERTIFICATE },
	{ CURLE_SSL_ISSUER_ERROR, HOP_ERROR_TLS_UNKNOWN_ISSUER },
};

static enum hop_error connect_error(int number)
{
	for (size_t i = 0; i < sizeof(connect_errors) / sizeof(connect_errors[0]); i++) {
		if (connect_errors[i].number == number)
			return connect_errors[i].error;
	}
	return HOP_ERROR_INTERNAL;
}

static bool is_sent(const struct fetch_failure *failure)
{
	curl_off_t sent_us = 0;

	return curl_easy_getinfo(failure->easy, CURLINFO_PRETRANSFER_TIME_T, &sent_us) == CURLE_OK && sent_us;
}

/* The phase that was not over when time was up. */
static enum hop_error timeout_error(const struct fetch_failure *failure)
{
	if (is_sent(failure))
		return HOP_ERROR_RESPONSE_TIMEOUT;
	return failure->tls_begun ? HOP_ERROR_TLS_TIMEOUT : HOP_ERROR_CONNECT_TIMEOUT;
}

enum hop_error fetch_error(const struct fetch_failure *failure)
{
	long number = 0;

	if (failure->refused)
		return HOP_ERROR_ADDRESS_NOT_PUBLIC;
	if (failure->too_large)
		return HOP_ERROR_HEADER_TOO_LARGE;
	if (failure->socket_errno)
		return connect_error(failure->socket_errno);
	switch (failure->code) {
	case CURLE_OK: /* a transfer without a header to show for it */
		return HOP_ERROR_BAD_RESPONSE;
	case CURLE_OPERATION_TIMEDOUT:
		return timeout_error(failure);
	case CURLE_COULDNT_CONNECT:
		curl_easy_getinfo(failure->easy, CURLINFO_OS_ERRNO, &number);
		return connect_error((int)number);
	case CURLE_PEER_FAILED_VERIFICATION:
		curl_easy_getinfo(failure->easy, CURLINFO_SSL_VERIFYRESULT, &number);
		return tls_verify_error(number);
	case CURLE_OUT_OF_MEMORY:
		/* libcurl 7.88 says so of a header line above 100 KiB, be it the first. */
		return failure->first_byte || is_sent(failure) ? HOP_ERROR_HEADER_TOO_LARGE : HOP_ERROR_NO_MEMORY;
	default:
		break;
	}
	for (size_t i = 0; i < sizeof(curl_errors) / sizeof(curl_errors[0]); i++) {
		if (curl_errors[i].code == failure->code)
			return curl_errors[i].error;
	}
	return HOP_ERROR_INTERNAL;
}
