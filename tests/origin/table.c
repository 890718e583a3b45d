#include "tests/origin/table.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "tests/origin/table_rule.h"
#include "tests/origin/words.h"

static const char *const tls_words[] = {
#define X(name, word, text) word,
	TLS_MODES(X)
#undef X
};

static const char *const dns_words[] = {
#define X(name, word, text) word,
	DNS_MODES(X)
#undef X
};

void table_init(struct table *table)
{
	*table = (struct table){ 0 };
	arena_init(&table->arena);
}

void table_release(struct table *table)
{
	map_release(&table->hosts);
	map_release(&table->urls);
	map_release(&table->prefixes);
	arena_release(&table->arena);
}

static unsigned take_choice(struct words *words, const char *const *choice, size_t count, const char *what)
{
	for (size_t i = 0; i < count; i++)
		if (words_take_if(words, choice[i]))
			return (unsigned)i;
	words->error = what;
	return 0;
}

static void take_a(struct words *words, struct host *host)
{
	struct span text = words_take_text(words, "A needs an IPv4 address");

	if (!words->error &&
	    (host->a_count == HOST_ADDRESSES_MAX || inet_pton(AF_INET, text.bytes, &host->a[host->a_count++]) != 1))
		words->error = "A needs an IPv4 address, at most 64 of them";
}

static void take_aaaa(struct words *words, struct host *host)
{
	struct span text = words_take_text(words, "AAAA needs an IPv6 address");

	if (!words->error && (host->aaaa_count == HOST_ADDRESSES_MAX ||
			      inet_pton(AF_INET6, text.bytes, &host->aaaa[host->aaaa_count++]) != 1))
		words->error = "AAAA needs an IPv6 address, at most 64 of them";
}

static void take_host_word(struct words *words, struct host *host)
{
	if (words_take_if(words, "A")) {
		take_a(words, host);
	} else if (words_take_if(words, "AAAA")) {
		take_aaaa(words, host);
	} else if (words_take_if(words, "cname")) {
		host->cname = words_take_text(words, "cname needs a name");
	} else if (words_take_if(words, "ttl")) {
		host->ttl_seconds = words_take_number(words, 604800, "ttl needs seconds, up to 604800");
	} else if (words_take_if(words, "tls")) {
		host->tls = take_choice(words, tls_words, TLS_MODE_COUNT, "unknown tls mode");
	} else if (words_take_if(words, "dns")) {
		host->dns = take_choice(words, dns_words, DNS_MODE_COUNT, "unknown dns mode");
		if (words_take_if(words, "every"))
			host->dns_every = words_take_number(words, UINT32_MAX, "every needs a number of queries");
		else if (words_number_is_next(words, UINT32_MAX))
			host->dns_first = words_take_number(words, UINT32_MAX, "");
	} else if (words_take_if(words, "closed")) {
		host->port = PORT_CLOSED;
	} else if (words_take_if(words, "silent")) {
		host->port = PORT_SILENT;
	} else if (words_take_if(words, "dns-delay")) {
		host->dns_delay_us = words_take_duration_us(words, "dns-delay needs a time such as 200ms");
	} else {
		words->error = "unknown word on a host line";
	}
}

/* host NAME [A IP]... [AAAA IP]... [cname NAME] [ttl N] [tls MODE] [dns MODE [N | every N]]
 * [dns-delay T] [closed|silent] */
static void parse_host(struct table *table, struct words *words)
{
	struct host *host = arena_alloc(&table->arena, sizeof(*host));
	struct in_addr a[HOST_ADDRESSES_MAX] = { 0 };
	struct in6_addr aaaa[HOST_ADDRESSES_MAX] = { 0 };
	struct span name = words_take_text(words, "host needs a name");
	char *lower = arena_alloc(&table->arena, name.len + 1);

	if (words->error)
		return;
	for (size_t i = 0; i < name.len; i++)
		lower[i] = (char)tolower((unsigned char)name.bytes[i]);
	host->name = (struct span){ .bytes = lower, .len = name.len };
	host->ttl_seconds = 60;
	host->a = a;
	host->aaaa = aaaa;
	while (!words->error && words->next < words->count)
		take_host_word(words, host);
	host->a = arena_alloc(&table->arena, host->a_count * sizeof(*a) + 1);
	host->aaaa = arena_alloc(&table->arena, host->aaaa_count * sizeof(*aaaa) + 1);
	memcpy(host->a, a, host->a_count * sizeof(*a));
	memcpy(host->aaaa, aaaa, host->aaaa_count * sizeof(*aaaa));
	map_set(&table->hosts, host->name, host);
}

