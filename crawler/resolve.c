#include "crawler/resolve.h"

#include <ares.h>
#include <assert.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <uthash.h>

#include "crawler/clock.h"
#include "crawler/window.h"

/* Names asked for at once. A burst overflows the socket buffer of a resolver that is slow to read, and
 * each lost question costs a time-out, so what it takes is found out. The upper bound keeps c-ares, which
 * finds free 16-bit query ids by trial, quick. */
#define WINDOW_FIRST 64
#define WINDOW_MIN   8
#define WINDOW_MAX   1000

/* Time-outs that come together are one loss. */
#define WINDOW_HALVE_EVERY_US (1 * US_PER_S)

/* Names that are remembered, about 250 bytes each. The oldest goes first; it costs a question. */
#define NAMES_MAX 100000

/* The TTL that a name server gives is kept within these bounds: no site changes faster than a
 * chain is walked, and no night is longer than the upper one. */
#define TTL_MIN_S      5
#define TTL_MAX_S      3600
#define TTL_NEGATIVE_S 300 /* NXDOMAIN and NODATA; c-ares does not tell the SOA's minimum */
#define TTL_FAILURE_S  30  /* SERVFAIL, time-outs */

/* Default socket buffers lose answers in a burst of WINDOW_MAX questions. */
#define SOCKET_BUFFER_BYTES (4 * 1024 * 1024)

/* ares_timeout() walks all outstanding questions in c-ares 1.18, so time is given on a tick. Its
 * time-outs are 100 ms at least. */
#define TICK_US (50 * US_PER_MS)

#define TRIES 3

struct name {
	UT_hash_handle hh;
	struct resolver *resolver;
	struct name *queued;       /* next in the queue of names that are not yet asked for */
	struct resolve_wait *wait; /* who waits; NULL when the answer is known */
	bool pending;
	unsigned refusals; /* answers so far by which a server said that it cannot tell */
	int64_t expires_us;
	struct resolved answer;
	size_t len;
	char text[];
};

struct resolver {
	ares_channel channel;
	const struct hosts_file *hosts;
	resolver_watch *watch;
	void *context;
	int family;
	struct name *by_name; /* oldest first */
	struct name *queue_first, **queue_last;
	size_t queued;  /* names in it */
	size_t lookups; /* names asked for */
	struct window window;
	int64_t tick_us;
};

static const struct {
	int status;
	enum hop_error error;
} ares_errors[] = {
	{ ARES_ENOTFOUND, HOP_ERROR_DNS_NXDOMAIN },
	{ ARES_ENODATA, HOP_ERROR_DNS_NODATA },
	{ ARES_ESERVFAIL, HOP_ERROR_DNS_SERVFAIL },
	{ ARES_ENOTIMP, HOP_ERROR_DNS_SERVFAIL },
	{ ARES_EREFUSED, HOP_ERROR_DNS_REFUSED },
	{ ARES_ETIMEOUT, HOP_ERROR_DNS_TIMEOUT },
	{ ARES_ECONNREFUSED, HOP_ERROR_DNS_UNREACHABLE },
	{ ARES_EFORMERR, HOP_ERROR_DNS_BAD_ANSWER },
	{ ARES_EBADRESP, HOP_ERROR_DNS_BAD_ANSWER },
	{ ARES_EBADNAME, HOP_ERROR_DNS_BAD_NAME },
	{ ARES_EBADSTR, HOP_ERROR_DNS_BAD_NAME },
	{ ARES_EBADQUERY, HOP_ERROR_DNS_BAD_NAME },
	{ ARES_ENOMEM, HOP_ERROR_NO_MEMORY },
};

static enum hop_error error_of(int status)
{
	for (size_t i = 0; i < sizeof(ares_errors) / sizeof(ares_errors[0]); i++) {
		if (ares_errors[i].status == status)
			return ares_errors[i].error;
	}
	return HOP_ERROR_INTERNAL;
}

