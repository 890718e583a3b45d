#include "crawler/transfer.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "crawler/clock.h"
#include "crawler/fetch_error.h"
#include "crawler/tls_context.h"
#include "formats/limits.h"

/* HTTP/2 of libcurl is young in Debian 12's 7.88; from this version on it is offered by default. */
#define HTTP2_CURL_VERSION 0x080e00

/* The most that is kept of any body. */
#define KEPT_BYTES_MAX (ROBOTS_BYTES_MAX > PAGE_BYTES_MAX ? ROBOTS_BYTES_MAX : PAGE_BYTES_MAX)

/* A robots.txt above this size asks before it takes more memory; hardly any is larger. */
#define LARGE_BODY_BYTES 65536

/* --- What libcurl asks while it runs --- */

static curl_socket_t open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *out)
{
	struct transfer *transfer = data;
	struct sockaddr_storage storage;
	int fd;

	if (purpose != CURLSOCKTYPE_IPCXN || !address_permitted(transfer->setup->policy, &transfer->request.address)) {
		transfer->refused = true;
		return CURL_SOCKET_BAD;
	}
	out->addrlen = address_to_sockaddr(&transfer->request.address, transfer->request.port, &storage);
	out->family = storage.ss_family;
	/* CURLOPT_OPENSOCKETFUNCTION(3) allows to modify the address; behind it is a sockaddr_storage. */
	memcpy((char *)out + offsetof(struct curl_sockaddr, addr), &storage, out->addrlen);
	fd = socket(out->family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
	if (fd < 0) {
		transfer->socket_errno = errno;
		return CURL_SOCKET_BAD;
	}
	sockets_forget(transfer->setup->sockets, fd);
	return fd;
}

/* libcurl keeps `data` with the connection, which outlives the transfer. */
static int close_socket(void *data, curl_socket_t fd)
{
	struct sockets *sockets = data;

	sockets_forget(sockets, fd);
	return close(fd);
}

static CURLcode set_up_tls(CURL *easy, void *ssl_ctx, void *data)
{
	struct transfer *transfer = data;

	(void)easy;
	transfer->tls_begun = true;
	tls_context_set_up(ssl_ctx, transfer->setup->store);
	tls_sessions_attach(transfer->setup->sessions, ssl_ctx);
	tls_verified_attach(transfer->setup->verified, ssl_ctx);
	return CURLE_OK;
}

/* A guess that costs nothing; a wrong one costs a connection, or a small body. */
static bool location_stays(const struct response *response, const struct url *url)
{
	struct span location = response->location;
	size_t origin_len = (size_t)(url->path.bytes - url->href.bytes);

	if (location.len == 0)
		return false;
	if (location.bytes[0] == '/')
		return location.len == 1 || (location.bytes[1] != '/' && location.bytes[1] != '\\');
	return location.len > origin_len && memcmp(location.bytes, url->href.bytes, origin_len) == 0;
}

static bool is_html(const struct response *response)
{
	struct span type = response_value(response, HEADER_CONTENT_TYPE);

	return (type.len >= 9 && strncasecmp(type.bytes, "text/html", 9) == 0) ||
	       (type.len >= 21 && strncasecmp(type.bytes, "application/xhtml+xml", 21) == 0);
}

/* How much of a 2xx body is kept: of a page, and of a robots.txt whatever its type. */
static size_t kept_bytes_max(const struct transfer *transfer)
{
	if (transfer->request.robots)
		return ROBOTS_BYTES_MAX;
	return is_html(&transfer->response) ? transfer->setup->options->page_bytes : 0;
}

/* What to do with the body, now that the header is complete. */
static enum body_mode choose_body_mode(const struct transfer *transfer)
{
	const struct response *response = &transfer->response;
	const struct chain *chain = &transfer->request.record->chain;
	const struct hop *hop = &chain->hop[chain->hop_count - 1];
	bool sized = response->has_content_length || response->chunked || hop->method == METHOD_HEAD ||
		     response->status == 204 || response->status == 304;

	if (response->status / 100 == 2 && hop->method != METHOD_HEAD && kept_bytes_max(transfer))
		return BODY_KEEP;
	if (!sized || response->status == 101 || response->content_length > BODY_DRAIN_BYTES_MAX)
		return BODY_NONE;
	if (transfer->request.keep_connection ||
	    (status_is_redirect(response->status) && location_stays(response, &hop->url)))
		return BODY_DRAIN;
	return BODY_NONE;
}

static size_t on_header(char *line, size_t size, size_t count, void *data)
{
	struct transfer *transfer = data;
	size_t len = size * count;

	if (!transfer->first_byte_us)
		transfer->first_byte_us = clock_now_us();
	switch (response_take_line(&transfer->response, line, len)) {
	case RESPONSE_MORE:
		return len;
	case RESPONSE_TOO_LARGE:
		/* A trailer section without end is no fault of the header. */
		transfer->too_large = !transfer->response.complete;
		transfer->ended_by_us = true;
		return 0;
	case RESPONSE_COMPLETE:
		break;
	}
	transfer->body_mode = choose_body_mode(transfer);
	if (transfer->body_mode == BODY_NONE) {
		transfer->ended_by_us = true;
		return 0;
	}
	if (transfer->body_mode == BODY_DRAIN)
		transfer->setup->draining(transfer);
	return len;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
	struct transfer *transfer = data;
	size_t len = size * count, room;

	if (transfer->request.robots && transfer->body_bytes + len > LARGE_BODY_BYTES &&
	    !transfer->setup->growing(transfer))
		return CURL_WRITEFUNC_PAUSE;
	transfer->body_bytes += len;
	if (transfer->body_mode == BODY_KEEP) {
		room = kept_bytes_max(transfer) - transfer->body.len;
		buf_add(&transfer->body, bytes, len < room ? len : room);
		if (len <= room)
			return len;
	} else if (transfer->body_bytes <= BODY_DRAIN_BYTES_MAX) {
		return len;
	}
	transfer->ended_by_us = true;
	return 0;
}

/* --- Setting up --- */

static long http_version(const struct options *options)
{
	bool fit = curl_version_info(CURLVERSION_NOW)->version_num >= HTTP2_CURL_VERSION;

	if (options->http == HTTP_2 || (options->http == HTTP_AUTO && fit))
		return CURL_HTTP_VERSION_2TLS;
	return CURL_HTTP_VERSION_1_1;
}

/* Everything that is the same for every request. */
static void set_up_easy(struct transfer *transfer, void *private)
{
	const struct options *options = transfer->setup->options;
	CURL *easy = transfer->easy;

	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	/* Looked up in the environment for each request otherwise. */
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	/* The only entries are ours; libcurl would go through the cache after each transfer. */
	curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, -1L);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, http_version(options));
	curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, options->user_agent);
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 16384L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_timeout_ms);
	curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, set_up_tls);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, transfer);
	curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, options->insecure ? 0L : 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, options->insecure ? 0L : 2L);
	curl_easy_setopt(easy, CURLOPT_RESOLVE, transfer->setup->resolve);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
	curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, transfer->setup->sockets);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, private);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error_text);
}