/* The key of a URL as the table writes it: scheme and host lower-case, no default port, a path. */
static struct span make_key(struct table *table, struct span url, struct words *words)
{
	size_t at = url.len >= 8 && strncasecmp(url.bytes, "https://", 8) == 0 ? 8 : 7, end;
	struct span port = at == 8 ? SPAN(":443") : SPAN(":80");
	char *key = arena_alloc(&table->arena, url.len + 2);
	size_t len = 0;

	if (url.len <= at || (at == 7 && strncasecmp(url.bytes, "http://", 7) != 0)) {
		words->error = "a URL that begins with http:// or https:// is needed";
		return url;
	}
	for (end = at; end < url.len && !strchr("/?", url.bytes[end]); end++)
		;
	while (len < end) {
		key[len] = (char)tolower((unsigned char)url.bytes[len]);
		len++;
	}
	if (len > at + port.len && memcmp(key + len - port.len, port.bytes, port.len) == 0)
		len -= port.len;
	if (end == url.len || url.bytes[end] != '/')
		key[len++] = '/';
	memcpy(key + len, url.bytes + end, url.len - end);
	return (struct span){ .bytes = key, .len = len + url.len - end };
}

/* Puts the rule behind those that the URL has already. */
static void add_rule(struct table *table, struct map *map, struct rule *rule)
{
	struct rule *last = map_find(map, rule->url);

	while (last && last->next)
		last = last->next;
	if (last)
		last->next = rule;
	else
		map_set(map, rule->url, rule);
	table->rule_count++;
}

static void parse_url(struct table *table, struct words *words, bool prefix, bool raw)
{
	struct rule *rule = arena_alloc(&table->arena, sizeof(*rule));
	struct span key = make_key(table, words_take_text(words, "a URL is needed"), words);

	if (words->error)
		return;
	rule->url = key;
	if (prefix && !strchr("/?", key.bytes[key.len - 1])) {
		words->error = "a prefix ends in / or ?";
		return;
	}
	table_rule_parse(rule, &table->arena, words, raw);
	if (words->error)
		return;
	if (prefix &&
	    (memcmp(key.bytes, "http://*/", 9) == 0 || (key.len > 9 && memcmp(key.bytes, "https://*/", 10) == 0)))
		table->has_any_host = true;
	add_rule(table, prefix ? &table->prefixes : &table->urls, rule);
}

static void parse_line(struct table *table, struct words *words)
{
	if (words_take_if(words, "host"))
		parse_host(table, words);
	else if (words_take_if(words, "url"))
		parse_url(table, words, false, false);
	else if (words_take_if(words, "prefix"))
		parse_url(table, words, true, false);
	else if (words_take_if(words, "raw"))
		parse_url(table, words, false, true);
	else
		words->error = "a line begins with host, url, prefix or raw";
}

bool table_parse(struct table *table, const char *name, struct span text, FILE *errors)
{
	struct words *words = memory_alloc(sizeof(*words));
	bool ok = true;

	for (size_t number = 1; ok && text.len; number++) {
		const char *end = memchr(text.bytes, '\n', text.len);
		struct span line = { .bytes = text.bytes, .len = end ? (size_t)(end - text.bytes) : text.len };

		text.bytes += line.len + (end != NULL);
		text.len -= line.len + (end != NULL);
		ok = words_split(words, &table->arena, line);
		if (ok && words->count && words->word[0].bytes[0] != '#') {
			parse_line(table, words);
			ok = !words->error;
		}
		if (!ok)
			fprintf(errors, "%s:%zu: %s\n", name, number, words->error);
	}
	free(words);
	return ok;
}

bool table_load(struct table *table, const char *file, FILE *errors)
{
	FILE *stream = strcmp(file, "-") == 0 ? stdin : fopen(file, "r");
	char *text = NULL;
	size_t size = 0;
	ssize_t len;
	bool ok;

	if (!stream) {
		fprintf(errors, "%s: %s\n", file, strerror(errno));
		return false;
	}
	/* A text has no NUL, so this reads the whole file. */
	len = getdelim(&text, &size, '\0', stream);
	ok = len <= 0 || table_parse(table, file, (struct span){ .bytes = text, .len = (size_t)len }, errors);
	free(text);
	if (stream != stdin)
		fclose(stream);
	return ok;
}
