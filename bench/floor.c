/* The floor: the least that walking a list of redirect chains costs on this machine.
 *
 * A bare epoll client: no name server, no TLS, no checks, no limits per host, no records. It keeps N walks in
 * flight, asks for each URL of a list with a minimal GET, follows Location until the answer is no redirect, and
 * counts. A connection that a walk has done with waits for the next request to its address, for as long as no
 * other one needs its descriptor. Each descriptor is made known to the kernel once, edge-triggered for both
 * directions; memory of a walk and of a connection is some cache lines.
 *
 *     floor --port PORT --hosts FILE [-c N] [--idle N] LIST
 *
 * HOSTS has "name address" lines; LIST has http:// URLs. At most N connections (--idle) wait; by default as many
 * as there are descriptors for. Prints one line of JSON. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "bench/client.h"
#include "formats/arena.h"

#define ANSWER_BYTES_MAX     16384
#define TARGET_BYTES         432 /* makes a walk 512 bytes */
#define REDIRECTS_MAX        20
#define EVENTS_MAX           512
#define DESCRIPTORS_RESERVED 16

struct conn {
	int fd;
	bool connected;
	struct client_host *host;
	struct walk *walk;          /* NULL: it waits */
	struct conn *older, *newer; /* of those that wait */
	struct conn *below;         /* in the host's stack of those that wait */
};

struct walk {
	struct conn *conn; /* NULL: none */
	struct client_host *host;
	unsigned redirects;
	size_t target_len;
	char target[TARGET_BYTES];
	char *held; /* the beginning of an answer that did not come in one piece */
	size_t held_len;
};

static struct {
	int epoll;
	uint16_t port;
	struct map hosts; /* name -> struct client_host */
	char *next_url;
	size_t urls, hops, connections, failures, in_flight;
	struct conn *oldest, *newest; /* of those that wait */
	size_t waiting, waiting_max;
	struct conn *ended;
	char in[ANSWER_BYTES_MAX + 1];
} run = { .waiting_max = SIZE_MAX };

/* Takes a waiting connection out of the list of all, and out of its host's stack. */
static void unpark(struct conn *conn)
{
	struct conn **link = (struct conn **)&conn->host->waiting;

	while (*link != conn)
		link = &(*link)->below;
	*link = conn->below;
	*(conn->older ? &conn->older->newer : &run.oldest) = conn->newer;
	*(conn->newer ? &conn->newer->older : &run.newest) = conn->older;
	run.waiting--;
}

static void hang_up(struct conn *conn)
{
	if (!conn->walk)
		unpark(conn);
	else
		conn->walk->conn = NULL;
	close(conn->fd);
	conn->fd = -1;
	conn->below = run.ended;
	run.ended = conn;
}

/* Not before: those that have ended may be among the events that were fetched. */
static void free_ended(void)
{
	while (run.ended) {
		struct conn *conn = run.ended;

		run.ended = conn->below;
		free(conn);
	}
}

/* The walk needs its connection no more. */
static void park(struct walk *walk)
{
	struct conn *conn = walk->conn;

	walk->conn = NULL;
	conn->walk = NULL;
	conn->below = conn->host->waiting;
	conn->host->waiting = conn;
	conn->newer = NULL;
	conn->older = run.newest;
	*(run.newest ? &run.newest->newer : &run.oldest) = conn;
	run.newest = conn;
	if (++run.waiting > run.waiting_max)
		hang_up(run.oldest);
}

static bool dial(struct walk *walk)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(run.port), .sin_addr = walk->host->address };
	struct conn *conn = memory_alloc(sizeof(*conn));
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = conn };

	*conn = (struct conn){ .host = walk->host, .walk = walk };
	walk->conn = conn;
	conn->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (conn->fd < 0)
		client_die("socket");
	run.connections++;
	if (connect(conn->fd, (struct sockaddr *)&to, sizeof(to)) < 0 && errno != EINPROGRESS)
		return false;
	return epoll_ctl(run.epoll, EPOLL_CTL_ADD, conn->fd, &event) == 0;
}