static int enlarge_buffers(ares_socket_t fd, int type, void *context)
{
	int bytes = SOCKET_BUFFER_BYTES;

	(void)type;
	(void)context;
	/* The kernel gives what it allows; less is no failure. */
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	return 0;
}

static void socket_state(void *data, ares_socket_t fd, int readable, int writable)
{
	struct resolver *resolver = data;

	resolver->watch(resolver->context, fd,
			(readable ? (uint32_t)EPOLLIN : 0) | (writable ? (uint32_t)EPOLLOUT : 0));
}

static bool set_servers(struct resolver *resolver, const struct option_list *servers, FILE *errors)
{
	char csv[4096] = "";
	size_t len = 0;

	for (size_t i = 0; i < servers->count; i++) {
		len += (size_t)snprintf(csv + len, sizeof(csv) - len, "%s%s", i ? "," : "", servers->text[i]);
		if (len >= sizeof(csv)) {
			fprintf(errors, "detour: --dns-server: too many servers\n");
			return false;
		}
	}
	if (servers->count && ares_set_servers_ports_csv(resolver->channel, csv) != ARES_SUCCESS) {
		fprintf(errors, "detour: --dns-server: \"%s\" is not IP[:PORT]\n", csv);
		return false;
	}
	return true;
}

struct resolver *resolver_new(const struct resolver_config *config, FILE *errors)
{
	static const int families[] = { [IP_ANY] = AF_UNSPEC, [IP_4] = AF_INET, [IP_6] = AF_INET6 };
	struct resolver *resolver = memory_alloc(sizeof(*resolver));
	struct ares_options ares = {
		.flags = ARES_FLAG_STAYOPEN | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_EDNS |
			 ARES_FLAG_NOCHECKRESP,
		.timeout = (int)config->options->dns_timeout_ms,
		.tries = TRIES,
		.ednspsz = 1232,
		.lookups = (char[]){ "b" },
		.sock_state_cb = socket_state,
		.sock_state_cb_data = resolver,
	};
	int status;

	*resolver = (struct resolver){ .hosts = config->hosts,
				       .watch = config->watch,
				       .context = config->context,
				       .family = families[config->options->ip_version] };
	resolver->queue_last = &resolver->queue_first;
	resolver->window = (struct window){
		.size = WINDOW_FIRST, .min = WINDOW_MIN, .max = WINDOW_MAX, .halve_every_us = WINDOW_HALVE_EVERY_US
	};
	status = ares_init_options(&resolver->channel, &ares,
				   ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_EDNSPSZ |
					   ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB | ARES_OPT_ROTATE);
	if (status != ARES_SUCCESS) {
		fprintf(errors, "detour: cannot set up name resolution: %s\n", ares_strerror(status));
		free(resolver);
		return NULL;
	}
	ares_set_socket_configure_callback(resolver->channel, enlarge_buffers, NULL);
	if (!set_servers(resolver, &config->options->dns_server, errors)) {
		resolver_free(resolver);
		return NULL;
	}
	return resolver;
}

void resolver_free(struct resolver *resolver)
{
	struct name *name, *next;

	if (!resolver)
		return;
	/* Nobody is told any more: the waiters are gone before the resolver. */
	HASH_ITER(hh, resolver->by_name, name, next)
	{
		name->wait = NULL;
	}
	resolver->queue_first = NULL;
	ares_destroy(resolver->channel);
	HASH_ITER(hh, resolver->by_name, name, next)
	{
		HASH_DEL(resolver->by_name, name);
		free(name);
	}
	free(resolver);
}

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
	return value < low ? low : value > high ? high : value;
}

