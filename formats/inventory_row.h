/* What only the whole list shows, as one line of NDJSON: the rows of inventory-00000.ndjson.zst. */
#ifndef FORMATS_INVENTORY_ROW_H
#define FORMATS_INVENTORY_ROW_H

#include "formats/buf.h"
#include "formats/record.h"
#include "formats/row_fields.h"

/* What a finding is about: X(NAME, "word") */
#define INVENTORY_SCOPES(X)                                                \
	X(HOST, "host")       /* a host */                                 \
	X(PATTERN, "pattern") /* redirects that do the same to each URL */ \
	X(RUN, "run")         /* the whole list; the subject is the URL of a redirect */

enum inventory_scope {
#define X(name, word) INVENTORY_SCOPE_##name,
	INVENTORY_SCOPES(X)
#undef X
};

/* Line numbers given as examples. */
#define INVENTORY_EXAMPLES_MAX 3

/* Texts are valid UTF-8 but for URLs and hosts, which are ASCII. */
struct inventory_finding {
	enum inventory_scope scope;
	struct span subject;
	const char *rule; /* static: the rule's name */
	enum severity severity;
	uint64_t count;
	struct span count_of;
	uint8_t share_pct;
	uint64_t whole;
	struct span share_of;
	uint64_t seq[INVENTORY_EXAMPLES_MAX];
	uint32_t seq_count;
	struct span message;
	struct span action;
};

extern const struct row_object inventory_object;

/* Adds the row with its line end. `out` must have room for ROW_ROOM_BYTES more bytes below its cap. */
void inventory_row_write(struct buf *out, const struct inventory_finding *finding, struct span run_id);

#endif
