#include "audit/tally.h"

#include <stdlib.h>
#include <xxhash.h>

/* uthash calls this when there is no memory; the arena's rule is to end the process. */
#define uthash_malloc(size)           memory_alloc(size)
#define HASH_FUNCTION(key, len, hash) ((hash) = (unsigned)XXH3_64bits(key, len))
#include <uthash.h>

struct tally_hosts {
	struct tally_host host;
	UT_hash_handle hh;
	char name[]; /* the key; not NUL-terminated */
};

void tally_init(struct tally *tally)
{
	*tally = (struct tally){ .rows = 0 };
}

void tally_release(struct tally *tally)
{
	struct tally_hosts *entry, *after;

	HASH_ITER(hh, tally->hosts, entry, after)
	{
		HASH_DEL(tally->hosts, entry);
		free(entry);
	}
	tally->host_count = 0;
}

/* The figures of a host, made if there is room; else those of all other hosts. */
static struct tally_host *find_host(struct tally *tally, struct span name)
{
	struct tally_hosts *entry;

	HASH_FIND(hh, tally->hosts, name.bytes, name.len, entry);
	if (entry)
		return &entry->host;
	if (tally->host_count == TALLY_HOSTS_MAX)
		return &tally->other_hosts;
	entry = memory_alloc(sizeof(*entry) + name.len);
	entry->host = (struct tally_host){ .requests = 0 };
	memcpy(entry->name, name.bytes, name.len);
	HASH_ADD_KEYPTR(hh, tally->hosts, entry->name, name.len, entry);
	tally->host_count++;
	return &entry->host;
}

/* A hop that met the run's own limits, or was never sent, says nothing about its host. */
static bool is_request(const struct hop *hop)
{
	enum outcome outcome = hop->error == HOP_OK ? OUTCOME_OK : hop_error_outcome(hop->error);

	return !hop->memo && url_is_web(&hop->url) && outcome != OUTCOME_NOT_REACHED &&
	       outcome != OUTCOME_BLOCKED_ADDRESS && outcome != OUTCOME_BLOCKED_ROBOTS &&
	       outcome != OUTCOME_INTERNAL_ERROR && outcome != OUTCOME_INVALID_INPUT;
}

/* Of the hop before in the same chain, which is on the same host more often than not. */
struct last_host {
	struct span name;
	struct tally_host *host;
};

static void add_hop(struct tally *tally, const struct hop *hop, struct last_host *last)
{
	struct tally_host *host;

	tally->hops++;
	tally->memo_hops += hop->memo;
	if (!is_request(hop))
		return;
	tally->requests++;
	if (!last->host || !span_equal(last->name, hop->url.host))
		*last = (struct last_host){ .name = hop->url.host, .host = find_host(tally, hop->url.host) };
	host = last->host;
	host->requests++;
	host->redirects += status_is_redirect(hop->status);
	host->errors += hop->error != HOP_OK;
	if (hop->status == 0)
		return;
	host->answers++;
	host->first_byte_us_sum += hop->first_byte_us;
	if (hop->first_byte_us > host->first_byte_us_max)
		host->first_byte_us_max = hop->first_byte_us;
}

static void keep_example(struct tally_example *example, const struct record *record)
{
	struct span url = record->url.href;

	if (example->len && example->seq <= record->seq)
		return;
	example->seq = record->seq;
	example->cut = url.len > sizeof(example->url);
	example->len = (uint16_t)(example->cut ? sizeof(example->url) : url.len);
	if (example->len)
		memcpy(example->url, url.bytes, example->len);
}

static void add_finding(struct tally *tally, const struct record *record, uint32_t index)
{
	const struct finding *finding = &record->finding[index];
	struct tally_rule *rule = &tally->rule[rule_index_of(finding)];
	bool first = true;

	for (uint32_t i = 0; i < index && first; i++)
		first = record->finding[i].rule != finding->rule;
	tally->findings[finding->severity]++;
	rule->findings[finding->severity]++;
	rule->chains += first;
	keep_example(&rule->example[finding->severity], record);
}

