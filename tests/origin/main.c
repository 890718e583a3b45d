/* The bundled origin: HTTP/1.1, TLS and DNS on loopback, from a table. For tests, the demo and the
 * bench; not for any other network. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "tests/origin/conn.h"
#include "tests/origin/dns_server.h"
#include "tests/origin/listen.h"

/* Addresses to listen on; with more of them in the table, --bind 127.0.0.0/8 is the way. */
#define PLACES_MAX  1024
#define THREADS_MAX 64
/* Listening sockets of a loop for 127.0.0.0/8. The queue of one holds 4,096 connections, and ten thousand may be
 * opened while the loop is busy with others; those that find no room come again a second later. */
#define WHOLE_NET_LISTENERS 8
/* With port 0 the kernel picks a port that is free on one address; it may be taken on another. */
#define PORT_TRIES 20

struct setup {
	const char *table, *state, *log;
	struct place place[PLACES_MAX], silent[PLACES_MAX];
	size_t place_count, silent_count;
	size_t dns_place_count; /* DNS is served on the first so many of `place` */
	size_t threads;
	uint16_t port, dns_port;
	bool die_with_parent, check;
};

/* The loop that takes the signals, and those it has to wake. */
struct signals {
	struct watch watch;
	struct loop *loops;
	size_t loop_count;
};

static const char usage[] =
	"Usage: origin --table FILE [OPTION]...\n"
	"Serves HTTP/1.1 and TLS (told apart by the first byte, on one port) and DNS (UDP and TCP, on another) on\n"
	"127.0.0.1 and ::1. Prints \"ready http=PORT dns=PORT ca=FILE\" and runs until TERM or INT. USR1 writes the log\n"
	"out. USR2 prints \"served requests=N connections=N connections_most=N\": so far, and the most that were open at\n"
	"one time since the last USR2.\n"
	"\n"
	"  --table FILE       what to answer; - is standard input\n"
	"  --state DIR        write the throw-away CA's certificate to DIR/ca.pem; DIR is made if it is not there\n"
	"  --port N           for HTTP and TLS; 0, the default, takes a free one\n"
	"  --dns-port N       for DNS; the same\n"
	"  --bind ADDRESS     serve this loopback address too; 127.0.0.0/8 is all of them; may be given several times\n"
	"  --blackhole ADDRESS  let connections to this loopback address get no answer, as for a silent host\n"
	"  --threads N        event loops, 1 by default, each with a limit of descriptors of its own\n"
	"  --log FILE         one JSON line per request, connection and DNS query (tests/origin/log.h)\n"
	"  --die-with-parent  end when the process that started it ends\n"
	"  --check            read the table, print its size, end\n"
	"\n";

static _Noreturn void fail(int code, const char *what, const char *why)
{
	fprintf(stderr, "origin: %s: %s\n", what, why);
	exit(code);
}

static uint16_t parse_number(const char *name, const char *text, unsigned long max)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (!*text || *end || value > max)
		fail(EX_USAGE, name, "not a number in range");
	return (uint16_t)value;
}

static void add_place(struct place *place, size_t *count, const char *text)
{
	if (*count == PLACES_MAX || !listen_parse(text, &place[*count]))
		fail(EX_USAGE, text, "not a loopback address, or too many");
	++*count;
}

/* Whether a place is among `count` others, or is part of 127.0.0.0/8 which is. */
static bool has_place(const struct place *place, size_t count, const struct place *wanted)
{
	for (size_t i = 0; i < count; i++)
		if (place[i].whole_net || memcmp(&place[i].address, &wanted->address, wanted->address_len) == 0)
			return true;
	return false;
}

/* Serves a host's IPv4 addresses, or lets them be silent, as its line says. Silent ones go first: an
 * address is one or the other. */
static void add_host(struct setup *setup, const struct host *host, enum port_mode port)
{
	bool silent = port == PORT_SILENT;
	struct place *place = silent ? setup->silent : setup->place, wanted;
	size_t *count = silent ? &setup->silent_count : &setup->place_count;

	for (size_t i = 0; host->port == port && i < host->a_count; i++) {
		if (!listen_place_of(host->a[i], &wanted) || has_place(place, *count, &wanted) ||
		    has_place(setup->silent, setup->silent_count, &wanted))
			continue;
		if (*count == PLACES_MAX)
			fail(EX_DATAERR, "too many addresses in the table", "use --bind 127.0.0.0/8");
		place[(*count)++] = wanted;
	}
}

static void add_hosts(struct setup *setup, const struct map *hosts)
{
	setup->dns_place_count = setup->place_count;
	for (size_t i = 0; i < hosts->size; i++)
		if (hosts->slot[i].value)
			add_host(setup, hosts->slot[i].value, PORT_SILENT);
	for (size_t i = 0; i < hosts->size; i++)
		if (hosts->slot[i].value)
			add_host(setup, hosts->slot[i].value, PORT_OPEN);
}

