/* The name server's sockets: UDP and TCP, in one loop. */
#ifndef ORIGIN_DNS_SERVER_H
#define ORIGIN_DNS_SERVER_H

#include "tests/origin/loop.h"

/* Serves a bound UDP socket. */
void dns_server_add_udp(struct loop *loop, int fd);

/* Serves one accepted connection: queries with a length in front (RFC 1035 section 4.2.2) until it is closed. */
void dns_server_accept(struct loop *loop, int fd);

/* Ends the loop's connections and sends the answers that wait. For the loop's end: no other timer may be set. */
void dns_server_end(struct loop *loop);

#endif
