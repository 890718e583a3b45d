#include "crawler/fetch.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <utlist.h>
#include <xxhash.h>

#include <openssl/ssl.h>

#include "crawler/clock.h"
#include "crawler/fetch_error.h"
#include "crawler/response.h"
#include "formats/limits.h"

/* Connections that wait for their next request, in percent of those in use. libcurl's limit counts both,
 * and above it one is closed for each that is given back; new ones come on top. */
#define IDLE_PCT 50

/* How long the rest of a small body may take when it is read only to keep the connection. */
#define DRAIN_TIMEOUT_US (1 * US_PER_S)

/* libcurl ends a transfer by itself; if it has not by this much later, it is taken away from it. */
#define WATCHDOG_US (2 * US_PER_S)

/* HTTP/2 of libcurl is young in Debian 12's 7.88; from this version on it is offered by default. */
#define HTTP2_CURL_VERSION 0x080e00

enum body_mode { BODY_NONE, BODY_DRAIN, BODY_PAGE };

struct fetch {
	struct fetch *prev, *next; /* in `live`, oldest first, or `next` alone in its shard's `idle` */
	struct fetch *drain_prev, *drain_next;
	CURL *easy;
	struct fetcher *fetcher;
	struct shard *shard;
	struct fetch_request request;
	struct response response;
	struct buf body;
	enum body_mode body_mode;
	size_t body_bytes;
	bool ended_by_us; /* libcurl was told to stop: its error is none */
	bool too_large;
	bool refused;   /* the address policy said no as the socket was made */
	bool tls_begun; /* the handshake, so there is a connection */
	bool draining;  /* in the list of those */
	int socket_errno;
	int64_t started_us;
	int64_t first_byte_us; /* monotonic; 0: nothing came */
	int64_t drain_deadline_us;
	char error_text[CURL_ERROR_SIZE];
};

struct shard {
	struct fetcher *fetcher;
	CURLM *multi;
	uint32_t index;
	unsigned live;
	/* A handle stays in its shard: the dummy addresses it brings are loaded into the shard's cache once. */
	struct fetch *idle;
	int64_t deadline_us; /* INT64_MAX: none */
};

struct fetcher {
	struct fetcher_config config;
	struct shard *shard;
	struct fetch *live;  /* utlist, by start */
	struct fetch *drain; /* utlist, by drain deadline */
	size_t live_count;
	struct curl_slist *resolve, *odd_port;
};

/* --- What libcurl asks while a transfer runs --- */

