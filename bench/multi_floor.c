/* What of a walk's cost is libcurl's: the floor's work, done by a bare pool of multi handles.
 *
 * One thread and one epoll; a multi handle for each 128 walks, to which a host always goes, so that its connections
 * are found again. An easy handle for each walk, one transfer for each hop. No name server, no TLS, no checks, no
 * limits per host, no records.
 *
 *     multi_floor --port PORT --hosts FILE [-c N] LIST
 *
 * HOSTS has "name address" lines; LIST has http:// URLs. N should leave a third of the descriptors free. Prints one
 * line of JSON. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include <curl/curl.h>

#include "bench/client.h"
#include "formats/arena.h"

#define SHARD_WALKS   128
#define URL_BYTES     512
#define REDIRECTS_MAX 20
#define EVENTS_MAX    512

/* Descriptors that are not for connections. */
#define DESCRIPTORS_RESERVED 16

struct shard {
	CURLM *multi;
	uint32_t number;
	double due_s; /* of its timer; 0: none */
};

struct walk {
	CURL *easy;
	struct client_host *host;
	struct shard *shard; /* its transfer is there */
	unsigned redirects;
	char url[URL_BYTES];
	char location[URL_BYTES]; /* of the answer; "": none */
};

static struct {
	int epoll;
	uint16_t port;
	struct map hosts; /* name -> struct client_host */
	char *next_url;
	size_t urls, hops, failures, in_flight;
	struct shard *shards;
	size_t shard_count;
} run;

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *known)
{
	struct shard *shard = data;
	struct epoll_event event = { .data.u64 = (uint64_t)shard->number << 32 | (uint32_t)fd };

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		epoll_ctl(run.epoll, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	event.events = (what & CURL_POLL_IN ? EPOLLIN : 0) | (what & CURL_POLL_OUT ? EPOLLOUT : 0);
	if (known) {
		epoll_ctl(run.epoll, EPOLL_CTL_MOD, fd, &event);
	} else {
		epoll_ctl(run.epoll, EPOLL_CTL_ADD, fd, &event);
		curl_multi_assign(shard->multi, fd, shard);
	}
	return 0;
}

static int on_timer(CURLM *multi, long timeout_ms, void *data)
{
	struct shard *shard = data;

	(void)multi;
	shard->due_s = timeout_ms < 0 ? 0 : client_now_s() + (double)timeout_ms / 1000;
	return 0;
}

/* The address is the walk's, whatever libcurl has looked up. */
static curl_socket_t on_open(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
	const struct walk *walk = data;
	struct sockaddr_in *to = (struct sockaddr_in *)&address->addr;

	(void)purpose;
	to->sin_addr = walk->host->address;
	to->sin_port = htons(run.port);
	return socket(address->family, address->socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, address->protocol);
}

static size_t on_header(char *bytes, size_t size, size_t count, void *data)
{
	static const char name[] = "Location: ";
	struct walk *walk = data;
	size_t len = size * count;

	if (len > sizeof(name) + 1 && len - sizeof(name) < URL_BYTES && bytes[0] == 'L' &&
	    strncasecmp(bytes, name, sizeof(name) - 1) == 0) {
		memcpy(walk->location, bytes + sizeof(name) - 1, len - sizeof(name) - 1);
		walk->location[len - sizeof(name) - 1] = '\0';
	}
	return len;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
	(void)bytes;
	(void)data;
	return size * count;
}

static CURL *new_easy(struct walk *walk, struct curl_slist *resolve)
{
	CURL *easy = curl_easy_init();

	curl_easy_setopt(easy, CURLOPT_PRIVATE, walk);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 4096L);
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_RESOLVE, resolve);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_open);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, walk);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, walk);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	return easy;
}

/* Requests walk->url. */
static bool ask(struct walk *walk)
{
	struct span host;
	const char *target;

	run.hops++;
	if (!client_split(walk->url, "http://", &host, &target))
		return false;
	walk->host = map_find(&run.hosts, host);
	if (!walk->host)
		return false;
	walk->shard = &run.shards[ntohl(walk->host->address.s_addr) % run.shard_count];
	walk->location[0] = '\0';
	curl_easy_setopt(walk->easy, CURLOPT_URL, walk->url);
	return curl_multi_add_handle(walk->shard->multi, walk->easy) == CURLM_OK;
}

/* Begins walks with URLs of the list until one is under way. */
static void begin(struct walk *walk)
{
	while (*run.next_url) {
		char *url = run.next_url;
		size_t len = strcspn(url, "\n");

		run.next_url += len + (url[len] == '\n');
		run.urls++;
		walk->redirects = 0;
		if (len < URL_BYTES) {
			memcpy(walk->url, url, len);
			walk->url[len] = '\0';
			if (ask(walk)) {
				run.in_flight++;
				return;
			}
		}
		run.failures++;
	}
}

/* Puts where the answer leads into walk->url. */
static bool follow(struct walk *walk)
{
	size_t len = strlen(walk->location);
	size_t keep = walk->location[0] == '/' ? (size_t)(strchr(walk->url + 7, '/') - walk->url) : 0;

	if (keep + len >= URL_BYTES || ++walk->redirects > REDIRECTS_MAX)
		return false;
	memcpy(walk->url + keep, walk->location, len + 1);
	return true;
}

