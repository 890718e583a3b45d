/* What rules on the whole list look at: what many chains have in common, one struct for each kind of it. A rule of this
 * kind is one file in audit/inventory/; it has a function for one of these kinds in `whole_list` of its struct rule.
 *
 * The function is pure and is called twice for whatever it reports: first while all that could be reported is looked
 * at, with names whose text is empty, and then, for the largest of what it reported, with the texts. */
#ifndef AUDIT_INVENTORY_RULE_H
#define AUDIT_INVENTORY_RULE_H

#include "audit/rule.h"
#include "formats/inventory_row.h"

/* A URL in its normal form or a host, known by its hash at first. */
struct inventory_name {
	uint64_t hash;
	struct span text;
};

/* The lowest line numbers of something, ascending. */
struct inventory_seqs {
	uint64_t seq[INVENTORY_EXAMPLES_MAX];
	uint32_t count;
};

void inventory_seqs_add(struct inventory_seqs *seqs, uint64_t seq);

/* The redirects' statuses. */
#define INVENTORY_STATUSES(X) X(301) X(302) X(303) X(307) X(308)

enum inventory_status {
	INVENTORY_NO_REDIRECT,
#define X(code) INVENTORY_##code,
	INVENTORY_STATUSES(X)
#undef X
		INVENTORY_STATUS_COUNT
};

unsigned inventory_status_code(enum inventory_status status);
enum inventory_status inventory_status_of(unsigned code);

/* Redirects of one host that do the same to each URL: same target host, same changes, and no other path or query. URLs
 * count once, however many chains go through them. */
struct inventory_pattern {
	struct inventory_name from, to; /* hosts */
	bool from_https;
	/* A wide pattern has all redirects from this host to that one with these changes of scheme, host and port,
	 * whatever is tidied beside; the others have exactly these changes. One that changes neither is both. */
	bool wide, narrow;
	uint32_t changes; /* set of 1 << enum change */
	uint64_t urls[INVENTORY_STATUS_COUNT];
	struct inventory_seqs seqs[INVENTORY_STATUS_COUNT];
	uint64_t could_match; /* URLs of the host that the pattern could be for: of that scheme, with or without a slash
			       */
};

/* Where redirects with another path lead, from chains that end well there; not sign-in pages and the like. */
struct inventory_target {
	struct inventory_name url;
	bool home;                  /* "/", or the root of a locale */
	uint64_t sources;           /* URLs that redirect there */
	uint64_t templates;         /* their paths, counted once where they differ in numbers only */
	uint64_t alike;             /* sources whose last path segment has words in common with the target's */
	uint64_t foreign;           /* sources of another site */
	struct inventory_name host; /* that has the most of them */
	uint64_t host_sources;
	uint64_t host_urls; /* URLs of that host that were requested; 0 while the texts are empty */
	struct inventory_seqs seqs;
};

/* A redirect in the middle of chains. */
struct inventory_hub {
	struct inventory_name url, next;
	unsigned status;
	uint64_t chains;    /* that go through it and do not begin with it */
	uint64_t shortened; /* of these, those that redirect-chain reports, and would not without it */
	uint64_t reported;  /* chains of the whole list that redirect-chain reports */
	struct inventory_seqs seqs;
};

/* A host of input URLs. */
struct inventory_host {
	struct inventory_name host;
	uint64_t redirecting;         /* input URLs of the host that redirect */
	uint64_t leading;             /* of these, those whose target is an input URL that redirects */
	struct inventory_name target; /* that of the first */
	struct inventory_seqs seqs;
};

/* The variants of a host name: http and https, with "www." and without. */
enum inventory_variant { VARIANT_HTTPS = 1, VARIANT_WWW = 2, VARIANT_COUNT = 4 };

struct inventory_site {
	struct inventory_name host; /* without "www." */
	uint64_t pages;             /* that answered 2xx, variants of one URL counted once */
	uint64_t split;             /* of these, those that did so under two variants or more */
	bool seen[VARIANT_COUNT];   /* variants of the split pages */
	struct inventory_seqs seqs; /* of the split ones */
};

#define INVENTORY_CYCLE_NAMES_MAX 5

/* URLs that lead to one another, though no chain went all the way round. */
struct inventory_cycle {
	struct inventory_name url[INVENTORY_CYCLE_NAMES_MAX]; /* the first ones, in the order of their first line */
	uint64_t urls;
	struct inventory_seqs seqs;
};

/* What a rule found. Texts may point into the subject or come from inventory_text. */
struct inventory_claim {
	enum inventory_scope scope;
	struct span subject;
	enum severity severity; /* as the rule weighs it; a level set with --rule wins */
	uint64_t count;
	const char *count_of; /* "URLs" */
	uint64_t part, whole; /* what the share is made of */
	struct span share_of; /* of what it is a share: "URLs of a.example" */
	const struct inventory_seqs *seqs;
	struct span action;
};

/* Reports the subject. The message is printf-like, a sentence, cut at 1,024 bytes. */
void inventory_report(struct inventory_report *report, const struct inventory_claim *claim, const char *message, ...)
	__attribute__((format(printf, 3, 4)));

/* A printf-like text that lasts as long as the report. */
struct span inventory_text(struct inventory_report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The rule's limit as the user set it. */
uint32_t inventory_limit(const struct inventory_report *report);

/* "http://a.example to https://www.a.example (scheme, www)". */
struct span inventory_pattern_text(struct inventory_report *report, const struct inventory_pattern *pattern);

static inline double inventory_share(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : 0;
}

#endif