/* Copies the addresses of one family in the order given; returns the smallest TTL seen. */
static int64_t take_addresses(struct resolved *answer, const struct ares_addrinfo *info, int family, int64_t ttl_s)
{
	for (const struct ares_addrinfo_node *node = info->nodes; node; node = node->ai_next) {
		struct address *address = &answer->address[answer->address_count];

		if (node->ai_family != family || answer->address_count == ADDRESSES_MAX)
			continue;
		*address = (struct address){ .family = (sa_family_t)family };
		if (family == AF_INET)
			memcpy(address->bytes, &((const struct sockaddr_in *)(const void *)node->ai_addr)->sin_addr, 4);
		else
			memcpy(address->bytes, &((const struct sockaddr_in6 *)(const void *)node->ai_addr)->sin6_addr,
			       16);
		answer->address_count++;
		if (node->ai_ttl < ttl_s)
			ttl_s = node->ai_ttl;
	}
	return ttl_s;
}

static void tell_waiters(struct name *name)
{
	struct resolve_wait *wait = name->wait;
	struct resolved answer = name->answer;

	name->wait = NULL;
	while (wait) {
		struct resolve_wait *next = wait->next;

		wait->done(wait, &answer);
		wait = next;
	}
}

static void queue_name(struct resolver *resolver, struct name *name)
{
	name->queued = NULL;
	*resolver->queue_last = name;
	resolver->queue_last = &name->queued;
	resolver->queued++;
}

static void on_answer(void *data, int status, int timeouts, struct ares_addrinfo *info)
{
	struct name *name = data;
	struct resolver *resolver = name->resolver;
	int64_t ttl_s = TTL_FAILURE_S;

	if (timeouts > 0)
		window_lost(&resolver->window, clock_now_us());
	else
		window_answered(&resolver->window);
	/* c-ares would ask the next server by itself, but in 1.18 it then forgets what the last one said. */
	if ((status == ARES_ESERVFAIL || status == ARES_EREFUSED || status == ARES_ENOTIMP) &&
	    ++name->refusals < TRIES) {
		resolver->lookups--;
		queue_name(resolver, name);
		return;
	}
	name->answer = (struct resolved){ .error = HOP_OK, .detail = "" };
	if (status == ARES_SUCCESS) {
		/* IPv4 first: most sites have it, and many machines have no way out by IPv6. */
		ttl_s = take_addresses(&name->answer, info, AF_INET, TTL_MAX_S);
		ttl_s = clamp(take_addresses(&name->answer, info, AF_INET6, ttl_s), TTL_MIN_S, TTL_MAX_S);
		ares_freeaddrinfo(info);
		if (name->answer.address_count == 0)
			status = ARES_ENODATA;
	}
	if (status != ARES_SUCCESS) {
		name->answer.error = error_of(status);
		name->answer.detail = ares_strerror(status);
		if (status == ARES_ENOTFOUND || status == ARES_ENODATA)
			ttl_s = TTL_NEGATIVE_S;
	}
	name->pending = false;
	name->expires_us = clock_now_us() + ttl_s * US_PER_S;
	resolver->lookups--;
	if (status == ARES_EDESTRUCTION)
		return;
	tell_waiters(name);
}

static void ask(struct resolver *resolver, struct name *name)
{
	const struct ares_addrinfo_hints hints = { .ai_family = resolver->family,
						   .ai_flags = ARES_AI_NOSORT,
						   .ai_socktype = SOCK_STREAM };
	char absolute[512];

	/* A dot at the end keeps c-ares 1.16 to 1.22 from trying the search domains. */
	if (name->len + 2 > sizeof(absolute)) {
		resolver->lookups++;
		on_answer(name, ARES_EBADNAME, 0, NULL);
		return;
	}
	snprintf(absolute, sizeof(absolute), "%.*s%s", (int)name->len, name->text,
		 name->len && name->text[name->len - 1] == '.' ? "" : ".");
	resolver->lookups++;
	ares_getaddrinfo(resolver->channel, absolute, NULL, &hints, on_answer, name);
}

static void ask_next(struct resolver *resolver)
{
	while (resolver->queue_first && resolver->lookups < resolver->window.size) {
		struct name *name = resolver->queue_first;

		resolver->queue_first = name->queued;
		if (!resolver->queue_first)
			resolver->queue_last = &resolver->queue_first;
		resolver->queued--;
		ask(resolver, name);
	}
}