static void ended(struct walk *walk, CURLcode result)
{
	long status = 0;
	bool redirect;

	curl_easy_getinfo(walk->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_multi_remove_handle(walk->shard->multi, walk->easy);
	redirect = result == CURLE_OK && status >= 300 && status < 400 && walk->location[0];
	if (redirect && follow(walk) && ask(walk))
		return;
	run.failures += redirect || result != CURLE_OK || status != 200;
	run.in_flight--;
	begin(walk);
}

static void collect(struct shard *shard)
{
	CURLMsg *message;
	struct walk *walk;
	int left;

	while ((message = curl_multi_info_read(shard->multi, &left))) {
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &walk);
		ended(walk, message->data.result);
	}
}

/* Runs the timers that are due; returns how long to wait for the next, in milliseconds, or -1. */
static int run_timers(void)
{
	double now_s = client_now_s(), next_s = 0;
	int running;

	for (size_t i = 0; i < run.shard_count; i++) {
		struct shard *shard = &run.shards[i];

		if (shard->due_s && shard->due_s <= now_s) {
			shard->due_s = 0;
			curl_multi_socket_action(shard->multi, CURL_SOCKET_TIMEOUT, 0, &running);
			collect(shard);
		}
	}
	for (size_t i = 0; i < run.shard_count; i++)
		if (run.shards[i].due_s && (!next_s || run.shards[i].due_s < next_s))
			next_s = run.shards[i].due_s;
	return !next_s ? -1 : next_s <= now_s ? 0 : (int)((next_s - now_s) * 1000) + 1;
}

static void walk_all(size_t concurrency)
{
	struct walk *walks = memory_alloc(concurrency * sizeof(*walks));
	struct curl_slist *resolve = curl_slist_append(NULL, "*:80:192.0.2.1");
	struct epoll_event event[EVENTS_MAX];

	for (size_t i = 0; i < concurrency; i++) {
		walks[i] = (struct walk){ .easy = new_easy(&walks[i], resolve) };
		begin(&walks[i]);
	}
	while (run.in_flight) {
		int count = epoll_wait(run.epoll, event, EVENTS_MAX, run_timers()), running;

		for (int i = 0; i < count; i++) {
			struct shard *shard = &run.shards[event[i].data.u64 >> 32];
			int what = (event[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
				   (event[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
				   (event[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);

			curl_multi_socket_action(shard->multi, (int)(event[i].data.u64 & UINT32_MAX), what, &running);
			collect(shard);
		}
	}
}

/* As the floor does, they keep connections for as long as there are descriptors for them. Half of those are left, as
 * walks are not spread evenly and a shard goes over its limit where more of them need a connection. */
static void make_shards(size_t concurrency, size_t descriptors)
{
	size_t connections = concurrency + (descriptors - concurrency) / 2;

	run.shard_count = (concurrency + SHARD_WALKS - 1) / SHARD_WALKS;
	run.shards = memory_alloc(run.shard_count * sizeof(*run.shards));
	for (size_t i = 0; i < run.shard_count; i++) {
		struct shard *shard = &run.shards[i];

		*shard = (struct shard){ .multi = curl_multi_init(), .number = (uint32_t)i };
		curl_multi_setopt(shard->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
		curl_multi_setopt(shard->multi, CURLMOPT_SOCKETDATA, shard);
		curl_multi_setopt(shard->multi, CURLMOPT_TIMERFUNCTION, on_timer);
		curl_multi_setopt(shard->multi, CURLMOPT_TIMERDATA, shard);
		curl_multi_setopt(shard->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
		curl_multi_setopt(shard->multi, CURLMOPT_MAXCONNECTS, (long)(connections / run.shard_count));
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "port", required_argument, NULL, 'p' },
						 { "hosts", required_argument, NULL, 'h' },
						 { 0 } };
	size_t concurrency = 1000, descriptors = client_raise_descriptor_limit() - DESCRIPTORS_RESERVED;

	for (int option; (option = getopt_long(argc, argv, "c:", options, NULL)) != -1;) {
		if (option == 'c')
			concurrency = strtoul(optarg, NULL, 10);
		else if (option == 'p')
			run.port = (uint16_t)strtoul(optarg, NULL, 10);
		else if (option == 'h')
			client_load_hosts(&run.hosts, optarg);
	}
	if (optind + 1 != argc || !run.port || !concurrency || concurrency > descriptors) {
		fprintf(stderr, "Usage: multi_floor --port PORT --hosts FILE [-c N] LIST\n"
				"N is limited by the descriptors of a process.\n");
		return EX_USAGE;
	}
	signal(SIGPIPE, SIG_IGN);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	run.epoll = epoll_create1(EPOLL_CLOEXEC);
	run.next_url = client_read_file(argv[optind]);
	make_shards(concurrency, descriptors);

	double start_s = client_now_s();

	walk_all(concurrency);
	printf("{\"urls\":%zu,\"hops\":%zu,\"failures\":%zu,\"wall_s\":%.6f}\n", run.urls, run.hops, run.failures,
	       client_now_s() - start_s);
	return run.failures ? EX_SOFTWARE : EX_OK;
}
