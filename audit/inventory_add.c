/* From a record to what the inventory keeps of it. */
#include <xxhash.h>

#include "audit/hops.h"
#include "audit/inventory_edge.h"
#include "audit/inventory_state.h"

/* Words that two page names have in common, in percent of all their words, from which on one is taken for another
 * version of the other: "blue-shirt-s" and "blue-shirt". */
#define ALIKE_PCT_MIN 30

static uint64_t keep(struct inventory_feed *feed, struct span text)
{
	uint64_t hash = text_hash(text);

	text_log_add(feed->texts, hash, text);
	return hash;
}

static struct span without_www(struct span host)
{
	if (host.len > 4 && memcmp(host.bytes, "www.", 4) == 0)
		return (struct span){ .bytes = host.bytes + 4, .len = host.len - 4 };
	return host;
}

/* The path and the query, each run of letters and digits that has a digit in it counted as equal to all others. Of the
 * query only that there is one: its values are numbers of products as often as words. */
static uint32_t path_template(const struct url *url)
{
	const struct span path = url->path;
	uint32_t hash = url->has_query ? 0x9E3779B9 : 0x811C9DC5;

	for (size_t i = 0; i < path.len;) {
		size_t end = i;
		bool digit = false;

		for (; end < path.len && path.bytes[end] != '/' && path.bytes[end] != '-' && path.bytes[end] != '_';
		     end++)
			digit = digit || (path.bytes[end] >= '0' && path.bytes[end] <= '9');
		if (digit)
			hash = (hash ^ '*') * 0x01000193;
		for (; !digit && i < end; i++)
			hash = (hash ^ (uint8_t)path.bytes[i]) * 0x01000193;
		i = end;
		if (i < path.len)
			hash = (hash ^ (uint8_t)path.bytes[i++]) * 0x01000193;
	}
	return hash;
}

static bool is_home(const struct url *url)
{
	struct span locale = url_path_locale(url->path);
	size_t rest = url->path.len - locale.len;

	return !url->has_query && (url->path.len == 1 || (locale.len && rest <= 2));
}

static bool is_meant(const struct hop *hop)
{
	return hop->method == METHOD_GET && hop->temporary_reason == TEMPORARY_NONE;
}

/* The text of a URL without its scheme and "www.": what the variants of a host have in common. */
static uint64_t page_hash(struct inventory_feed *feed, const struct url *url, struct span normal_form)
{
	struct span host = without_www(url->host);
	const char *authority = normal_form.bytes + url->scheme_name.len + 3;
	const char *end = normal_form.bytes + normal_form.len;
	const char *rest = memchr(authority, '/', (size_t)(end - authority));
	size_t rest_len = (size_t)(end - rest);
	char *text = arena_alloc(&feed->arena, host.len + rest_len);

	memcpy(text, host.bytes, host.len);
	memcpy(text + host.len, rest, rest_len);
	return XXH3_64bits(text, host.len + rest_len);
}

static void describe_page(struct inventory_feed *feed, const struct hop *hop, struct span normal_form,
			  struct inventory_out *out)
{
	if (hop->url.has_port || url_host_is_address(&hop->url))
		return;
	out->flags |= OUT_PAGE;
	out->target = page_hash(feed, &hop->url, normal_form);
	out->target_host = keep(feed, without_www(hop->url.host));
	out->changes = (uint16_t)((url_is_https(&hop->url) ? VARIANT_HTTPS : 0) |
				  (without_www(hop->url.host).len < hop->url.host.len ? VARIANT_WWW : 0));
}

