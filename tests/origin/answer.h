/* From a rule and a request to the bytes of the answer. Pure. */
#ifndef ORIGIN_ANSWER_H
#define ORIGIN_ANSWER_H

#include "formats/buf.h"
#include "tests/origin/table.h"

/* The largest answer. */
#define ANSWER_BYTES_MAX (80 * 1024 * 1024)

struct answer_context {
	const struct request *request;
	struct span rest; /* behind the rule's prefix */
	struct span date; /* value of the Date field */
	uint64_t number;  /* of the request, for {n} */
	uint16_t port;    /* the origin's own, for {port} */
};

/* "Moved Permanently"; "Status" for a status without a name. */
const char *answer_reason(unsigned status);

bool answer_has_placeholder(struct span text);

/* Appends the answer of `rule`; returns how the connection goes on. */
enum ending answer_build(struct buf *out, const struct rule *rule, const struct answer_context *context);

/* Appends a short answer with `status` that no rule gives. */
enum ending answer_plain(struct buf *out, unsigned status, const struct answer_context *context, bool keep_alive);

#endif
