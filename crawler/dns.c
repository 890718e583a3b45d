#include "crawler/dns.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <stdlib.h>
#include <sys/epoll.h>

/* Default socket buffers lose answers when a thousand questions are sent at once. The kernel cuts it to
 * net.core.rmem_max. */
#define SOCKET_BUFFER_BYTES (4 * 1024 * 1024)

/* What passes all networks unfragmented: the DNS flag day's recommendation of 2020. */
#define EDNS_BYTES 1232

struct dns {
	dns_watch *watch;
	void *context;
	dns_answered *answered;
	void *asker;
	/* c-ares has one time-out for a whole channel. TCP has a channel of its own as well: a server that
	 * closes a connection fails all that the channel has asked it, datagrams included. */
	ares_channel channel[DNS_WAYS];
};

/* Twice --dns-timeout: a connection has to be made first. */
#define TCP_DOUBLINGS 3

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
	struct dns *dns = data;

	dns->watch(dns->context, fd, (readable ? (uint32_t)EPOLLIN : 0) | (writable ? (uint32_t)EPOLLOUT : 0));
}

static bool set_servers(ares_channel channel, const struct option_list *servers, FILE *errors)
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
	if (servers->count && ares_set_servers_ports_csv(channel, csv) != ARES_SUCCESS) {
		fprintf(errors, "detour: --dns-server: \"%s\" is not IP[:PORT]\n", csv);
		return false;
	}
	return true;
}

static bool open_channel(struct dns *dns, unsigned way, const struct options *options, FILE *errors)
{
	/* Truncated answers and failures come up to us; c-ares 1.18 would forget what a server said when it
	 * asks the next one. */
	struct ares_options ares = {
		.flags = ARES_FLAG_STAYOPEN | ARES_FLAG_EDNS | ARES_FLAG_NOCHECKRESP |
			 (way == DNS_TCP ? ARES_FLAG_USEVC : ARES_FLAG_IGNTC),
		.timeout = (int)(options->dns_timeout_ms / DNS_FIRST_PART) << (way == DNS_TCP ? TCP_DOUBLINGS : way),
		.tries = 1,
		.ednspsz = EDNS_BYTES,
		.sock_state_cb = socket_state,
		.sock_state_cb_data = dns,
	};
	int status = ares_init_options(&dns->channel[way], &ares,
				       ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_EDNSPSZ |
					       ARES_OPT_SOCK_STATE_CB | ARES_OPT_ROTATE);

	if (status != ARES_SUCCESS) {
		fprintf(errors, "detour: cannot set up name resolution: %s\n", ares_strerror(status));
		dns->channel[way] = NULL;
		return false;
	}
	ares_set_socket_configure_callback(dns->channel[way], enlarge_buffers, NULL);
	return set_servers(dns->channel[way], &options->dns_server, errors);
}

struct dns *dns_new(const struct dns_config *config, FILE *errors)
{
	struct dns *dns = memory_alloc(sizeof(*dns));
	bool ok = true;

	*dns = (struct dns){
		.watch = config->watch, .context = config->context, .answered = config->answered, .asker = config->asker
	};
	for (unsigned way = 0; ok && way < DNS_WAYS; way++)
		ok = open_channel(dns, way, config->options, errors);
	if (!ok) {
		dns_free(dns);
		return NULL;
	}
	return dns;
}

void dns_free(struct dns *dns)
{
	if (!dns)
		return;
	for (unsigned way = 0; way < DNS_WAYS; way++) {
		if (dns->channel[way])
			ares_destroy(dns->channel[way]);
	}
	free(dns);
}

static void add_address(struct dns_answer *answer, sa_family_t family, const void *bytes, size_t size, int ttl_s)
{
	struct address *address = &answer->address[answer->address_count];

	*address = (struct address){ .family = family };
	memcpy(address->bytes, bytes, size);
	if (answer->address_count++ == 0 || ttl_s < answer->ttl_s)
		answer->ttl_s = ttl_s;
}

/* The addresses behind the CNAMEs of an answer. Returns a status of c-ares. */
static int take_v4(struct dns_answer *answer, const unsigned char *bytes, int len)
{
	struct ares_addrttl found[ADDRESSES_MAX];
	int count = ADDRESSES_MAX, status = ares_parse_a_reply(bytes, len, NULL, found, &count);

	for (int i = 0; status == ARES_SUCCESS && i < count; i++)
		add_address(answer, AF_INET, &found[i].ipaddr, sizeof(found[i].ipaddr), found[i].ttl);
	return status;
}

static int take_v6(struct dns_answer *answer, const unsigned char *bytes, int len)
{
	struct ares_addr6ttl found[ADDRESSES_MAX];
	int count = ADDRESSES_MAX, status = ares_parse_aaaa_reply(bytes, len, NULL, found, &count);

	for (int i = 0; status == ARES_SUCCESS && i < count; i++)
		add_address(answer, AF_INET6, &found[i].ip6addr, sizeof(found[i].ip6addr), found[i].ttl);
	return status;
}

/* RFC 1035 section 4.1.1. */
static bool has_tc(const unsigned char *bytes, int len)
{
	return len > 2 && bytes[2] & 0x02;
}

static void on_answer(void *data, int status, int timeouts, unsigned char *bytes, int len)
{
	struct dns_question *question = data;
	struct dns_answer answer = { .error = HOP_OK, .detail = "" };

	(void)timeouts;
	if (status == ARES_EDESTRUCTION)
		return;
	answer.truncated = question->way != DNS_TCP && bytes && has_tc(bytes, len);
	if (!answer.truncated && status == ARES_SUCCESS)
		status = question->family == AF_INET ? take_v4(&answer, bytes, len) : take_v6(&answer, bytes, len);
	if (status == ARES_SUCCESS && !answer.truncated && answer.address_count == 0)
		status = ARES_ENODATA;
	if (status != ARES_SUCCESS && !answer.truncated) {
		answer.error = error_of(status);
		answer.detail = ares_strerror(status);
	}
	question->dns->answered(question->dns->asker, question, &answer);
}

void dns_ask(struct dns *dns, struct dns_question *question, const char *name)
{
	question->dns = dns;
	ares_query(dns->channel[question->way], name, ns_c_in, question->family == AF_INET ? ns_t_a : ns_t_aaaa,
		   on_answer, question);
}

void dns_process(struct dns *dns, int fd, uint32_t events)
{
	const ares_socket_t none = ARES_SOCKET_BAD;

	/* The channels that do not know the descriptor just look at the time. */
	for (unsigned way = 0; way < DNS_WAYS; way++)
		ares_process_fd(dns->channel[way], events & (EPOLLIN | EPOLLERR | EPOLLHUP) ? fd : none,
				events & EPOLLOUT ? fd : none);
}
