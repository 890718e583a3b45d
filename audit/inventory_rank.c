#include "audit/inventory_rank.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "audit/message.h"
#include "formats/arena.h"

enum kind { KIND_PATTERN, KIND_TARGET, KIND_HUB, KIND_HOST, KIND_SITE, KIND_CYCLE };

struct subject {
	enum kind kind;
	union {
		struct inventory_pattern pattern;
		struct inventory_target target;
		struct inventory_hub hub;
		struct inventory_host host;
		struct inventory_site site;
		struct inventory_cycle cycle;
	};
};

/* What a rule reported before there were texts. */
struct kept {
	uint64_t count, key;
	struct subject subject;
};

/* Of one rule: a heap whose least is kept[0]. */
struct best {
	struct kept *kept;
	size_t count;
};

#define FILTER_BITS (1u << 20)

/* Hashes, by their lowest bits: most that are not in it are told so at once. */
struct filter {
	uint8_t bits[FILTER_BITS / 8];
};

/* A text that is wanted. */
struct wanted {
	uint64_t hash;
	struct span text;
};

struct inventory_rank {
	const struct rule_settings *settings;
	struct arena arena; /* for one check */
	struct best best[RULE_COUNT];
	struct arena texts;
	struct wanted *wanted; /* by hash */
	size_t wanted_count;
	struct filter filter;      /* of hosts that targets have, then of what is wanted */
	bool filtered;             /* by hosts */
	unsigned rule[RULE_COUNT]; /* those on the whole list that are not off */
	unsigned rule_count;
};

struct inventory_report {
	struct inventory_rank *rank;
	enum rule_index rule;
	bool reported;
	struct inventory_finding finding; /* without texts unless they are known */
};

struct inventory_rank *inventory_rank_new(const struct rule_settings *settings)
{
	struct inventory_rank *rank = memory_alloc(sizeof(*rank));

	memset(rank, 0, sizeof(*rank));
	rank->settings = settings;
	for (unsigned i = 0; i < RULE_COUNT; i++) {
		if (!rules[i]->check && !(settings->rule[i].has_level && settings->rule[i].level == SEVERITY_OFF))
			rank->rule[rank->rule_count++] = i;
	}
	return rank;
}

void inventory_rank_free(struct inventory_rank *rank)
{
	if (!rank)
		return;
	for (size_t i = 0; i < RULE_COUNT; i++)
		free(rank->best[i].kept);
	free(rank->wanted);
	arena_release(&rank->arena);
	arena_release(&rank->texts);
	free(rank);
}

/* --- What rules call --- */

void inventory_seqs_add(struct inventory_seqs *seqs, uint64_t seq)
{
	uint32_t place = 0;

	while (place < seqs->count && seqs->seq[place] < seq)
		place++;
	if (place == INVENTORY_EXAMPLES_MAX || (place < seqs->count && seqs->seq[place] == seq))
		return;
	if (seqs->count < INVENTORY_EXAMPLES_MAX)
		seqs->count++;
	for (uint32_t i = seqs->count - 1; i > place; i--)
		seqs->seq[i] = seqs->seq[i - 1];
	seqs->seq[place] = seq;
}

static const unsigned codes[INVENTORY_STATUS_COUNT] = {
#define X(code) [INVENTORY_##code] = code,
	INVENTORY_STATUSES(X)
#undef X
};

unsigned inventory_status_code(enum inventory_status status)
{
	return codes[status];
}

enum inventory_status inventory_status_of(unsigned code)
{
	for (unsigned i = 1; i < INVENTORY_STATUS_COUNT; i++) {
		if (codes[i] == code)
			return (enum inventory_status)i;
	}
	return INVENTORY_NO_REDIRECT;
}

uint32_t inventory_limit(const struct inventory_report *report)
{
	return report->rank->settings->rule[report->rule].limit;
}

struct span inventory_text(struct inventory_report *report, const char *format, ...)
{
	struct span text;
	va_list arguments;

	va_start(arguments, format);
	text = message_format(&report->rank->arena, format, arguments);
	va_end(arguments);
	return text;
}

struct span inventory_pattern_text(struct inventory_report *report, const struct inventory_pattern *pattern)
{
	bool to_https = pattern->from_https != !!(pattern->changes & 1u << CHANGE_SCHEME);
	struct buf names;
	struct span text;