static curl_socket_t open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *out)
{
	struct fetch *fetch = data;
	struct sockaddr_storage storage;
	int fd;

	if (purpose != CURLSOCKTYPE_IPCXN ||
	    !address_permitted(fetch->fetcher->config.policy, &fetch->request.address)) {
		fetch->refused = true;
		return CURL_SOCKET_BAD;
	}
	out->addrlen = address_to_sockaddr(&fetch->request.address, fetch->request.port, &storage);
	out->family = storage.ss_family;
	/* CURLOPT_OPENSOCKETFUNCTION(3) allows to modify the address; behind it is a sockaddr_storage. */
	memcpy((char *)out + offsetof(struct curl_sockaddr, addr), &storage, out->addrlen);
	fd = socket(out->family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
	if (fd < 0)
		fetch->socket_errno = errno;
	return fd < 0 ? CURL_SOCKET_BAD : fd;
}

static CURLcode set_store(CURL *easy, void *ssl_ctx, void *data)
{
	struct fetch *fetch = data;
	X509_STORE *store = fetch->fetcher->config.store;

	(void)easy;
	fetch->tls_begun = true;
	X509_STORE_up_ref(store);
	SSL_CTX_set_cert_store(ssl_ctx, store);
	return CURLE_OK;
}

/* A guess that costs nothing; a wrong one costs a connection, or a small body. */
static bool location_stays(const struct response *response, const struct url *url)
{
	struct span location = buf_span(&response->location);
	size_t origin_len = (size_t)(url->path.bytes - url->href.bytes);

	if (location.len == 0)
		return false;
	if (location.bytes[0] == '/')
		return location.len == 1 || (location.bytes[1] != '/' && location.bytes[1] != '\\');
	return location.len > origin_len && memcmp(location.bytes, url->href.bytes, origin_len) == 0;
}

static bool is_html(const struct response *response)
{
	struct span type = buf_span(&response->value[HEADER_CONTENT_TYPE]);

	return (type.len >= 9 && strncasecmp(type.bytes, "text/html", 9) == 0) ||
	       (type.len >= 21 && strncasecmp(type.bytes, "application/xhtml+xml", 21) == 0);
}

/* What to do with the body, now that the header is complete. */
static enum body_mode choose_body_mode(const struct fetch *fetch)
{
	const struct response *response = &fetch->response;
	const struct chain *chain = &fetch->request.record->chain;
	const struct hop *hop = &chain->hop[chain->hop_count - 1];
	bool sized = response->has_content_length || response->chunked || hop->method == METHOD_HEAD ||
		     response->status == 204 || response->status == 304;

	if (response->status / 100 == 2 && hop->method != METHOD_HEAD && is_html(response))
		return BODY_PAGE;
	if (!sized || response->status == 101 || response->content_length > BODY_DRAIN_BYTES_MAX)
		return BODY_NONE;
	if (fetch->request.keep_connection ||
	    (status_is_redirect(response->status) && location_stays(response, &hop->url)))
		return BODY_DRAIN;
	return BODY_NONE;
}

static size_t on_header(char *line, size_t size, size_t count, void *data)
{
	struct fetch *fetch = data;
	size_t len = size * count;

	if (!fetch->first_byte_us)
		fetch->first_byte_us = clock_now_us();
	switch (response_take_line(&fetch->response, line, len)) {
	case RESPONSE_MORE:
		return len;
	case RESPONSE_TOO_LARGE:
		/* A trailer section without end is no fault of the header. */
		fetch->too_large = !fetch->response.complete;
		fetch->ended_by_us = true;
		return 0;
	case RESPONSE_COMPLETE:
		break;
	}
	fetch->body_mode = choose_body_mode(fetch);
	if (fetch->body_mode == BODY_NONE) {
		fetch->ended_by_us = true;
		return 0;
	}
	if (fetch->body_mode == BODY_DRAIN) {
		fetch->draining = true;
		fetch->drain_deadline_us = clock_now_us() + DRAIN_TIMEOUT_US;
		DL_APPEND2(fetch->fetcher->drain, fetch, drain_prev, drain_next);
	}
	return len;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
	struct fetch *fetch = data;
	size_t len = size * count, room;

	fetch->body_bytes += len;
	if (fetch->body_mode == BODY_PAGE) {
		room = PAGE_BYTES_MAX - fetch->body.len;
		buf_add(&fetch->body, bytes, len < room ? len : room);
		if (len <= room)
			return len;
	} else if (fetch->body_bytes <= BODY_DRAIN_BYTES_MAX) {
		return len;
	}
	fetch->ended_by_us = true;
	return 0;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *unused)
{
	struct shard *shard = data;
	struct epoll_event event = { .data.u64 = (uint64_t)shard->index << 32 | (uint32_t)fd };
	int epoll = shard->fetcher->config.epoll;

	(void)easy;
	(void)unused;
	if (what == CURL_POLL_REMOVE) {
		/* The kernel has forgotten a closed descriptor already; that is no failure. */
		epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	event.events = (what & CURL_POLL_IN ? (uint32_t)EPOLLIN : 0) | (what & CURL_POLL_OUT ? (uint32_t)EPOLLOUT : 0);
	/* Descriptor numbers come again, so the state of a number is not known here. */
	if (epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) != 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0)
		return -1;
	return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *data)
{
	struct shard *shard = data;

	(void)multi;
	shard->deadline_us = timeout_ms < 0 ? INT64_MAX : clock_now_us() + timeout_ms * US_PER_MS;
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
static void set_up_easy(struct fetch *fetch)
{
	struct fetcher *fetcher = fetch->fetcher;
	const struct options *options = fetcher->config.options;
	CURL *easy = fetch->easy;

	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, http_version(options));
	curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, options->user_agent);
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 16384L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)options->connect_timeout_ms);
	curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, set_store);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, fetch);
	curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, options->insecure ? 0L : 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, options->insecure ? 0L : 2L);
	curl_easy_setopt(easy, CURLOPT_RESOLVE, fetcher->resolve);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, fetch);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, fetch);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, fetch);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, fetch);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, fetch->error_text);
}

