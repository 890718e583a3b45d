#include "crawler/fetch_error.h"

#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *name;
	struct fetch_failure failure;
	enum hop_error error;
} cases[] = {
	{ "refused address", { .code = CURLE_COULDNT_CONNECT, .refused = true }, HOP_ERROR_ADDRESS_NOT_PUBLIC },
	{ "large header", { .code = CURLE_WRITE_ERROR, .too_large = true }, HOP_ERROR_HEADER_TOO_LARGE },
	{ "no memory", { .code = CURLE_OUT_OF_MEMORY }, HOP_ERROR_NO_MEMORY },
	{ "no header", { .code = CURLE_OK }, HOP_ERROR_BAD_RESPONSE },
	/* socket() */
	{ "EMFILE", { .code = CURLE_COULDNT_CONNECT, .socket_errno = EMFILE }, HOP_ERROR_NO_DESCRIPTORS },
	{ "ENFILE", { .code = CURLE_COULDNT_CONNECT, .socket_errno = ENFILE }, HOP_ERROR_NO_DESCRIPTORS },
	{ "ENOBUFS", { .code = CURLE_COULDNT_CONNECT, .socket_errno = ENOBUFS }, HOP_ERROR_NO_MEMORY },
	{ "ENOMEM", { .code = CURLE_COULDNT_CONNECT, .socket_errno = ENOMEM }, HOP_ERROR_NO_MEMORY },
	{ "EAFNOSUPPORT",
	  { .code = CURLE_COULDNT_CONNECT, .socket_errno = EAFNOSUPPORT },
	  HOP_ERROR_CONNECT_UNREACHABLE },
	{ "EINVAL", { .code = CURLE_COULDNT_CONNECT, .socket_errno = EINVAL }, HOP_ERROR_INTERNAL },
	/* Before the answer. */
	{ "nothing", { .code = CURLE_GOT_NOTHING }, HOP_ERROR_EMPTY_REPLY },
	{ "recv", { .code = CURLE_RECV_ERROR }, HOP_ERROR_RESET },
	{ "send", { .code = CURLE_SEND_ERROR }, HOP_ERROR_RESET },
	{ "partial", { .code = CURLE_PARTIAL_FILE }, HOP_ERROR_RESET },
	{ "HTTP/0.9", { .code = CURLE_UNSUPPORTED_PROTOCOL }, HOP_ERROR_BAD_RESPONSE },
	{ "no HTTP", { .code = CURLE_WEIRD_SERVER_REPLY }, HOP_ERROR_BAD_RESPONSE },
	{ "encoding", { .code = CURLE_BAD_CONTENT_ENCODING }, HOP_ERROR_BAD_RESPONSE },
	{ "http2", { .code = CURLE_HTTP2 }, HOP_ERROR_HTTP2 },
	{ "http2 stream", { .code = CURLE_HTTP2_STREAM }, HOP_ERROR_HTTP2 },
	/* A host that libcurl does not ask for. */
	{ "bad URL", { .code = CURLE_URL_MALFORMAT }, HOP_ERROR_DNS_BAD_NAME },
	/* TLS. No transfer was made, so OpenSSL's verdict is X509_V_OK: the name is wrong. */
	{ "handshake", { .code = CURLE_SSL_CONNECT_ERROR }, HOP_ERROR_TLS_HANDSHAKE },
	{ "cipher", { .code = CURLE_SSL_CIPHER }, HOP_ERROR_TLS_HANDSHAKE },
	{ "issuer", { .code = CURLE_SSL_ISSUER_ERROR }, HOP_ERROR_TLS_UNKNOWN_ISSUER },
	{ "status", { .code = CURLE_SSL_INVALIDCERTSTATUS }, HOP_ERROR_TLS_BAD_CERTIFICATE },
	{ "name", { .code = CURLE_PEER_FAILED_VERIFICATION }, HOP_ERROR_TLS_WRONG_HOST },
	/* What cannot be told to be the site's fault. */
	{ "our own option", { .code = CURLE_BAD_FUNCTION_ARGUMENT }, HOP_ERROR_INTERNAL },
	{ "not built in", { .code = CURLE_NOT_BUILT_IN }, HOP_ERROR_INTERNAL },
	{ "unknown code", { .code = CURL_LAST }, HOP_ERROR_INTERNAL },
	/* What stands first counts. */
	{ "refused and large", { .code = CURLE_OK, .refused = true, .too_large = true }, HOP_ERROR_ADDRESS_NOT_PUBLIC },
	{ "socket and time", { .code = CURLE_OPERATION_TIMEDOUT, .socket_errno = EMFILE }, HOP_ERROR_NO_DESCRIPTORS },
};

