/* The TLS floor: the least that a new HTTPS connection for each URL costs on this machine.
 *
 * A bare epoll client on OpenSSL: one context, one certificate store, and for each URL of a list one
 * connection with a whole handshake, the chain and the host's name checked, one minimal GET, and the
 * answer read up to its blank line. No name server, no redirects, no records.
 *
 *     tls_floor --port PORT --hosts FILE --ca-file FILE [-c N] LIST
 *
 * HOSTS has "name address" lines; LIST has https:// URLs. Prints one line of JSON. */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "bench/client.h"
#include "formats/arena.h"

#define ANSWER_BYTES_MAX 16384
#define HOST_BYTES_MAX   255
#define REQUEST_BYTES    4096
#define EVENTS_MAX       256

enum state { CONNECTING, HANDSHAKING, ANSWERING };

struct fetch {
	int fd;
	SSL *ssl;
	enum state state;
	uint32_t events; /* that the epoll waits for */
	char *url;
	size_t in_len;
	char in[ANSWER_BYTES_MAX];
};

static struct {
	int epoll;
	uint16_t port;
	struct map hosts; /* name -> struct client_host */
	SSL_CTX *context;
	char *next_url;
	size_t urls, answers, failures, in_flight;
} run;

static void set_up_tls(const char *ca_file)
{
	run.context = SSL_CTX_new(TLS_client_method());
	if (!run.context || SSL_CTX_load_verify_file(run.context, ca_file) != 1) {
		ERR_print_errors_fp(stderr);
		client_die(ca_file);
	}
	SSL_CTX_set_verify(run.context, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_session_cache_mode(run.context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(run.context, SSL_MODE_RELEASE_BUFFERS);
	/* The origin hangs up without a close_notify, as many servers do. */
	SSL_CTX_set_options(run.context, SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_alpn_protos(run.context, (const unsigned char *)"\x08http/1.1", 9);
}

static void hang_up(struct fetch *fetch)
{
	SSL_free(fetch->ssl);
	if (fetch->fd >= 0)
		close(fetch->fd);
	fetch->ssl = NULL;
	fetch->fd = -1;
}

static bool watch(struct fetch *fetch, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = fetch };

	if (fetch->events == events)
		return true;
	fetch->events = events;
	return epoll_ctl(run.epoll, EPOLL_CTL_MOD, fetch->fd, &event) == 0;
}

static bool set_up_connection(struct fetch *fetch, struct span host)
{
	char name[HOST_BYTES_MAX + 1];

	if (host.len > HOST_BYTES_MAX)
		return false;
	memcpy(name, host.bytes, host.len);
	name[host.len] = '\0';
	fetch->ssl = SSL_new(run.context);
	return fetch->ssl && SSL_set_tlsext_host_name(fetch->ssl, name) == 1 && SSL_set1_host(fetch->ssl, name) == 1 &&
	       SSL_set_fd(fetch->ssl, fetch->fd) == 1;
}

static bool dial(struct fetch *fetch)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(run.port) };
	struct epoll_event event = { .events = EPOLLOUT, .data.ptr = fetch };
	struct client_host *known;
	struct span host;
	const char *target;
	int one = 1;

	if (!client_split(fetch->url, "https://", &host, &target))
		return false;
	known = map_find(&run.hosts, host);
	if (!known)
		return false;
	to.sin_addr = known->address;
	fetch->state = CONNECTING;
	fetch->events = event.events;
	fetch->in_len = 0;
	fetch->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fetch->fd < 0)
		client_die("socket");
	setsockopt(fetch->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(fetch->fd, (struct sockaddr *)&to, sizeof(to)) < 0 && errno != EINPROGRESS)
		return false;
	return set_up_connection(fetch, host) && epoll_ctl(run.epoll, EPOLL_CTL_ADD, fetch->fd, &event) == 0;
}

/* Begins with the list's next URL; false at its end. */
static bool begin(struct fetch *fetch)
{
	while (*run.next_url) {
		size_t len = strcspn(run.next_url, "\n");
		bool last = run.next_url[len] == '\0';

		fetch->url = run.next_url;
		fetch->url[len] = '\0';
		run.next_url += len + !last;
		run.urls++;
		if (dial(fetch))
			return true;
		run.failures++;
		hang_up(fetch);
	}
	return false;
}

static void finish(struct fetch *fetch, bool ok)
{
	run.answers += ok;
	run.failures += !ok;
	hang_up(fetch);
	if (!begin(fetch))
		run.in_flight--;
}

