#include "crawler/resolve.h"

#include <assert.h>
#include <stdlib.h>
#include <utlist.h>

#include "crawler/clock.h"
#include "crawler/names.h"
#include "crawler/pace.h"
#include "crawler/window.h"

/* Questions open at once, over all loops. 256 fit the socket buffer of a name server that left it at
 * Linux's default (277 small datagrams), so even one that reads slowly loses none of the first. With the
 * least, a server that answers none is asked 640 a second, as are the thousand names of a dead zone. */
#define WINDOW_FIRST 256
#define WINDOW_MIN   64
/* In one loop: 10,000 names a second that take the server 100 ms each, or any number that take it less. */
#define WINDOW_MAX 1000

/* A question counts in the window for this long. Then the server has read it, and waits for others itself, or it
 * is lost; and names that are dead must not take the room of those that live. */
#define OPEN_US (100 * US_PER_MS)

/* Questions without an answer. c-ares finds free 16-bit ids by trial, which takes long when most are taken. */
#define ASKED_MAX 16384

/* Known names, about 200 bytes each. The oldest goes first; it costs a question. */
#define NAMES_MAX 100000

/* The TTL that a name server gives is kept within these bounds: no site changes faster than a
 * chain is walked, and no night is longer than the upper one. */
#define TTL_MIN_S      5
#define TTL_MAX_S      3600
#define TTL_NEGATIVE_S 300 /* NXDOMAIN and NODATA; c-ares does not tell the SOA's minimum */
#define TTL_FAILURE_S  30  /* SERVFAIL, time-outs */

/* Answers by which a server says that it cannot tell, until that is what the name gets. Each asks the next
 * server. */
#define REFUSALS_MAX 3

/* ares_timeout() walks all outstanding questions in c-ares 1.18, so time is given on a tick. */
#define TICK_US (25 * US_PER_MS)

struct resolver {
	struct dns *dns;
	const struct hosts_file *hosts;
	enum option_ip_version ip_version;
	struct names names[RESOLVE_PARTS];
	struct name *queue; /* to be asked for; a utlist */
	struct name *open;  /* asked for within OPEN_US, oldest first; a utlist */
	size_t queued, opened;
	size_t asked; /* without an answer, open or late */
	uint64_t first_tries;
	struct window window;
	struct pace pace;
	int64_t now_us, tick_us;
};

static void on_answered(void *asker, struct dns_question *question, const struct dns_answer *answer);

/* Never nothing. */
static uint32_t share_of(uint32_t whole, unsigned loops)
{
	return (whole + loops - 1) / loops;
}

struct resolver *resolver_new(const struct resolver_config *config, FILE *errors)
{
	struct resolver *resolver = memory_alloc(sizeof(*resolver));
	const struct dns_config dns = { .options = config->options,
					.watch = config->watch,
					.context = config->context,
					.answered = on_answered,
					.asker = resolver };

	*resolver = (struct resolver){ .hosts = config->hosts, .ip_version = config->options->ip_version };
	for (unsigned part = 0; part < RESOLVE_PARTS; part++)
		resolver->names[part].max = NAMES_MAX;
	resolver->window =
		(struct window){ .size = share_of(WINDOW_FIRST, config->loops),
				 .min = share_of(WINDOW_MIN, config->loops),
				 .max = WINDOW_MAX,
				 .notice_us = config->options->dns_timeout_ms * US_PER_MS / DNS_FIRST_PART + TICK_US };
	pace_init(&resolver->pace, config->options->dns_qps, config->loops);
	resolver->dns = dns_new(&dns, errors);
	if (!resolver->dns) {
		resolver_free(resolver);
		return NULL;
	}
	return resolver;
}

void resolver_free(struct resolver *resolver)
{
	if (!resolver)
		return;
	/* Nobody is told any more: the waiters are gone before the resolver. */
	dns_free(resolver->dns);
	for (unsigned part = 0; part < RESOLVE_PARTS; part++)
		names_release(&resolver->names[part]);
	free(resolver);
}

/* --- Answers --- */

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
	return value < low ? low : value > high ? high : value;
}