static bool has_disallowed_hop(const struct chain *chain)
{
	for (uint32_t i = 0; i < chain->hop_count; i++) {
		if (chain->hop[i].robots == ROBOTS_DISALLOWED)
			return true;
	}
	return false;
}

void tally_add(struct tally *tally, const struct record *record)
{
	const struct chain *chain = &record->chain;
	struct last_host last = { .host = NULL };

	tally->rows++;
	tally->redirected_rows += chain->redirects > 0;
	tally->outcome[chain->outcome]++;
	tally->again_rows += record->passes > 1;
	tally->again_ok_rows += record->passes > 1 && chain->outcome == OUTCOME_OK;
	tally->robots_rows += has_disallowed_hop(chain);
	for (uint32_t i = 0; i < chain->hop_count; i++)
		add_hop(tally, &chain->hop[i], &last);
	for (uint32_t i = 0; i < record->finding_count; i++)
		add_finding(tally, record, i);
}

static void merge_host(struct tally_host *into, const struct tally_host *from)
{
	into->requests += from->requests;
	into->redirects += from->redirects;
	into->errors += from->errors;
	into->answers += from->answers;
	into->first_byte_us_sum += from->first_byte_us_sum;
	if (from->first_byte_us_max > into->first_byte_us_max)
		into->first_byte_us_max = from->first_byte_us_max;
}

static void merge_rule(struct tally_rule *into, const struct tally_rule *from)
{
	for (size_t i = 0; i <= SEVERITY_ERROR; i++) {
		const struct tally_example *example = &from->example[i];

		into->findings[i] += from->findings[i];
		if (example->len && (!into->example[i].len || example->seq < into->example[i].seq))
			into->example[i] = *example;
	}
	into->chains += from->chains;
}

void tally_merge(struct tally *into, const struct tally *from)
{
	into->rows += from->rows;
	into->redirected_rows += from->redirected_rows;
	into->hops += from->hops;
	into->memo_hops += from->memo_hops;
	into->again_rows += from->again_rows;
	into->again_ok_rows += from->again_ok_rows;
	into->robots_rows += from->robots_rows;
	into->requests += from->requests;
	for (size_t i = 0; i < OUTCOME_COUNT; i++)
		into->outcome[i] += from->outcome[i];
	for (size_t i = 0; i <= SEVERITY_ERROR; i++)
		into->findings[i] += from->findings[i];
	for (size_t i = 0; i < RULE_COUNT; i++)
		merge_rule(&into->rule[i], &from->rule[i]);
	for (const struct tally_hosts *entry = from->hosts; entry; entry = entry->hh.next)
		merge_host(find_host(into, (struct span){ .bytes = entry->name, .len = entry->hh.keylen }),
			   &entry->host);
	merge_host(&into->other_hosts, &from->other_hosts);
}

enum severity tally_worst(const struct tally *tally)
{
	enum severity worst = SEVERITY_ERROR;

	while (worst > SEVERITY_OFF && tally->findings[worst] == 0)
		worst--;
	return worst;
}

static bool is_before(uint64_t weight, struct span name, uint64_t other_weight, struct span other_name)
{
	size_t len = name.len < other_name.len ? name.len : other_name.len;
	int order;

	if (weight != other_weight)
		return weight > other_weight;
	order = memcmp(name.bytes, other_name.bytes, len);
	return order != 0 ? order < 0 : name.len < other_name.len;
}

size_t tally_top_hosts(const struct tally *tally, tally_weigh *weigh, struct tally_top *top, size_t size)
{
	size_t count = 0;

	for (const struct tally_hosts *entry = tally->hosts; entry; entry = entry->hh.next) {
		const struct span name = { .bytes = entry->name, .len = entry->hh.keylen };
		uint64_t weight = weigh(&entry->host);
		size_t place = count;

		while (weight && place > 0 && is_before(weight, name, weigh(&top[place - 1].host), top[place - 1].name))
			place--;
		if (weight == 0 || place == size)
			continue;
		count += count < size;
		memmove(&top[place + 1], &top[place], (count - 1 - place) * sizeof(*top));
		top[place] = (struct tally_top){ .name = name, .host = entry->host };
	}
	return count;
}
