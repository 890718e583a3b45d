/* What the origin saw: one JSON object a line, of four kinds.
 *
 * request: n, connection, tls, address (of the origin), peer (ADDRESS#PORT), method, url, target, version, headers
 * [[name, value]], body, arrived_us (first byte read), done_us (last byte of the answer handed to the kernel, or the
 *   connection's end), status (0: raw or none), sent_bytes, complete (the whole answer was handed over)
 * connection: connection, tls, resumed (its TLS session), sni, address, peer, requests, opened_us, closed_us; written
 * when it ends refused: like request without url: what was no HTTP request; status is what was answered dns: n,
 * transport (udp or tcp), name, type (number), answer (the mode's word), arrived_us
 *
 * Times are microseconds since 1970 UTC from a clock that does not jump. n counts requests and DNS
 * queries in the order of arrival; lines stand in the order of completion. Bytes that are no ASCII are
 * written as \u00NN each. Lines reach the file when a loop has nothing else to do, on SIGUSR1 and at exit. */
#ifndef ORIGIN_LOG_H
#define ORIGIN_LOG_H

#include <stdint.h>

#include "formats/buf.h"
#include "tests/origin/request.h"

/* One file for all loops. */
struct log {
	int fd; /* -1: no log */
	uint64_t wall_offset_us;
	_Atomic uint64_t numbers;     /* n */
	_Atomic uint64_t connections; /* numbers of connections */
};

/* A loop's end of it: whole lines, appended with one write. */
struct log_writer {
	struct log *log;
	struct buf lines;
};

struct log_request {
	uint64_t number, connection;
	bool tls, complete;
	const char *address, *peer;
	const struct request *request; /* NULL: refused */
	unsigned status;
	size_t sent_bytes;
	uint64_t arrived_us, done_us; /* clock_us() */
};

struct log_connection {
	uint64_t connection, requests;
	bool tls, resumed;
	const char *sni, *address, *peer;
	uint64_t opened_us, closed_us;
};

/* Monotonic microseconds. */
uint64_t clock_us(void);

/* `file` NULL: nothing is logged. Returns false with errno. Truncates the file. */
bool log_open(struct log *log, const char *file);
void log_close(struct log *log);

static inline bool log_is_on(const struct log_writer *writer)
{
	return writer->log->fd >= 0;
}

void log_writer_init(struct log_writer *writer, struct log *log);
void log_writer_release(struct log_writer *writer);
/* A full disk ends the process. */
void log_flush(struct log_writer *writer);

void log_request(struct log_writer *writer, const struct log_request *entry);
void log_connection(struct log_writer *writer, const struct log_connection *entry);
void log_dns(struct log_writer *writer, const char *transport, struct span name, unsigned type, const char *answer);

#endif