	buf_init(&names, MESSAGE_BYTES_MAX);
	for (unsigned i = 0; i < CHANGE_COUNT; i++) {
		if (pattern->changes & 1u << i)
			buf_addf(&names, "%s%s", names.len ? ", " : "", row_type_value(ROW_CHANGES, i));
	}
	text = inventory_text(report, "%s://%.*s to %s://%.*s (%.*s)", pattern->from_https ? "https" : "http",
			      SPAN_ARG(pattern->from.text), to_https ? "https" : "http", SPAN_ARG(pattern->to.text),
			      (int)names.len, names.bytes);
	buf_release(&names);
	return text;
}

void inventory_report(struct inventory_report *report, const struct inventory_claim *claim, const char *message, ...)
{
	const struct rule_settings *settings = report->rank->settings;
	struct inventory_finding *finding = &report->finding;
	va_list arguments;

	assert(claim->severity != SEVERITY_OFF && !report->reported);
	*finding = (struct inventory_finding){
		.scope = claim->scope,
		.subject = claim->subject,
		.rule = rules[report->rule]->name,
		.severity =
			settings->rule[report->rule].has_level ? settings->rule[report->rule].level : claim->severity,
		.count = claim->count,
		.count_of = span_of(claim->count_of),
		.share_pct = (uint8_t)lround(100 * inventory_share(claim->part, claim->whole)),
		.whole = claim->whole,
		.share_of = claim->share_of,
		.seq_count = claim->seqs->count,
		.action = claim->action,
	};
	memcpy(finding->seq, claim->seqs->seq, sizeof(finding->seq));
	va_start(arguments, message);
	finding->message = message_format(&report->rank->arena, message, arguments);
	va_end(arguments);
	report->reported = true;
}

/* --- Keeping the largest --- */

static bool ask(struct inventory_report *report, const struct subject *subject)
{
	const struct inventory_checks *checks = &rules[report->rule]->whole_list;

	report->reported = false;
	if (subject->kind == KIND_PATTERN && checks->pattern)
		checks->pattern(&subject->pattern, report);
	else if (subject->kind == KIND_TARGET && checks->target)
		checks->target(&subject->target, report);
	else if (subject->kind == KIND_HUB && checks->hub)
		checks->hub(&subject->hub, report);
	else if (subject->kind == KIND_HOST && checks->host)
		checks->host(&subject->host, report);
	else if (subject->kind == KIND_SITE && checks->site)
		checks->site(&subject->site, report);
	else if (subject->kind == KIND_CYCLE && checks->cycle)
		checks->cycle(&subject->cycle, report);
	return report->reported;
}

/* Equal counts go by key, so that it does not matter which came first. */
static bool is_less(const struct kept *a, const struct kept *b)
{
	return a->count != b->count ? a->count < b->count : a->key > b->key;
}

static void swap(struct kept *a, struct kept *b)
{
	struct kept kept = *a;

	*a = *b;
	*b = kept;
}

static void sift_down(struct best *best)
{
	size_t place = 0;

	for (;;) {
		size_t least = 2 * place + 1;

		if (least + 1 < best->count && is_less(&best->kept[least + 1], &best->kept[least]))
			least++;
		if (least >= best->count || !is_less(&best->kept[least], &best->kept[place]))
			return;
		swap(&best->kept[place], &best->kept[least]);
		place = least;
	}
}

static void keep(struct best *best, const struct kept *kept)
{
	size_t place = best->count;

	if (best->count == INVENTORY_KEPT_MAX) {
		if (!is_less(&best->kept[0], kept))
			return;
		best->kept[0] = *kept;
		sift_down(best);
		return;
	}
	/* Room doubles at each power of two. */
	if ((best->count & (best->count - 1)) == 0)
		best->kept = memory_resize(best->kept, (best->count ? 2 * best->count : 1) * sizeof(*best->kept));
	best->kept[best->count++] = *kept;
	for (; place && is_less(&best->kept[place], &best->kept[(place - 1) / 2]); place = (place - 1) / 2)
		swap(&best->kept[place], &best->kept[(place - 1) / 2]);
}