static bool send_request(struct fetch *fetch)
{
	char request[REQUEST_BYTES];
	struct span host;
	const char *target;
	int len;

	client_split(fetch->url, "https://", &host, &target);
	len = snprintf(request, sizeof(request),
		       "GET %s HTTP/1.1\r\nHost: %.*s\r\nUser-Agent: floor\r\nAccept: */*\r\n\r\n", target,
		       (int)host.len, host.bytes);
	return len < (int)sizeof(request) && SSL_write(fetch->ssl, request, len) == len;
}

/* Waits for what OpenSSL waits for; false if it has failed. */
static bool wait_for(struct fetch *fetch, int result)
{
	switch (SSL_get_error(fetch->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return watch(fetch, EPOLLIN);
	case SSL_ERROR_WANT_WRITE:
		return watch(fetch, EPOLLOUT);
	default:
		ERR_clear_error();
		return false;
	}
}

static void receive(struct fetch *fetch)
{
	size_t room = sizeof(fetch->in) - 1 - fetch->in_len;
	int got = SSL_read(fetch->ssl, fetch->in + fetch->in_len, (int)room);

	if (got <= 0) {
		if (!wait_for(fetch, got))
			finish(fetch, false);
		return;
	}
	fetch->in_len += (size_t)got;
	fetch->in[fetch->in_len] = '\0';
	if (strstr(fetch->in, "\r\n\r\n"))
		finish(fetch, strncmp(fetch->in, "HTTP/1.1 ", 9) == 0);
	else if (fetch->in_len == sizeof(fetch->in) - 1)
		finish(fetch, false);
}

static void shake_hands(struct fetch *fetch)
{
	int result = SSL_connect(fetch->ssl);

	if (result != 1) {
		if (!wait_for(fetch, result))
			finish(fetch, false);
		return;
	}
	fetch->state = ANSWERING;
	if (!send_request(fetch) || !watch(fetch, EPOLLIN))
		finish(fetch, false);
}

static void ready(struct fetch *fetch)
{
	int error = 0;
	socklen_t len = sizeof(error);

	switch (fetch->state) {
	case CONNECTING:
		if (getsockopt(fetch->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0 || error) {
			finish(fetch, false);
			return;
		}
		fetch->state = HANDSHAKING;
		shake_hands(fetch);
		break;
	case HANDSHAKING:
		shake_hands(fetch);
		break;
	case ANSWERING:
		receive(fetch);
		break;
	}
}

static void fetch_all(size_t concurrency)
{
	struct fetch *fetches = memory_alloc(concurrency * sizeof(*fetches));
	struct epoll_event event[EVENTS_MAX];

	for (size_t i = 0; i < concurrency; i++) {
		fetches[i] = (struct fetch){ .fd = -1 };
		run.in_flight += begin(&fetches[i]);
	}
	while (run.in_flight) {
		int count = epoll_wait(run.epoll, event, EVENTS_MAX, -1);

		for (int i = 0; i < count; i++)
			ready(event[i].data.ptr);
	}
	free(fetches);
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "port", required_argument, NULL, 'p' },
						 { "hosts", required_argument, NULL, 'h' },
						 { "ca-file", required_argument, NULL, 'a' },
						 { 0 } };
	size_t concurrency = 1000;

	for (int option; (option = getopt_long(argc, argv, "c:", options, NULL)) != -1;) {
		if (option == 'c')
			concurrency = strtoul(optarg, NULL, 10);
		else if (option == 'p')
			run.port = (uint16_t)strtoul(optarg, NULL, 10);
		else if (option == 'h')
			client_load_hosts(&run.hosts, optarg);
		else if (option == 'a')
			set_up_tls(optarg);
	}
	if (optind + 1 != argc || !run.port || !concurrency || !run.context) {
		fprintf(stderr, "Usage: tls_floor --port PORT --hosts FILE --ca-file FILE [-c N] LIST\n");
		return EX_USAGE;
	}
	client_raise_descriptor_limit();
	run.epoll = epoll_create1(EPOLL_CLOEXEC);
	run.next_url = client_read_file(argv[optind]);

	double start_s = client_now_s();

	fetch_all(concurrency);
	printf("{\"urls\":%zu,\"hops\":%zu,\"failures\":%zu,\"wall_s\":%.6f}\n", run.urls, run.answers, run.failures,
	       client_now_s() - start_s);
	return run.failures ? EX_SOFTWARE : EX_OK;
}