static void parse_arguments(struct setup *setup, int argc, char **argv)
{
	static const struct option options[] = { { "table", required_argument, NULL, 't' },
						 { "state", required_argument, NULL, 's' },
						 { "port", required_argument, NULL, 'p' },
						 { "dns-port", required_argument, NULL, 'd' },
						 { "bind", required_argument, NULL, 'b' },
						 { "blackhole", required_argument, NULL, 'B' },
						 { "blackhole", required_argument, NULL, 'B' },
						 { "threads", required_argument, NULL, 'n' },
						 { "log", required_argument, NULL, 'l' },
						 { "die-with-parent", no_argument, NULL, 'P' },
						 { "check", no_argument, NULL, 'c' },
						 { "help", no_argument, NULL, 'h' },
						 { 0 } };

	for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		switch (option) {
		case 't':
			setup->table = optarg;
			break;
		case 's':
			setup->state = optarg;
			break;
		case 'p':
			setup->port = parse_number("--port", optarg, 65535);
			break;
		case 'd':
			setup->dns_port = parse_number("--dns-port", optarg, 65535);
			break;
		case 'b':
			add_place(setup->place, &setup->place_count, optarg);
			break;
		case 'B':
			add_place(setup->silent, &setup->silent_count, optarg);
			break;
		case 'n':
			setup->threads = parse_number("--threads", optarg, THREADS_MAX);
			break;
		case 'l':
			setup->log = optarg;
			break;
		case 'P':
			setup->die_with_parent = true;
			break;
		case 'c':
			setup->check = true;
			break;
		case 'h':
			printf("%s%s", usage, table_help);
			exit(EX_OK);
		default:
			exit(EX_USAGE);
		}
	}
	if (!setup->table || optind != argc)
		fail(EX_USAGE, "usage", "--table FILE is needed, see --help");
	if (setup->threads == 0)
		setup->threads = 1;
}

static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/* Opens one kind of socket on every place, all at one port. Returns the port, or 0 with errno. */
static uint16_t open_everywhere(const struct place *place, size_t count, int type, uint16_t port, int *fd)
{
	for (size_t i = 0; i < count; i++) {
		fd[i] = listen_open(&place[i], type, port);
		if (fd[i] < 0) {
			int why = errno;

			while (i--)
				close(fd[i]);
			errno = why;
			return 0;
		}
		port = listen_port(fd[i]);
	}
	return port;
}

static void listen_more(struct loop *loop, const struct place *place)
{
	for (int i = 1; i < WHOLE_NET_LISTENERS; i++) {
		int fd = listen_open(place, SOCK_STREAM, loop->origin->port);

		if (fd < 0)
			fail(EX_OSERR, "HTTP port", strerror(errno));
		listen_watch(loop, fd, conn_new);
	}
}

static void listen_http(struct origin *origin, const struct setup *setup, struct loop *loops)
{
	int fd[PLACES_MAX];

	origin->port = setup->port;
	for (size_t i = 0; i < setup->threads; i++) {
		uint16_t port = 0;

		for (int try = 0; !port && try < PORT_TRIES; try++)
			port = open_everywhere(setup->place, setup->place_count, SOCK_STREAM, origin->port, fd);
		if (!port)
			fail(EX_OSERR, "HTTP port", strerror(errno));
		origin->port = port;
		for (size_t k = 0; k < setup->place_count; k++) {
			listen_watch(&loops[i], fd[k], conn_new);
			if (setup->place[k].whole_net)
				listen_more(&loops[i], &setup->place[k]);
		}
	}
	for (size_t i = 0; i < setup->silent_count; i++)
		if (!listen_blackhole(&setup->silent[i], origin->port))
			fail(EX_OSERR, "silent host", strerror(errno));
}

/* The first loop serves all DNS: an answer costs some microseconds. */
static void listen_dns(struct origin *origin, const struct setup *setup, struct loop *loop)
{
	int tcp[PLACES_MAX], udp[PLACES_MAX];
	size_t count = setup->dns_place_count;

	for (int try = 0; !origin->dns_port && try < PORT_TRIES; try++) {
		uint16_t port = open_everywhere(setup->place, count, SOCK_STREAM, setup->dns_port, tcp);

		if (!port)
			continue;
		origin->dns_port = open_everywhere(setup->place, count, SOCK_DGRAM, port, udp);
		for (size_t i = 0; !origin->dns_port && i < count; i++)
			close(tcp[i]);
	}
	if (!origin->dns_port)
		fail(EX_OSERR, "DNS port", strerror(errno));
	for (size_t i = 0; i < count; i++) {
		listen_watch(loop, tcp[i], dns_server_accept);
		dns_server_add_udp(loop, udp[i]);
	}
}

static void tell_served(struct served *served)
{
	uint64_t open = atomic_load_explicit(&served->connections_open, memory_order_relaxed);

	printf("served requests=%" PRIu64 " connections=%" PRIu64 " connections_most=%" PRIu64 "\n",
	       atomic_load_explicit(&served->requests, memory_order_relaxed),
	       atomic_load_explicit(&served->connections, memory_order_relaxed),
	       atomic_exchange_explicit(&served->connections_most, open, memory_order_relaxed));
	fflush(stdout);
}

