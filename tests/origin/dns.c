#include "tests/origin/dns.h"

#include <ctype.h>
#include <stdatomic.h>

/* RFC 1035 sections 3.2.2 and 4.1.1; AAAA is RFC 3596. */
enum { TYPE_A = 1, TYPE_CNAME = 5, TYPE_SOA = 6, TYPE_AAAA = 28, TYPE_ANY = 255 };
enum { RCODE_OK, RCODE_FORMERR, RCODE_SERVFAIL, RCODE_NXDOMAIN, RCODE_NOTIMP, RCODE_REFUSED };
enum { FLAG_QR = 0x8000, FLAG_AA = 0x0400, FLAG_TC = 0x0200, FLAG_RD = 0x0100, FLAG_RA = 0x0080 };

#define HEADER_BYTES 12
/* A chain of CNAMEs longer than this is a loop in the table. */
#define CNAMES_MAX 16

static uint16_t get_u16(struct span bytes, size_t at)
{
	return (uint16_t)((unsigned char)bytes.bytes[at] << 8 | (unsigned char)bytes.bytes[at + 1]);
}

static void add_u16(struct buf *out, unsigned value)
{
	buf_add_char(out, (char)(value >> 8));
	buf_add_char(out, (char)value);
}

static void set_u16(struct buf *out, size_t at, unsigned value)
{
	out->bytes[at] = (char)(value >> 8);
	out->bytes[at + 1] = (char)value;
}

static void add_name(struct buf *out, struct span name)
{
	while (name.len) {
		const char *dot = memchr(name.bytes, '.', name.len);
		size_t len = dot ? (size_t)(dot - name.bytes) : name.len;

		buf_add_char(out, (char)len);
		buf_add(out, name.bytes, len);
		len += dot != NULL;
		name = (struct span){ .bytes = name.bytes + len, .len = name.len - len };
	}
	buf_add_char(out, '\0');
}

static void add_record(struct buf *out, struct span name, unsigned type, uint32_t ttl, const void *bytes, size_t len)
{
	add_name(out, name);
	add_u16(out, type);
	add_u16(out, 1);
	add_u16(out, ttl >> 16);
	add_u16(out, ttl & 0xffff);
	add_u16(out, (unsigned)len);
	buf_add(out, bytes, len);
}

/* For negative answers, from the root zone: the TTL and MINIMUM are how long they hold (RFC 2308 section 3). */
static void add_soa(struct buf *out, uint32_t ttl)
{
	struct buf data = { .size_max = 256 };

	add_name(&data, SPAN("ns.invalid"));
	add_name(&data, SPAN("admin.invalid"));
	for (size_t i = 0; i < 4; i++) {
		add_u16(&data, 0);
		add_u16(&data, 3600);
	}
	add_u16(&data, ttl >> 16);
	add_u16(&data, ttl & 0xffff);
	add_record(out, SPAN(""), TYPE_SOA, ttl, data.bytes, data.len);
	buf_release(&data);
}

/* The question: *end is where it ends. RFC 1035 section 4.1.2; a question has no compression. */
static bool read_question(struct span query, struct dns_reply *reply, size_t *end)
{
	size_t at = HEADER_BYTES, len = 0;

	if (query.len < HEADER_BYTES || get_u16(query, 2) & FLAG_QR || get_u16(query, 4) != 1)
		return false;
	while (at < query.len && query.bytes[at]) {
		size_t label = (unsigned char)query.bytes[at++];

		if (label > 63 || at + label >= query.len || len + label + 1 >= sizeof(reply->name))
			return false;
		if (len)
			reply->name[len++] = '.';
		while (label--)
			reply->name[len++] = (char)tolower((unsigned char)query.bytes[at++]);
	}
	reply->name[len] = '\0';
	if (at + 5 > query.len)
		return false;
	reply->type = get_u16(query, at + 1);
	*end = at + 5;
	return true;
}

static unsigned add_host_addresses(struct buf *out, const struct host *host, unsigned type)
{
	unsigned count = 0;

	if (type == TYPE_A || type == TYPE_ANY)
		for (size_t i = 0; i < host->a_count; i++, count++)
			add_record(out, host->name, TYPE_A, host->ttl_seconds, &host->a[i], sizeof(host->a[i]));
	if (type == TYPE_AAAA || type == TYPE_ANY)
		for (size_t i = 0; i < host->aaaa_count; i++, count++)
			add_record(out, host->name, TYPE_AAAA, host->ttl_seconds, &host->aaaa[i],
				   sizeof(host->aaaa[i]));
	return count;
}