static void evict(struct resolver *resolver)
{
	struct name *oldest = resolver->by_name;

	/* A pending name is somebody's; the table then grows by at most the walks in flight. */
	if (HASH_COUNT(resolver->by_name) < NAMES_MAX || oldest->pending)
		return;
	HASH_DEL(resolver->by_name, oldest);
	free(oldest);
}

static struct name *add_name(struct resolver *resolver, struct span text)
{
	struct name *name;

	evict(resolver);
	name = memory_alloc(sizeof(*name) + text.len + 1);
	*name = (struct name){ .resolver = resolver, .len = text.len, .pending = true };
	memcpy(name->text, text.bytes, text.len);
	name->text[text.len] = '\0';
	HASH_ADD_KEYPTR(hh, resolver->by_name, name->text, name->len, name);
	return name;
}

static bool find_in_hosts_file(const struct resolver *resolver, struct span text, struct resolved *out)
{
	struct address address[ADDRESSES_MAX];
	size_t count = hosts_file_find(resolver->hosts, text, address);

	for (size_t i = 0; i < count; i++) {
		if (resolver->family == AF_UNSPEC || resolver->family == address[i].family)
			out->address[out->address_count++] = address[i];
	}
	return out->address_count > 0;
}

bool resolver_lookup(struct resolver *resolver, struct span text, struct resolve_wait *wait, struct resolved *out)
{
	struct name *name;

	*out = (struct resolved){ .error = HOP_OK, .detail = "" };
	if (address_parse(text, &out->address[0])) {
		out->address_count = 1;
		return true;
	}
	if (find_in_hosts_file(resolver, text, out))
		return true;
	HASH_FIND(hh, resolver->by_name, text.bytes, text.len, name);
	if (name && !name->pending && name->expires_us <= clock_now_us()) {
		HASH_DEL(resolver->by_name, name);
		free(name);
		name = NULL;
	}
	if (name && !name->pending) {
		*out = name->answer;
		return true;
	}
	if (!name) {
		name = add_name(resolver, text);
		queue_name(resolver, name);
	}
	wait->next = name->wait;
	name->wait = wait;
	/* Sent at the next tick or event, never from here: c-ares may answer at once. */
	resolver->tick_us = 0;
	return false;
}

void resolver_forget(struct resolver *resolver, struct span text, struct resolve_wait *wait)
{
	struct resolve_wait **at;
	struct name *name;

	HASH_FIND(hh, resolver->by_name, text.bytes, text.len, name);
	assert(name);
	for (at = &name->wait; *at != wait; at = &(*at)->next)
		assert(*at);
	*at = wait->next;
}

/* NXDOMAIN and NODATA are what the name's owner says; all else may be different the next time. */
static bool may_pass(enum hop_error error)
{
	return error != HOP_OK && error != HOP_ERROR_DNS_NXDOMAIN && error != HOP_ERROR_DNS_NODATA;
}

void resolver_forget_failures(struct resolver *resolver)
{
	struct name *name, *next;

	HASH_ITER(hh, resolver->by_name, name, next)
	{
		if (!name->pending && may_pass(name->answer.error)) {
			HASH_DEL(resolver->by_name, name);
			free(name);
		}
	}
}

bool resolver_is_busy(const struct resolver *resolver)
{
	return resolver->queued > resolver->window.size;
}

void resolver_process(struct resolver *resolver, int fd, uint32_t events)
{
	const ares_socket_t none = ARES_SOCKET_BAD;

	ares_process_fd(resolver->channel, events & (EPOLLIN | EPOLLERR | EPOLLHUP) ? fd : none,
			events & EPOLLOUT ? fd : none);
	ask_next(resolver);
	resolver->tick_us = clock_now_us() + TICK_US;
}

int64_t resolver_deadline_us(const struct resolver *resolver)
{
	if (resolver->queue_first && resolver->lookups < resolver->window.size)
		return 0;
	return resolver->lookups ? resolver->tick_us : INT64_MAX;
}
