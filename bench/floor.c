/* The floor: the least that walking a list of redirect chains costs on this machine.
 *
 * A bare epoll client: no name server, no TLS, no checks, no records. It keeps N walks in flight, asks for
 * each URL of a list with a minimal GET, follows Location until the answer is no redirect, and counts.
 * As detour does, it keeps a connection for the next hop on the same host and closes it otherwise.
 *
 *     floor --port PORT --hosts FILE [-c N] LIST
 *
 * HOSTS has "name address" lines; LIST has http:// URLs. Prints one line of JSON. */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "bench/client.h"
#include "formats/arena.h"

#define ANSWER_BYTES_MAX 16384
#define URL_BYTES        2048
#define REDIRECTS_MAX    20
#define EVENTS_MAX       256

struct walk {
	int fd; /* -1: none */
	bool connecting;
	unsigned redirects;
	struct in_addr address; /* that fd is connected to */
	char url[URL_BYTES];
	size_t in_len;
	char in[ANSWER_BYTES_MAX];
};

static struct {
	int epoll;
	uint16_t port;
	struct map hosts; /* name -> struct in_addr */
	char *next_url;
	size_t urls, hops, failures, in_flight;
} run;

static void hang_up(struct walk *walk)
{
	if (walk->fd >= 0)
		close(walk->fd);
	walk->fd = -1;
}

static bool dial(struct walk *walk, struct in_addr address)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(run.port), .sin_addr = address };
	struct epoll_event event = { .events = EPOLLOUT, .data.ptr = walk };
	int one = 1;

	walk->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (walk->fd < 0)
		client_die("socket");
	setsockopt(walk->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(walk->fd, (struct sockaddr *)&to, sizeof(to)) < 0 && errno != EINPROGRESS)
		return false;
	walk->address = address;
	walk->connecting = true;
	return epoll_ctl(run.epoll, EPOLL_CTL_ADD, walk->fd, &event) == 0;
}

static bool send_request(struct walk *walk)
{
	char request[URL_BYTES + 256];
	struct span host;
	const char *target;

	if (!client_split(walk->url, "http://", &host, &target))
		return false;

	int len = snprintf(request, sizeof(request),
			   "GET %s HTTP/1.1\r\nHost: %.*s\r\nUser-Agent: floor\r\nAccept: */*\r\n\r\n", target,
			   (int)host.len, host.bytes);

	walk->in_len = 0;
	return send(walk->fd, request, (size_t)len, MSG_NOSIGNAL) == len;
}

/* Requests walk->url, on the connection it has if that leads there. */
static bool ask(struct walk *walk)
{
	struct in_addr *address;
	struct span host;
	const char *target;

	run.hops++;
	if (!client_split(walk->url, "http://", &host, &target))
		return false;
	address = map_find(&run.hosts, host);
	if (!address)
		return false;
	if (walk->fd >= 0 && address->s_addr == walk->address.s_addr)
		return send_request(walk);
	hang_up(walk);
	return dial(walk, *address);
}

/* Begins walks with URLs of the list until one is under way; false at the list's end. */
static bool begin(struct walk *walk)
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
			if (ask(walk))
				return true;
		}
		run.failures++;
		hang_up(walk);
	}
	hang_up(walk);
	return false;
}

static void finish(struct walk *walk, bool ok)
{
	run.failures += !ok;
	if (!ok)
		hang_up(walk);
	if (!begin(walk))
		run.in_flight--;
}

static const char *find_field(const char *head, const char *field)
{
	const char *at = strcasestr(head, field);

	return at ? at + strlen(field) : NULL;
}

/* Puts where the answer leads into walk->url. */
static bool follow(struct walk *walk, const char *location)
{
	size_t len = strcspn(location, "\r");
	size_t keep = *location == '/' ? (size_t)(strchr(walk->url + 7, '/') - walk->url) : 0;

	if (keep + len >= URL_BYTES)
		return false;
	memcpy(walk->url + keep, location, len);
	walk->url[keep + len] = '\0';
	return true;
}

/* A whole answer is in walk->in. */
static void answered(struct walk *walk)
{
	unsigned status = (unsigned)strtoul(walk->in + 9, NULL, 10);
	const char *location = find_field(walk->in, "\r\nLocation: ");

	if (status >= 300 && status < 400 && location) {
		if (++walk->redirects > REDIRECTS_MAX || !follow(walk, location) || !ask(walk))
			finish(walk, false);
	} else {
		finish(walk, status == 200);
	}
}

static void receive(struct walk *walk)
{
	ssize_t got = recv(walk->fd, walk->in + walk->in_len, sizeof(walk->in) - 1 - walk->in_len, 0);
	const char *end, *length;

	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0) {
		finish(walk, false);
		return;
	}
	walk->in_len += (size_t)got;
	walk->in[walk->in_len] = '\0';
	end = strstr(walk->in, "\r\n\r\n");
	if (!end)
		return;
	length = find_field(walk->in, "\r\nContent-Length: ");
	if (!length || (size_t)(end + 4 - walk->in) + strtoul(length, NULL, 10) <= walk->in_len)
		answered(walk);
}

static void ready(struct walk *walk)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = walk };
	int error = 0;
	socklen_t len = sizeof(error);

	if (!walk->connecting) {
		receive(walk);
		return;
	}
	walk->connecting = false;
	if (getsockopt(walk->fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0 || error || !send_request(walk) ||
	    epoll_ctl(run.epoll, EPOLL_CTL_MOD, walk->fd, &event) < 0)
		finish(walk, false);
}

static void walk_all(size_t concurrency)
{
	struct walk *walks = memory_alloc(concurrency * sizeof(*walks));
	struct epoll_event event[EVENTS_MAX];

	for (size_t i = 0; i < concurrency; i++) {
		walks[i].fd = -1;
		run.in_flight += begin(&walks[i]);
	}
	while (run.in_flight) {
		int count = epoll_wait(run.epoll, event, EVENTS_MAX, -1);

		for (int i = 0; i < count; i++)
			ready(event[i].data.ptr);
	}
	free(walks);
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "port", required_argument, NULL, 'p' },
						 { "hosts", required_argument, NULL, 'h' },
						 { 0 } };
	size_t concurrency = 1000;

	for (int option; (option = getopt_long(argc, argv, "c:", options, NULL)) != -1;) {
		if (option == 'c')
			concurrency = strtoul(optarg, NULL, 10);
		else if (option == 'p')
			run.port = (uint16_t)strtoul(optarg, NULL, 10);
		else if (option == 'h')
			client_load_hosts(&run.hosts, optarg);
	}
	if (optind + 1 != argc || !run.port || !concurrency) {
		fprintf(stderr, "Usage: floor --port PORT --hosts FILE [-c N] LIST\n");
		return EX_USAGE;
	}
	client_raise_descriptor_limit();
	run.epoll = epoll_create1(EPOLL_CLOEXEC);
	run.next_url = client_read_file(argv[optind]);

	double start_s = client_now_s();

	walk_all(concurrency);
	printf("{\"urls\":%zu,\"hops\":%zu,\"failures\":%zu,\"wall_s\":%.6f}\n", run.urls, run.hops, run.failures,
	       client_now_s() - start_s);
	return run.failures ? EX_SOFTWARE : EX_OK;
}