/* The records for a name, its CNAMEs first. Returns their number. */
static unsigned add_answers(const struct table *table, struct buf *out, const struct host *host, struct span name,
			    unsigned type)
{
	unsigned count = 0;

	while (host && host->cname.len && count < CNAMES_MAX) {
		struct buf target = { .size_max = 256 };

		add_name(&target, host->cname);
		add_record(out, name, TYPE_CNAME, host->ttl_seconds, target.bytes, target.len);
		buf_release(&target);
		count++;
		name = host->cname;
		host = table_host(table, name);
	}
	if (host) {
		struct host named = *host;

		/* A *.parent entry answers under the name that was asked for. */
		named.name = name;
		count += add_host_addresses(out, &named, type);
	}
	return count;
}

static enum dns_mode mode_now(const struct host *host)
{
	uint32_t number;

	if (!host)
		return DNS_NXDOMAIN;
	/* The counter is the one member of a host that changes. */
	number = atomic_fetch_add_explicit(&((struct host *)host)->dns_queries, 1, memory_order_relaxed) + 1;
	if (host->dns_first && number > host->dns_first)
		return DNS_ANSWER;
	return host->dns_every && number % host->dns_every ? DNS_ANSWER : host->dns;
}

static unsigned rcode_of(enum dns_mode mode)
{
	switch (mode) {
	case DNS_NXDOMAIN:
		return RCODE_NXDOMAIN;
	case DNS_SERVFAIL:
		return RCODE_SERVFAIL;
	case DNS_REFUSED:
		return RCODE_REFUSED;
	default:
		return RCODE_OK;
	}
}

static const char *mode_word(enum dns_mode mode)
{
	static const char *const words[] = {
#define X(name, word, text) word,
		DNS_MODES(X)
#undef X
	};

	return words[mode];
}

bool dns_answer(const struct table *table, struct span query, bool tcp, struct buf *out, struct dns_reply *reply)
{
	const struct host *host;
	enum dns_mode mode;
	size_t end, from = out->len;
	unsigned answers = 0, flags;
	bool negative;

	*reply = (struct dns_reply){ 0 };
	if (!read_question(query, reply, &end))
		return false;
	host = table_host(table, span_of(reply->name));
	mode = mode_now(host);
	reply->word = mode_word(mode);
	reply->delay_us = host ? host->dns_delay_us : 0;
	reply->send = mode != DNS_TIMEOUT;
	flags = FLAG_QR | FLAG_AA | FLAG_RA | (get_u16(query, 2) & FLAG_RD) | rcode_of(mode);

	buf_add(out, query.bytes, 2);
	if (mode == DNS_GARBAGE) {
		/* The id fits, so that it is taken as the answer; the counts promise records that are not there. */
		buf_add_text(out, "\x81\x80\x01\x01\x7f\x7f\x01\x01\x01\x01 this is no DNS message");
		return true;
	}
	add_u16(out, flags);
	add_u16(out, 1);
	add_u16(out, 0);
	add_u16(out, 0);
	add_u16(out, 0);
	buf_add(out, query.bytes + HEADER_BYTES, end - HEADER_BYTES);
	if (mode == DNS_ANSWER || mode == DNS_TRUNCATE)
		answers = add_answers(table, out, host, span_of(reply->name), reply->type);
	negative = answers == 0 && (rcode_of(mode) == RCODE_OK || rcode_of(mode) == RCODE_NXDOMAIN);
	if (negative)
		add_soa(out, host ? host->ttl_seconds : 60);
	set_u16(out, from + 6, answers);
	set_u16(out, from + 8, negative);
	if (!tcp && (mode == DNS_TRUNCATE || out->len - from > DNS_UDP_BYTES_MAX)) {
		buf_cut(out, from + end);
		set_u16(out, from + 2, flags | FLAG_TC);
		set_u16(out, from + 6, 0);
		set_u16(out, from + 8, 0);
	}
	return true;
}
