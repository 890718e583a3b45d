/* What is kept of each hop until the whole list has been walked: records of some 40 bytes for a sorter (sorter.h), in
 * which URLs and hosts are hashes of their texts. A hop gives an `inventory_out` as a URL that was requested, and,
 * where it redirects, mostly an `inventory_in` as a source of its target. */
#ifndef AUDIT_INVENTORY_EDGE_H
#define AUDIT_INVENTORY_EDGE_H

#include "audit/inventory_rule.h"
#include "formats/sorter.h"

/* What of a requested URL decides whether a pattern could be for it. */
enum inventory_feature {
	FEATURE_HTTPS = 1 << 0,
	FEATURE_ROOT = 1 << 1,  /* the path is "/" */
	FEATURE_SLASH = 1 << 2, /* the path ends with one, and is not the root */
	FEATURE_UPPER = 1 << 3, /* the path has upper-case letters */
	FEATURE_INDEX = 1 << 4, /* its last segment is "index.*" or "default.*" */
	FEATURE_EXTENSION = 1 << 5,
	FEATURE_QUERY = 1 << 6,
	FEATURE_SETS = 1 << 7, /* how many sets of them there are */
};

unsigned inventory_features(const struct url *url);

/* Those that matter for redirects that make these changes. */
unsigned inventory_features_for(uint32_t changes);

/* Changes that name no other page: of scheme, host and port, and tidying. */
#define CHANGES_OF_ORIGIN \
	(1u << CHANGE_SCHEME | 1u << CHANGE_WWW | 1u << CHANGE_HOST | 1u << CHANGE_SITE | 1u << CHANGE_PORT)
#define CHANGES_OF_FORM                                                                                                \
	(1u << CHANGE_SLASH | 1u << CHANGE_CASE | 1u << CHANGE_INDEX | 1u << CHANGE_EXTENSION | 1u << CHANGE_CLEANUP | \
	 1u << CHANGE_TRACKING)

enum inventory_flag {
	/* Of an `out`. */
	OUT_INPUT = 1 << 0,      /* the first hop of its chain */
	OUT_PATTERN = 1 << 1,    /* it changes nothing but origin and form, and not just for now */
	OUT_PAGE = 1 << 2,       /* a 2xx at the end of the chain; see `target` */
	OUT_LOOP = 1 << 3,       /* the chain is a loop */
	OUT_UNFINISHED = 1 << 4, /* the walk was ended before the chain */
	OUT_SHORTENED = 1 << 5,  /* redirect-chain reports the chain, and would not without this hop */
	/* Of an `in`. */
	IN_INPUT = 1 << 0,
	IN_MOVED = 1 << 1, /* counts for a target: another path, and a good end */
	IN_ALIKE = 1 << 2, /* page names have words in common */
	IN_HOME = 1 << 3,  /* the target is a home page */
	IN_FOREIGN = 1 << 4,
};

/* In the order in which they are sorted by. */
struct inventory_out {
	uint64_t url;
	uint64_t target; /* of a redirect; of an OUT_PAGE, the URL without scheme and "www."; else 0 */
	uint64_t seq;
	uint8_t hop;
	uint64_t host;
	uint64_t target_host; /* of a redirect; of an OUT_PAGE, the host without "www." */
	uint16_t changes;     /* of a redirect; of an OUT_PAGE, the inventory_variant */
	uint8_t status;       /* inventory_status */
	uint8_t features;
	uint8_t flags;
};
#define INVENTORY_OUT_BYTES 43

struct inventory_in {
	uint64_t url;
	uint64_t host;     /* of the source */
	uint32_t template; /* of the source's path */
	uint64_t source;
	uint64_t seq;
	uint8_t flags;
};
#define INVENTORY_IN_BYTES 34

/* What follows from an `out`: a requested URL by its host ... */
struct inventory_visit {
	uint64_t host;
	uint8_t kind;    /* inventory_visit_kind */
	uint64_t target; /* of VISIT_LEADING a URL, else a host */
	uint16_t changes;
	uint8_t features, status;
	uint64_t seq;
	uint8_t flags; /* OUT_INPUT, OUT_PATTERN */
};
#define INVENTORY_VISIT_BYTES 27

enum inventory_visit_kind {
	VISIT_URL,     /* requested */
	VISIT_LEADING, /* an input URL whose target is an input URL that redirects */
};

/* ... and a page by its site. */
struct inventory_page {
	uint64_t host, page;
	uint8_t variant;
	uint64_t seq;
};
#define INVENTORY_PAGE_BYTES 22

void inventory_out_put(uint8_t bytes[INVENTORY_OUT_BYTES], const struct inventory_out *out);
void inventory_in_put(uint8_t bytes[INVENTORY_IN_BYTES], const struct inventory_in *in);
void inventory_visit_put(uint8_t bytes[INVENTORY_VISIT_BYTES], const struct inventory_visit *visit);
void inventory_page_put(uint8_t bytes[INVENTORY_PAGE_BYTES], const struct inventory_page *page);
struct inventory_out inventory_out_get(const uint8_t *bytes);
struct inventory_in inventory_in_get(const uint8_t *bytes);
struct inventory_visit inventory_visit_get(const uint8_t *bytes);
struct inventory_page inventory_page_get(const uint8_t *bytes);

#endif