static struct fetch *fetch_new(struct shard *shard)
{
	struct fetch *fetch = memory_alloc(sizeof(*fetch));

	*fetch = (struct fetch){ .fetcher = shard->fetcher, .shard = shard, .easy = curl_easy_init() };
	if (!fetch->easy) {
		fprintf(stderr, "detour: out of memory for a request; lower --concurrency\n");
		exit(EXIT_FAILURE);
	}
	response_init(&fetch->response);
	buf_init(&fetch->body, PAGE_BYTES_MAX);
	set_up_easy(fetch);
	return fetch;
}

static void fetch_free(struct fetch *fetch)
{
	curl_easy_cleanup(fetch->easy);
	response_release(&fetch->response);
	buf_release(&fetch->body);
	free(fetch);
}

static bool open_shard(struct fetcher *fetcher, unsigned index)
{
	struct shard *shard = &fetcher->shard[index];

	*shard = (struct shard){ .fetcher = fetcher, .index = index, .deadline_us = INT64_MAX };
	shard->multi = curl_multi_init();
	if (!shard->multi)
		return false;
	curl_multi_setopt(shard->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(shard->multi, CURLMOPT_SOCKETDATA, shard);
	curl_multi_setopt(shard->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(shard->multi, CURLMOPT_TIMERDATA, shard);
	curl_multi_setopt(shard->multi, CURLMOPT_MAXCONNECTS,
			  (long)fetcher->config.shard_transfers * (100 + IDLE_PCT) / 100);
	return true;
}

struct fetcher *fetcher_new(const struct fetcher_config *config, FILE *errors)
{
	struct fetcher *fetcher = memory_alloc(sizeof(*fetcher));

	assert(config->shards > 0 && config->shards <= FETCH_SHARDS_MAX);
	*fetcher = (struct fetcher){ .config = *config };
	/* libcurl never resolves: every name has this address (TEST-NET-1) in its cache, and open_socket
	 * puts the real one in its place. A port of its own would need an entry of its own, so requests
	 * to other ports are looked up under port 80. */
	fetcher->resolve = curl_slist_append(NULL, "*:80:192.0.2.1");
	fetcher->resolve = curl_slist_append(fetcher->resolve, "*:443:192.0.2.1");
	fetcher->odd_port = curl_slist_append(NULL, ":::80");
	fetcher->shard = memory_alloc(config->shards * sizeof(*fetcher->shard));
	for (unsigned i = 0; i < config->shards; i++) {
		if (!open_shard(fetcher, i)) {
			fprintf(errors, "detour: cannot make a multi handle of libcurl\n");
			fetcher->config.shards = i;
			fetcher_free(fetcher);
			return NULL;
		}
	}
	return fetcher;
}

void fetcher_free(struct fetcher *fetcher)
{
	struct fetch *fetch, *next;

	if (!fetcher)
		return;
	DL_FOREACH_SAFE(fetcher->live, fetch, next)
	{
		curl_multi_remove_handle(fetch->shard->multi, fetch->easy);
		curl_easy_setopt(fetch->easy, CURLOPT_SHARE, NULL);
		fetch_free(fetch);
	}
	for (unsigned i = 0; i < fetcher->config.shards; i++) {
		struct shard *shard = &fetcher->shard[i];

		LL_FOREACH_SAFE(shard->idle, fetch, next)
		{
			fetch_free(fetch);
		}
		curl_multi_cleanup(shard->multi);
	}
	curl_slist_free_all(fetcher->resolve);
	curl_slist_free_all(fetcher->odd_port);
	free(fetcher->shard);
	free(fetcher);
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

static struct fetch *take_idle(struct shard *shard)
{
	struct fetch *fetch = shard->idle;

	if (!fetch)
		return fetch_new(shard);
	shard->idle = fetch->next;
	return fetch;
}

/* A host's requests share a shard, and so connections, unless it is full. */
static struct shard *choose_shard(struct fetcher *fetcher, struct span host)
{
	unsigned shards = fetcher->config.shards, first = (unsigned)(XXH3_64bits(host.bytes, host.len) % shards);

	for (unsigned i = 0; i < shards; i++) {
		struct shard *shard = &fetcher->shard[(first + i) % shards];

		if (shard->live < FETCH_SHARD_TRANSFERS)
			return shard;
	}
	return &fetcher->shard[first];
}

static void reset(struct fetch *fetch, const struct fetch_request *request)
{
	fetch->request = *request;
	response_clear(&fetch->response);
	buf_clear(&fetch->body);
	fetch->body_mode = BODY_NONE;
	fetch->body_bytes = 0;
	fetch->ended_by_us = fetch->too_large = fetch->refused = fetch->draining = fetch->tls_begun = false;
	fetch->socket_errno = 0;
	fetch->first_byte_us = fetch->drain_deadline_us = 0;
	fetch->error_text[0] = '\0';
}

void fetch_start(struct fetcher *fetcher, const struct fetch_request *request)
{
	struct chain *chain = &request->record->chain;
	struct hop *hop = &chain->hop[chain->hop_count - 1];
	struct fetch *fetch = take_idle(choose_shard(fetcher, hop->url.host));
	CURL *easy = fetch->easy;
	char url[URL_BYTES_MAX + 1];
	struct span key = url_wire_key(&hop->url);

	assert(request->timeout_ms > 0 && key.len <= URL_BYTES_MAX);
	reset(fetch, request);
	memcpy(url, key.bytes, key.len);
	url[key.len] = '\0';
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_CONNECT_TO,
			 hop->url.port == 80 || hop->url.port == 443 ? NULL : fetcher->odd_port);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms);
	curl_easy_setopt(easy, CURLOPT_SHARE, request->cookies);
	curl_easy_setopt(easy, CURLOPT_COOKIEFILE, request->cookies ? "" : NULL);
	set_method(easy, hop->method, fetcher->config.options->body);
	set_credentials(easy, request->credentials);

	fetch->shard->live++;
	fetch->started_us = clock_now_us();
	DL_APPEND(fetcher->live, fetch);
	fetcher->live_count++;
	curl_multi_add_handle(fetch->shard->multi, easy);
}

/* --- The answer --- */

static uint32_t span_us(curl_off_t from, curl_off_t to)
{
	curl_off_t us = to > from ? to - from : 0;

	return us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
}

static void store_times(const struct fetch *fetch, struct hop *hop)
{
	curl_off_t lookup = 0, connect = 0, tls = 0, sent = 0;
	long connects = 0;
	char *ip = NULL, text[INET6_ADDRSTRLEN];

	curl_easy_getinfo(fetch->easy, CURLINFO_NAMELOOKUP_TIME_T, &lookup);
	curl_easy_getinfo(fetch->easy, CURLINFO_CONNECT_TIME_T, &connect);
	curl_easy_getinfo(fetch->easy, CURLINFO_APPCONNECT_TIME_T, &tls);
	curl_easy_getinfo(fetch->easy, CURLINFO_PRETRANSFER_TIME_T, &sent);
	curl_easy_getinfo(fetch->easy, CURLINFO_NUM_CONNECTS, &connects);
	curl_easy_getinfo(fetch->easy, CURLINFO_PRIMARY_IP, &ip);
	if (connects) {
		hop->connect_us = span_us(lookup, connect);
		hop->tls_us = span_us(connect, tls);
	}
	if (fetch->first_byte_us)
		hop->first_byte_us = span_us(fetch->started_us + sent, fetch->first_byte_us);
	/* A connection that is used again may be to another address than the one looked up. */
	if (!ip || !ip[0]) {
		address_print(&fetch->request.address, text, sizeof(text));
		ip = text;
	}
	hop->ip = arena_copy(&fetch->request.record->arena, span_of(ip));
}

static void store_answer(struct fetch *fetch, CURLcode code, int64_t now_us)
{
	struct record *record = fetch->request.record;
	struct hop *hop = &record->chain.hop[record->chain.hop_count - 1];
	const struct fetch_failure failure = { .easy = fetch->easy,
					       .code = code,
					       .text = fetch->error_text,
					       .socket_errno = fetch->socket_errno,
					       .refused = fetch->refused,
					       .first_byte = fetch->first_byte_us != 0,
					       .too_large = fetch->too_large,
					       .tls_begun = fetch->tls_begun };

	store_times(fetch, hop);
	hop->total_us = span_us(0, hop->total_us + (now_us - fetch->started_us));
	if (fetch->response.complete && !fetch->too_large) {
		/* What happens to the body after a whole header does not matter. */
		response_store(&fetch->response, &record->arena, hop);
		return;
	}
	hop->error = fetch_error(&failure);
	hop->error_detail = arena_copy(&record->arena,
				       span_of(fetch->error_text[0] ? fetch->error_text : curl_easy_strerror(code)));
}

static void finish(struct fetch *fetch, CURLcode code)
{
	struct fetcher *fetcher = fetch->fetcher;
	bool cut = fetch->ended_by_us || code != CURLE_OK;
	struct span page = { .bytes = NULL };

	DL_DELETE(fetcher->live, fetch);
	fetcher->live_count--;
	fetch->shard->live--;
	if (fetch->draining)
		DL_DELETE2(fetcher->drain, fetch, drain_prev, drain_next);
	store_answer(fetch, code, clock_now_us());
	curl_multi_remove_handle(fetch->shard->multi, fetch->easy);
	curl_easy_setopt(fetch->easy, CURLOPT_SHARE, NULL);
	if (fetch->body_mode == BODY_PAGE)
		page = buf_span(&fetch->body);
	fetcher->config.done(fetcher->config.context, fetch->request.owner, page, cut);
	buf_release(&fetch->body);
	fetch->next = fetch->shard->idle;
	fetch->shard->idle = fetch;
}

void fetcher_event(struct fetcher *fetcher, uint64_t data, uint32_t events)
{
	struct shard *shard = &fetcher->shard[data >> 32];
	int mask = (events & EPOLLIN ? CURL_CSELECT_IN : 0) | (events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
		   (events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
	int running;

	curl_multi_socket_action(shard->multi, (curl_socket_t)(uint32_t)data, mask, &running);
}

static void hand_out(struct shard *shard)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(shard->multi, &left)) != NULL) {
		char *fetch = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &fetch);
		finish((struct fetch *)(void *)fetch, message->data.result);
	}
}

