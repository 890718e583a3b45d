/* What only the whole list shows: redirects that many chains share, targets that many URLs lead to, patterns of a host,
 * redirects of the list that lead to one another. The auditors add each record as it is written; when all rows are
 * there, the records are sorted on disk, the rules of audit/inventory/ look at what comes out, and their findings
 * become the rows of inventory-00000.ndjson.zst.
 *
 * Memory does not grow with the list: each feed has some megabytes, less if there are many, the sort at the end
 * 32 MiB, and findings are at most 1,000 a rule. The temporary files take some 300 bytes for a chain of
 * four hops. What comes out depends on the records alone, not on their order. */
#ifndef AUDIT_INVENTORY_H
#define AUDIT_INVENTORY_H

#include <stdio.h>

#include "audit/rule_settings.h"
#include "formats/output.h"

struct inventory;
struct inventory_feed;

/* Temporary files are made in `directory` when they are needed. Both arguments must outlive the inventory. */
struct inventory *inventory_new(const char *directory, const struct rule_settings *settings, unsigned feeds);

/* inventory_free(NULL) is allowed. */
void inventory_free(struct inventory *inventory);

/* A feed is for one thread. */
struct inventory_feed *inventory_feed(struct inventory *inventory, unsigned index);

/* Takes in an audited record, or one read back from its row; it stays the caller's. */
void inventory_add(struct inventory_feed *feed, const struct record *record);

/* What came of it. */
struct inventory_result {
	uint64_t chains;                       /* that were added */
	uint64_t findings[SEVERITY_ERROR + 1]; /* by severity */
	uint64_t temporary_bytes;
};

/* Sorts, judges, and writes the findings to `output`, before output_close. To be called once, when all records have
 * been added and no feed is used any more. False after a line on `errors`: a temporary file could not be written or
 * read; what could not be written to `output` is output_close's to tell. */
bool inventory_finish(struct inventory *inventory, struct output *output, struct inventory_result *result, FILE *errors)
	__attribute__((warn_unused_result));

#endif