static void add_in(struct inventory_feed *feed, const struct chain *chain, const struct hop *hop,
		   const struct inventory_out *out)
{
	const uint32_t elsewhere = 1u << CHANGE_LOGIN | 1u << CHANGE_CONSENT;
	bool moved = (hop->changes & (1u << CHANGE_PATH | 1u << CHANGE_LOCALE)) && !(hop->changes & elsewhere) &&
		     chain->outcome == OUTCOME_OK && is_meant(hop);
	struct inventory_in in = { .url = out->target, .host = out->host, .source = out->url, .seq = out->seq };
	/* A loop is another rule's, and there is no last URL to lead to. */
	bool maps = (out->flags & OUT_INPUT) && !(out->flags & OUT_LOOP);
	uint8_t bytes[INVENTORY_IN_BYTES];

	if (!moved && !maps)
		return;
	in.flags = maps ? IN_INPUT : 0;
	if (moved) {
		in.template = path_template(&hop->url);
		in.flags |= IN_MOVED;
		in.flags |= is_home(&hop->next) ? IN_HOME : 0;
		in.flags |= hop->changes & 1u << CHANGE_SITE ? IN_FOREIGN : 0;
		if (url_slug_similarity_pct(&hop->url, &hop->next) >= ALIKE_PCT_MIN)
			in.flags |= IN_ALIKE;
	}
	inventory_in_put(bytes, &in);
	sorter_add(feed->in, bytes);
}

static bool is_redirect(const struct hop *hop)
{
	return status_is_redirect(hop->status) && url_is_web(&hop->next);
}

static bool has_chain_finding(const struct record *record)
{
	for (uint32_t i = 0; i < record->finding_count; i++) {
		if (strcmp(record->finding[i].rule, rules[RULE_redirect_chain]->name) == 0)
			return true;
	}
	return false;
}

static uint8_t flags_of(const struct chain *chain, uint32_t index, bool has_finding)
{
	const struct hop *hop = &chain->hop[index];
	unsigned flags = index == 0 ? OUT_INPUT : 0;

	flags |= chain->loop_length ? OUT_LOOP : 0;
	flags |= chain->outcome == OUTCOME_REDIRECT_LIMIT || chain->outcome == OUTCOME_TIMEOUT ? OUT_UNFINISHED : 0;
	flags |= has_finding && hops_redirects(chain) == 2 ? OUT_SHORTENED : 0;
	if (hop->changes && !(hop->changes & ~(CHANGES_OF_ORIGIN | CHANGES_OF_FORM)) && is_meant(hop))
		flags |= OUT_PATTERN;
	return (uint8_t)flags;
}

static void add_hop(struct inventory_feed *feed, const struct record *record, uint32_t index, bool has_finding)
{
	const struct chain *chain = &record->chain;
	const struct hop *hop = &chain->hop[index];
	struct span normal_form = url_normal_form(&feed->arena, &hop->url);
	struct inventory_out out = {
		.url = text_hash(normal_form),
		.seq = record->seq,
		.hop = (uint8_t)index,
		.host = keep(feed, hop->url.host),
		.features = (uint8_t)inventory_features(&hop->url),
		.flags = flags_of(chain, index, has_finding),
	};
	uint8_t bytes[INVENTORY_OUT_BYTES];

	if (is_redirect(hop)) {
		out.status = (uint8_t)inventory_status_of(hop->status);
		out.target = keep(feed, url_normal_form(&feed->arena, &hop->next));
		out.target_host = keep(feed, hop->next.host);
		out.changes = (uint16_t)hop->changes;
		add_in(feed, chain, hop, &out);
	} else if (hop->status / 100 == 2 && hop->method == METHOD_GET) {
		describe_page(feed, hop, normal_form, &out);
	}
	inventory_out_put(bytes, &out);
	sorter_add(feed->out, bytes);
}

void inventory_add(struct inventory_feed *feed, const struct record *record)
{
	const struct chain *chain = &record->chain;
	bool has_finding = has_chain_finding(record);

	feed->chains++;
	feed->reported_chains += has_finding;
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		const struct hop *hop = &chain->hop[i];

		/* What did not answer, or was asked something else than for the URL's content, says nothing. */
		if (hop->status && url_is_web(&hop->url) && (hop->method == METHOD_GET || hop->method == METHOD_HEAD))
			add_hop(feed, record, i, has_finding);
	}
	arena_release(&feed->arena);
}