static int64_t watchdog_us(const struct fetch *fetch)
{
	return fetch->started_us + fetch->fetcher->config.options->hop_timeout_ms * US_PER_MS + WATCHDOG_US;
}

void fetcher_process(struct fetcher *fetcher, int64_t now_us)
{
	int running;

	for (unsigned i = 0; i < fetcher->config.shards; i++) {
		struct shard *shard = &fetcher->shard[i];

		if (shard->deadline_us <= now_us) {
			shard->deadline_us = INT64_MAX;
			curl_multi_socket_action(shard->multi, CURL_SOCKET_TIMEOUT, 0, &running);
		}
		hand_out(shard);
	}
	while (fetcher->drain && fetcher->drain->drain_deadline_us <= now_us)
		finish(fetcher->drain, CURLE_OPERATION_TIMEDOUT);
	/* Not the site's time-out, which libcurl would have told: an error of ours. */
	while (fetcher->live && watchdog_us(fetcher->live) <= now_us)
		finish(fetcher->live, CURLE_ABORTED_BY_CALLBACK);
}

int64_t fetcher_deadline_us(const struct fetcher *fetcher)
{
	int64_t deadline_us = INT64_MAX;

	for (unsigned i = 0; i < fetcher->config.shards; i++) {
		if (fetcher->shard[i].deadline_us < deadline_us)
			deadline_us = fetcher->shard[i].deadline_us;
	}
	if (fetcher->drain && fetcher->drain->drain_deadline_us < deadline_us)
		deadline_us = fetcher->drain->drain_deadline_us;
	if (fetcher->live && watchdog_us(fetcher->live) < deadline_us)
		deadline_us = watchdog_us(fetcher->live);
	return deadline_us;
}

size_t fetcher_live(const struct fetcher *fetcher)
{
	return fetcher->live_count;
}