void transfer_init(struct transfer *transfer, const struct transfer_setup *setup, void *private)
{
	*transfer = (struct transfer){ .setup = setup, .easy = curl_easy_init() };
	if (!transfer->easy) {
		fprintf(stderr, "detour: out of memory for a request; lower --concurrency\n");
		exit(EX_OSERR);
	}
	response_init(&transfer->response);
	buf_init(&transfer->body, KEPT_BYTES_MAX);
	set_up_easy(transfer, private);
}

void transfer_release(struct transfer *transfer)
{
	curl_easy_cleanup(transfer->easy);
	response_release(&transfer->response);
	buf_release(&transfer->body);
}

/* --- A request --- */

static void set_method(CURL *easy, enum method method, const char *body)
{
	bool has_body = method == METHOD_POST || method == METHOD_PUT || method == METHOD_PATCH;

	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, NULL);
	curl_easy_setopt(easy, CURLOPT_NOBODY, 0L);
	curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
	if (has_body) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(body));
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
	}
	if (method == METHOD_HEAD)
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	else if (method != METHOD_GET && method != METHOD_POST)
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method_name(method));
}

/* curl wants the credentials decoded and NUL-terminated. */
static char *decode(CURL *easy, struct span span)
{
	return curl_easy_unescape(easy, span.bytes, (int)span.len, NULL);
}

static void set_credentials(CURL *easy, const struct url *url)
{
	char *username = NULL, *password = NULL;

	if (url && (url->username.len || url->password.len)) {
		username = decode(easy, url->username.len ? url->username : SPAN(""));
		password = decode(easy, url->password.len ? url->password : SPAN(""));
	}
	curl_easy_setopt(easy, CURLOPT_USERNAME, username);
	curl_easy_setopt(easy, CURLOPT_PASSWORD, password);
	curl_free(username);
	curl_free(password);
}

static void forget_answer(struct transfer *transfer)
{
	response_begin(&transfer->response, &transfer->request.record->arena);
	buf_release(&transfer->body);
	transfer->body_mode = BODY_NONE;
	transfer->body_bytes = 0;
	transfer->ended_by_us = transfer->too_large = transfer->refused = transfer->tls_begun = false;
	transfer->socket_errno = 0;
	transfer->first_byte_us = 0;
	transfer->error_text[0] = '\0';
}

