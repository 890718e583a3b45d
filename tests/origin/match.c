/* Finding the entry for a request or a name. */
#include "tests/origin/table.h"

#include <stdatomic.h>

#define KEY_BYTES_MAX 4096

static bool cookie_has(struct span cookies, struct span wanted)
{
	while (cookies.len) {
		const char *end = memchr(cookies.bytes, ';', cookies.len);
		size_t len = end ? (size_t)(end - cookies.bytes) : cookies.len;

		/* "name" alone stands for any value. */
		if (len >= wanted.len && memcmp(cookies.bytes, wanted.bytes, wanted.len) == 0 &&
		    (len == wanted.len || (cookies.bytes[wanted.len] == '=' && !memchr(wanted.bytes, '=', wanted.len))))
			return true;
		len += end != NULL;
		while (len < cookies.len && cookies.bytes[len] == ' ')
			len++;
		cookies = (struct span){ .bytes = cookies.bytes + len, .len = cookies.len - len };
	}
	return false;
}

static bool condition_holds(const struct condition *condition, const struct request *request, uint32_t number)
{
	bool slash = request->path.len && request->path.bytes[request->path.len - 1] == '/';

	switch (condition->kind) {
	case WHEN_COOKIE:
		return cookie_has(request->cookie, condition->text);
	case WHEN_NO_COOKIE:
		return !cookie_has(request->cookie, condition->text);
	case WHEN_METHOD:
		return span_equal(request->method, condition->text);
	case WHEN_SLASH:
		return slash;
	case WHEN_NO_SLASH:
		return !slash;
	case WHEN_EVERY:
		return number % condition->number == 0;
	case WHEN_FIRST:
		return number <= condition->number;
	}
	return false;
}

static bool counts(const struct condition *condition)
{
	return condition->kind == WHEN_EVERY || condition->kind == WHEN_FIRST;
}

static bool rule_holds(struct rule *rule, const struct request *request)
{
	bool counted = false;
	uint32_t number;

	for (const struct condition *c = rule->condition; c; c = c->next) {
		if (counts(c))
			counted = true;
		else if (!condition_holds(c, request, 0))
			return false;
	}
	if (!counted)
		return true;
	number = 1 + atomic_fetch_add_explicit(&rule->requests, 1, memory_order_relaxed);
	for (const struct condition *c = rule->condition; c; c = c->next)
		if (counts(c) && !condition_holds(c, request, number))
			return false;
	return true;
}

static const struct rule *first_that_holds(const struct map *map, struct span key, const struct request *request)
{
	for (struct rule *rule = map_find(map, key); rule; rule = rule->next)
		if (rule_holds(rule, request))
			return rule;
	return NULL;
}

/* The longest prefix of `url`, whose path begins at `path_at`. */
static const struct rule *match_prefix(const struct table *table, struct span url, size_t path_at,
				       const struct request *request, size_t *rest_len)
{
	for (size_t len = url.len; len > path_at; len--) {
		if (url.bytes[len - 1] != '/' && url.bytes[len - 1] != '?')
			continue;

		struct span key = { .bytes = url.bytes, .len = len };
		const struct rule *rule = first_that_holds(&table->prefixes, key, request);

		if (rule) {
			*rest_len = url.len - len;
			return rule;
		}
	}
	return NULL;
}

const struct rule *table_match(const struct table *table, const struct request *request, struct span *rest)
{
	size_t rest_len = 0, path_at = (size_t)(request->path.bytes - request->url.bytes);
	const struct rule *rule = first_that_holds(&table->urls, request->url, request);

	if (!rule)
		rule = match_prefix(table, request->url, path_at, request, &rest_len);
	if (!rule && table->has_any_host) {
		char key[KEY_BYTES_MAX];
		size_t target_len = request->url.len - path_at;
		int len = snprintf(key, sizeof(key), "%.*s://*", (int)request->scheme.len, request->scheme.bytes);

		if (len > 0 && (size_t)len + target_len <= sizeof(key)) {
			memcpy(key + len, request->path.bytes, target_len);
			rule = match_prefix(table, (struct span){ key, (size_t)len + target_len }, (size_t)len, request,
					    &rest_len);
		}
	}
	*rest = (struct span){ .bytes = request->url.bytes + request->url.len - rest_len, .len = rest_len };
	return rule;
}

const struct host *table_host(const struct table *table, struct span name)
{
	const struct host *host = map_find(&table->hosts, name);

	for (size_t i = 1; !host && i < name.len; i++) {
		char key[256] = "*";

		if (name.bytes[i] != '.' || name.len - i >= sizeof(key))
			continue;
		memcpy(key + 1, name.bytes + i, name.len - i);
		host = map_find(&table->hosts, (struct span){ key, 1 + name.len - i });
	}
	return host;
}