static void fill(const struct resolver *resolver, const struct name *name, struct resolved *out)
{
	*out = (struct resolved){ .error = name->error, .detail = name->detail, .address_count = name->address_count };
	if (name->address_count == 0)
		return;
	memcpy(out->address, name->address, name->address_count * sizeof(*name->address));
	out->may_have_spare = resolver->ip_version == IP_ANY && name->address[0].family == AF_INET;
}

static void tell_waiters(const struct resolver *resolver, struct name *name)
{
	struct resolve_wait *wait = name->wait;
	struct resolved answer;

	fill(resolver, name, &answer);
	name->wait = NULL;
	while (wait) {
		struct resolve_wait *next = wait->next;

		wait->done(wait, &answer);
		wait = next;
	}
}

/* NXDOMAIN and NODATA are what the name's owner says; all else may be different the next time. */
static bool may_pass(enum hop_error error)
{
	return error != HOP_OK && error != HOP_ERROR_DNS_NXDOMAIN && error != HOP_ERROR_DNS_NODATA;
}

static int64_t ttl_of(const struct dns_answer *answer)
{
	if (answer->error == HOP_OK)
		return clamp(answer->ttl_s, TTL_MIN_S, TTL_MAX_S);
	return may_pass(answer->error) ? TTL_FAILURE_S : TTL_NEGATIVE_S;
}

static void keep(struct resolver *resolver, struct name *name, const struct dns_answer *answer)
{
	name->state = NAME_KNOWN;
	name->expires_us = resolver->now_us + ttl_of(answer) * US_PER_S;
	name->error = answer->error;
	name->detail = answer->detail;
	name->address_count = answer->address_count;
	if (answer->address_count) {
		name->address = memory_alloc(answer->address_count * sizeof(*name->address));
		memcpy(name->address, answer->address, answer->address_count * sizeof(*name->address));
	}
}

/* Makes of a question without an answer the one to ask instead. False if there is none. */
static bool change_question(const struct resolver *resolver, struct name *name, const struct dns_answer *answer)
{
	if (answer->truncated) {
		name->tcp = true;
		return true;
	}
	switch (answer->error) {
	case HOP_ERROR_DNS_TIMEOUT:
	case HOP_ERROR_DNS_UNREACHABLE:
		return ++name->tries < DNS_TRIES;
	case HOP_ERROR_DNS_SERVFAIL:
	case HOP_ERROR_DNS_REFUSED:
		return ++name->refusals < REFUSALS_MAX;
	case HOP_ERROR_DNS_NODATA:
		if (resolver->ip_version != IP_ANY || name->question.family == AF_INET6)
			return false;
		name->question.family = AF_INET6;
		name->tries = name->refusals = 0;
		name->tcp = false;
		return true;
	default:
		return false;
	}
}

static void end_open(struct resolver *resolver, struct name *name)
{
	DL_DELETE(resolver->open, name);
	resolver->opened--;
	name->state = NAME_LATE;
}

static void on_answered(void *asker, struct dns_question *question, const struct dns_answer *answer)
{
	struct resolver *resolver = asker;
	struct name *name = (struct name *)(void *)((char *)question - offsetof(struct name, question));

	if (name->state == NAME_OPEN)
		end_open(resolver, name);
	resolver->asked--;
	if (answer->error == HOP_ERROR_DNS_TIMEOUT && question->way == 0)
		window_lost(&resolver->window, name->number, resolver->now_us);
	if (change_question(resolver, name, answer)) {
		/* Before those that have not been asked for: it has waited longer. */
		name->state = NAME_QUEUED;
		DL_PREPEND(resolver->queue, name);
		resolver->queued++;
		return;
	}
	keep(resolver, name, answer);
	tell_waiters(resolver, name);
}

/* --- Questions --- */

static void ask(struct resolver *resolver, struct name *name)
{
	name->question.way = name->tcp ? DNS_TCP : name->tries;
	if (name->question.way == 0)
		name->number = ++resolver->first_tries;
	name->state = NAME_OPEN;
	name->asked_us = resolver->now_us;
	DL_APPEND(resolver->open, name);
	resolver->opened++;
	resolver->asked++;
	pace_count(&resolver->pace, resolver->now_us);
	dns_ask(resolver->dns, &name->question, name->text);
}

static bool has_room(const struct resolver *resolver)
{
	return resolver->opened < resolver->window.size && resolver->asked < ASKED_MAX;
}

