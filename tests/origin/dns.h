/* DNS messages: from a query to the answer that the table has. Pure. RFC 1035. */
#ifndef ORIGIN_DNS_H
#define ORIGIN_DNS_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/buf.h"
#include "tests/origin/table.h"

/* Without EDNS a UDP answer has at most this: RFC 1035 section 4.2.1. Larger ones go out with TC. */
#define DNS_UDP_BYTES_MAX 512
/* The largest answer: two families' addresses and a chain of CNAMEs. */
#define DNS_BYTES_MAX 8192

struct dns_reply {
	char name[256]; /* asked for, lower-case, without the last dot */
	uint16_t type;
	const char *word; /* the mode's word, for the log; "nxdomain" for unknown names */
	uint32_t delay_us;
	bool send; /* false: no answer */
};

/* Appends the answer to `out`. Returns false if the query is not worth one (no question, malformed). */
bool dns_answer(const struct table *table, struct span query, bool tcp, struct buf *out, struct dns_reply *reply);

#endif
