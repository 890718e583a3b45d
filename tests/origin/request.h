/* One HTTP/1.x request as bytes in a connection's buffer. Pure. */
#ifndef ORIGIN_REQUEST_H
#define ORIGIN_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "formats/buf.h"
#include "formats/span.h"

/* A head above this is answered 431, a body above it 413. */
#define REQUEST_HEAD_BYTES_MAX (256 * 1024)
#define REQUEST_BODY_BYTES_MAX (1024 * 1024)

/* Spans point into the bytes given to request_parse, those marked * into its `url`. */
struct request {
	struct span method;
	struct span target;    /* as sent */
	struct span version;   /* "HTTP/1.1" */
	struct span lines;     /* the header lines with their line ends */
	struct span cookie;    /* value of the first Cookie line */
	struct span authority; /* the Host field as sent, or what the target says instead */
	struct span body;
	struct span url;    /* * scheme://host/path?query, the table's key */
	struct span scheme; /* * */
	struct span host;   /* * lower-case; with a port unless it is the scheme's own or the origin's */
	struct span path;   /* * */
	struct span query;  /* * with its "?", or empty */
	size_t head_len;    /* bytes up to and with the blank line */
	bool keep_alive;
	bool http_1_0;
	bool expect_continue;
};

/* Parses what stands at the beginning of `bytes`. Returns 0 when more bytes are needed (`out->head_len`
 * is then 0 if the head is not complete), 200 when the request is complete, or the status to refuse it
 * with: 400, 413, 431, 501. `port` is the origin's own port: it is taken out of the URL as the default
 * ports are. `url` is cleared and filled. */
int request_parse(struct span bytes, bool tls, uint16_t port, struct buf *url, struct request *out);

/* The next "Name: value" of `lines`; false at their end. */
bool request_next_header(struct span *lines, struct span *name, struct span *value);

#endif