static void ask_queued(struct resolver *resolver)
{
	while (resolver->open && resolver->open->asked_us + OPEN_US <= resolver->now_us)
		end_open(resolver, resolver->open);
	while (resolver->queue && has_room(resolver) && pace_ready_us(&resolver->pace) <= resolver->now_us) {
		struct name *name = resolver->queue;

		DL_DELETE(resolver->queue, name);
		resolver->queued--;
		if (name->wait)
			ask(resolver, name);
		else
			names_remove(&resolver->names[name->part], name);
	}
	if (resolver->queue && resolver->opened >= resolver->window.size)
		window_full(&resolver->window, resolver->now_us);
}

void resolver_process(struct resolver *resolver, int fd, uint32_t events)
{
	resolver->now_us = clock_now_us();
	if (fd >= 0 || resolver->tick_us <= resolver->now_us) {
		dns_process(resolver->dns, fd, events);
		resolver->tick_us = resolver->now_us + TICK_US;
	}
	ask_queued(resolver);
}

int64_t resolver_deadline_us(const struct resolver *resolver)
{
	int64_t deadline_us = resolver->asked ? resolver->tick_us : INT64_MAX, next_us;

	if (!resolver->queue || resolver->asked >= ASKED_MAX)
		return deadline_us;
	next_us = has_room(resolver) ? pace_ready_us(&resolver->pace) : resolver->open->asked_us + OPEN_US;
	return next_us < deadline_us ? next_us : deadline_us;
}

bool resolver_is_busy(const struct resolver *resolver)
{
	return resolver->queued > resolver->window.size;
}

/* --- Lookups --- */

static bool find_in_hosts_file(const struct resolver *resolver, struct span text, struct resolved *out)
{
	static const sa_family_t families[] = { [IP_ANY] = AF_UNSPEC, [IP_4] = AF_INET, [IP_6] = AF_INET6 };
	sa_family_t wanted = families[resolver->ip_version];
	struct address address[ADDRESSES_MAX];
	size_t count = hosts_file_find(resolver->hosts, text, address);

	for (size_t i = 0; i < count; i++) {
		if (wanted == AF_UNSPEC || wanted == address[i].family)
			out->address[out->address_count++] = address[i];
	}
	return out->address_count > 0;
}

static struct name *add_name(struct resolver *resolver, struct span text, enum resolve_part part)
{
	struct name *name = names_add(&resolver->names[part], text);

	name->part = part;
	name->question.family = part == RESOLVE_SPARE || resolver->ip_version == IP_6 ? AF_INET6 : AF_INET;
	DL_APPEND(resolver->queue, name);
	resolver->queued++;
	return name;
}

bool resolver_lookup(struct resolver *resolver, struct span text, struct resolve_wait *wait, struct resolved *out)
{
	struct names *names = &resolver->names[wait->part];
	struct name *name;

	*out = (struct resolved){ .error = HOP_OK, .detail = "" };
	if (address_parse(text, &out->address[0])) {
		out->address_count = 1;
		return true;
	}
	if (find_in_hosts_file(resolver, text, out))
		return true;
	name = names_find(names, text);
	if (name && name->state == NAME_KNOWN && name->expires_us <= clock_now_us()) {
		names_remove(names, name);
		name = NULL;
	}
	if (name && name->state == NAME_KNOWN) {
		fill(resolver, name, out);
		return true;
	}
	/* Asked for in the next turn, never from here: the answer may come at once. */
	if (!name)
		name = add_name(resolver, text, wait->part);
	wait->next = name->wait;
	name->wait = wait;
	return false;
}

void resolver_forget(struct resolver *resolver, struct span text, struct resolve_wait *wait)
{
	struct name *name = names_find(&resolver->names[wait->part], text);
	struct resolve_wait **at;

	assert(name);
	for (at = &name->wait; *at != wait; at = &(*at)->next)
		assert(*at);
	*at = wait->next;
}

static bool is_passing_failure(const struct name *name)
{
	return may_pass(name->error);
}

void resolver_forget_failures(struct resolver *resolver)
{
	for (unsigned part = 0; part < RESOLVE_PARTS; part++)
		names_sweep(&resolver->names[part], is_passing_failure);
}