static void signal_ready(struct watch *watch, uint32_t events)
{
	struct signals *signals = (struct signals *)watch;
	struct signalfd_siginfo info;

	(void)events;
	if (read(watch->fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo == SIGUSR2) {
		tell_served(&signals->loops->origin->served);
		return;
	}
	/* Release: pairs with the acquire in loop_run. */
	if (info.ssi_signo != SIGUSR1)
		atomic_store_explicit(&signals->loops->origin->stop, true, memory_order_release);
	for (size_t i = 0; i < signals->loop_count; i++)
		loop_wake(&signals->loops[i]);
}

/* Blocked in every thread, taken from a descriptor by the first loop. */
static void block_signals(struct signals *signals)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signals->watch = (struct watch){ .ready = signal_ready, .fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK) };
}

struct worker {
	pthread_t thread;
	struct loop *loop;
	pthread_barrier_t *ready;
};

/* With a descriptor table of its own, which is split off before anybody has a connection: a copy of one would keep
 * it open. */
static void *run_thread(void *data)
{
	struct worker *worker = data;

	if (unshare(CLONE_FILES) < 0)
		fail(EX_OSERR, "unshare", strerror(errno));
	pthread_barrier_wait(worker->ready);
	loop_run(worker->loop);
	return NULL;
}

/* Starts the loops but the first, which is the caller's. `ready` must live as long as the threads: the last of
 * them may still look at it when the others have gone on. */
static void start_workers(struct worker *workers, struct loop *loops, size_t count, pthread_barrier_t *ready)
{
	pthread_barrier_init(ready, NULL, (unsigned)count);
	for (size_t i = 1; i < count; i++) {
		workers[i] = (struct worker){ .loop = &loops[i], .ready = ready };
		if (pthread_create(&workers[i].thread, NULL, run_thread, &workers[i]) != 0)
			fail(EX_OSERR, "thread", "cannot be started");
	}
	pthread_barrier_wait(ready);
}

static void serve(struct origin *origin, const struct setup *setup, const char *ca_file, struct signals *signals)
{
	struct loop loops[THREADS_MAX];
	struct worker workers[THREADS_MAX];
	pthread_barrier_t ready;

	for (size_t i = 0; i < setup->threads; i++)
		loop_init(&loops[i], origin);
	listen_http(origin, setup, loops);
	listen_dns(origin, setup, loops);
	signals->loops = loops;
	signals->loop_count = setup->threads;
	loop_watch(loops, &signals->watch, EPOLLIN);
	start_workers(workers, loops, setup->threads, &ready);
	printf("ready http=%u dns=%u ca=%s\n", origin->port, origin->dns_port, ca_file);
	fflush(stdout);
	loop_run(loops);
	for (size_t i = 1; i < setup->threads; i++)
		pthread_join(workers[i].thread, NULL);
	pthread_barrier_destroy(&ready);
	for (size_t i = 0; i < setup->threads; i++)
		loop_release(&loops[i]);
}

/* Everything behind the table. Returns the exit code. */
static int run(struct origin *origin, struct setup *setup)
{
	char ca_file[4096] = "";
	struct signals signals;

	add_hosts(setup, &origin->table.hosts);
	if (setup->state) {
		if (mkdir(setup->state, 0755) < 0 && errno != EEXIST)
			fail(EX_CANTCREAT, setup->state, strerror(errno));
		snprintf(ca_file, sizeof(ca_file), "%s/ca.pem", setup->state);
	}
	if (!log_open(&origin->log, setup->log))
		fail(EX_CANTCREAT, setup->log, strerror(errno));
	origin->tls = tls_new(&origin->table, *ca_file ? ca_file : NULL);
	if (!origin->tls)
		return EX_CANTCREAT;
	block_signals(&signals);
	serve(origin, setup, ca_file, &signals);
	tls_free(origin->tls);
	log_close(&origin->log);
	return EX_OK;
}

int main(int argc, char **argv)
{
	static struct setup setup;
	struct origin origin = { 0 };
	pid_t parent = getppid();
	int code = EX_DATAERR;

	add_place(setup.place, &setup.place_count, "127.0.0.1");
	add_place(setup.place, &setup.place_count, "::1");
	parse_arguments(&setup, argc, argv);
	if (setup.die_with_parent && (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0 || getppid() != parent))
		return EX_OSERR;
	raise_descriptor_limit();
	table_init(&origin.table);
	if (table_load(&origin.table, setup.table, stderr)) {
		if (setup.check)
			printf("%zu hosts, %zu rules\n", origin.table.hosts.count, origin.table.rule_count);
		code = setup.check ? EX_OK : run(&origin, &setup);
	}
	table_release(&origin.table);
	return code;
}