static void offer(struct inventory_rank *rank, const struct subject *subject, uint64_t key)
{
	for (unsigned i = 0; i < rank->rule_count; i++) {
		struct inventory_report report = { .rank = rank, .rule = (enum rule_index)rank->rule[i] };

		if (ask(&report, subject))
			keep(&rank->best[report.rule],
			     &(struct kept){ .count = report.finding.count, .key = key, .subject = *subject });
	}
	if (rank->arena.chunk)
		arena_release(&rank->arena);
}

void inventory_rank_pattern(struct inventory_rank *rank, const struct inventory_pattern *pattern, uint64_t key)
{
	offer(rank, &(struct subject){ .kind = KIND_PATTERN, .pattern = *pattern }, key);
}

void inventory_rank_target(struct inventory_rank *rank, const struct inventory_target *target)
{
	offer(rank, &(struct subject){ .kind = KIND_TARGET, .target = *target }, target->url.hash);
}

void inventory_rank_hub(struct inventory_rank *rank, const struct inventory_hub *hub)
{
	offer(rank, &(struct subject){ .kind = KIND_HUB, .hub = *hub }, hub->url.hash);
}

void inventory_rank_host(struct inventory_rank *rank, const struct inventory_host *host)
{
	offer(rank, &(struct subject){ .kind = KIND_HOST, .host = *host }, host->host.hash);
}

void inventory_rank_site(struct inventory_rank *rank, const struct inventory_site *site)
{
	offer(rank, &(struct subject){ .kind = KIND_SITE, .site = *site }, site->host.hash);
}

void inventory_rank_cycle(struct inventory_rank *rank, const struct inventory_cycle *cycle)
{
	offer(rank, &(struct subject){ .kind = KIND_CYCLE, .cycle = *cycle }, cycle->url[0].hash);
}

/* --- Rows --- */

static void filter_add(struct filter *filter, uint64_t hash)
{
	filter->bits[hash % FILTER_BITS / 8] |= (uint8_t)(1u << hash % 8);
}

static bool filter_has(const struct filter *filter, uint64_t hash)
{
	return filter->bits[hash % FILTER_BITS / 8] >> hash % 8 & 1;
}

typedef void each_kept(struct inventory_rank *rank, struct kept *kept, const void *context);

static void for_each_kept(struct inventory_rank *rank, each_kept *each, const void *context)
{
	for (size_t i = 0; i < RULE_COUNT; i++) {
		for (size_t at = 0; at < rank->best[i].count; at++)
			each(rank, &rank->best[i].kept[at], context);
	}
}

static void add_host_to_filter(struct inventory_rank *rank, struct kept *kept, const void *context)
{
	(void)context;
	if (kept->subject.kind == KIND_TARGET)
		filter_add(&rank->filter, kept->subject.target.host.hash);
}

struct host_urls {
	uint64_t host, urls;
};

static void set_host_urls(struct inventory_rank *rank, struct kept *kept, const void *context)
{
	const struct host_urls *known = context;

	(void)rank;
	if (kept->subject.kind == KIND_TARGET && kept->subject.target.host.hash == known->host)
		kept->subject.target.host_urls = known->urls;
}

void inventory_rank_host_urls(struct inventory_rank *rank, uint64_t host, uint64_t urls)
{
	if (!rank->filtered)
		for_each_kept(rank, add_host_to_filter, NULL);
	rank->filtered = true;
	if (filter_has(&rank->filter, host))
		for_each_kept(rank, set_host_urls, &(struct host_urls){ host, urls });
}

/* At most so many names has a subject. */
#define NAMES_MAX INVENTORY_CYCLE_NAMES_MAX

static size_t names_of(struct subject *subject, struct inventory_name *name[NAMES_MAX])
{
	size_t count = 0;

	switch (subject->kind) {
	case KIND_PATTERN:
		name[count++] = &subject->pattern.from;
		name[count++] = &subject->pattern.to;
		break;
	case KIND_TARGET:
		name[count++] = &subject->target.url;
		name[count++] = &subject->target.host;
		break;
	case KIND_HUB:
		name[count++] = &subject->hub.url;
		name[count++] = &subject->hub.next;
		break;
	case KIND_HOST:
		name[count++] = &subject->host.host;
		name[count++] = &subject->host.target;
		break;
	case KIND_SITE:
		name[count++] = &subject->site.host;
		break;
	case KIND_CYCLE:
		for (; count < subject->cycle.urls && count < INVENTORY_CYCLE_NAMES_MAX; count++)
			name[count] = &subject->cycle.url[count];
		break;
	}
	return count;
}

