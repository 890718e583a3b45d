/* The header of one answer, line by line as it comes from the wire, to the facts of a hop. Pure.
 *
 * Only the final answer counts: each status line forgets what came before it, so a Location in a
 * 103 is not the redirect's (RFC 9110 section 15.2). */
#ifndef CRAWLER_RESPONSE_H
#define CRAWLER_RESPONSE_H

#include "formats/buf.h"
#include "formats/record.h"

enum response_state {
	RESPONSE_MORE,      /* the header goes on */
	RESPONSE_COMPLETE,  /* the blank line of a final answer was taken */
	RESPONSE_TOO_LARGE, /* more than HEADER_BYTES_MAX; the answer is not usable */
};

struct header_value {
	char *bytes;
	uint32_t len, size;
};

/* Belongs to one transfer at a time and is used again for the next. */
struct response {
	struct arena *arena; /* where the strings lie */
	size_t header_bytes; /* of all lines, interim answers included */
	unsigned status;     /* of the status line taken last; 0: none yet */
	bool in_answer;      /* between a status line and its blank line */
	bool complete;
	bool chunked;
	bool has_content_length;
	uint64_t content_length;
	uint8_t http_version; /* 10, 11, 20 */
	uint8_t location_count;
	bool location_cut;
	struct buf line; /* a field line that may yet be continued (obs-fold) */
	struct span location, location_other;
	struct header_value value[HEADER_COUNT];
};

void response_init(struct response *response);
void response_release(struct response *response);

/* Forgets the last answer. The strings of the next will lie in `arena`, which gets no more than a usable answer
 * may have: an interim answer leaves nothing there. */
void response_begin(struct response *response, struct arena *arena);

/* Takes one line with its line end, as libcurl's header callback gives it. */
enum response_state response_take_line(struct response *response, const char *line, size_t len);

static inline struct span response_value(const struct response *response, enum header header)
{
	const struct header_value *value = &response->value[header];

	return (struct span){ .bytes = value->bytes, .len = value->len };
}

/* Puts the facts into `hop`, header values with U+FFFD for what is no UTF-8. To be called when the header is complete.
 */
void response_store(const struct response *response, struct hop *hop);

#endif
