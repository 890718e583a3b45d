#include "formats/row_fields.h"

#include <assert.h>

#include "formats/inventory_row.h"
#include "formats/record.h"

#define KEY(key) .prefix = ",\"" key "\":", .prefix_len = sizeof(",\"" key "\":") - 1

#define FIELD(row_type_, key, structure, member, unit_, sentence)                                      \
	{                                                                                              \
		KEY(key), .type = (row_type_), .offset = offsetof(structure, member), .unit = (unit_), \
			  .text = (sentence)                                                           \
	}
#define HOP(type, key, ...)       FIELD(type, key, struct hop, __VA_ARGS__)
#define PAGE_LINK(type, key, ...) FIELD(type, key, struct page_link, __VA_ARGS__)
#define FINDING(type, key, ...)   FIELD(type, key, struct finding, __VA_ARGS__)
#define ROW(type, key, ...)       FIELD(type, key, struct record, __VA_ARGS__)
#define LIST(key, member, count, items_, sentence)                                                         \
	{                                                                                                  \
		KEY(key), .type = ROW_LIST, .offset = offsetof(struct record, member), .items = &(items_), \
			  .count_offset = offsetof(struct record, count), .text = (sentence)               \
	}

static const struct row_field hop_fields[] = {
	{ KEY("n"), .type = ROW_INDEX, .text = "Number of the hop in the chain, from 0." },
	HOP(ROW_TEXT, "url", url.href, NULL, "URL as requested, without user name and password."),
	HOP(ROW_METHOD, "method", method, NULL, "Method of the request."),
	HOP(ROW_U16, "status", status, NULL, "Status code of the answer; 0: no answer."),
	HOP(ROW_PERCENT, "location", location, NULL,
	    "First Location line as received, bytes that are no UTF-8 percent-encoded; \"\": none, or a blank one."),
	HOP(ROW_TEXT, "next_url", next.href, NULL, "Where Location leads, resolved as browsers do; \"\": nowhere."),
	HOP(ROW_TEXT, "ip", ip, NULL, "Address connected to, or tried last; \"\": none."),
	HOP(ROW_HTTP_VERSION, "http_version", http_version, NULL, "HTTP version of the answer; \"\": no answer."),
	HOP(ROW_TIME, "started_at", started_at_us, NULL, "When the hop began, UTC; 1970-01-01T00:00:00.000Z: never."),
	HOP(ROW_U32, "dns_us", dns_us, "us", "Resolving the name; 0: taken from the cache, or not needed."),
	HOP(ROW_U32, "connect_us", connect_us, "us", "Opening the TCP connection; 0: an open one was used again."),
	HOP(ROW_U32, "tls_us", tls_us, "us", "TLS handshake; 0: none was made."),
	HOP(ROW_U32, "first_byte_us", first_byte_us, "us",
	    "From the request being sent to the first byte of the answer; 0: no answer."),
	HOP(ROW_U32, "total_us", total_us, "us", "The whole hop, without waiting for politeness; 0: not requested."),
	HOP(ROW_BOOL, "memo", memo, NULL,
	    "The answer is that of another line of this run; the URL was not asked twice."),
	HOP(ROW_ERROR, "error", error, NULL, "What went wrong; \"\": nothing."),
	HOP(ROW_TEXT, "error_detail", error_detail, NULL, "The library's own words on the error; \"\": none."),
	HOP(ROW_U8, "attempts", attempts, NULL, "Addresses that were tried; 0: none."),
	HOP(ROW_U8, "location_count", location_count, NULL, "Location lines in the answer; 255: or more; 0: none."),
	HOP(ROW_PERCENT, "location_other", location_other, NULL,
	    "First later Location line that differs from the first; \"\": none."),
	HOP(ROW_BASE64, "location_raw_b64", location, NULL,
	    "The bytes of location in base64 when they are no UTF-8; \"\": location is exact."),
#define X(name, field_name, sentence)                                                                               \
	{ KEY(field_name), .dashed = true, .type = ROW_TEXT, .offset = offsetof(struct hop, header[HEADER_##name]), \
	  .text = sentence " \"\": none." },
	HEADERS(X)
#undef X
		HOP(ROW_U32, "body_bytes", body_bytes, "bytes",
		    "Bytes of the body that were read, decoded; long bodies are not read to their end; 0: none."),
	HOP(ROW_ROBOTS, "robots", robots, NULL, "What robots.txt says of url; \"\": it was not looked at."),
	HOP(ROW_TEXT, "robots_rule", robots_rule, NULL, "The rule of robots.txt that decides; \"\": none."),
	HOP(ROW_U32, "robots_line", robots_line, NULL, "The line of robots.txt it stands in; 0: none."),
	HOP(ROW_CHANGES, "changes", changes, NULL, "What the redirect changes; []: nothing, or it leads nowhere."),
	HOP(ROW_FRESHNESS, "freshness", freshness, NULL,
	    "How it is known for how long a cache may use the answer; \"\": no answer."),
	HOP(ROW_U32, "fresh_s", fresh_s, "s", "How long that is, if it is explicit; 0: not at all, or not known."),
	HOP(ROW_REASON, "temporary_reason", temporary_reason, NULL,
	    "Why this temporary redirect is rightly temporary; \"\": nothing says so."),
	HOP(ROW_U8, "permanent_pct", permanent_pct, "%",
	    "How sure it is that this temporary redirect should be permanent; 0: not weighed."),
	HOP(ROW_BOOL, "location_cut", location_cut, NULL, "Only the beginning of Location was kept (16 KiB)."),
	HOP(ROW_BOOL, "location_conflict", location_conflict, NULL,
	    "A later Location line differs from the first; location_other may be a blank one then."),
	HOP(ROW_BASE64, "location_other_raw_b64", location_other, NULL,
	    "The bytes of location_other in base64 when they are no UTF-8; \"\": location_other is exact."),
};

static const struct row_field page_link_fields[] = {
	PAGE_LINK(ROW_LINK_REL, "rel", rel, NULL, "What kind of link it is."),
	PAGE_LINK(ROW_LINK_SOURCE, "source", source, NULL, "Where it stands."),
	PAGE_LINK(ROW_TEXT, "hreflang", hreflang, NULL, "Language of an alternate, as written; \"\": none."),
	PAGE_LINK(ROW_TEXT, "href", href, NULL, "The link as written."),
	PAGE_LINK(ROW_TEXT, "url", url, NULL, "The link resolved; \"\": it is no URL."),
};

static const struct row_field finding_fields[] = {
	FINDING(ROW_RULE, "rule", rule, NULL, "Name of the rule; detour rules --explain NAME tells about it."),
	FINDING(ROW_SEVERITY, "severity", severity, NULL, "How bad it is."),
	FINDING(ROW_U32, "hop", hop, NULL, "Number of the hop to blame."),
	FINDING(ROW_U8, "confidence_pct", confidence_pct, "%", "How sure the rule is; 100 unless it weighs evidence."),
	FINDING(ROW_TEXT, "message", message, NULL, "A sentence for a person."),
};

static const struct row_object hop_object = {
	.name = "hops",
	.text = "One request and its answer.",
	.size_bytes = sizeof(struct hop),
	.field = hop_fields,
	.field_count = sizeof(hop_fields) / sizeof(hop_fields[0]),
};

static const struct row_object page_link_object = {
	.name = "page_links",
	.text = "A link of the last answer that says which URL counts.",
	.size_bytes = sizeof(struct page_link),
	.field = page_link_fields,
	.field_count = sizeof(page_link_fields) / sizeof(page_link_fields[0]),
};

static const struct row_object finding_object = {
	.name = "findings",
	.text = "What a rule has to say about the chain.",
	.size_bytes = sizeof(struct finding),
	.field = finding_fields,
	.field_count = sizeof(finding_fields) / sizeof(finding_fields[0]),
};

static const struct row_field row_fields[] = {
	{ KEY("schema_version"), .type = ROW_VERSION, .text = "Version of this schema." },
	{ KEY("run_id"), .type = ROW_RUN_ID, .text = "The same in all rows of a run." },
	ROW(ROW_U64, "seq", seq, NULL, "Number of the input line over all inputs, from 1."),
	ROW(ROW_TEXT, "input_url", input_url, NULL, "The URL as given."),
	ROW(ROW_TEXT, "url", url.href, NULL, "The URL as walked; \"\": it could not be parsed."),
	ROW(ROW_OUTCOME, "outcome", chain.outcome, NULL, "How the walk ended."),
	ROW(ROW_ERROR, "error", chain.error, NULL,
	    "What went wrong, in the last hop or before the first; \"\": nothing."),
	ROW(ROW_U32, "redirects", chain.redirects, NULL, "Redirects that were followed."),
	ROW(ROW_TEXT, "final_url", chain.final_url, NULL, "The last URL requested; \"\": none was."),
	ROW(ROW_U16, "final_status", chain.final_status, NULL, "Its status code; 0: no answer."),
	ROW(ROW_U32, "loop_entry", chain.loop_entry, NULL,
	    "Hop at which the loop begins; 0 with loop_length 0: no loop."),
	ROW(ROW_U32, "loop_length", chain.loop_length, NULL, "Redirects in one round of the loop; 0: no loop."),
	LIST("hops", chain.hop, chain.hop_count, hop_object, "The requests in order, each with its answer."),
	ROW(ROW_BOOL, "page_read", chain.page.read, NULL, "The last answer is an HTML page and was read."),
	ROW(ROW_BOOL, "page_cut", chain.page.cut, NULL, "Only the beginning of the page was read (--page-bytes)."),
	ROW(ROW_TEXT, "page_title", chain.page.title, NULL, "The page's title; \"\": none."),
	ROW(ROW_TEXT, "page_canonical", chain.page.canonical, NULL, "Its first canonical link, resolved; \"\": none."),
	ROW(ROW_TEXT, "page_robots", chain.page.robots, NULL,
	    "Its robots meta values, joined with \", \"; \"\": none."),
	ROW(ROW_TEXT, "page_refresh", chain.page.refresh, NULL, "Its first refresh meta value; \"\": none."),
	ROW(ROW_TEXT, "page_lang", chain.page.lang, NULL, "The language of its html element; \"\": none."),
	LIST("findings", finding, finding_count, finding_object, "What the rules found, by hop, then by rule."),
	ROW(ROW_METHOD, "method", method, NULL, "Method of the first request."),
	ROW(ROW_COOKIE_OUTCOME, "cookie_outcome", chain, NULL,
	    "How a second walk with cookies ended, made when a loop sets cookies; \"\": none was made."),
	ROW(ROW_TEXT, "cookie_final_url", chain.cookie_final_url, NULL, "The last URL of that walk; \"\": none."),
	ROW(ROW_U16, "cookie_final_status", chain.cookie_final_status, NULL, "Its status code; 0: none."),
	ROW(ROW_U32, "cookie_redirects", chain.cookie_redirects, NULL, "Redirects that walk followed; 0: none."),
	ROW(ROW_U8, "passes", passes, NULL,
	    "How often the line was walked: again after a failure that may pass; 0: it could not be."),
	ROW(ROW_ERROR, "first_error", first_error, NULL,
	    "What went wrong in the first of several walks; \"\": nothing."),
	ROW(ROW_U16, "first_status", first_status, NULL, "The last status of the first of several walks; 0: none."),
	ROW(ROW_TEXT, "suggested_url", suggested_url, NULL,
	    "What to link to instead, where all redirects on the way are meant for ever; \"\": the URL as it is."),
	LIST("page_links", chain.page.link, chain.page.link_count, page_link_object,
	     "Canonical and hreflang links of a 2xx answer, from its head and its Link header."),
	ROW(ROW_TEXT, "page_base", chain.page.base, NULL, "The page's base URL as written; \"\": none."),
	ROW(ROW_BOOL, "page_refresh_noscript", chain.page.refresh_noscript, NULL,
	    "Its refresh is for browsers without scripts."),
	ROW(ROW_TEXT, "page_script", chain.page.script, NULL,
	    "Where a script of the page seems to lead, as written; \"\": none does."),
	ROW(ROW_BOOL, "page_password", chain.page.password, NULL, "The page asks for a password."),
	ROW(ROW_TEXT, "page_h1", chain.page.h1, NULL, "Its first heading; \"\": none."),
	ROW(ROW_TEXT, "page_text", chain.page.text, NULL, "The beginning of its visible text (256 bytes); \"\": none."),
	ROW(ROW_U32, "page_text_bytes", chain.page.text_bytes, "bytes",
	    "Visible text in what was read of it; 0: none."),
	ROW(ROW_TRUNCATED, "truncated", truncated, NULL, "Strings were cut to keep the row below 1 MiB."),
	ROW(ROW_U32, "max_redirects", chain.max_redirects, NULL, "The most redirects that the walk would follow."),
};

const struct row_object row_object = {
	.name = "row",
	.text = "One line of the input: its redirect chain and what is wrong with it.",
	.size_bytes = sizeof(struct record),
	.field = row_fields,
	.field_count = sizeof(row_fields) / sizeof(row_fields[0]),
};

static const char *const http_versions[] = { [0] = "", [10] = "1.0", [11] = "1.1", [20] = "2" };

#define HTTP_VERSION_COUNT (sizeof(http_versions) / sizeof(http_versions[0]))

const char *row_http_version(uint8_t version)
{
	return version < HTTP_VERSION_COUNT && http_versions[version] ? http_versions[version] : "";
}

static const char *http_version_value(unsigned index)
{
	for (unsigned i = 0; i < HTTP_VERSION_COUNT; i++) {
		if (http_versions[i] && index-- == 0)
			return http_versions[i];
	}
	return NULL;
}

#define X(name, word, text) word,
static const char *const freshnesses[] = { FRESHNESSES(X) NULL };
static const char *const robots_verdicts[] = { ROBOTS_VERDICTS(X) NULL };
static const char *const temporary_reasons[] = { TEMPORARY_REASONS(X) NULL };
static const char *const link_rels[] = { LINK_RELS(X) NULL };
static const char *const link_sources[] = { LINK_SOURCES(X) NULL };
static const char *const changes[] = { CHANGES(X) NULL };
#undef X
#define X(name, word) word,
static const char *const scopes[] = { INVENTORY_SCOPES(X) NULL };
#undef X

const char *row_type_value(enum row_type type, unsigned index)
{
	switch (type) {
	case ROW_HTTP_VERSION:
		return http_version_value(index);
	case ROW_OUTCOME:
		return index < OUTCOME_COUNT ? outcome_name((enum outcome)index) : NULL;
	case ROW_COOKIE_OUTCOME:
		return index == 0 ? "" : row_type_value(ROW_OUTCOME, index - 1);
	case ROW_ERROR:
		return index < HOP_ERROR_COUNT ? hop_error_name((enum hop_error)index) : NULL;
	case ROW_METHOD:
		return index < METHOD_COUNT ? method_name((enum method)index) : NULL;
	case ROW_SEVERITY: /* without SEVERITY_OFF: such findings are not made */
		return index < SEVERITY_ERROR ? severity_name((enum severity)(index + 1)) : NULL;
	case ROW_FRESHNESS:
		return freshnesses[index];
	case ROW_ROBOTS:
		return robots_verdicts[index];
	case ROW_REASON:
		return temporary_reasons[index];
	case ROW_LINK_REL:
		return link_rels[index];
	case ROW_LINK_SOURCE:
		return link_sources[index];
	case ROW_CHANGES:
		return changes[index];
	case ROW_SCOPE:
		return scopes[index];
	default:
		return NULL;
	}
}

void row_field_key(const struct row_field *field, char key[ROW_KEY_BYTES_MAX])
{
	size_t len = field->prefix_len - 4U; /* without ," and ": */

	assert(len < ROW_KEY_BYTES_MAX);
	memcpy(key, field->prefix + 2, len);
	key[len] = '\0';
	if (field->dashed)
		row_underscore(key, len);
}