static char *put(char *at, const char *bytes, size_t len)
{
	memcpy(at, bytes, len);
	return at + len;
}

#define PUT_TEXT(at, text) put(at, text, sizeof(text) - 1)

static bool send_request(const struct walk *walk)
{
	char request[TARGET_BYTES + 512], *end = request;

	end = PUT_TEXT(end, "GET ");
	end = put(end, walk->target, walk->target_len);
	end = PUT_TEXT(end, " HTTP/1.1\r\nHost: ");
	end = put(end, walk->host->name.bytes, walk->host->name.len);
	end = PUT_TEXT(end, "\r\nUser-Agent: floor\r\nAccept: */*\r\n\r\n");
	return send(walk->conn->fd, request, (size_t)(end - request), MSG_NOSIGNAL) == end - request;
}

/* Requests the walk's target from its host, on a connection that leads there if there is one. */
static bool ask(struct walk *walk)
{
	struct conn *conn = walk->conn;

	run.hops++;
	if (conn && conn->host->address.s_addr == walk->host->address.s_addr)
		return send_request(walk);
	if (conn)
		park(walk);
	conn = walk->host->waiting;
	if (!conn)
		return dial(walk);
	unpark(conn);
	conn->walk = walk;
	walk->conn = conn;
	return send_request(walk);
}

/* Takes host and target from an absolute URL, or the target of one that begins with "/". */
static bool aim(struct walk *walk, const char *url, size_t len)
{
	static const char scheme[] = "http://";
	const char *end = url + len, *path = url;

	if (len > sizeof(scheme) && memcmp(url, scheme, sizeof(scheme) - 1) == 0) {
		url += sizeof(scheme) - 1;
		path = memchr(url, '/', (size_t)(end - url));
		if (!path)
			return false;
		walk->host = map_find(&run.hosts, (struct span){ url, (size_t)(path - url) });
	}
	if (!walk->host || path == end || *path != '/' || end - path >= TARGET_BYTES)
		return false;
	walk->target_len = (size_t)(end - path);
	memcpy(walk->target, path, walk->target_len);
	return true;
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
		walk->host = NULL;
		if (aim(walk, url, len) && ask(walk))
			return true;
		run.failures++;
		if (walk->conn)
			hang_up(walk->conn);
	}
	return false;
}

static void finish(struct walk *walk, bool ok)
{
	run.failures += !ok;
	if (!ok && walk->conn)
		hang_up(walk->conn);
	if (begin(walk))
		return;
	if (walk->conn)
		park(walk);
	run.in_flight--;
}

struct answer {
	unsigned status;
	struct span location; /* bytes NULL: none */
	bool whole;
};

/* Reads what has come of an answer: the status, and the two fields that matter. */
static struct answer parse(const char *bytes, size_t len)
{
	static const char location[] = "Location: ", length[] = "Content-Length: ";
	const char *end = bytes + len, *line = memchr(bytes, '\n', len);
	struct answer answer = { .status = len > 12 ? (unsigned)strtoul(bytes + 9, NULL, 10) : 0 };
	size_t body_len = 0;

	while (line && ++line < end && *line != '\r') {
		const char *next = memchr(line, '\n', (size_t)(end - line));

		if (!next)
			return answer;
		if (*line == 'L' && strncasecmp(line, location, sizeof(location) - 1) == 0) {
			answer.location.bytes = line + sizeof(location) - 1;
			answer.location.len = (size_t)(next - 1 - answer.location.bytes);
		} else if (*line == 'C' && strncasecmp(line, length, sizeof(length) - 1) == 0) {
			body_len = strtoul(line + sizeof(length) - 1, NULL, 10);
		}
		line = next;
	}
	answer.whole = line && end - line >= 2 && (size_t)(end - line - 2) >= body_len;
	return answer;
}