static int by_hash(const void *left, const void *right)
{
	const struct wanted *a = left, *b = right;

	return a->hash < b->hash ? -1 : a->hash > b->hash;
}

static void want(struct inventory_rank *rank, struct kept *kept, const void *context)
{
	struct inventory_name *name[NAMES_MAX];
	size_t count = names_of(&kept->subject, name);

	(void)context;
	for (size_t i = 0; i < count; i++) {
		if (rank->wanted_count % 1024 == 0)
			rank->wanted = memory_resize(rank->wanted, (rank->wanted_count + 1024) * sizeof(*rank->wanted));
		rank->wanted[rank->wanted_count++] = (struct wanted){ .hash = name[i]->hash };
		filter_add(&rank->filter, name[i]->hash);
	}
}

static struct wanted *find_wanted(struct inventory_rank *rank, uint64_t hash)
{
	struct wanted key = { .hash = hash };

	return filter_has(&rank->filter, hash) ? bsearch(&key, rank->wanted, rank->wanted_count, sizeof(key), by_hash)
					       : NULL;
}

static void take_text(void *context, uint64_t hash, struct span text)
{
	struct inventory_rank *rank = context;
	struct wanted *wanted = find_wanted(rank, hash);

	if (wanted && !wanted->text.len)
		wanted->text = arena_copy(&rank->texts, text);
}

static void set_texts(struct inventory_rank *rank, struct kept *kept, const void *context)
{
	struct inventory_name *name[NAMES_MAX];
	size_t count = names_of(&kept->subject, name);

	(void)context;
	for (size_t i = 0; i < count; i++)
		name[i]->text = find_wanted(rank, name[i]->hash)->text;
}

static void look_up(struct inventory_rank *rank)
{
	size_t kept = 0;

	memset(&rank->filter, 0, sizeof(rank->filter));
	for_each_kept(rank, want, NULL);
	if (rank->wanted_count)
		qsort(rank->wanted, rank->wanted_count, sizeof(*rank->wanted), by_hash);
	for (size_t i = 0; i < rank->wanted_count; i++) {
		if (i == 0 || rank->wanted[i].hash != rank->wanted[kept - 1].hash)
			rank->wanted[kept++] = rank->wanted[i];
	}
	rank->wanted_count = kept;
}

static int largest_first(const void *left, const void *right)
{
	const struct inventory_finding *a = left, *b = right;
	size_t len = a->subject.len < b->subject.len ? a->subject.len : b->subject.len;
	int order =
		a->count != b->count ? (a->count > b->count ? -1 : 1) : memcmp(a->subject.bytes, b->subject.bytes, len);

	if (order)
		return order;
	return a->subject.len != b->subject.len ? (a->subject.len < b->subject.len ? -1 : 1) : 0;
}

/* The rule is asked once more: only now it sees texts, and how many URLs a host has. */
static void write_rows(struct inventory_rank *rank, enum rule_index rule,
		       void (*row)(void *context, const struct inventory_finding *finding), void *context)
{
	const struct best *best = &rank->best[rule];
	struct inventory_finding *finding = memory_alloc((best->count + 1) * sizeof(*finding));
	size_t count = 0, most = rules[rule]->whole_list.rows_max;

	for (size_t i = 0; i < best->count; i++) {
		struct inventory_report report = { .rank = rank, .rule = rule };

		if (ask(&report, &best->kept[i].subject))
			finding[count++] = report.finding;
	}
	if (count)
		qsort(finding, count, sizeof(*finding), largest_first);
	for (size_t i = 0; i < count && i < (most ? most : INVENTORY_ROWS_MAX); i++)
		row(context, &finding[i]);
	free(finding);
	arena_release(&rank->arena);
}

bool inventory_rank_rows(struct inventory_rank *rank, struct text_log *texts,
			 void (*row)(void *context, const struct inventory_finding *finding), void *context)
{
	look_up(rank);
	if (rank->wanted_count && !text_log_each(texts, take_text, rank))
		return false;
	for_each_kept(rank, set_texts, NULL);
	for (unsigned i = 0; i < rank->rule_count; i++)
		write_rows(rank, (enum rule_index)rank->rule[i], row, context);
	return true;
}
