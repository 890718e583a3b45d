#include "formats/inventory_row.h"

#include "formats/row.h"

#define KEY(key) .prefix = ",\"" key "\":", .prefix_len = sizeof(",\"" key "\":") - 1

#define FIELD(type_, key, member, unit_, sentence)                                                                \
	{                                                                                                         \
		KEY(key), .type = (type_), .offset = offsetof(struct inventory_finding, member), .unit = (unit_), \
			  .text = (sentence)                                                                      \
	}

static const struct row_field fields[] = {
	{ KEY("schema_version"), .type = ROW_VERSION, .text = "Version of this schema." },
	{ KEY("run_id"), .type = ROW_RUN_ID, .text = "The same in all rows of a run." },
	FIELD(ROW_SCOPE, "scope", scope, NULL,
	      "What the finding is about: a host, redirects of one pattern, or the whole run."),
	FIELD(ROW_TEXT, "subject", subject, NULL, "The host, the pattern, or, for the run, the URL of a hop."),
	FIELD(ROW_RULE, "rule", rule, NULL, "Name of the rule; detour rules --explain NAME tells about it."),
	FIELD(ROW_SEVERITY, "severity", severity, NULL, "How bad it is."),
	FIELD(ROW_U64, "count", count, NULL, "How many are concerned."),
	FIELD(ROW_TEXT, "count_of", count_of, NULL, "How many what."),
	FIELD(ROW_U8, "share_pct", share_pct, "%", "What share that is, rounded; 0: of nothing, or below a half."),
	FIELD(ROW_U64, "share_total", whole, NULL, "Of how many; 0: there are none."),
	FIELD(ROW_TEXT, "share_of", share_of, NULL, "Of how many what."),
	{ KEY("example_seqs"), .type = ROW_SEQS, .offset = offsetof(struct inventory_finding, seq),
	  .count_offset = offsetof(struct inventory_finding, seq_count),
	  .text = "The seq of up to three rows that show it, the lowest ones." },
	FIELD(ROW_TEXT, "message", message, NULL, "A sentence for a person."),
	FIELD(ROW_TEXT, "action", action, NULL, "What to do about it."),
};

const struct row_object inventory_object = {
	.name = "inventory",
	.text = "What only the whole list shows.",
	.size_bytes = sizeof(struct inventory_finding),
	.field = fields,
	.field_count = sizeof(fields) / sizeof(fields[0]),
};

void inventory_row_write(struct buf *out, const struct inventory_finding *finding, struct span run_id)
{
	row_write_object(out, &inventory_object, finding, run_id);
}