static void answered(struct walk *walk, const struct answer *answer)
{
	if (answer->status < 300 || answer->status >= 400 || !answer->location.bytes)
		finish(walk, answer->status == 200);
	else if (++walk->redirects > REDIRECTS_MAX || !aim(walk, answer->location.bytes, answer->location.len) ||
		 !ask(walk))
		finish(walk, false);
}

static void receive(struct walk *walk)
{
	size_t held = walk->held_len;
	ssize_t got = recv(walk->conn->fd, run.in + held, ANSWER_BYTES_MAX - held, 0);
	struct answer answer;

	if (got < 0 && errno == EAGAIN)
		return;
	if (got <= 0) {
		finish(walk, false);
		return;
	}
	if (held)
		memcpy(run.in, walk->held, held);
	free(walk->held);
	walk->held = NULL;
	walk->held_len = 0;
	run.in[held + (size_t)got] = '\0';
	answer = parse(run.in, held + (size_t)got);
	if (answer.whole) {
		answered(walk, &answer);
		return;
	}
	walk->held_len = held + (size_t)got;
	walk->held = memory_alloc(walk->held_len);
	memcpy(walk->held, run.in, walk->held_len);
}

static void ready(struct conn *conn, uint32_t events)
{
	struct walk *walk = conn->walk;

	if (conn->fd < 0)
		return;
	if (!walk) {
		if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
			hang_up(conn);
	} else if (!conn->connected) {
		conn->connected = true;
		if (!send_request(walk))
			finish(walk, false);
	} else if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
		receive(walk);
	}
}

static void walk_all(size_t concurrency)
{
	struct walk *walks = memory_alloc(concurrency * sizeof(*walks));
	struct epoll_event event[EVENTS_MAX];

	for (size_t i = 0; i < concurrency; i++) {
		walks[i] = (struct walk){ .conn = NULL };
		run.in_flight += begin(&walks[i]);
	}
	while (run.in_flight) {
		int count = epoll_wait(run.epoll, event, EVENTS_MAX, -1);

		for (int i = 0; i < count; i++)
			ready(event[i].data.ptr, event[i].events);
		free_ended();
	}
	free(walks);
}

int main(int argc, char **argv)
{
	static const struct option options[] = { { "port", required_argument, NULL, 'p' },
						 { "hosts", required_argument, NULL, 'h' },
						 { "idle", required_argument, NULL, 'i' },
						 { 0 } };
	size_t concurrency = 1000, descriptors = client_raise_descriptor_limit() - DESCRIPTORS_RESERVED;

	for (int option; (option = getopt_long(argc, argv, "c:", options, NULL)) != -1;) {
		if (option == 'c')
			concurrency = strtoul(optarg, NULL, 10);
		else if (option == 'p')
			run.port = (uint16_t)strtoul(optarg, NULL, 10);
		else if (option == 'h')
			client_load_hosts(&run.hosts, optarg);
		else if (option == 'i')
			run.waiting_max = strtoul(optarg, NULL, 10);
	}
	if (optind + 1 != argc || !run.port || !concurrency || concurrency > descriptors) {
		fprintf(stderr, "Usage: floor --port PORT --hosts FILE [-c N] [--idle N] LIST\n"
				"N is limited by the descriptors of a process.\n");
		return EX_USAGE;
	}
	if (run.waiting_max > descriptors - concurrency)
		run.waiting_max = descriptors - concurrency;
	run.epoll = epoll_create1(EPOLL_CLOEXEC);
	run.next_url = client_read_file(argv[optind]);

	double start_s = client_now_s();

	walk_all(concurrency);
	printf("{\"urls\":%zu,\"hops\":%zu,\"connections\":%zu,\"failures\":%zu,\"wall_s\":%.6f}\n", run.urls, run.hops,
	       run.connections, run.failures, client_now_s() - start_s);
	return run.failures ? EX_SOFTWARE : EX_OK;
}