static void codes_are_translated(void **state)
{
	CURL *easy = curl_easy_init();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct fetch_failure failure = cases[i].failure;
		enum hop_error error;

		failure.easy = easy;
		failure.text = "";
		error = fetch_error(&failure);
		if (error != cases[i].error)
			fail_msg("%s: %s", cases[i].name, hop_error_name(error));
	}
	curl_easy_cleanup(easy);
}

/* Whatever libcurl says, there is an error for it. */
static void no_code_is_good(void **state)
{
	CURL *easy = curl_easy_init();

	(void)state;
	for (int code = 0; code <= CURL_LAST; code++) {
		const struct fetch_failure failure = { .easy = easy, .code = (CURLcode)code, .text = "" };
		enum hop_error error = fetch_error(&failure);

		assert_in_range(error, HOP_OK + 1, HOP_ERROR_COUNT - 1);
	}
	curl_easy_cleanup(easy);
}

static const struct {
	int number;
	enum hop_error error;
} connect_errors[] = {
	{ ECONNREFUSED, HOP_ERROR_CONNECT_REFUSED },
	{ ECONNRESET, HOP_ERROR_CONNECT_RESET },
	{ ENETUNREACH, HOP_ERROR_CONNECT_UNREACHABLE },
	{ EHOSTUNREACH, HOP_ERROR_CONNECT_UNREACHABLE },
	{ ENETDOWN, HOP_ERROR_CONNECT_UNREACHABLE },
	{ EHOSTDOWN, HOP_ERROR_CONNECT_UNREACHABLE },
	{ EACCES, HOP_ERROR_CONNECT_UNREACHABLE },
	{ EPERM, HOP_ERROR_CONNECT_UNREACHABLE },
	{ ETIMEDOUT, HOP_ERROR_CONNECT_TIMEOUT },
	{ EADDRNOTAVAIL, HOP_ERROR_NO_PORTS },
	{ EADDRINUSE, HOP_ERROR_NO_PORTS },
};

static void connect_errors_are_translated(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(connect_errors); i++) {
		const struct fetch_failure failure = { .code = CURLE_COULDNT_CONNECT,
						       .text = "",
						       .socket_errno = connect_errors[i].number };

		if (fetch_error(&failure) != connect_errors[i].error)
			fail_msg("%s: %s", strerror(connect_errors[i].number), hop_error_name(fetch_error(&failure)));
	}
}

/* A port of the loopback that is listened on, or not; connections to it are never answered. */
static int open_port(bool listening, uint16_t *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	if (listening)
		assert_int_equal(listen(fd, 8), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

static CURLcode note_handshake(CURL *easy, void *ssl_ctx, void *data)
{
	(void)easy;
	(void)ssl_ctx;
	*(bool *)data = true;
	return CURLE_OK;
}

struct transfer {
	const char *name;
	const char *scheme;
	bool listening;
	CURLcode code; /* instead of what libcurl said; CURLE_OK: none */
	enum hop_error error;
};

static enum hop_error error_of(const struct transfer *transfer)
{
	CURL *easy = curl_easy_init();
	struct fetch_failure failure = { .easy = easy, .text = "" };
	enum hop_error error;
	char url[100];
	uint16_t port;
	int fd = open_port(transfer->listening, &port);

	snprintf(url, sizeof(url), "%s://127.0.0.1:%u/", transfer->scheme, port);
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 100L);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, note_handshake);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, &failure.tls_begun);
	failure.code = curl_easy_perform(easy);
	if (transfer->code)
		failure.code = transfer->code;
	error = fetch_error(&failure);
	curl_easy_cleanup(easy);
	close(fd);
	return error;
}

/* What had happened by then tells which error it was. */
static const struct transfer transfers[] = {
	{ "closed port", "http", false, CURLE_OK, HOP_ERROR_CONNECT_REFUSED },
	{ "no connection", "http", false, CURLE_OPERATION_TIMEDOUT, HOP_ERROR_CONNECT_TIMEOUT },
	{ "no handshake", "https", true, CURLE_OK, HOP_ERROR_TLS_TIMEOUT },
	{ "no answer", "http", true, CURLE_OK, HOP_ERROR_RESPONSE_TIMEOUT },
	{ "a large line of the answer", "http", true, CURLE_OUT_OF_MEMORY, HOP_ERROR_HEADER_TOO_LARGE },
	{ "no memory for the request", "https", true, CURLE_OUT_OF_MEMORY, HOP_ERROR_NO_MEMORY },
};

static void transfers_tell_more(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(transfers); i++) {
		enum hop_error error = error_of(&transfers[i]);

		if (error != transfers[i].error)
			fail_msg("%s: %s", transfers[i].name, hop_error_name(error));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_translated),
		cmocka_unit_test(no_code_is_good),
		cmocka_unit_test(connect_errors_are_translated),
		cmocka_unit_test(transfers_tell_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