void transfer_prepare(struct transfer *transfer, const struct fetch_request *request)
{
	const struct chain *chain = &request->record->chain;
	const struct hop *hop = &chain->hop[chain->hop_count - 1];
	const struct transfer_setup *setup = transfer->setup;
	CURL *easy = transfer->easy;
	char url[URL_BYTES_MAX + 1];
	struct span key = url_wire_key(&hop->url);

	assert(request->timeout_ms > 0 && key.len <= URL_BYTES_MAX);
	transfer->request = *request;
	forget_answer(transfer);
	transfer->started_us = clock_now_us();
	memcpy(url, key.bytes, key.len);
	url[key.len] = '\0';
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_CONNECT_TO,
			 hop->url.port == 80 || hop->url.port == 443 ? NULL : setup->odd_port);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
	curl_easy_setopt(easy, CURLOPT_SHARE, request->cookies);
	curl_easy_setopt(easy, CURLOPT_COOKIEFILE, request->cookies ? "" : NULL);
	set_method(easy, hop->method, setup->options->body);
	set_credentials(easy, request->credentials);
}

void transfer_resume(struct transfer *transfer)
{
	curl_easy_pause(transfer->easy, CURLPAUSE_CONT);
}

/* --- The answer --- */

static uint32_t span_us(curl_off_t from, curl_off_t to)
{
	curl_off_t us = to > from ? to - from : 0;

	return us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
}

static void store_times(const struct transfer *transfer, struct hop *hop)
{
	curl_off_t lookup = 0, connect = 0, tls = 0, sent = 0;
	long connects = 0;
	char *ip = NULL, text[INET6_ADDRSTRLEN];

	curl_easy_getinfo(transfer->easy, CURLINFO_NAMELOOKUP_TIME_T, &lookup);
	curl_easy_getinfo(transfer->easy, CURLINFO_CONNECT_TIME_T, &connect);
	curl_easy_getinfo(transfer->easy, CURLINFO_APPCONNECT_TIME_T, &tls);
	curl_easy_getinfo(transfer->easy, CURLINFO_PRETRANSFER_TIME_T, &sent);
	curl_easy_getinfo(transfer->easy, CURLINFO_NUM_CONNECTS, &connects);
	curl_easy_getinfo(transfer->easy, CURLINFO_PRIMARY_IP, &ip);
	if (connects) {
		hop->connect_us = span_us(lookup, connect);
		hop->tls_us = span_us(connect, tls);
	}
	if (transfer->first_byte_us)
		hop->first_byte_us = span_us(transfer->started_us + sent, transfer->first_byte_us);
	/* A connection that is used again may be to another address than the one looked up. */
	if (!ip || !ip[0]) {
		address_print(&transfer->request.address, text, sizeof(text));
		ip = text;
	}
	hop->ip = arena_copy(&transfer->request.record->arena, span_of(ip));
}

/* Half a robots.txt is none. */
static bool lacks_body(const struct transfer *transfer, CURLcode code)
{
	return transfer->request.robots && transfer->body_mode == BODY_KEEP && code != CURLE_OK &&
	       !transfer->ended_by_us;
}

void transfer_store(struct transfer *transfer, CURLcode code)
{
	struct record *record = transfer->request.record;
	struct hop *hop = &record->chain.hop[record->chain.hop_count - 1];
	const struct fetch_failure failure = { .easy = transfer->easy,
					       .code = code,
					       .text = transfer->error_text,
					       .socket_errno = transfer->socket_errno,
					       .refused = transfer->refused,
					       .first_byte = transfer->first_byte_us != 0,
					       .too_large = transfer->too_large,
					       .tls_begun = transfer->tls_begun };

	store_times(transfer, hop);
	hop->total_us = span_us(0, hop->total_us + (clock_now_us() - transfer->started_us));
	hop->body_bytes = transfer->body_bytes < UINT32_MAX ? (uint32_t)transfer->body_bytes : UINT32_MAX;
	if (transfer->response.complete && !transfer->too_large && !lacks_body(transfer, code)) {
		/* What happens to the body after a whole header does not matter otherwise. */
		response_store(&transfer->response, hop);
		return;
	}
	hop->error = fetch_error(&failure);
	hop->error_detail = arena_copy(
		&record->arena, span_of(transfer->error_text[0] ? transfer->error_text : curl_easy_strerror(code)));
}

struct span transfer_page(const struct transfer *transfer)
{
	return transfer->body_mode == BODY_KEEP ? buf_span(&transfer->body) : (struct span){ .len = 0 };
}
